// The transport on real sockets.
#include "compressed.hpp"
#include "support.hpp"
#include "transport.hpp"

#include <algorithm>
#include <random>
#include <thread>

namespace hostbill::test {
namespace {

using Kind = HttpFailure::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

HttpFailure failure(HttpTransport &http, const HttpRequest &request) {
    CallControl control;
    const Result<HttpResponse, HttpFailure> outcome = http.perform(request, control);
    EXPECT_FALSE(outcome);
    return outcome ? HttpFailure{} : outcome.error();
}

HttpResponse success(HttpTransport &http, const HttpRequest &request) {
    CallControl control;
    Result<HttpResponse, HttpFailure> outcome = http.perform(request, control);
    EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().message);
    return outcome ? std::move(*outcome) : HttpResponse{};
}

TEST(Http, SendsExactlyWhatItIsTold) {
    TestServer server({Reply{.status = 201, .body = "hello", .headers = {{"Retry-After", " 7 "}, {"LOCATION", "x"}}}});
    const auto http = transport();
    HttpRequest request = get(server.url() + "/a/../b%20c?d[0]=1");
    request.method = "PUT";
    request.body = std::string_view("a\0b", 3);
    request.content_type = "text/x";
    request.authorization = Secret("Bearer t");
    const HttpResponse response = success(*http, request);
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.body, "hello");
    EXPECT_EQ(response.retry_after, "7");
    EXPECT_EQ(response.location, "x");
    const Received received = server.received().at(0);
    EXPECT_EQ(received.method, "PUT");
    EXPECT_EQ(received.target, "/api/a/../b%20c?d[0]=1");
    EXPECT_EQ(received.body, std::string("a\0b", 3));
    EXPECT_EQ(received.header("Content-Type"), "text/x");
    EXPECT_EQ(received.header("Authorization"), "Bearer t");
    EXPECT_EQ(received.header("User-Agent"), "test/1");
    EXPECT_EQ(received.header("Accept"), "application/json");
    EXPECT_FALSE(received.has_header("Expect"));
    EXPECT_FALSE(received.has_header("Cookie"));
}

// More than the system takes at once, so that the request is written in parts.
const std::string long_body(20'000'000, 'x');

HttpRequest put_long_body(const std::string &url) {
    HttpRequest request = get(url);
    request.method = "PUT";
    request.body = long_body;
    request.content_type = "text/x";
    return request;
}

TEST(Http, SendsAllOfALongRequest) {
    TestServer server({Reply{}});
    const auto http = transport();
    EXPECT_EQ(success(*http, put_long_body(server.url())).status, 200);
    EXPECT_TRUE(server.received().at(0).body == long_body);
    success(*http, get(server.url()));
    EXPECT_EQ(server.received().at(1).connection, 1);
}

TEST(Http, ReadsAnAnswerThatComesBeforeAllIsSent) {
    TestServer server([](const Received &request) {
        return request.method == "PUT" ? Reply{.status = 413, .body = "too long", .hold_after = true} : Reply{};
    });
    const auto http = transport();
    const HttpResponse refused = success(*http, put_long_body(server.url() + "/unread"));
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.body, "too long");
    success(*http, get(server.url()));
    EXPECT_EQ(server.received().at(1).connection, 2); // What was left of the first is not read as a request.
}

TEST(Http, LeavesNothingOfARequestForTheNext) {
    TestServer server({Reply{}});
    const auto http = transport();
    HttpRequest first = get(server.url());
    first.method = "POST";
    first.body = "body";
    first.content_type = "text/x";
    first.authorization = Secret("Bearer t");
    success(*http, first);
    success(*http, get(server.url()));
    const Received second = server.received().at(1);
    EXPECT_EQ(second.method, "GET");
    EXPECT_EQ(second.body, "");
    for (const char *name : {"Authorization", "Content-Type", "Content-Length"})
        EXPECT_FALSE(second.has_header(name));
    EXPECT_EQ(second.connection, 1); // reused
}

// libcurl leaves the URL before in its place.
TEST(Http, AUrlThatCannotBeSentIsNotReplacedByTheOneBefore) {
    TestServer server({Reply{}});
    const auto http = transport();
    success(*http, get(server.url() + "/vms/7"));
    for (const std::string &url :
         {server.url() + "/vms/" + std::string(9'000'000, '8'), std::string("http://"), server.url() + "/vms/8\n"}) {
        HttpRequest request = get(url);
        request.method = "DELETE";
        const HttpFailure refused = failure(*http, request);
        EXPECT_EQ(refused.kind, Kind::internal);
        EXPECT_FALSE(refused.sent);
    }
    success(*http, get(server.url() + "/vms/9"));
    std::vector<std::string> targets;
    for (const Received &request : server.received())
        targets.push_back(request.method + " " + request.target);
    EXPECT_THAT(targets, testing::ElementsAre("GET /api/vms/7", "GET /api/vms/9"));
}

