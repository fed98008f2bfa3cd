#include "core/http/body_decoder.hpp"

#include <array>
#include <new>
#include <utility>
#include <zlib.h>

namespace hostbill {
namespace {

constexpr int largest_window = 15;
constexpr int either_header = 32; // Some say "gzip" of what has zlib's; libcurl does not mind either.

// Some servers leave out what "deflate" should have around the compressed bytes.
bool has_zlib_header(std::string_view bytes) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    const auto second = static_cast<unsigned char>(bytes[1]);
    return (first & 0x0fU) == Z_DEFLATED && (first * 256U + second) % 31 == 0;
}

} // namespace

struct BodyDecoder::Stream {
    explicit Stream(Encoding its) : encoding(its) {}
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;
    ~Stream() {
        if (begun)
            inflateEnd(&zlib);
    }

    void begin() {
        int window = largest_window + either_header;
        if (encoding == Encoding::deflate)
            window = has_zlib_header(head) ? largest_window : -largest_window;
        if (inflateInit2(&zlib, window) != Z_OK)
            throw std::bad_alloc();
        begun = true;
    }

    Outcome inflate_all(std::string_view bytes, const std::function<bool(std::string_view)> &take);

    const Encoding encoding;
    std::string head; // until there is enough of it to tell how it goes on
    z_stream zlib{};
    bool begun = false;
    bool ended = false;
};

BodyDecoder::BodyDecoder(Encoding encoding) : stream_(std::make_unique<Stream>(encoding)) {}
BodyDecoder::~BodyDecoder() = default;
BodyDecoder::BodyDecoder(BodyDecoder &&) noexcept = default;

BodyDecoder::Outcome BodyDecoder::add(std::string_view bytes, const std::function<bool(std::string_view)> &take) {
    Stream &stream = *stream_;
    if (stream.encoding == Encoding::unknown)
        return Outcome::malformed;
    if (stream.begun)
        return stream.inflate_all(bytes, take);
    stream.head.append(bytes);
    if (stream.head.size() < 2)
        return Outcome::fine;
    stream.begin();
    const std::string all = std::exchange(stream.head, {});
    return stream.inflate_all(all, take);
}

BodyDecoder::Outcome BodyDecoder::Stream::inflate_all(std::string_view bytes,
                                                      const std::function<bool(std::string_view)> &take) {
    std::array<char, 16 * 1024> out;
    zlib.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    zlib.avail_in = static_cast<uInt>(bytes.size());
    while (!ended) {
        zlib.next_out = reinterpret_cast<Bytef *>(out.data());
        zlib.avail_out = static_cast<uInt>(out.size());
        const int code = inflate(&zlib, Z_NO_FLUSH);
        if (code == Z_MEM_ERROR)
            throw std::bad_alloc();
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return Outcome::malformed;
        ended = code == Z_STREAM_END;
        const std::size_t made = out.size() - zlib.avail_out;
        if (made > 0 && !take({out.data(), made}))
            return Outcome::unwanted;
        if (zlib.avail_in == 0 && zlib.avail_out > 0)
            break;
    }
    return zlib.avail_in == 0 ? Outcome::fine : Outcome::malformed; // More than there should be.
}

bool BodyDecoder::complete() const noexcept { return stream_->ended || (!stream_->begun && stream_->head.empty()); }

} // namespace hostbill
