// What a hostile or broken portal may send without doing harm: limits on time, size and form, and nothing of one answer
// in the next.
#include "core/http/http_incoming.hpp"
#include "core/http/stall.hpp"

#include "compressed.hpp"
#include "process.hpp"
#include "submitting.hpp"
#include "support.hpp"

#include <arpa/inet.h>
#include <fstream>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>

namespace hostbill::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char *one_attempt = R"({"max_attempts":1})";

Error error_of(const Result<std::string> &result) {
    EXPECT_FALSE(result);
    return result ? Error{} : result.error();
}

// A read from a server that answers in that one way.
Error error_after(const Reply &reply, const std::string &more = "", const std::string &operation = "invoices.list") {
    TestServer server({reply});
    return error_of(basic_client(server, "time4vps", more)->call(operation, "", one_attempt));
}

std::string head(const std::string &headers) { return "HTTP/1.1 200 OK\r\n" + headers + "\r\n"; }

// --- Size -----------------------------------------------------------------------------------------------------------

// The most memory that this process has had so far.
[[maybe_unused]] long peak_kilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

TEST(DecompressionBomb, EndsAtTheLimitWithBoundedMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers have memory of their own";
#else
    const std::string bomb = gzipped(std::string(256 << 20, ' '));
    ASSERT_LT(bomb.size(), 300'000U);
    TestServer server({Reply{.body = bomb, .headers = {{"Content-Encoding", "gzip"}}}});
    const std::string url = server.url();
    // In a program of its own, as this one's peak was long ago.
    Child child([&] {
        std::ofstream("/proc/self/clear_refs") << "5"; // Resets the peak.
        const long before = peak_kilobytes();
        const auto client = basic_client(server, "time4vps", R"(,"max_response_bytes":4000000)");
        const Result<std::string> result = client->call("invoices.list");
        const bool refused = !result && result.error().error_class == ErrorClass::protocol;
        const long grown = peak_kilobytes() - before;
        if (!refused || grown > 20'000)
            std::fprintf(stderr, "refused: %d, grown by %ld kB\n", refused, grown);
        return refused && grown < 20'000;
    });
    EXPECT_TRUE(child.succeeded());
#endif
}

TEST(DecompressionBomb, InAnErrorAnswerEndsToo) {
    const Error error = error_after(
        {.status = 500, .body = gzipped(std::string(1 << 20, 'x')), .headers = {{"Content-Encoding", "gzip"}}},
        R"(,"max_response_bytes":10000)");
    EXPECT_EQ(error.error_class, ErrorClass::protocol);
    EXPECT_THAT(error.message, HasSubstr("10000 bytes"));
}

TEST(ChainedEncodings, BeyondTwoAreRefused) {
    const std::string body = gzipped(gzipped(gzipped("{}")));
    for (const auto &headers : std::vector<std::vector<std::pair<std::string, std::string>>>{
             {{"Content-Encoding", "gzip, gzip, gzip"}},
             {{"Content-Encoding", "gzip"}, {"Content-Encoding", "gzip"}, {"content-encoding", "gzip"}},
             {{"Content-Encoding", "gzip,identity,deflate , gzip"}},
             {{"Transfer-Encoding", "gzip, chunked"}, {"Content-Encoding", "gzip, gzip"}}}) {
        const Error error = error_after({.body = body, .headers = headers});
        EXPECT_EQ(error.error_class, ErrorClass::protocol);
        // libcurl 8 refuses encodings of the transfer itself, in its own words.
        EXPECT_THAT(error.message, AnyOf(HasSubstr("encoded"), HasSubstr("Encoding")));
    }
}

TEST(ChainedEncodings, UpToTwoAreUndone) {
    TestServer server({Reply{.body = gzipped(R"({"a":1})"), .headers = {{"Content-Encoding", "gzip"}}},
                       Reply{.body = gzipped(gzipped(R"({"a":2})")), .headers = {{"Content-Encoding", "gzip, gzip"}}}});
    const auto client = basic_client(server);
    EXPECT_EQ(*answer(client->call("invoices.list")).find("data")->find("a")->integer(), 1);
    EXPECT_EQ(*answer(client->call("invoices.list")).find("data")->find("a")->integer(), 2);
}

TEST(EndlessHeaders, EndAtTheLimit) {
    std::string large;
    for (int i = 0; i < 400; ++i)
        large += "X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n";
    std::string many;
    for (int i = 0; i < 2000; ++i)
        many += "X: y\r\n";
    std::string interim;
    for (int i = 0; i < 2000; ++i)
        interim += "HTTP/1.1 103 Early Hints\r\n\r\n";
    const std::string endless[] = {head(large + "Content-Length: 0\r\n"), head(many + "Content-Length: 0\r\n"),
                                   head("X: " + std::string(500'000, 'x') + "\r\n"),
                                   interim + head("Content-Length: 0\r\n"),
                                   head("Transfer-Encoding: chunked\r\n") + "0\r\n" + many + "\r\n"};
    for (const std::string &raw : endless) {
        const Error error = error_after({.raw = raw, .close = true});
        EXPECT_TRUE(error.error_class == ErrorClass::protocol || error.error_class == ErrorClass::network)
            << error.message;
    }
}

TEST(DeepJson, IsRefusedAndNotRecursedInto) {
    const Error error = error_after({.body = std::string(1'000'000, '[')});
    EXPECT_EQ(error.error_class, ErrorClass::protocol);
}

// --- Time -----------------------------------------------------------------------------------------------------------

TEST(SlowDrip, OfTheBodyEndsAtTheDeadline) {
    TestServer server({Reply{.raw = head("Content-Length: 1000000\r\n"), .drip = "x"}});
    const auto client = basic_client(server, "time4vps", R"(,"timeout":0.4)");
    const auto started = Clock::now();
    EXPECT_EQ(error_of(client->call("invoices.list")).error_class, ErrorClass::timeout);
    EXPECT_LT(Clock::now() - started, seconds(5));
}

TEST(SlowDrip, OfTheHeadersEndsAtTheDeadline) {
    TestServer server({Reply{.raw = "HTTP/1.1 200 OK\r\n", .drip = "X: y\r\n"}});
    const auto client = basic_client(server, "time4vps", R"(,"timeout":0.4)");
    EXPECT_EQ(error_of(client->call("invoices.list", "", one_attempt)).error_class, ErrorClass::timeout);
}

// Bytes that come to nothing, faster than they are read: no limit on the answer's size ends that.
class Flood : public testing::Test {
protected:
    static Reply reply() {
        const std::string nothing("\x02\x08\x20\x80\0", 5); // four blocks of deflate without a byte, slow to read
        std::string chunk;
        while (chunk.size() < 0xfff0)
            chunk += nothing;
        constexpr const char *size = "fff0\r\n";
        return {.raw = head("Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n"),
                .flood = size + chunk.substr(0, 0xfff0) + "\r\n"};
    }
};

TEST_F(Flood, EndsAtTheDeadline) {
    TestServer server({reply()});
    const auto client = basic_client(server, "time4vps", R"(,"timeout":0.4)");
    const auto started = Clock::now();
    EXPECT_EQ(error_of(client->call("invoices.list", "", one_attempt)).error_class, ErrorClass::timeout);
    submit(client, "invoices.list", "", one_attempt);
    EXPECT_EQ(next(client).word, "timeout");
    EXPECT_LT(Clock::now() - started, seconds(10));
}

TEST_F(Flood, CanBeCancelled) {
    TestServer server({reply()});
    const auto client = basic_client(server);
    CallControl control;
    std::thread canceller([&] {
        server.wait_for(1);
        control.cancel();
    });
    EXPECT_EQ(error_of(client->call("invoices.list", "", one_attempt, control)).error_class, ErrorClass::cancelled);
    canceller.join();
    const std::int64_t id = submit(client, "invoices.list", "", one_attempt);
    ASSERT_TRUE(server.wait_for(2));
    EXPECT_TRUE(client->cancel(id));
    EXPECT_EQ(next(client).word, "cancelled");
}

// The next one has not even a connection yet when the loop would go on with what was left of the flood.
TEST_F(Flood, LeavesNothingToDoForTheNext) {
    TestServer server(
        [](const Received &request) { return request.target == "/api/invoice" ? reply() : Reply{.body = "{}"}; });
    const auto client = basic_client(server);
    for (std::size_t i = 1; i <= 20; i += 2) {
        const std::int64_t flooded = submit(client, "invoices.list", "", one_attempt);
        ASSERT_TRUE(server.wait_for(i));
        std::this_thread::sleep_for(milliseconds(20));
        client->cancel(flooded);
        EXPECT_EQ(next(client).word, "cancelled");
        submit(client, "account.balance", "", one_attempt);
        const Outcome outcome = next(client);
        ASSERT_EQ(outcome.word, "ok") << outcome.message;
    }
}

TEST_F(Flood, KeepsNobodyElseWaiting) {
    TestServer server(
        [](const Received &request) { return request.target == "/api/invoice" ? reply() : Reply{.body = "{}"}; });
    const auto client = basic_client(server);
    const std::int64_t flooded = submit(client, "invoices.list", "", one_attempt);
    ASSERT_TRUE(server.wait_for(1));
    submit(client, "account.balance");
    EXPECT_EQ(next(client).word, "ok");
    client->cancel(flooded);
    EXPECT_EQ(next(client).id, flooded);
}

TEST(Stall, EndsBeforeTheDeadline) {
    for (const Reply &reply :
         {Reply{.hold = true}, Reply{.raw = head("Content-Length: 9\r\n") + "{\"a\"", .hold_after = true}}) {
        TestServer server({reply});
        const auto client = basic_client(server, "time4vps", R"(,"stall_timeout":0.3)");
        const auto started = Clock::now();
        const Error error = error_of(client->call("invoices.list", "", one_attempt));
        EXPECT_EQ(error.error_class, ErrorClass::timeout);
        EXPECT_THAT(error.message, HasSubstr("nothing for 0.3 seconds"));
        EXPECT_LT(Clock::now() - started, seconds(10));
    }
}

TEST(Stall, WantsAByteInEachSecondOnAverage) {
    const Clock::time_point start;
    StallWatch watch(seconds(20), start);
    EXPECT_FALSE(watch.stalled(false, 0, start + seconds(100))); // not begun
    EXPECT_FALSE(watch.stalled(true, 0, start + seconds(119)));
    EXPECT_FALSE(watch.stalled(true, 20, start + seconds(119)));
    EXPECT_FALSE(watch.stalled(true, 39, start + seconds(138)));
    EXPECT_TRUE(watch.stalled(true, 39, start + seconds(139)));
    EXPECT_FALSE(watch.stalled(true, 40, start + seconds(139)));
}

TEST(NoTimeout, CannotBeHad) {
    for (const char *key : {"timeout", "connect_timeout", "stall_timeout"}) {
        for (const char *value : {"0", "-1", "1e9", "null", "\"60\""}) {
            const Result<std::unique_ptr<Client>> client =
                Client::create(R"({"portal":"time4vps","auth":"none",")" + std::string(key) + "\":" + value + "}");
            EXPECT_EQ(bool(client), std::string(value) == "null") << key << value;
        }
    }
}

TEST(ConnectTimeout, IsShorterThanTheCall) {
    // A listener whose queue is full answers no further connection.
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr *>(&address), size), 0);
    ASSERT_EQ(listen(listener, 0), 0);
    ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size), 0);
    std::vector<int> fillers;
    for (int i = 0; i < 8; ++i) {
        fillers.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        static_cast<void>(connect(fillers.back(), reinterpret_cast<sockaddr *>(&address), size));
    }
    const auto client =
        make_client(R"({"portal":"time4vps","auth":"none","connect_timeout":0.2,"base_url":"http://127.0.0.1:)" +
                    std::to_string(ntohs(address.sin_port)) + "\"}");
    const auto started = Clock::now();
    const Error error = error_of(client->call("orders.create", R"({"product_id":1})", one_attempt));
    EXPECT_EQ(error.error_class, ErrorClass::network); // and no unknown outcome: nothing was sent
    EXPECT_LT(Clock::now() - started, seconds(10));
    for (const int filler : fillers)
        close(filler);
    close(listener);
}