TEST(Http, DoesNotFollowRedirects) {
    TestServer target({Reply{}});
    TestServer server({Reply{.status = 307, .headers = {{"Location", target.url()}}}});
    const auto http = transport();
    EXPECT_EQ(success(*http, get(server.url())).status, 307);
    EXPECT_TRUE(target.received().empty());
}

TEST(Http, SkipsInterimAnswers) {
    TestServer server({Reply{.raw = "HTTP/1.1 103 Early Hints\r\nLocation: early\r\n\r\nHTTP/1.1 200 OK\r\n"
                                    "Content-Length: 2\r\n\r\n{}"}});
    const auto http = transport();
    const HttpResponse response = success(*http, get(server.url()));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.location, "");
}

TEST(Http, CapsTheBodyWhileItArrives) {
    TestServer server({Reply{.body = std::string(2000, 'x')}, Reply{.body = std::string(1000, 'x')}});
    const auto http = transport(1000);
    EXPECT_EQ(failure(*http, get(server.url())).kind, Kind::too_large);
    EXPECT_EQ(success(*http, get(server.url())).body.size(), 1000U);
}

// 50 MB of zeros in a few kilobytes of gzip, as one stored constant would be too long: deflate's own long matches.
std::string gzip_bomb() {
    std::string out("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    // One fixed-Huffman block per round: a literal 0 and a run of 258, repeated.
    std::string bits;
    const auto put = [&](unsigned value, int count, bool high_first) {
        for (int i = 0; i < count; ++i) {
            const int bit = high_first ? count - 1 - i : i;
            bits += (value >> bit & 1U) != 0 ? '1' : '0';
        }
    };
    put(0, 1, false); // not the last block, so that the stream never says how long it is
    put(1, 2, false);
    put(0x30, 8, true); // literal 0
    for (int i = 0; i < 40'000; ++i) {
        put(0xC5, 8, true); // length 258
        put(0, 5, true);    // distance 1
    }
    put(0, 7, true);
    for (std::size_t i = 0; i < bits.size(); i += 8) {
        unsigned byte = 0;
        for (std::size_t j = 0; j < 8 && i + j < bits.size(); ++j)
            byte |= (bits[i + j] == '1' ? 1U : 0U) << j;
        out += static_cast<char>(static_cast<unsigned char>(byte));
    }
    return out;
}

TEST(Http, CapsTheDecodedBody) {
    const std::string bomb = gzip_bomb();
    ASSERT_LT(bomb.size(), 100'000U);
    TestServer server({Reply{.body = bomb, .headers = {{"Content-Encoding", "gzip"}}}});
    const auto http = transport(1 << 20);
    EXPECT_EQ(failure(*http, get(server.url())).kind, Kind::too_large);
}

TEST(Http, CapsTheHeaders) {
    std::string raw = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 5000; ++i)
        raw += "X-Header-" + std::to_string(i) + ": " + std::string(80, 'x') + "\r\n";
    TestServer server({Reply{.raw = raw + "Content-Length: 0\r\n\r\n"}});
    const auto http = transport();
    EXPECT_EQ(failure(*http, get(server.url())).kind, Kind::too_large);
}

TEST(Http, TellsTheKindsOfFailure) {
    const auto http = transport();
    {
        TestServer server({Reply{.reset = true}});
        const HttpFailure broken = failure(*http, get(server.url()));
        EXPECT_EQ(broken.kind, Kind::broken);
        EXPECT_TRUE(broken.sent);
    }
    {
        TestServer server({Reply{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":", .close = true}});
        const HttpFailure cut = failure(*http, get(server.url()));
        EXPECT_EQ(cut.kind, Kind::malformed);
        EXPECT_TRUE(cut.sent);
    }
    {
        TestServer server({Reply{.raw = "no http at all\r\n\r\n", .close = true}});
        EXPECT_EQ(failure(*http, get(server.url())).kind, Kind::malformed);
    }
    std::string unused;
    {
        const TestServer server({Reply{}});
        unused = server.url();
    }
    const HttpFailure refused = failure(*http, get(unused));
    EXPECT_EQ(refused.kind, Kind::connect);
    EXPECT_FALSE(refused.sent);
    const HttpFailure unresolved = failure(*http, get("http://nowhere.invalid/"));
    EXPECT_EQ(unresolved.kind, Kind::resolve);
    EXPECT_FALSE(unresolved.sent);
    EXPECT_FALSE(failure(*http, get("file:///etc/passwd")).sent);
}

TEST(Http, RefusesAPeerThatDoesNotSpeakTls) {
    TestServer server({Reply{}});
    const auto http = transport();
    const HttpFailure refused =
        failure(*http, get("https://127.0.0.1:" + std::to_string(server.port()) + "/", seconds(3)));
    EXPECT_TRUE(refused.kind == Kind::handshake || refused.kind == Kind::timeout);
    EXPECT_FALSE(refused.sent);
}

TEST(Http, StopsAtTheDeadline) {
    TestServer server({Reply{.hold = true}});
    const auto http = transport();
    const auto started = Clock::now();
    const HttpFailure late = failure(*http, get(server.url(), milliseconds(200)));
    EXPECT_EQ(late.kind, Kind::timeout);
    EXPECT_TRUE(late.sent);
    EXPECT_LT(Clock::now() - started, seconds(5));
}

TEST(Http, IsCancelledFromAnotherThread) {
    TestServer server({Reply{.hold = true}});
    const auto http = transport();
    CallControl control;
    std::thread canceller([&] {
        server.wait_for(1);
        control.cancel();
    });
    const Result<HttpResponse, HttpFailure> outcome = http->perform(get(server.url()), control);
    canceller.join();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, Kind::cancelled);
    EXPECT_TRUE(outcome.error().sent);
}

