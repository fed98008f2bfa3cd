// The account, its contacts, notifications and tickets.
#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(Account, KeepsWhatWasChanged) {
    Box box("elsecloud");
    Answer changed = box.put("/details", R"({"city":"Tartu","mobilephone":"+3725550199"})");
    EXPECT_EQ(changed.word({"client", "city"}), "Tartu");
    EXPECT_EQ(changed.word({"info", "0"}), "client_info_updated");
    Answer read = box.get("/details");
    EXPECT_EQ(read.word({"client", "city"}), "Tartu");
    EXPECT_EQ(read.word({"client", "mobilephone"}), "+3725550199");
    EXPECT_EQ(read.word({"client", "firstname"}), "Ada");
}

TEST(Account, RefusesABadEnumAndPattern) {
    Box box("coloup");
    Answer answer = box.put("/details", R"({"type":"Robot","socialsecuritynumberpersonalid":"12"})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.text, testing::HasSubstr("type must be one of: Private, Company"));
    EXPECT_THAT(answer.text, testing::HasSubstr("socialsecuritynumberpersonalid has an invalid value"));
}

TEST(Account, NonAsciiTextComesBackWhole) {
    Box box("elsecloud");
    box.put("/details", "{\"city\":\"J\xC3\xB5hvi \xF0\x9F\x8C\xB2\"}");
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "J\xC3\xB5hvi \xF0\x9F\x8C\xB2");
}

TEST(Account, LogsWhatIsDone) {
    Box box("generic");
    box.put("/details", R"({"city":"Tartu"})");
    EXPECT_EQ(box.get("/logs").word({"logs", "0", "description"}), "Account details changed");
}

TEST(Contacts, AreCreatedReadAndChanged) {
    Box box("time4vps");
    Answer created =
        box.post("/contact", R"({"email":"c@example.net","firstname":"C","privileges":{"billing":["orders"]}})");
    std::string id = created.word({"contact_id"});
    EXPECT_EQ(created.word({"info", "0"}), "profile_added");
    Answer read = box.get("/contact/" + id);
    EXPECT_EQ(read.word({"contact", "email"}), "c@example.net");
    EXPECT_EQ(read.word({"contact", "privileges", "billing", "0"}), "orders");
    EXPECT_EQ(box.put("/contact/" + id, R"({"lastname":"Changed"})").word({"info", "0"}), "profile_updated");
    EXPECT_EQ(box.get("/contact/" + id).word({"contact", "lastname"}), "Changed");
    EXPECT_THAT(box.get("/contact").text, testing::HasSubstr("c@example.net"));
    EXPECT_EQ(box.ledger("contacts_created"), 1);
}

TEST(Contacts, NeedAnAddressThatIsOne) {
    Box box("time4vps");
    EXPECT_THAT(box.post("/contact", R"({"firstname":"C"})").error(), testing::HasSubstr("email"));
    EXPECT_THAT(box.post("/contact", R"({"email":"nonsense"})").error(), testing::HasSubstr("email"));
    EXPECT_EQ(box.get("/contact/999").error(), "Contact 999 not found");
}

TEST(Notifications, AreAcknowledged) {
    Box box("internetport");
    EXPECT_EQ(box.get("/notifications/new").word({"notifications", "0", "id"}), "310");
    box.put("/notifications/310/ack");
    EXPECT_EQ(box.get("/notifications/new").text, R"({"notifications":[]})");
    EXPECT_EQ(box.get("/notifications?rel_type=Service").word({"notifications", "0", "id"}), "305");
}

TEST(Tickets, LiveTheirLife) {
    Box box("coloup");
    Answer created = box.post("/tickets", R"({"dept_id":32,"subject":"Hello","body":"Is anybody there?"})");
    std::string path = "/tickets/" + created.word({"ticket"});
    EXPECT_EQ(box.get(path).word({"ticket", "deptname"}), "Accounts");
    EXPECT_EQ(box.post(path, R"({"body":"More"})").word({"info", "0"}), "reply_added");
    EXPECT_EQ(box.get(path).word({"replies", "0", "body"}), "More");
    EXPECT_EQ(box.put(path + "/close").word({"status"}), "true");
    EXPECT_EQ(box.get(path).word({"ticket", "status"}), "Closed");
    EXPECT_THAT(box.post(path, R"({"body":"Again"})").error(), testing::HasSubstr("is closed"));
    box.put(path + "/open");
    EXPECT_EQ(box.post(path, R"({"body":"Again"})").error(), "");
    EXPECT_EQ(box.ledger("tickets_created"), 1);
    EXPECT_EQ(box.ledger("ticket_replies"), 2);
}

TEST(Tickets, NameWhatIsMissing) {
    Box box("coloup");
    EXPECT_THAT(box.post("/tickets", R"({"subject":"Hello"})").error(), testing::HasSubstr("body is required"));
    EXPECT_EQ(box.post("/tickets", R"({"dept_id":7,"subject":"a","body":"b"})").error(), "Department 7 not found");
    EXPECT_EQ(box.get("/tickets/1").error(), "Ticket 1 not found");
}

TEST(Errors, UnknownPathsAndMethods) {
    Box box("elsecloud");
    for (const char *path : {"/nothing", "/detailss", "/service/", "/service//label", "/domain/1/dns/2/3"}) {
        Answer answer = box.get(path);
        EXPECT_EQ(answer.status, 404) << path;
        EXPECT_EQ(answer.error(), "invalid method") << path;
    }
    EXPECT_EQ(box.del("/details").status, 404);
}

TEST(Errors, OtherPortalsOperationsDoNotExist) {
    Box box("coloup");
    EXPECT_EQ(box.get("/server").status, 404);
}

TEST(Errors, BodiesThatCannotBeRead) {
    Box box("elsecloud");
    EXPECT_EQ(box.put("/details", "{\"city\":").status, 400);
    EXPECT_EQ(box.put("/details", "[1]").status, 400);
    EXPECT_EQ(box.put("/details", "\"text\"").status, 400);
    EXPECT_EQ(box.put("/details", std::string(1000, '[')).status, 400);
    EXPECT_EQ(box.post_form("/domain/lookup", "name=%zz").status, 400);
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Exampleton");
}

TEST(Errors, SqlInEveryFieldIsJustText) {
    Box box("elsecloud");
    const std::string evil = "'; DROP TABLE services; --";
    box.put("/details", R"({"city":")" + evil + R"("})");
    EXPECT_EQ(box.get("/details").word({"client", "city"}), evil);
    EXPECT_THAT(box.get("/service/1%27%20OR%201%3D1").error(), testing::HasSubstr("must be a whole number"));
    EXPECT_THAT(box.get("/domain/name/%27%20OR%20%27%27%3D%27").error(), testing::HasSubstr("not found"));
    EXPECT_EQ(box.get("/service").word({"services", "0", "id"}), "5115");
}

} // namespace
} // namespace hostbill::sandbox::test