// --- Form -----------------------------------------------------------------------------------------------------------

TEST(DualContentLength, IsRefusedUnlessBothSayTheSame) {
    for (const char *lengths :
         {"Content-Length: 2\r\nContent-Length: 12\r\n", "Content-Length: 12\r\ncontent-length: 2\r\n"}) {
        const Error error = error_after({.raw = head(lengths) + "{}{\"evil\":1}"});
        EXPECT_EQ(error.error_class, ErrorClass::protocol);
        EXPECT_THAT(error.message, HasSubstr("two different lengths"));
    }
    TestServer server({Reply{.raw = head("Content-Length: 2\r\nContent-Length: 2\r\n") + "{}"}});
    EXPECT_TRUE(basic_client(server)->call("invoices.list"));
}

// The second request has to get the second answer, from whatever is still on its way of the first.
void expect_own_answers(const Reply &first) {
    TestServer server({first, Reply{.body = R"({"mine":true})"}});
    const auto client = basic_client(server);
    static_cast<void>(client->call("invoices.list", "", one_attempt));
    const json::Value second = answer(client->call("invoices.list"));
    EXPECT_NE(second.find("data")->find("mine"), nullptr) << json::write_utf8(second);
}

TEST(ResponseSplitting, LengthAndChunksTogetherEndTheConnection) {
    expect_own_answers({.raw = head("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n") + "2\r\n{}\r\n0\r\n\r\n" +
                               head("Content-Length: 14\r\n") + R"({"evil":false})"});
}

