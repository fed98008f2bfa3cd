// What real portals do beyond their documents, when the sandbox is told to do it.
#include "support.hpp"

#include "core/base/totp.hpp"

#include <chrono>
#include <cstdlib>
#include <set>

namespace hostbill::sandbox::test {
namespace {

std::string quirk(std::string_view quirks) { return R"("quirks":{)" + std::string(quirks) + "}"; }

std::string credentials(const Box &box) {
    return json::write_utf8(json::Object{{"username", box.info("username")}, {"password", box.info("password")}});
}

json::Value set(const Box &box, std::string_view quirks) {
    return box.control(R"({"command":"quirks","set":{)" + std::string(quirks) + "}}");
}

TEST(Quirks, RecordsComeAsAMapWithFullNamesAndQuotes) {
    Box box("generic", quirk(R"("records_as_map":true,"full_record_names":true,"quoted_txt":true)"));
    box.post("/service/5130/dns/640/records", R"({"name":"token","type":"TXT","content":"abc"})");
    const Answer zone = box.get("/service/5130/dns/640");
    ASSERT_NE(zone.at({"records"}).object(), nullptr) << zone.text;
    EXPECT_EQ(zone.word({"records", "6001", "id"}), "6001");
    EXPECT_EQ(zone.word({"records", "6001", "name"}), "www.example.net");
    EXPECT_THAT(zone.text, testing::HasSubstr(R"("\"abc\"")"));
}

TEST(Quirks, RefusalsComeInTheirForms) {
    Box box("coloup");
    const auto refused = [&](std::string_view quirks) {
        set(box, quirks);
        Answer answer = box.get("/service/77");
        set(box,
            R"("error_as_text":false,"error_with_arguments":false,"failure_flag":false,"refusal_with_status":false)");
        return answer;
    };
    EXPECT_EQ(refused("").text, R"({"error":["Service 77 not found"]})");
    EXPECT_EQ(refused(R"("error_as_text":true)").text, R"({"error":"Service 77 not found"})");
    EXPECT_EQ(refused(R"("error_with_arguments":true)").text, R"({"error":[["Service 77 not found"]]})");
    EXPECT_THAT(refused(R"("failure_flag":true)").text,
                testing::MatchesRegex(".\"(success|ok)\":false,\"message\":\"Service 77 not found\".")); // in braces
    EXPECT_EQ(refused(R"("refusal_with_status":true)").status, 404);
}

TEST(Quirks, UnauthorizedComesInItsForms) {
    Box box("coloup", quirk(R"("empty_401":true)"));
    Answer answer = send({.method = "GET", .url = box.url() + "/details", .headers = {}, .body = "", .user = ""});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.text, "");
    set(box, R"("empty_401":false,"unauthorized_as_200":true)");
    answer = send({.method = "GET", .url = box.url() + "/details", .headers = {}, .body = "", .user = ""});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.error(), "unauthorized");
}

TEST(Quirks, TokensComeUnderOtherNamesAndRefreshTokensStay) {
    Box box("generic", quirk(R"("access_token":true,"kept_refresh_token":true)"));
    const Answer login = box.post("/login", credentials(box));
    const std::string refresh = login.word({"refresh"});
    EXPECT_EQ(box.bearer("GET", "/details", login.word({"access_token"})).status, 200);
    for (int i = 0; i < 2; ++i) {
        const Answer renewed = box.post("/token", R"({"refresh_token":")" + refresh + "\"}");
        EXPECT_EQ(renewed.body.find("refresh"), nullptr);
        EXPECT_EQ(box.bearer("GET", "/details", renewed.word({"access_token"})).status, 200);
    }
}

TEST(Quirks, LoginIsBrokenWhileBasicWorks) {
    Box box("coloup", quirk(R"("broken_login":true)"));
    EXPECT_EQ(box.post("/login", credentials(box)).error(), "internal_error_0");
    EXPECT_EQ(box.get("/details").status, 200);
}

TEST(Quirks, OwnerSwitchesWaysToSignInOff) {
    Box box("coloup");
    const std::string token = box.post("/login", credentials(box)).word({"token"});
    set(box, R"("no_tokens":true)");
    EXPECT_EQ(box.bearer("GET", "/details", token).status, 401);
    EXPECT_EQ(box.get("/details").status, 200);
    set(box, R"("no_tokens":false,"no_basic":true)");
    EXPECT_EQ(box.bearer("GET", "/details", token).status, 200);
    EXPECT_EQ(box.get("/details").status, 401);
}

