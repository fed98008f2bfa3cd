#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(Control, MistakesAreExplained) {
    Box box("coloup");
    json::Value answer = box.control(R"({"command":"legder"})");
    EXPECT_EQ(*answer.find("error")->find("class"), json::Value("usage"));
    EXPECT_THAT(json::write_utf8(answer), testing::HasSubstr(R"("nearest":"ledger")"));
    EXPECT_THAT(error_message(box.control("{}")), testing::HasSubstr("command"));
    EXPECT_THAT(error_message(box.control("nonsense")), testing::HasSubstr("JSON"));
    EXPECT_THAT(error_message(box.control("[]")), testing::HasSubstr("command"));
    EXPECT_THAT(error_message(box.control(R"({"command":"info","extra":1})")), testing::HasSubstr("extra"));
    EXPECT_THAT(error_message(box.control(R"({"command":"pay"})")), testing::HasSubstr("invoice_id"));
    EXPECT_THAT(error_message(box.control(R"({"command":"pay","invoice_id":1})")), testing::HasSubstr("not found"));
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

// The document describes every command, and every command is as the document says.
TEST(Control, IsDescribedByItsDocument) {
    Box box("elsecloud");
    const std::string prefix = box.info("control_url").substr(0, box.info("control_url").rfind('/') + 1);
    const Answer document =
        send({.method = "GET", .url = prefix + "openapi.json", .headers = {}, .body = "", .user = ""});
    EXPECT_EQ(document.word({"openapi"}), "3.1.0");
    const json::Object &paths = *document.at({"paths"}).object();
    const auto post = [&](const std::string &command, const std::string &body) {
        return send({.method = "POST",
                     .url = prefix + command,
                     .headers = {"X-Sandbox-Token: " + box.info("control_token"), "Content-Type: application/json"},
                     .body = body,
                     .user = ""});
    };
    int commands = 0;
    for (const json::Member &path : paths) {
        const std::string name(path.key.view().substr(path.key.view().rfind('/') + 1));
        if (name == "control" || name == "openapi.json")
            continue;
        ++commands;
        const Answer schema{.body = document.at({"components", "schemas", name})};
        const json::Value &required = schema.at({"required"});
        for (const json::Value &member : *required.array()) {
            if (member == json::Value("command"))
                continue;
            EXPECT_THAT(post(name, "{}").text, testing::HasSubstr("\"field\":\"" + *member.string() + '"')) << name;
        }
        EXPECT_THAT(post(name, R"({"unknown_thing":1})").text, testing::HasSubstr("unknown_thing is not part of"))
            << name;
        for (const json::Member &member : *schema.at({"properties"}).object()) {
            if (member.key == "command")
                continue;
            // Nothing takes null: it is of no type.
            const Answer refused = post(name, "{\"" + member.key + "\":null}");
            EXPECT_EQ(refused.status, 400) << name;
            EXPECT_THAT(refused.text, testing::HasSubstr("\"field\":\"" + member.key + '"')) << name;
            const json::Value *low = member.value.find("minimum");
            const std::int64_t too_low = low != nullptr ? *low->integer() - 1 : 0;
            const Answer answer = post(name, "{\"" + member.key + "\":" + std::to_string(too_low) + "}");
            if (low != nullptr) {
                EXPECT_THAT(answer.text, testing::HasSubstr("\"field\":\"" + member.key + '"')) << name;
            }
        }
        EXPECT_THAT(post(name, "[]").text, testing::HasSubstr("error")) << name;
        EXPECT_EQ(send({.method = "POST", .url = prefix + name, .headers = {}, .body = "{}", .user = ""}).status, 403)
            << name;
        // Whatever works without members works with an empty body, and does not fail for reasons of its own.
        const bool works_without = required.array()->size() == 1;
        EXPECT_EQ(post(name, "").status, works_without ? 200 : 400) << name;
        EXPECT_THAT(post(name, "{}").text, testing::Not(testing::HasSubstr("\"class\":\"internal\""))) << name;
    }
    EXPECT_GE(commands, 17);
    EXPECT_EQ(post("nothing", "{}").status, 404);
    EXPECT_EQ(post("clock", R"({"advance":5})").word({"advanced"}), "5");
}

TEST(Control, TakesAGivenToken) {
    Box box("coloup", R"("control_token":"of-my-own")");
    EXPECT_EQ(box.info("control_token"), "of-my-own");
    char *error = nullptr;
    hostbill_sandbox *sandbox = nullptr;
    EXPECT_LT(hostbill_sandbox_new(R"({"portal":"coloup","control_token":"line\nbreak"})", &sandbox, &error), 0);
    EXPECT_THAT(std::string(error), testing::HasSubstr("control_token"));
    EXPECT_THAT(std::string(error), testing::Not(testing::HasSubstr("break")));
    hostbill_sandbox_string_free(error);
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
