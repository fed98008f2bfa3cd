// What servers compress.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <zlib.h>

namespace hostbill::test {

constexpr int gzip_format = 15 + 16;
constexpr int zlib_format = 15;
constexpr int raw_deflate = -15;

inline std::string compressed(std::string data, int format) {
    std::string out(compressBound(static_cast<uLong>(data.size())) + 64, '\0');
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, format, 9, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = reinterpret_cast<Bytef *>(data.data());
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    out.resize(stream.total_out);
    return out;
}

inline std::string gzipped(std::string data) { return compressed(std::move(data), gzip_format); }

} // namespace hostbill::test
