// Faults that are another answer: what is said instead, and whether the operation was carried out.
#include "fault_client.hpp"

#include <curl/curl.h>

#include <memory>

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// The balance as libcurl decodes it, which checks each layer's checksum and length.
std::string decoded(const Box &box) {
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    std::string text;
    curl_easy_setopt(curl.get(), CURLOPT_URL, (box.url() + "/balance").c_str());
    curl_easy_setopt(curl.get(), CURLOPT_USERPWD, box.user().c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_ACCEPT_ENCODING, "gzip");
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &text);
    curl_easy_setopt(
        curl.get(), CURLOPT_WRITEFUNCTION, +[](char *data, std::size_t size, std::size_t count, void *place) {
            static_cast<std::string *>(place)->append(data, size * count);
            return size * count;
        });
    CURLcode code = curl_easy_perform(curl.get());
    EXPECT_EQ(code, CURLE_OK) << curl_easy_strerror(code);
    return text;
}

TEST(StatusFault, SendsWhatItIsTold) {
    Box box("time4vps");
    std::int64_t id = add_fault(
        box, "*", R"({"kind":"status","status":451,"headers":{"X-One":"1","X-Two":["2","3"]},"body":"not here"})");
    Received answer = ask_once(box);
    EXPECT_EQ(answer.status(), 451);
    EXPECT_THAT(answer.head(), HasSubstr("X-One: 1\r\nX-Two: 2\r\nX-Two: 3\r\n"));
    EXPECT_EQ(answer.body(), "not here");
    EXPECT_EQ(fired(box, id), 1);
}

TEST(StatusFault, SendsAnyJsonAsItsBody) {
    Box box("time4vps");
    add_fault(box, "*", R"({"kind":"status","status":200,"body":{"error":[["key","argument"]]}})");
    Received answer = ask_once(box);
    EXPECT_THAT(answer.head(), HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_EQ(answer.body(), R"({"error":[["key","argument"]]})");
    add_fault(box, "*", R"({"kind":"status","status":200,"body":"","headers":{"content-type":"text/plain"}})");
    answer = ask_once(box);
    EXPECT_THAT(answer.head(), HasSubstr("text/plain"));
    EXPECT_THAT(answer.head(), Not(HasSubstr("application/json")));
    EXPECT_THAT(answer.head(), HasSubstr("Content-Length: 0\r\n"));
}

TEST(StatusFault, CanLeaveFramingToItsHeaders) {
    Box box("time4vps");
    add_fault(box, "*", R"({"kind":"status","status":200,"headers":{"Content-Length":"3"},"body":"abc"})");
    Received answer = ask_once(box);
    EXPECT_EQ(answer.head().find("Content-Length: 3\r\n"), answer.head().rfind("Content-Length"));
    add_fault(box, "*", R"({"kind":"status","status":204})");
    EXPECT_THAT(ask_once(box).head(), Not(HasSubstr("Content-Length")));
}

TEST(StatusFault, ActsOnlyWhereItIsTold) {
    Box box("coloup");
    std::string path =
        "/service/" + std::to_string(*box.control(R"({"command":"info"})").find("ids")->find("service_id")->integer()) +
        "/label";
    std::int64_t silent = add_fault(box, "services.label.update", R"({"kind":"status","status":502})");
    std::int64_t acting = add_fault(box, "services.label.update", R"({"kind":"status","status":502,"act":true})");
    EXPECT_EQ(ask_once(box, "POST", path, R"({"label":"web"})").status(), 502);
    EXPECT_EQ(box.ledger("services.label.update"), 0);
    EXPECT_EQ(ask_once(box, "POST", path, R"({"label":"web"})").status(), 502);
    EXPECT_EQ(box.ledger("services.label.update"), 1);
    EXPECT_EQ(fired(box, silent) + fired(box, acting), 2);
}

TEST(RedirectFault, NamesItsTarget) {
    Box box("time4vps");
    std::int64_t id = add_fault(
        box, "*", R"({"kind":"redirect","status":307,"to":"https://elsewhere.example:8443/api"})", R"("times":1)");
    Received answer = ask_once(box);
    EXPECT_EQ(answer.status(), 307);
    EXPECT_THAT(answer.head(), HasSubstr("Location: https://elsewhere.example:8443/api\r\n"));
    EXPECT_EQ(fired(box, id), 1);
    add_fault(box, "*", R"({"kind":"redirect","to":"//elsewhere.example"})");
    EXPECT_EQ(ask_once(box).status(), 302);
}

TEST(ExpiredTokenFault, IsWhatPortalsSay) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", R"({"kind":"expired_token"})");
    Received answer = ask_once(box);
    EXPECT_EQ(answer.status(), 401);
    EXPECT_EQ(answer.body(), R"({"error":["token_expired"]})");
    EXPECT_EQ(fired(box, id), 1);
}

TEST(RateLimitFault, SaysWhenToComeBackInAnyWords) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", R"({"kind":"rate_limit","retry_after":"soon, maybe"})");
    Received answer = ask_once(box);
    EXPECT_EQ(answer.status(), 429);
    EXPECT_THAT(answer.head(), HasSubstr("Retry-After: soon, maybe\r\n"));
    EXPECT_EQ(fired(box, id), 1);
    add_fault(box, "*", R"({"kind":"rate_limit"})");
    EXPECT_THAT(ask_once(box).head(), Not(HasSubstr("Retry-After")));
}

TEST(RateLimitFault, CanHideInASuccess) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", R"({"kind":"rate_limit","status":200,"error":"Request discarded"})");
    Received answer = ask_once(box);
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.body(), R"({"error":["Request discarded"]})");
    EXPECT_EQ(fired(box, id), 1);
}

