#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

std::string message(const json::Value &answer) {
    const json::Value *error = answer.find("error");
    return error != nullptr ? *error->find("message")->string() : std::string();
}

TEST(Control, MistakesAreExplained) {
    Box box("coloup");
    json::Value answer = box.control(R"({"command":"legder"})");
    EXPECT_EQ(*answer.find("error")->find("class"), json::Value("usage"));
    EXPECT_THAT(json::write_utf8(answer), testing::HasSubstr(R"("nearest":"ledger")"));
    EXPECT_THAT(message(box.control("{}")), testing::HasSubstr("command"));
    EXPECT_THAT(message(box.control("nonsense")), testing::HasSubstr("JSON"));
    EXPECT_THAT(message(box.control("[]")), testing::HasSubstr("command"));
    EXPECT_THAT(message(box.control(R"({"command":"info","extra":1})")), testing::HasSubstr("extra"));
    EXPECT_THAT(message(box.control(R"({"command":"pay"})")), testing::HasSubstr("invoice_id"));
    EXPECT_THAT(message(box.control(R"({"command":"pay","invoice_id":1})")), testing::HasSubstr("not found"));
}

TEST(Journal, ShowsRequestsButNoSecrets) {
    Box box("time4vps", R"("password":"the password is secret")");
    box.get("/service/5120");
    box.get("/nothing?what=secret-unknown");
    box.post("/contact?email=a%40example.net&password=secret-in-query&firstname=Ann");
    box.post("/contact", R"({"email":"b@example.net","password":"secret-in-body"})");
    json::Value journal = box.control(R"({"command":"journal"})");
    std::string text = json::write_utf8(journal);
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("secret")));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("Basic")));
    const json::Array &requests = *journal.find("requests")->array();
    ASSERT_EQ(requests.size(), 4U);
    EXPECT_EQ(*requests[0].find("operation"), json::Value("services.get"));
    EXPECT_EQ(*requests[0].find("target"), json::Value("/api/service/5120"));
    EXPECT_EQ(*requests[0].find("status"), json::Value(200));
    EXPECT_TRUE(requests[1].find("operation")->is_null());
    EXPECT_EQ(*requests[1].find("target"), json::Value("/api/nothing?what=***"));
    EXPECT_THAT(*requests[2].find("target")->string(), testing::HasSubstr("firstname=Ann"));
}

TEST(Reset, BringsTheSeedBack) {
    Box box("elsecloud");
    box.post("/order/820");
    box.put("/details", R"({"city":"Tartu"})");
    box.post("/contact", R"({"email":"c@example.net","password":"x"})");
    EXPECT_EQ(*box.control(R"({"command":"reset"})").find("reset"), json::Value(true));
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Exampleton");
    EXPECT_EQ(box.get("/balance").word({"details", "acc_balance"}), "6.00");
    EXPECT_EQ(box.get("/service/5161").error(), "Service 5161 not found");
    EXPECT_EQ(box.ledger("orders"), 0);
    EXPECT_EQ(
        send({.method = "GET", .url = box.url() + "/details", .headers = {}, .body = "", .user = "c@example.net:x"})
            .status,
        401);
    // Numbers begin anew as well.
    EXPECT_EQ(box.post("/order/820").word({"invoice_id"}), "9004");
}

TEST(Control, OverHttpNeedsItsToken) {
    Box box("coloup");
    auto ask = [&](const std::string &token, const std::string &body, const std::string &method = "POST") {
        std::vector<std::string> headers = {"Content-Type: application/json"};
        if (!token.empty())
            headers.push_back("X-Sandbox-Token: " + token);
        return send({.method = method, .url = box.info("control_url"), .headers = headers, .body = body, .user = ""});
    };
    std::string token = box.info("control_token");
    EXPECT_EQ(ask(token, R"({"command":"info"})").word({"password"}), box.info("password"));
    EXPECT_EQ(ask(token, R"({"command":"ledger"})").text, "{}");
    EXPECT_EQ(ask("", R"({"command":"info"})").status, 403);
    EXPECT_EQ(ask("wrong", R"({"command":"info"})").status, 403);
    EXPECT_EQ(ask(token, "{").status, 400);
    EXPECT_EQ(ask(token, R"({"command":"nothing"})").status, 400);
    EXPECT_EQ(ask(token, "", "GET").status, 405);
}

TEST(Info, OffersSeededIds) {
    Box box("elsecloud");
    json::Value info = box.control(R"({"command":"info"})");
    for (const char *name : {"service_id", "domain_id", "vm_id", "zone_id", "record_id", "invoice_id", "contact_id",
                             "product_id", "category_id", "ticket_number", "tld_id"})
        EXPECT_NE(info.find("ids")->find(name), nullptr) << name;
}

TEST(Host, MustBeThisMachine) {
    Box box("coloup");
    Answer answer = send({.method = "GET",
                          .url = box.url() + "/details",
                          .headers = {"Host: evil.example.com"},
                          .body = "",
                          .user = box.user()});
    EXPECT_EQ(answer.status, 421);
    std::string port = box.url().substr(17, box.url().find('/', 17) - 17);
    EXPECT_EQ(send({.method = "GET",
                    .url = box.url() + "/details",
                    .headers = {"Host: localhost:" + port},
                    .body = "",
                    .user = box.user()})
                  .status,
              200);
}

} // namespace
} // namespace hostbill::sandbox::test