TEST(Quirks, SecondFactorIsAskedFor) {
    const std::string secret = "JBSWY3DPEHPK3PXP";
    Box box("generic", quirk(R"("second_factor":")" + secret + "\""));
    const Answer half = box.post("/login", credentials(box));
    EXPECT_TRUE(half.at({"token"}).is_null());
    const std::string token = half.word({"mfa", "token"});
    EXPECT_EQ(half.word({"mfa", "methods", "0"}), "google_authenticator");
    EXPECT_EQ(box.bearer("GET", "/details", token).status, 401) << "it is good for nothing else";
    const auto verify = [&](const std::string &code) {
        return send({.method = "POST",
                     .url = box.url() + "/mfa/verify",
                     .headers = {"Authorization: Bearer " + token, "Content-Type: application/json"},
                     .body = R"({"method":"google_authenticator","payload":{"code":")" + code + "\"}}",
                     .user = ""});
    };
    EXPECT_EQ(verify("abcdef").error(), "wronglogin");
    const Answer whole = verify(totp_code(*read_totp_secret(secret), std::chrono::system_clock::now()));
    EXPECT_EQ(box.bearer("GET", "/details", whole.word({"token"})).status, 200) << whole.text;
    EXPECT_THAT(json::write_utf8(box.control(R"({"command":"quirks"})")), testing::Not(testing::HasSubstr(secret)));
    set(box, R"("second_factor":false)");
    EXPECT_EQ(verify("000000").status, 404);
}

TEST(Quirks, TokenIsGoodForItsHostOnly) {
    Box box("coloup", quirk(R"("token_of_host":true)"));
    const std::string token = box.post("/login", credentials(box)).word({"token"});
    EXPECT_EQ(box.bearer("GET", "/details", token).status, 200);
    std::string alias = box.url();
    alias.replace(alias.find("127.0.0.1"), 9, "localhost");
    EXPECT_EQ(send({.method = "GET",
                    .url = alias + "/details",
                    .headers = {"Authorization: Bearer " + token},
                    .body = "",
                    .user = ""})
                  .status,
              401);
}

TEST(Quirks, RequestsAreLimited) {
    Box box("coloup", quirk(R"("rate_limit":2)"));
    EXPECT_EQ(box.get("/balance").status, 200);
    EXPECT_EQ(box.get("/balance").status, 200);
    Answer discarded = box.post("/order/820", R"({"domain":"a.example.net","cycle":"m"})");
    EXPECT_EQ(discarded.status, 429);
    const int wait = std::atoi(discarded.headers["retry-after"].c_str());
    EXPECT_GT(wait, 0);
    EXPECT_EQ(box.ledger("orders.create"), 0);
    box.control(R"({"command":"clock","advance":)" + std::to_string(wait) + "}");
    EXPECT_EQ(box.get("/balance").status, 200);
}

TEST(Quirks, ListsComeInPages) {
    Box box("coloup", quirk(R"("pages":2)"));
    const Answer first = box.get("/tickets"), second = box.get("/tickets?page=2"),
                 beyond = box.get("/tickets?page=999");
    EXPECT_EQ(first.at({"tickets"}).array()->size(), 2U);
    EXPECT_EQ(second.word({"page", "current"}), "2");
    EXPECT_GT(std::atoi(second.word({"page", "total"}).c_str()), 2);
    EXPECT_NE(first.word({"tickets", "0", "ticket_number"}), second.word({"tickets", "0", "ticket_number"}));
    EXPECT_TRUE(beyond.at({"tickets"}).array()->empty());
}

TEST(Quirks, MethodsAreMissing) {
    Box box("generic", quirk(R"("missing_methods":"dns.zones.list services.get")"));
    EXPECT_EQ(box.get("/dns").error(), "invalid method");
    EXPECT_EQ(box.get("/service/5120").error(), "invalid method");
    EXPECT_EQ(box.get("/service").error(), "");
}

TEST(Quirks, FlagsAreWantedAsWords) {
    Box box("coloup", quirk(R"("text_flags":true)"));
    EXPECT_THAT(box.post("/service/5118/cancel", R"({"immediate":true,"reason":"x"})").error(),
                testing::HasSubstr("immediate must be 'true' or 'false'"));
    EXPECT_EQ(box.post("/service/5118/cancel", R"({"immediate":"false","reason":"x"})").error(), "");
}

TEST(Quirks, HostileMixIsTheSameForTheSameNumber) {
    const auto answers = [](std::string_view number) {
        Box box("coloup", R"("clock":"virtual","clock_start":"2027-01-01T00:00:00Z",)" +
                              quirk(R"("hostile":)" + std::string(number)));
        std::string all;
        for (int i = 0; i < 20; ++i)
            all += box.get("/invoice").text + "\n";
        return all;
    };
    const std::string once = answers("7");
    EXPECT_EQ(answers("7"), once);
    EXPECT_NE(answers("8"), once);
    std::set<std::string> forms;
    for (std::size_t at = 0, end; (end = once.find('\n', at)) != once.npos; at = end + 1)
        forms.insert(once.substr(at, end - at));
    EXPECT_GT(forms.size(), 10U);
}

TEST(Quirks, MistakesChangeNothing) {
    Box box("coloup");
    const json::Value before = box.control(R"({"command":"quirks"})");
    const std::string answer =
        json::write_utf8(set(box, R"("list_as_maps":true,"pages":0,"empty_error":"yes","quoted_txt":true)"));
    EXPECT_THAT(answer, testing::HasSubstr("lists_as_maps"));
    EXPECT_THAT(answer, testing::HasSubstr("pages"));
    EXPECT_THAT(answer, testing::HasSubstr("empty_error"));
    EXPECT_EQ(box.control(R"({"command":"quirks"})"), before);
}

} // namespace
} // namespace hostbill::sandbox::test