TEST(ResponseSplitting, WhatIsLeftBehindAnAnswerIsNotReadByTheNext) {
    expect_own_answers(
        {.raw = head("Content-Length: 2\r\n") + "{}" + head("Content-Length: 14\r\n") + R"({"evil":false})"});
}

TEST(CancelledRequest, ItsAnswerIsNotReadByTheNext) {
    TestServer server([](const Received &request) {
        return request.target == "/api/balance"
                   ? Reply{.raw = head("Content-Length: 20\r\n") + R"({"first":)", .hold_after = true}
                   : Reply{.body = R"({"second":true})"};
    });
    const auto client = basic_client(server);
    CallControl control;
    std::thread canceller([&] {
        server.wait_for(1);
        control.cancel();
    });
    EXPECT_EQ(error_of(client->call("account.balance", "", "", control)).error_class, ErrorClass::cancelled);
    canceller.join();
    EXPECT_NE(answer(client->call("invoices.list")).find("data")->find("second"), nullptr);
    EXPECT_NE(server.received().at(1).connection, server.received().at(0).connection);
}

// --- Redirects ------------------------------------------------------------------------------------------------------

TEST(Redirect, SendsNoCredentialToAnotherHostPortOrScheme) {
    TestServer other({Reply{}});
    const std::string port = std::to_string(other.port());
    for (const int status : {301, 302, 303, 307, 308}) {
        for (const std::string &target :
             {"http://127.0.0.1:" + port + "/steal?token=abc", "https://127.0.0.1:" + port + "/",
              "//127.0.0.1:" + port + "/x", std::string("/elsewhere"), std::string("ftp://127.0.0.1/"),
              std::string("file:///etc/passwd"), std::string()}) {
            const Error error = error_after({.status = status, .headers = {{"Location", target}}});
            EXPECT_EQ(error.error_class, ErrorClass::protocol);
            EXPECT_THAT(error.message, HasSubstr("redirects (" + std::to_string(status) + ")"));
            EXPECT_THAT(error.message, Not(HasSubstr("steal")));
            EXPECT_THAT(error.message, Not(HasSubstr("passwd")));
        }
    }
    EXPECT_TRUE(other.received().empty());
}

