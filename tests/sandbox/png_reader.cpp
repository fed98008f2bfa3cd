#include "png_reader.hpp"

#include "sandbox/world/crypto.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <zlib.h>

namespace hostbill::sandbox::test {
namespace {

std::uint32_t number_at(std::string_view bytes, std::size_t place) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number = number << 8U | static_cast<unsigned char>(bytes[place + i]);
    return number;
}

// "" where it is no stream of exactly that many bytes.
std::string inflated(std::string_view stream, std::size_t size) {
    std::string out(size + 1, '\0'); // Room for one too many.
    uLongf made = out.size();
    uLong taken = stream.size();
    if (uncompress2(reinterpret_cast<Bytef *>(out.data()), &made, reinterpret_cast<const Bytef *>(stream.data()),
                    &taken) != Z_OK ||
        made != size || taken != stream.size())
        return "";
    out.resize(size);
    return out;
}

} // namespace

std::uint32_t Picture::curve_rows() const {
    auto found = std::find_if(rows.begin(), rows.end(),
                              [](const std::string &row) { return row.find('\3') != std::string::npos; });
    return static_cast<std::uint32_t>(found - rows.begin());
}

Picture read_png(std::string_view bytes) {
    constexpr std::string_view signature = "\x89PNG\r\n\x1a\n";
    Picture picture;
    auto fail = [&](const char *problem) {
        picture.problem = problem;
        return picture;
    };
    if (!bytes.starts_with(signature))
        return fail("no signature");
    std::string chunks, header, palette, data;
    std::size_t place = signature.size();
    while (place + 12 <= bytes.size()) {
        const std::size_t size = number_at(bytes, place);
        if (size > bytes.size() - place - 12)
            return fail("a chunk is too long");
        const std::string_view typed = bytes.substr(place + 4, size + 4);
        boost::crc_32_type checksum;
        checksum.process_bytes(typed.data(), typed.size());
        if (checksum.checksum() != number_at(bytes, place + 8 + size))
            return fail("a chunk's checksum is wrong");
        const std::string_view type = typed.substr(0, 4), content = typed.substr(4);
        chunks += std::string(type) + " ";
        (type == "IHDR" ? header : type == "PLTE" ? palette : data) += content;
        place += 12 + size;
    }
    if (place != bytes.size() || chunks != "IHDR PLTE IDAT IEND ")
        return fail("the chunks are not those of a picture");
    if (header.size() != 13 || header.substr(8) != std::string("\x08\x03\0\0\0", 5) || palette.size() % 3 != 0)
        return fail("the header is wrong");
    picture.width = number_at(header, 0);
    picture.height = number_at(header, 4);
    const std::size_t row = std::size_t{picture.width} + 1;
    const std::string pixels = inflated(data, row * picture.height);
    if (pixels.empty())
        return fail("the pixels cannot be unpacked");
    for (std::size_t i = 0; i < pixels.size(); i += row) {
        picture.rows.push_back(pixels.substr(i + 1, row - 1));
        if (pixels[i] != 0)
            return fail("a row has an unknown filter");
        for (unsigned char index : picture.rows.back())
            if (index >= palette.size() / 3)
                return fail("a colour is not in the palette");
    }
    return picture;
}

Picture read_base64_png(std::string_view text) {
    auto bytes = base64_decode(text);
    if (bytes && text.size() % 4 == 0 && text.find_first_of("-_") == text.npos)
        return read_png(*bytes);
    Picture picture;
    picture.problem = "no base64";
    return picture;
}

} // namespace hostbill::sandbox::test