TEST(HtmlFault, IsAPageWithAnyStatus) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", R"({"kind":"html","status":200})");
    Received answer = ask_once(box);
    EXPECT_EQ(answer.status(), 200);
    EXPECT_THAT(answer.head(), HasSubstr("Content-Type: text/html"));
    EXPECT_THAT(answer.body(), testing::StartsWith("<!DOCTYPE html>"));
    EXPECT_EQ(fired(box, id), 1);
    add_fault(box, "*", R"({"kind":"html"})");
    EXPECT_EQ(ask_once(box).status(), 503);
}

struct Bad {
    std::string_view how;
    json::ParseError::Kind problem; // as a strict parser with ordinary limits finds it
};

void PrintTo(const Bad &one, std::ostream *out) { *out << one.how; }

class BadJsonFault : public testing::TestWithParam<Bad> {};

TEST_P(BadJsonFault, IsRefusedByAParserForItsReason) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", R"({"kind":"invalid_json","how":")" + std::string(GetParam().how) + R"("})");
    Received answer = ask_once(box);
    EXPECT_EQ(answer.status(), 200);
    auto parsed = json::parse(answer.body());
    ASSERT_FALSE(parsed) << answer.body().substr(0, 200);
    EXPECT_EQ(parsed.error().kind, GetParam().problem);
    EXPECT_EQ(fired(box, id), 1);
}

INSTANTIATE_TEST_SUITE_P(Kinds, BadJsonFault,
                         testing::Values(Bad{"truncated", json::ParseError::Kind::truncated},
                                         Bad{"deep", json::ParseError::Kind::too_deep},
                                         Bad{"duplicate_keys", json::ParseError::Kind::duplicate_key},
                                         Bad{"lone_surrogate", json::ParseError::Kind::bad_text},
                                         Bad{"bad_utf8", json::ParseError::Kind::bad_text}),
                         [](const auto &tested) { return std::string(tested.param.how); });

TEST(BadJsonDepth, IsAsDeepAsItIsTold) {
    Box box("time4vps");
    add_fault(box, "*", R"({"kind":"invalid_json","how":"deep","depth":3})");
    EXPECT_EQ(ask_once(box).body(), "[[[]]]");
}

TEST(EncodingsFault, AppliesEachGzipOfItsList) {
    Box box("time4vps");
    std::string plain = ask_once(box).body();
    std::int64_t id = add_fault(box, "*", R"({"kind":"encodings","encodings":"gzip, gzip, gzip"})");
    Received answer = ask_once(box);
    EXPECT_THAT(answer.head(), HasSubstr("Content-Encoding: gzip, gzip, gzip\r\n"));
    EXPECT_NE(answer.body(), plain);
    EXPECT_EQ(fired(box, id), 1);
    add_fault(box, "*", R"({"kind":"encodings","encodings":"gzip, gzip, gzip"})");
    EXPECT_EQ(decoded(box), plain);
    add_fault(box, "*", R"({"kind":"encodings","encodings":"sdch"})");
    answer = ask_once(box);
    EXPECT_THAT(answer.head(), HasSubstr("Content-Encoding: sdch\r\n"));
    EXPECT_EQ(answer.body(), plain);
}

TEST(GzipBombFault, IsSmallUntilItIsOpened) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", R"({"kind":"gzip_bomb","bytes":20000000})");
    Received answer = ask(box);
    EXPECT_EQ(answer.end, End::closed);
    EXPECT_THAT(answer.head(), HasSubstr("Content-Encoding: gzip\r\n"));
    EXPECT_LT(answer.body().size(), 100'000U);
    EXPECT_EQ(fired(box, id), 1);
    add_fault(box, "*", R"({"kind":"gzip_bomb","bytes":20000000})");
    std::string opened = decoded(box);
    EXPECT_EQ(opened.size(), 20'000'000U);
    auto parsed = json::parse(opened);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(json::write_utf8(*parsed), "{}");
}

TEST(GzipBombFault, HasLayers) {
    Box box("time4vps");
    add_fault(box, "*", R"({"kind":"gzip_bomb","bytes":20000000,"layers":3})", R"("times":2)");
    Received answer = ask(box);
    EXPECT_THAT(answer.head(), HasSubstr("Content-Encoding: gzip, gzip, gzip\r\n"));
    EXPECT_LT(answer.body().size(), 1'000U);
    EXPECT_EQ(decoded(box).size(), 20'000'000U);
}

// Far more than the machine could hold: it is made while it leaves, and nobody waits for it.
TEST(GzipBombFault, CanBeLargerThanMemory) {
    Box box("time4vps");
    add_fault(box, "*", R"({"kind":"gzip_bomb","bytes":1000000000000})");
    Connection victim(box);
    victim.send(request(box, "GET", "/balance"));
    EXPECT_EQ(victim.read(20'000).bytes.size(), 20'000U);
    EXPECT_EQ(ask_once(box).status(), 200);
}

} // namespace
} // namespace hostbill::sandbox::test