TEST(Redirect, SendsNoLoginBodyToAnotherHost) {
    TestServer other({Reply{}});
    for (const int status : {307, 308}) {
        TestServer server({Reply{.status = status, .headers = {{"Location", other.url() + "/login"}}}});
        const Error error = error_of(jwt_client(server)->call("invoices.list", "", one_attempt));
        EXPECT_EQ(error.error_class, ErrorClass::protocol);
        EXPECT_THAT(error_document(error), Not(HasSubstr("s3cret-word")));
        EXPECT_EQ(server.received().size(), 1U);
    }
    EXPECT_TRUE(other.received().empty());
}

// --- Addresses ------------------------------------------------------------------------------------------------------

TEST(PlainHttp, IsForThisMachineAlone) {
    for (const char *url :
         {"http://portal.example/api", "http://127.0.0.1.portal.example/", "http://0.0.0.0/", "http://[::]/",
          "http://0x7f000001/", "http://127.1/", "http://localhost.example/", "http://2130706433/"}) {
        const auto client =
            Client::create(R"({"portal":"time4vps","auth":"none","base_url":")" + std::string(url) + "\"}");
        EXPECT_FALSE(client) << url;
    }
}

TEST(NonHttpScheme, IsRefused) {
    for (const char *url :
         {"ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:25/", "javascript:1", "//127.0.0.1/",
          "ws://127.0.0.1/", "https+evil://127.0.0.1/", "unix:/run/x", " https://portal.example/"}) {
        const auto client =
            Client::create(R"({"portal":"time4vps","auth":"none","base_url":")" + std::string(url) + "\"}");
        EXPECT_FALSE(client) << url;
    }
}

