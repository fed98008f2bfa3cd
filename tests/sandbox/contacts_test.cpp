// What a contact sees of itself and of the account, and what the log tells of whom.
#include "people.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

TEST(Contacts, SeeTheirOwnDetailsWhereTheyMayNotChangeTheAccounts) {
    Box box("elsecloud");
    Person person(box, "own", "{}");
    EXPECT_EQ(person.get("/details").word({"client", "email"}), "own@example.net");
    EXPECT_EQ(person.get("/details").word({"client", "id"}), person.id());
    EXPECT_EQ(person.get("/contact/" + person.id()).word({"contact", "lastname"}), "own");
    EXPECT_THAT(person.get("/contact/4220").error(), HasSubstr("misc.manageprofiles"));
    EXPECT_THAT(person.ask("PUT", "/details", R"({"city":"Elsewhere"})").error(), HasSubstr("misc.editmain"));
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Exampleton");
    person.grant(R"({"misc":["editmain"]})");
    EXPECT_EQ(person.ask("PUT", "/details", R"({"city":"Elsewhere"})").word({"client", "city"}), "Elsewhere");
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Elsewhere");
}

TEST(Contacts, LastLoginIsTheirs) {
    Box box("time4vps", R"("clock_skew":86400)");
    Person person(box, "seen", "{}");
    auto last_login = [&]() -> std::string {
        Answer list = box.get("/contact");
        for (const json::Value &contact : *list.at({"contacts"}).array())
            if (*contact.find("id")->string() == person.id())
                return *contact.find("lastlogin")->string();
        return "nobody";
    };
    EXPECT_EQ(last_login(), "0000-00-00 00:00:00");
    person.get("/service");
    const std::string first = last_login();
    EXPECT_THAT(first, testing::StartsWith("20"));
    box.control(R"({"command":"clock","advance":60})");
    person.get("/service");
    EXPECT_EQ(last_login(), first); // still the same visit
    box.control(R"({"command":"clock","advance":7200})");
    person.get("/service");
    EXPECT_GT(last_login(), first);
    EXPECT_EQ(person.get("/details").word({"client", "lastlogin"}), last_login());
    EXPECT_EQ(person.get("/details").word({"client", "ip"}), "127.0.0.1");
}

TEST(Logs, TellWhoDidWhatFromWhere) {
    Box box("elsecloud");
    Person person(box, "doer", R"({"billing":["emails"]})");
    EXPECT_EQ(person.ask("PUT", "/notifications/310/ack").error(), "");
    Answer logs = box.get("/logs");
    EXPECT_EQ(logs.word({"logs", "0", "who"}), "doer@example.net");
    EXPECT_THAT(logs.word({"logs", "0", "description"}), HasSubstr("notification_id 310"));
    EXPECT_EQ(logs.word({"logs", "0", "ip"}), "127.0.0.1");
    EXPECT_EQ(logs.word({"logs", "1", "description"}), "Signed in with a password");
    EXPECT_EQ(logs.word({"logs", "2", "description"}), "Contact " + person.id() + " added");
    EXPECT_EQ(logs.word({"logs", "2", "who"}), box.info("username"));
    EXPECT_GT(logs.at({"logs"}).array()->size(), 5U);
}

TEST(Logs, ShowAContactWhatItDidItself) {
    Box box("elsecloud");
    Person person(box, "reader", "{}");
    Answer own = person.get("/logs");
    ASSERT_EQ(own.at({"logs"}).array()->size(), 1U);
    EXPECT_EQ(own.word({"logs", "0", "who"}), "reader@example.net");
    person.grant(R"({"misc":["manageprofiles"]})");
    EXPECT_GT(person.get("/logs").at({"logs"}).array()->size(), 5U);
}

TEST(Logs, NeverHoldAPassword) {
    Box box("elsecloud");
    Person person(box, "secret", "{}");
    box.put("/contact/" + person.id(), R"({"password":"Other-password-9"})");
    EXPECT_THAT(box.get("/logs").text, HasSubstr("Password of contact " + person.id() + " changed"));
    EXPECT_THAT(box.get("/logs").text, testing::Not(HasSubstr("Other-password-9")));
    EXPECT_THAT(box.get("/logs").text, testing::Not(HasSubstr(person.password())));
    EXPECT_THAT(json::write_utf8(box.control(R"({"command":"journal"})")), testing::Not(HasSubstr("Other-password")));
}

TEST(Logs, TellOfARefusalNothing) {
    Box box("elsecloud");
    box.get("/details");
    const std::string before = box.get("/logs").text;
    EXPECT_NE(box.post("/invoice/9001/credit", "{}").error(), "");
    EXPECT_EQ(box.get("/logs").text, before);
}

TEST(Files, OfAProfileEndInWhatThePortalTakes) {
    Box box("coloup");
    EXPECT_EQ(box.put("/details", R"({"mellicardimage":"card.PNG"})").error(), "");
    EXPECT_THAT(box.put("/details", R"({"mellicardimage":"card.exe"})").error(), HasSubstr("mellicardimage"));
    EXPECT_THAT(box.put("/details", R"({"mellicardimage":".png"})").error(), HasSubstr("mellicardimage"));
}

} // namespace
} // namespace hostbill::sandbox::test