TEST(Http, AsksTheInterruptWhileItWaits) {
    TestServer server({Reply{.hold = true}});
    const auto http = transport();
    const auto caller = std::this_thread::get_id();
    int asked = 0;
    CallControl control([&] {
        EXPECT_EQ(std::this_thread::get_id(), caller);
        return ++asked == 3;
    });
    const auto started = Clock::now();
    const Result<HttpResponse, HttpFailure> outcome = http->perform(get(server.url()), control);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, Kind::cancelled);
    EXPECT_EQ(asked, 3);
    EXPECT_LT(Clock::now() - started, seconds(5));
}

TEST(Http, AsksTheInterruptWhileItUnfoldsWhatIsFoldedTwice) {
    std::string text(300'000, '\0');
    std::mt19937 random(1);
    std::generate(text.begin(), text.end(), [&] { return static_cast<char>('a' + random() % 16); });
    TestServer server({Reply{.body = gzipped(gzipped(text)), .headers = {{"Content-Encoding", "gzip, gzip"}}}});
    int asked = 0;
    CallControl control([&] { return ++asked < 0; });
    const Result<HttpResponse, HttpFailure> outcome = transport()->perform(get(server.url()), control);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->body, text);
    EXPECT_GE(asked, 5); // once for what is read at once, at most
}

TEST(Http, WorksAfterAFailure) {
    TestServer server({Reply{.reset = true}, Reply{.body = "fine"}});
    const auto http = transport();
    failure(*http, get(server.url()));
    EXPECT_EQ(success(*http, get(server.url())).body, "fine");
}

// A connection that dies when it is used again. By itself, curl would send the request a second time.
TEST(Http, DeliversARequestOnce) {
    for (const bool fresh : {false, true}) {
        TestServer server([](const Received &request) {
            return request.target == "/api/warm" ? Reply{} : Reply{.body = "", .close = true, .reset = true};
        });
        const auto http = transport();
        success(*http, get(server.url() + "/warm"));
        HttpRequest request = get(server.url() + "/order");
        request.method = "POST";
        request.fresh_connection = fresh;
        const HttpFailure broken = failure(*http, request);
        EXPECT_EQ(broken.kind, Kind::broken);
        EXPECT_TRUE(broken.sent);
        const std::vector<Received> received = server.received();
        ASSERT_EQ(received.size(), 2U);
        EXPECT_EQ(received[1].connection, fresh ? 2 : 1);
        EXPECT_EQ(success(*http, get(server.url() + "/warm")).status, 200);
    }
}

TEST(Http, ServesManyThreadsAtOnce) {
    TestServer server([](const Received &request) { return Reply{.body = request.target}; });
    const auto http = transport();
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int j = 0; j < 20; ++j) {
                const std::string path = "/" + std::to_string(i) + "/" + std::to_string(j);
                EXPECT_EQ(success(*http, get(server.url() + path)).body, "/api" + path);
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
}

} // namespace
} // namespace hostbill::test
