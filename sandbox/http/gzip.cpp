#include "sandbox/http/gzip.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>

#include <array>
#include <cstdint>

namespace hostbill::sandbox {
namespace {

namespace zlib = boost::beast::zlib;

// Deflate, no flags, no time, unknown system.
constexpr std::string_view header("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);

std::string little_endian(std::uint32_t number) {
    std::string bytes;
    for (int shift = 0; shift < 32; shift += 8)
        bytes += static_cast<char>(number >> shift & 0xffU);
    return bytes;
}

} // namespace

struct Gzip::State {
    zlib::deflate_stream deflate;
    boost::crc_32_type checksum;
    std::uint32_t size = 0; // modulo 2^32, as the format wants it
    bool begun = false;

    std::string run(std::string_view bytes, zlib::Flush flush) {
        std::string out;
        if (!begun)
            out = header;
        begun = true;
        std::array<char, 16 * 1024> room;
        zlib::z_params step;
        step.next_in = bytes.data();
        step.avail_in = bytes.size();
        boost::beast::error_code done;
        do {
            step.next_out = room.data();
            step.avail_out = room.size();
            deflate.write(step, flush, done);
            out.append(room.data(), room.size() - step.avail_out);
        } while (!done && (step.avail_in > 0 || step.avail_out == 0 || flush == zlib::Flush::finish));
        return out;
    }
};

Gzip::Gzip() : state_(std::make_unique<State>()) {}
Gzip::~Gzip() = default;
Gzip::Gzip(Gzip &&) noexcept = default;
Gzip &Gzip::operator=(Gzip &&) noexcept = default;

std::string Gzip::add(std::string_view bytes) {
    state_->checksum.process_bytes(bytes.data(), bytes.size());
    state_->size += static_cast<std::uint32_t>(bytes.size());
    return state_->run(bytes, zlib::Flush::none);
}

std::string Gzip::finish() {
    std::string out = state_->run({}, zlib::Flush::finish);
    return out + little_endian(state_->checksum.checksum()) + little_endian(state_->size);
}

std::string gzip(std::string_view bytes) {
    Gzip stream;
    std::string out = stream.add(bytes);
    return out + stream.finish();
}

} // namespace hostbill::sandbox