TEST(AbsolutePath, CannotBeAskedFor) {
    TestServer server({Reply{}});
    const auto client = basic_client(server, "coloup");
    for (const char *operation :
         {"GET http://127.0.0.1/", "GET //127.0.0.1/balance", "GET https://evil.example/balance", "GET /../balance",
          "GET /balance#x", "GET @evil.example/", "GET /balance?x=1"})
        EXPECT_EQ(error_of(client->call(operation)).error_class, ErrorClass::usage) << operation;
    for (const char *value :
         {"//evil.example", "..", ".", "a/b", "@evil.example/", "%2e%2e", "a\\\\b", "?x", "#", "a\\r\\nX: 1"})
        EXPECT_EQ(
            error_of(client->call("domains.get_by_name", R"({"name":")" + std::string(value) + "\"}")).error_class,
            ErrorClass::usage)
            << value;
    for (const char *base :
         {"https://a.example//b", "https://a.example/../b", "https://a.example/./", "https://u:p@a.example/",
          "https://a.example\\\\@b.example/", "https://a.example/?x", "https://a.example/#x"})
        EXPECT_FALSE(Client::create(R"({"portal":"time4vps","auth":"none","base_url":")" + std::string(base) + "\"}"))
            << base;
    EXPECT_TRUE(server.received().empty());
}

// --- Credentials ----------------------------------------------------------------------------------------------------

TEST(Credentials, GoOutAsTheyAreWhateverTheyHold) {
    const std::pair<std::string, std::string> examples[] = {
        {R"(p:a:s:s)", "dXNlcjpwOmE6czpz"},             // user:p:a:s:s
        {R"(p@ss%40w%rd)", "dXNlcjpwQHNzJTQwdyVyZA=="}, // nothing is escaped or unescaped
        {R"(p\u00e4ss\u20ac)", "dXNlcjpww6Rzc+KCrA=="}, // UTF-8
        {R"( \"\\/)", "dXNlcjogIlwv"},                  // blank, quote, backslash
    };
    for (const auto &[password, header] : examples) {
        TestServer server({Reply{}});
        const auto client = make_client(R"({"portal":"time4vps","auth":"basic","username":"user","password":")" +
                                        password + R"(","base_url":")" + server.url() + "\"}");
        answer(client->call("invoices.list"));
        EXPECT_EQ(server.received().at(0).header("Authorization"), "Basic " + header);
    }
}

TEST(Credentials, OfALoginGoOutAsTheyAre) {
    TestServer server({Reply{.body = R"({"token":"t"})"}, Reply{}});
    const auto client =
        make_client(R"({"portal":"generic","auth":"jwt","username":"a:b@c%","password":"p\u00e4:%40","base_url":")" +
                    server.url() + "\"}");
    answer(client->call("invoices.list"));
    EXPECT_EQ(server.received().at(0).body, "{\"username\":\"a:b@c%\",\"password\":\"p\u00e4:%40\"}");
}

TEST(Identity, ConnectionsAreNeverSharedBetweenClients) {
    TestServer server({Reply{}});
    const auto one = basic_client(server);
    const auto other = make_client(
        R"({"portal":"time4vps","auth":"basic","username":"other","password":"x","base_url":")" + server.url() + "\"}");
    for (int i = 0; i < 3; ++i) {
        answer(one->call("invoices.list"));
        answer(other->call("invoices.list"));
    }
    for (const Received &request : server.received())
        EXPECT_EQ(request.header("Authorization"),
                  server.received().at(request.connection == 1 ? 0 : 1).header("Authorization"));
}

// --- The pieces -----------------------------------------------------------------------------------------------------

TEST(HttpIncoming, ReadsWhatItNeedsOfTheHeaders) {
    HttpIncoming incoming(10);
    for (const char *line : {"HTTP/1.1 103 Early\r\n", "Location: early\r\n", "Content-Length: 7\r\n", "\r\n",
                             "HTTP/1.1 200 OK\r\n", "DATE:Sun, 06 Nov 1994 08:49:37 GMT\r\n", "retry-after:  7 \r\n",
                             "no colon\r\n", ": no name\r\n", "Content-Length: 2\r\n", "\r\n"})
        EXPECT_TRUE(incoming.add_header_line(line)) << line;
    EXPECT_EQ(incoming.response().location, "");
    EXPECT_EQ(std::string_view(incoming.response().date), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(incoming.response().retry_after, "7");
    EXPECT_TRUE(incoming.add_body("1234567890"));
    EXPECT_FALSE(incoming.add_body("1"));
    ASSERT_TRUE(incoming.failure());
    EXPECT_EQ(incoming.failure()->kind, HttpFailure::Kind::too_large);
}

} // namespace
} // namespace hostbill::test
