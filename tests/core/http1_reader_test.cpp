// Where an answer ends, whatever pieces it comes in.
#include "core/http/http1_reader.hpp"

#include "compressed.hpp"
#include "support.hpp"

namespace hostbill::test {
namespace {

using testing::HasSubstr;

// What became of an answer.
struct Read {
    bool done = false;
    bool keeps_connection = false;
    int status = 0;
    std::string body = {};
    std::string failure = {};

    bool operator==(const Read &) const = default;
};

std::ostream &operator<<(std::ostream &out, const Read &read) {
    return out << read.status << " " << read.body << (read.done ? " done" : " not done")
               << (read.keeps_connection ? ", kept" : "") << read.failure;
}

Read outcome(Http1Reader &reader) {
    Read read{.done = reader.done(), .keeps_connection = reader.keeps_connection()};
    if (reader.incoming().failure()) {
        read.failure = reader.incoming().failure()->message;
    } else {
        read.status = reader.incoming().response().status;
        read.body = reader.incoming().response().body;
    }
    return read;
}

Read read_in_pieces(std::string_view bytes, std::size_t size, bool ends, std::size_t most = 1000) {
    Http1Reader reader(most);
    bool fine = true;
    for (std::size_t at = 0; fine && at < bytes.size(); at += size)
        fine = reader.add(bytes.substr(at, size));
    if (fine && ends)
        reader.add_end();
    return outcome(reader);
}

// In one piece, in small ones, and in two, wherever they part.
Read read(std::string_view bytes, bool ends = false) {
    const Read whole = read_in_pieces(bytes, bytes.size(), ends);
    for (const std::size_t size : {1, 2, 3, 7})
        EXPECT_EQ(read_in_pieces(bytes, size, ends), whole) << "pieces of " << size << " of\n" << bytes;
    for (std::size_t first = 1; first < bytes.size(); ++first) {
        Http1Reader reader(1000);
        if (reader.add(bytes.substr(0, first)) && reader.add(bytes.substr(first)) && ends)
            reader.add_end();
        EXPECT_EQ(outcome(reader), whole) << "parted at " << first << " of\n" << bytes;
    }
    return whole;
}

Read ok(const std::string &headers, const std::string &body, bool ends = false) {
    return read("HTTP/1.1 200 OK\r\n" + headers + "\r\n" + body, ends);
}

Read done(std::string body, bool keeps_connection = true, int status = 200) {
    return {.done = true, .keeps_connection = keeps_connection, .status = status, .body = std::move(body)};
}

TEST(Http1Reader, EndsWhereTheLengthSays) {
    EXPECT_EQ(ok("Content-Length: 2\r\n", "{}"), done("{}"));
    EXPECT_EQ(ok("Content-Length: 0\r\n", ""), done(""));
    EXPECT_EQ(ok("content-length:2\r\nContent-Length: 2\r\n", "{}"), done("{}"));
    EXPECT_EQ(ok("Content-Length: 2\r\n", "{}more"), done("{}", false));
    EXPECT_EQ(ok("Content-Length: 2\r\n", "{}", true), done("{}", false));
}

TEST(Http1Reader, EndsWithTheLastChunk) {
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    EXPECT_EQ(ok(chunked, "2\r\n{}\r\n0\r\n\r\n"), done("{}"));
    EXPECT_EQ(ok(chunked, "A;a=\"b\"\r\n0123456789\r\n00b\r\nabcdefghijk\r\n0;x\r\nTrailer: y\r\n\r\n"),
              done("0123456789abcdefghijk"));
    EXPECT_EQ(ok(chunked, "0\r\n\r\n"), done(""));
    EXPECT_EQ(ok(chunked, "2\r\n{}\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"), done("{}", false));
    // Which of the two ends it is open to interpretation, so that nothing else may be read from there.
    EXPECT_EQ(ok("Content-Length: 4\r\n" + chunked, "2\r\n{}\r\n0\r\n\r\n"), done("{}", false));
    EXPECT_EQ(ok("Content-Length: 2\r\nTransfer-Encoding: identity\r\n", "{}"), done("{}", false));
}

TEST(Http1Reader, EndsWithTheConnectionWhereNothingElseTells) {
    EXPECT_EQ(ok("", "{}", true), done("{}", false));
    EXPECT_EQ(ok("Transfer-Encoding: identity\r\n", "{}", true), done("{}", false));
    EXPECT_FALSE(ok("", "{}").done);
}

TEST(Http1Reader, SomeAnswersHaveNoBody) {
    EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n"), done("", true, 204));
    EXPECT_EQ(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"), done("", true, 304));
    EXPECT_EQ(read("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), done("", false, 204));
}

TEST(Http1Reader, InterimAnswersAreSkipped) {
    EXPECT_EQ(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\n"
                   "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"),
              done("{}", true, 201));
}

TEST(Http1Reader, LinesMayLackTheirCarriageReturn) {
    EXPECT_EQ(read("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"), done("{}"));
    EXPECT_EQ(read("HTTP/1.1 200\nTransfer-Encoding: chunked\n\n2\n{}\n0\n\n"), done("{}"));
}

TEST(Http1Reader, TellsWhetherTheConnectionIsKept) {
    EXPECT_EQ(ok("Content-Length: 2\r\nConnection: close\r\n", "{}"), done("{}", false));
    EXPECT_EQ(ok("Content-Length: 2\r\nConnection: keep-alive, Close\r\n", "{}"), done("{}", false));
    EXPECT_EQ(ok("Content-Length: 2\r\nConnection: close\r\nConnection: keep-alive\r\n", "{}"), done("{}", false));
    EXPECT_EQ(read("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"), done("{}", false));
    EXPECT_EQ(read("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\n{}"), done("{}"));
}

TEST(Http1Reader, UndoesEncodings) {
    const std::string text = R"({"text":")" + std::string(300, 'x') + R"("})";
    const std::string gzip = gzipped(text);
    const std::string deflate = compressed(text, zlib_format);
    const std::string raw = compressed(text, raw_deflate);
    const std::string twice = gzipped(gzip);
    const auto coded = [](const std::string &name, const std::string &body) {
        return ok("Content-Encoding: " + name + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n", body);
    };
    EXPECT_EQ(coded("gzip", gzip), done(text));
    EXPECT_EQ(coded("X-GZip", gzip), done(text));
    EXPECT_EQ(coded("gzip", deflate), done(text)); // in other words than it is
    EXPECT_EQ(coded("deflate", deflate), done(text));
    EXPECT_EQ(coded("deflate", raw), done(text));
    EXPECT_EQ(coded("gzip, gzip", twice), done(text));
    EXPECT_EQ(coded("identity", text), done(text));
    EXPECT_EQ(coded("gzip", ""), done("")); // as answers without a body come
    for (const std::string &broken :
         {gzip + "x", gzip.substr(0, gzip.size() - 8), gzip.substr(0, 20), std::string("\x1f"), text})
        EXPECT_THAT(coded("gzip", broken).failure, HasSubstr("an encoding"));
    EXPECT_THAT(coded("br", text).failure, HasSubstr("an encoding that is broken or unknown"));
    std::string wrong_sum = gzip;
    wrong_sum[wrong_sum.size() - 6] ^= 1;
    EXPECT_THAT(coded("gzip", wrong_sum).failure, HasSubstr("an encoding that is broken"));
}

TEST(Http1Reader, WhatIsNoAnswerIsRefused) {
    const std::pair<std::string, std::string> wrong[] = {
        {"\r\n", "no status line"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "no status line"},
        {"HTTX", "no status line"},
        {"HTTP/2 200 OK\r\n\r\n", "no status line"},
        {"HTTP/1.1 20 OK\r\n\r\n", "no status line"},
        {"HTTP/1.1 2000 OK\r\n\r\n", "no status line"},
        {"HTTP/1.1 099 OK\r\n\r\n", "no status line"},
        {"HTTP/1.1  200 OK\r\n\r\n", "no status line"},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "another protocol"},
        {"HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\n\r\n", "a header without a name"},
        {"HTTP/1.1 200 OK\r\nHTTP/1.1 500 no: name\r\nContent-Length: 2\r\n\r\n{}", "a header without a name"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nHTTP/1: b\r\n\r\n",
         "a header without a name"},
        {"HTTP/1.2 200 OK\r\n\r\n", "no status line"},
        {"HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "a header without a name"},
        {"HTTP/1.1 200 OK\r\nA: b\rContent-Length: 2\r\n\r\n", "a control character"},
        {std::string("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 24), "a control character"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA\r\n\r\n", "a header without a name"},
        {"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "a length that is none"},
        {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "a length that is none"},
        {"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n", "a length that is none"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "a length that is none"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n", "two different lengths"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\n", "two different lengths"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "a chunk without a size"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n", "a chunk without a size"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "a chunk without a size"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "a chunk without a size"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n", "a chunk of another size"},
    };
    for (const auto &[bytes, why] : wrong) {
        const Read refused = read(bytes);
        EXPECT_FALSE(refused.done) << bytes;
        EXPECT_EQ(refused.failure.empty(), why.empty()) << bytes;
        EXPECT_THAT(refused.failure, HasSubstr(why)) << bytes;
    }
}

TEST(Http1Reader, WhatIsCutOffIsRefused) {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: b\r\n\r\n";
    for (std::size_t size = 1; size < chunked.size(); ++size) {
        const Read cut = read_in_pieces(chunked.substr(0, size), size, true);
        EXPECT_FALSE(cut.done) << chunked.substr(0, size);
        EXPECT_THAT(cut.failure, HasSubstr("the connection ended before it"));
    }
}

TEST(Http1Reader, KeepsToItsLimits) {
    EXPECT_THAT(ok("Content-Length: 1001\r\n", std::string(1001, 'x')).failure, HasSubstr("limit of 1000 bytes"));
    const std::string endless(200'000, 'x');
    EXPECT_THAT(read_in_pieces("HTTP/1.1 200 OK\r\nA: " + endless, 1000, false).failure, HasSubstr("too long"));
    EXPECT_THAT(
        read_in_pieces("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;" + endless, 1000, false).failure,
        HasSubstr("too long"));
    std::string interim;
    for (int i = 0; i < 300; ++i)
        interim += "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n";
    EXPECT_THAT(read_in_pieces(interim, 1000, false).failure, HasSubstr("more headers than the limit"));
}

} // namespace
} // namespace hostbill::test
