// Text messages, and how many a text needs.
#include "support.hpp"

#include "sandbox/areas/sms_parts.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

std::string repeat(std::string_view text, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += text;
    return all;
}

TEST(SmsParts, DependOnTheLetters) {
    EXPECT_EQ(sms_parts(""), 1U);
    EXPECT_EQ(sms_parts(repeat("a", 160)), 1U);
    EXPECT_EQ(sms_parts(repeat("a", 161)), 2U);
    EXPECT_EQ(sms_parts(repeat("å", 160)), 1U);
    EXPECT_EQ(sms_parts(repeat("€", 80)), 1U);
    EXPECT_EQ(sms_parts(repeat("€", 81)), 2U);
    EXPECT_EQ(sms_parts(repeat("a", 306)), 2U);
    EXPECT_EQ(sms_parts(repeat("a", 307)), 3U);
    EXPECT_EQ(sms_parts(repeat("ж", 70)), 1U);
    EXPECT_EQ(sms_parts(repeat("ж", 71)), 2U);
    EXPECT_EQ(sms_parts(repeat("😀", 35)), 1U);
    EXPECT_EQ(sms_parts(repeat("😀", 36)), 2U);
    EXPECT_EQ(sms_parts("\xff\xfe"), 1U);
}

std::int64_t cents(const std::string &amount) {
    return std::stoll(amount.substr(0, amount.size() - 3)) * 100 + std::stoll(amount.substr(amount.size() - 2));
}

TEST(Sms, SentShowsInHistoryAndCosts) {
    Box box("internetport", R"("task_polls":2)");
    const Answer before = box.get("/sms/billing");
    const Answer sent = box.post_form("/sms/send", "to=%2B372+555+0187&text=" + repeat("b", 200));
    ASSERT_EQ(sent.error(), "");
    const Answer history = box.get("/sms/history");
    EXPECT_EQ(history.word({"messages", "0", "id"}), sent.word({"id"}));
    EXPECT_EQ(history.word({"messages", "0", "to"}), "+3725550187");
    EXPECT_EQ(history.word({"messages", "0", "from"}), "+3725550142") << "the profile's number";
    EXPECT_EQ(history.word({"messages", "0", "parts"}), "2");
    EXPECT_EQ(history.word({"messages", "0", "price"}), "0.14");
    EXPECT_EQ(history.word({"messages", "0", "status"}), "Sent");
    EXPECT_EQ(box.get("/sms/history").word({"messages", "0", "status"}), "Delivered");
    const Answer after = box.get("/sms/billing");
    EXPECT_EQ(std::stoi(after.word({"billing", "sent"})), std::stoi(before.word({"billing", "sent"})) + 1);
    EXPECT_EQ(cents(after.word({"billing", "balance"})), cents(before.word({"billing", "balance"})) - 14);
    std::int64_t spent = 0;
    for (const json::Value &message : *history.at({"messages"}).array())
        spent += cents(*message.find("price")->string());
    EXPECT_EQ(cents(after.word({"billing", "balance"})) + spent, 1500) << "all that was paid in";
    EXPECT_EQ(box.ledger("sms_sent"), 1);
}

TEST(Sms, IsDeliveredByTheClock) {
    Box box("internetport", R"("task_seconds":3000)");
    box.post_form("/sms/send", "to=%2B3725550187&from=Alarm&text=hello");
    EXPECT_EQ(box.get("/sms/history").word({"messages", "0", "status"}), "Sent");
    EXPECT_EQ(box.get("/sms/history").word({"messages", "0", "status"}), "Sent");
    box.control(R"({"command":"clock","advance":3001})");
    EXPECT_EQ(box.get("/sms/history").word({"messages", "0", "status"}), "Delivered");
    EXPECT_EQ(box.get("/sms/history").word({"messages", "0", "from"}), "Alarm");
}

TEST(Sms, RefusesWhatCannotBeSent) {
    Box box("internetport");
    const std::string before = box.get("/sms/billing").text, history = box.get("/sms/history").text;
    for (const char *number :
         {"5550187", "0372555", "%2B0123456789", "%2B12345", "%2B1234567890123456", "%2B37255x0187", "me"})
        EXPECT_THAT(box.post_form("/sms/send", "text=a&to=" + std::string(number)).error(), HasSubstr("Parameter to "))
            << number;
    for (const char *sender : {"123456", "Far%20too%20long", "No;good"})
        EXPECT_THAT(box.post_form("/sms/send", "text=a&to=%2B3725550187&from=" + std::string(sender)).error(),
                    HasSubstr("Parameter from "))
            << sender;
    EXPECT_EQ(box.post_form("/sms/send", "to=%2B3725550187").error(), "Parameter text is required");
    EXPECT_THAT(box.post_form("/sms/send", "to=%2B3725550187&text=" + repeat("c", 1531)).error(),
                HasSubstr("too long"));
    EXPECT_EQ(box.get("/sms/billing").text, before);
    EXPECT_EQ(box.get("/sms/history").text, history);
    EXPECT_EQ(box.control(R"({"command":"ledger"})"), json::Value(json::Object()));
}

TEST(Sms, AreSentWhileThereIsMoney) {
    Box box("internetport");
    const std::string long_one = "to=%2B3725550187&text=" + repeat("d", 1530);
    int sent = 0;
    while (sent < 100 && box.post_form("/sms/send", long_one).error().empty())
        ++sent;
    EXPECT_EQ(sent, 20) << "each costs 0.70";
    EXPECT_EQ(box.post_form("/sms/send", long_one).error(), "The balance of the SMS account is too low");
    EXPECT_EQ(box.ledger("sms_sent"), sent);
}

} // namespace
} // namespace hostbill::sandbox::test
