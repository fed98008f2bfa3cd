#include "sandbox/world/png.hpp"

#include "sandbox/http/gzip.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>

namespace hostbill::sandbox {
namespace {

constexpr std::uint32_t longest_side = 4096;

// Colours by number: paper, grid, the area under the curve, the curve.
enum Colour : char { paper, grid, area, curve };
constexpr std::string_view palette = "\xff\xff\xff\xe3\xe7\xec\xc6\xdc\xf4\x1f\x5f\xa8";
constexpr std::uint32_t grid_lines = 4;

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(number >> shift & 0xffU);
    return bytes;
}

std::string chunk(std::string_view type, std::string_view data) {
    boost::crc_32_type checksum;
    checksum.process_bytes(type.data(), type.size());
    checksum.process_bytes(data.data(), data.size());
    return big_endian(static_cast<std::uint32_t>(data.size())) + std::string(type) + std::string(data) +
           big_endian(checksum.checksum());
}

// What zlib's own format has around the same deflated bytes as gzip's.
std::string zlib_stream(std::string_view bytes) {
    constexpr std::size_t gzip_header = 10, gzip_trailer = 8;
    const std::string zipped = gzip(bytes);
    constexpr std::uint32_t modulus = 65521;
    std::uint32_t low = 1, high = 0; // Adler-32
    for (unsigned char byte : bytes) {
        low = (low + byte) % modulus;
        high = (high + low) % modulus;
    }
    return "\x78\x9c" + zipped.substr(gzip_header, zipped.size() - gzip_header - gzip_trailer) +
           big_endian(high << 16U | low);
}

// A byte for each pixel; each row begins with its filter, which is none.
class Canvas {
public:
    Canvas(std::uint32_t width, std::uint32_t height)
        : width_(width), height_(height), rows_(std::size_t{width + 1} * height, paper) {}

    void set(std::uint32_t x, std::uint32_t y, Colour colour) { rows_[std::size_t{y} * (width_ + 1) + 1 + x] = colour; }

    void draw_grid() {
        for (std::uint32_t line = 1; line < grid_lines; ++line) {
            for (std::uint32_t x = 0; x < width_; ++x)
                set(x, height_ * line / grid_lines, grid);
            for (std::uint32_t y = 0; y < height_; ++y)
                set(width_ * line / grid_lines, y, grid);
        }
    }

    std::string png() const {
        // Eight bits for each pixel, which is a number in the palette.
        return "\x89PNG\r\n\x1a\n" +
               chunk("IHDR", big_endian(width_) + big_endian(height_) + std::string("\x08\x03\0\0\0", 5)) +
               chunk("PLTE", palette) + chunk("IDAT", zlib_stream(rows_)) + chunk("IEND", "");
    }

private:
    std::uint32_t width_, height_;
    std::string rows_;
};

// The value at a column, in between by straight lines.
double value_at(std::span<const double> values, std::uint32_t x, std::uint32_t width) {
    if (values.empty())
        return 0;
    const double place =
        width < 2 ? 0
                  : static_cast<double>(x) * static_cast<double>(values.size() - 1) / static_cast<double>(width - 1);
    const auto left = std::min(static_cast<std::size_t>(place), values.size() - 1);
    const std::size_t right = std::min(left + 1, values.size() - 1);
    return values[left] + (values[right] - values[left]) * (place - static_cast<double>(left));
}

} // namespace

std::string line_chart_png(std::uint32_t width, std::uint32_t height, std::span<const double> values, double top) {
    if (width == 0 || height == 0 || width > longest_side || height > longest_side)
        throw std::invalid_argument("the size of a picture");
    if (top <= 0)
        for (double value : values)
            top = std::max(top, value * 1.1);
    Canvas canvas(width, height);
    canvas.draw_grid();
    std::uint32_t last = 0;
    for (std::uint32_t x = 0; x < width; ++x) {
        const double part = top > 0 ? std::clamp(value_at(values, x, width) / top, 0.0, 1.0) : 0;
        const auto level = static_cast<std::uint32_t>(std::lround((1 - part) * static_cast<double>(height - 1)));
        // From the last column's level, so that steep parts hang together.
        const std::uint32_t before = x == 0 ? level : last;
        for (std::uint32_t y = level; y < height; ++y)
            canvas.set(x, y, area);
        for (std::uint32_t y = std::min(level, before); y <= std::max(level, before); ++y)
            canvas.set(x, y, curve);
        last = level;
    }
    return canvas.png();
}

} // namespace hostbill::sandbox
