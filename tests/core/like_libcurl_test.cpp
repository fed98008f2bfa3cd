// The transport reads HTTP/1.1 itself: the same bytes to it and to libcurl, on real sockets.
#include "compressed.hpp"
#include "support.hpp"
#include "transport.hpp"

#include <curl/curl.h>

namespace hostbill::test {
namespace {

// The status and body of an answer, or that there is none.
using Got = std::optional<std::pair<int, std::string>>;

std::size_t append(char *data, std::size_t, std::size_t size, void *text) {
    static_cast<std::string *>(text)->append(data, size);
    return size;
}

Got by_libcurl(const std::string &url) {
    CURL *easy = curl_easy_init();
    std::string body;
    long status = 0;
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
    const CURLcode code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(easy);
    return code == CURLE_OK ? Got({static_cast<int>(status), body}) : std::nullopt;
}

Got by_us(const std::string &url) {
    CallControl control;
    const auto outcome = transport()->perform(get(url), control);
    return outcome ? Got({outcome->status, outcome->body}) : std::nullopt;
}

std::string ok(const std::string &headers, const std::string &body) {
    return "HTTP/1.1 200 OK\r\n" + headers + "\r\n" + body;
}

std::string sized(const std::string &headers, const std::string &body) {
    return ok(headers + "Content-Length: " + std::to_string(body.size()) + "\r\n", body);
}

class LikeLibcurl : public testing::TestWithParam<std::string> {};

TEST_P(LikeLibcurl, IsWhatIsRead) {
    TestServer server({Reply{.raw = GetParam(), .close = true}});
    const Got theirs = by_libcurl(server.url());
    EXPECT_EQ(by_us(server.url()), theirs) << GetParam();
}

const std::string chunked = "Transfer-Encoding: chunked\r\n";
const std::string gzip = gzipped(R"({"a":1})");

INSTANTIATE_TEST_SUITE_P(
    Answers, LikeLibcurl,
    testing::Values(
        sized("", "{}"), ok("", "{}"), ok("", ""), sized("", ""), ok(chunked, "2\r\n{}\r\n0\r\n\r\n"),
        ok(chunked, "2;x=y\r\n{}\r\n0\r\nA: b\r\n\r\n"), ok(chunked, "02\r\n{}\r\n000\r\n\r\n"),
        ok(chunked, "2\r\n{}\r\n0\r\n\r\nmore"), ok("Content-Length: 9\r\n" + chunked, "2\r\n{}\r\n0\r\n\r\n"),
        "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
        "HTTP/1.1 200 OK\n" + std::string("Transfer-Encoding: chunked\n\n2\n{}\n0\n\n"),
        "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\n\r\n{}", "HTTP/1.0 500 No\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\n" + chunked + "\r\n2\r\n{}\r\n0\r\n\r\n", "HTTP/1.1 204 No\r\n\r\n",
        "HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 100 Continue\r\n\r\n" + sized("", "{}"), "HTTP/1.1 103 Early\r\nA: b\r\n\r\n" + sized("", "{}"),
        sized("A: b\r\n c\r\n", "{}"), sized("no colon\r\n", "{}"), ok("Content-Length:\r\n", "{}"),
        ok(chunked, "2\r\n{}\r\n0\r\nA\r\n\r\n"), sized("Content-Encoding: gzip\r\n", gzip + "x"),
        sized(": no name\r\n", "{}"), sized("A : b\r\n", "{}"), sized("A:\r\n", "{}"), sized("A: \xff\xfe\r\n", "{}"),
        ok("Content-Length: 02\r\n", "{}"), ok("Content-Length:2\r\n", "{}"), ok("Content-Length: 2, 2\r\n", "{}"),
        ok("Content-Length: 2 \r\n", "{}"), ok("CONTENT-LENGTH: 2\r\n", "{}"), ok("Content-Length: 3\r\n", "{}"),
        ok("Content-Length: 1\r\n", "{}"), ok("Content-Length: x\r\n", "{}"), ok("Content-Length: -1\r\n", "{}"),
        ok(chunked, "3\r\n{}\r\n0\r\n\r\n"), ok(chunked, "1\r\n{}\r\n0\r\n\r\n"), ok(chunked, "2\r\n{}"),
        ok(chunked, "2\r\n{}\r\n"), ok(chunked, "2\r\n{}\r\n0\r\n"), ok(chunked, "\r\n2\r\n{}\r\n0\r\n\r\n"),
        ok(chunked, "g\r\n"), ok(chunked, "11111111111111111\r\n{}"), ok("Transfer-Encoding: identity\r\n", "{}"),
        ok("Transfer-Encoding: Chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"), sized("Content-Encoding: gzip\r\n", gzip),
        sized("Content-Encoding: x-gzip\r\n", gzip), sized("Content-Encoding: GZIP\r\n", gzip),
        sized("Content-Encoding: identity\r\n", "{}"), sized("Content-Encoding: gzip, identity\r\n", gzip),
        sized("Content-Encoding: gzip\r\n", ""), sized("Content-Encoding: gzip\r\n", "{}"),
        sized("Content-Encoding: br\r\n", "{}"), sized("Content-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"),
        sized("Content-Encoding: gzip, gzip\r\n", gzipped(gzip)), sized("Content-Encoding: none\r\n", "{}"),
        sized("Content-Encoding: \r\n", "{}"), sized("Content-Encoding: utf-8\r\n", "{}"),
        ok("Content-Encoding: gzip\r\n", gzip), "HTTP/1.1 204 No\r\nContent-Encoding: br\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n", "{}", "\r\n", "", "HTTP/1.1\r\n\r\n", "HTTP/1.1 OK\r\n\r\n{}",
        "HTTP/1.1 20 OK\r\n\r\n{}", "ICY 200 OK\r\n\r\n{}", "\r\n" + sized("", "{}"), " " + sized("", "{}"),
        "HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 999 OK\r\nContent-Length: 2\r\n\r\n{}"));

// libcurl takes them for answers, with what there is of the body.
TEST(UnlikeLibcurl, AnotherProtocolAStrayReturnAndACutOffEncodingAreRefused) {
    for (const std::string &raw :
         {sized("A: b\rContent-Length: 5\r\n", "{}"), std::string("HTTP/1.1 101 Switching Protocols\r\n\r\n{}"),
          sized("Content-Encoding: gzip\r\n", gzip.substr(0, 12)),
          sized("Content-Encoding: gzip\r\n", gzip.substr(0, gzip.size() - 8))}) {
        TestServer server({Reply{.raw = raw, .close = true}});
        EXPECT_EQ(by_us(server.url()), std::nullopt) << raw;
    }
}

} // namespace
} // namespace hostbill::test
