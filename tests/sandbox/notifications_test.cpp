// What the portal tells by itself, and to whom.
#include "people.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

std::string newest(const Box &box, std::string_view field) {
    return box.get("/notifications/new").word({"notifications", "0", field});
}

// Who was sent a mail with this subject.
std::vector<std::string> recipients(const Box &box, std::string_view subject) {
    std::vector<std::string> list;
    const json::Value mails = box.control(R"({"command":"mails"})");
    for (const json::Value &mail : *mails.find("mails")->array())
        if (mail.find("subject")->string()->view().find(subject) != std::string::npos)
            list.push_back(*mail.find("to")->string());
    return list;
}

TEST(Notifications, TellOfInvoicesAndServices) {
    Box box("elsecloud");
    Answer order = box.post("/order/820", R"({"domain":"n.example.net","cycle":"m"})");
    ASSERT_EQ(order.error(), "");
    EXPECT_EQ(newest(box, "rel_type"), "Invoice");
    const std::string invoice = newest(box, "rel_id");
    EXPECT_EQ(box.get("/invoice/" + invoice).word({"invoice", "status"}), "Unpaid");
    EXPECT_THAT(newest(box, "subject"), HasSubstr("was issued"));
    box.control(R"({"command":"pay","invoice_id":)" + invoice + "}");
    EXPECT_EQ(newest(box, "rel_type"), "Service");
    const std::string id = newest(box, "id");
    EXPECT_EQ(box.put("/notifications/" + id + "/ack").error(), "");
    EXPECT_NE(newest(box, "id"), id);
    EXPECT_EQ(box.get("/notifications").word({"notifications", "0", "seen"}), "1");
}

TEST(Notifications, GoToContactsThatAreToBeTold) {
    Box box("elsecloud");
    Person payer(box, "payer", R"({"billing":["emails"]})");
    Person other(box, "other", R"({"support":["emails"]})");
    box.post("/order/820", R"({"domain":"n.example.net","cycle":"m"})");
    EXPECT_THAT(recipients(box, "was issued"),
                testing::ElementsAre(box.info("username"), "accounts@example.net", payer.email()));
    EXPECT_EQ(payer.get("/notifications/new").word({"notifications", "0", "rel_type"}), "Invoice");
    EXPECT_EQ(other.get("/notifications/new").text, R"({"notifications":[]})");
    EXPECT_THAT(other.ask("PUT", "/notifications/310/ack").error(), testing::StartsWith(std::string(no_permission)));
    EXPECT_EQ(payer.ask("PUT", "/notifications/310/ack").error(), "");
}

TEST(Statuses, AreFilteredAndFollowWhatHappens) {
    Box box("coloup");
    EXPECT_EQ(box.get("/statuses").word({"statuses", "0", "id"}), "16");
    Answer open = box.get("/statuses?status=Investigating");
    ASSERT_EQ(open.at({"statuses"}).array()->size(), 1U);
    EXPECT_EQ(open.word({"statuses", "0", "id"}), "19");
    EXPECT_EQ(box.get("/statuses?status=investigating").at({"statuses"}).array()->size(), 1U);
    EXPECT_EQ(box.get("/statuses?status=None").text, R"({"statuses":[]})");
    box.control(R"({"command":"set_state","kind":"status","id":19,"state":"Resolved"})");
    EXPECT_EQ(box.put("/statuses/19").word({"statuses", "0", "status"}), "Resolved");
    EXPECT_EQ(box.get("/statuses?status=Investigating").text, R"({"statuses":[]})");
    EXPECT_EQ(box.put("/statuses/99").error(), "Status 99 not found");
}

} // namespace
} // namespace hostbill::sandbox::test
