// What comes round by itself, on a clock that moves only as told.
#include "money_support.hpp"

#include <cstdio>
#include <filesystem>

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view new_year = R"("clock":"virtual","clock_start":"2027-01-01T00:00:00Z")";

std::string new_year_with(std::string_view more) { return std::string(new_year) + "," + std::string(more); }

// The invoices that have a line for this service, the latest first.
std::vector<std::string> invoices_of(const Box &box, const std::string &service) {
    std::vector<std::string> ids;
    const Answer list = box.get("/invoice");
    for (const json::Value &row : *list.at({"invoices"}).array()) {
        const std::string id = *row.find("id")->string();
        if (std::stoi(id) < 9000)
            continue; // of the seed's past
        const Answer invoice = box.get("/invoice/" + id);
        for (const json::Value &item : *invoice.at({"invoice", "items"}).array())
            if (*item.find("item_id")->string() == service && *item.find("type")->string() == "Hosting")
                ids.push_back(id);
    }
    return ids;
}

std::string status_of(const Box &box, const std::string &invoice) {
    return box.get("/invoice/" + invoice).word({"invoice", "status"});
}

// A service that was bought and paid for.
std::string buy(const Box &box, const std::string &product, const std::string &body = R"({"cycle":"m"})") {
    const Answer order = box.post("/order/" + product, body);
    EXPECT_EQ(order.error(), "");
    box.post("/invoice/" + order.word({"invoice_id"}) + "/credit");
    EXPECT_EQ(service_word(box, order.word({"items", "id"}), "status"), "Active");
    return order.word({"items", "id"});
}

TEST(VirtualClock, MovesOnlyAsTold) {
    Box box("generic", new_year);
    auto time = [&] { return *box.control(R"({"command":"clock"})").find("time")->string(); };
    EXPECT_EQ(time(), "2027-01-01T00:00:00+00:00");
    EXPECT_EQ(box.get("/balance").headers["date"], "Fri, 01 Jan 2027 00:00:00 GMT");
    box.control(R"({"command":"clock","advance":90})");
    EXPECT_EQ(time(), "2027-01-01T00:01:30+00:00");
    box.control(R"({"command":"clock","set":"2027-03-01T12:00:00Z"})");
    EXPECT_EQ(time(), "2027-03-01T12:00:00+00:00");
    box.control(R"({"command":"clock","set":"2027-03-02"})");
    EXPECT_EQ(time(), "2027-03-02T00:00:00+00:00");
    for (std::string_view wrong : {R"("2027-03-01")", R"("2027-13-01")", R"("tomorrow")", "5", R"("2999-01-01")",
                                   R"("2027-04-01T99:00:00Z")", R"("2027-04-01","advance":5)"}) {
        const json::Value answer = box.control(R"({"command":"clock","set":)" + std::string(wrong) + "}");
        EXPECT_THAT(json::write_utf8(answer), HasSubstr(R"("field":"set")")) << wrong;
    }
    EXPECT_EQ(time(), "2027-03-02T00:00:00+00:00");
    box.control(R"({"command":"reset"})");
    EXPECT_EQ(time(), "2027-01-01T00:00:00+00:00");
}

TEST(VirtualClock, IsCheckedInTheConfig) {
    for (const auto &[config, field] : {std::pair{R"("clock":"sun")", "clock"},
                                        {R"("clock_start":"2027-01-01")", "clock_start"},
                                        {R"("clock":"virtual","clock_start":"soon")", "clock_start"}}) {
        char *error = nullptr;
        hostbill_sandbox *sandbox = nullptr;
        EXPECT_LT(
            hostbill_sandbox_new((R"({"portal":"generic",)" + std::string(config) + "}").c_str(), &sandbox, &error), 0);
        EXPECT_THAT(std::string(error), HasSubstr(R"("field":")" + std::string(field))) << config;
        hostbill_sandbox_string_free(error);
    }
}

TEST(VirtualClock, OfAFileGoesOnWhereItStood) {
    char folder[] = "/tmp/hostbill-clock-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    const std::string config = new_year_with(R"("database":")" + std::string(folder) + R"(/state.db","password":"x")");
    {
        Box box("elsecloud", config);
        advance_days(box, 40);
    }
    {
        Box box("elsecloud", config);
        EXPECT_EQ(*box.control(R"({"command":"clock"})").find("time")->string(), "2027-02-10T00:00:00+00:00");
    }
    std::filesystem::remove_all(folder);
}

// Enough to pay for all that comes.
void fill_account(const Box &box) {
    const Answer list = box.get("/invoice");
    for (const json::Value &row : *list.at({"invoices"}).array())
        if (*row.find("status")->string() == "Paid")
            set_state(box, "invoice", *row.find("id")->string(), "Refunded");
    EXPECT_GT(credit(box), 500000);
}

TEST(Renewal, ComesEachMonthHoweverFarTheClockJumps) {
    Box box("elsecloud", new_year_with(R"("auto_credit":true)"));
    fill_account(box);
    const std::string service = buy(box, "830");
    EXPECT_EQ(service_word(box, service, "next_due"), "2027-02-01");
    EXPECT_EQ(service_word(box, service, "next_invoice"), "2027-01-18");
    box.control(R"({"command":"clock","set":"2027-01-17T23:59:59Z"})");
    EXPECT_EQ(invoices_of(box, service).size(), 1U);
    box.control(R"({"command":"clock","set":"2027-03-25"})");
    const std::vector<std::string> invoices = invoices_of(box, service);
    ASSERT_EQ(invoices.size(), 4U) << "the order's and three more";
    const Answer last = box.get("/invoice/" + invoices.front());
    EXPECT_EQ(last.word({"invoice", "status"}), "Paid");
    EXPECT_EQ(last.word({"invoice", "date"}), "2027-03-18");
    EXPECT_EQ(last.word({"invoice", "duedate"}), "2027-04-01");
    EXPECT_THAT(last.word({"invoice", "items", "0", "description"}), HasSubstr("(2027-04-01 - 2027-04-30)"));
    EXPECT_EQ(service_word(box, service, "next_due"), "2027-05-01");
}

TEST(Renewal, IsTheSameInOneJumpAndInManySteps) {
    Box one("generic", new_year), many("generic", new_year);
    advance_days(one, 150);
    for (int i = 0; i < 50; ++i)
        advance_days(many, 3);
    EXPECT_EQ(one.get("/invoice").text, many.get("/invoice").text);
    EXPECT_EQ(one.get("/service").text, many.get("/service").text);
    EXPECT_EQ(one.get("/balance").text, many.get("/balance").text);
    EXPECT_GT(one.ledger("renewals_invoiced"), 10);
}

TEST(Renewal, CoversAddonsAndOptions) {
    Box box("elsecloud", new_year);
    const std::string service =
        buy(box, "822", R"({"cycle":"m","custom":{"2401":{"18001":2},"2201":"16002"},"addon":{"52":1}})");
    EXPECT_EQ(service_word(box, service, "total"), "36.50"); // 32.00, 2.00 for the disk, two addresses at 1.25
    advance_days(box, 20);
    const Answer invoice = box.get("/invoice/" + invoices_of(box, service).front());
    EXPECT_EQ(invoice.word({"invoice", "total"}), "38");
    EXPECT_EQ(invoice.at({"invoice", "items"}).array()->size(), 2U);
}

TEST(Renewal, UnpaidSuspendsAndPaidLaterBringsBack) {
    Box box("elsecloud", new_year);
    const std::string service = buy(box, "830");
    box.control(R"({"command":"clock","set":"2027-02-05T23:59:59Z"})");
    EXPECT_EQ(service_word(box, service, "status"), "Active");
    box.control(R"({"command":"clock","set":"2027-02-06"})");
    EXPECT_EQ(service_word(box, service, "status"), "Suspended");
    const std::string invoice = invoices_of(box, service).front();
    EXPECT_EQ(status_of(box, invoice), "Unpaid");
    box.post("/invoice/" + invoice + "/credit");
    EXPECT_EQ(service_word(box, service, "status"), "Active");
    EXPECT_EQ(service_word(box, service, "next_due"), "2027-03-01");
}

TEST(Renewal, UnpaidForAMonthEndsTheService) {
    Box box("elsecloud", new_year);
    const std::string service = buy(box, "830");
    advance_days(box, 20);
    const std::string invoice = invoices_of(box, service).front();
    box.post("/invoice/" + invoice + "/credit", R"({"amount":1.00})");
    const Cents before = credit(box);
    box.control(R"({"command":"clock","set":"2027-03-02T23:59:59Z"})");
    EXPECT_EQ(service_word(box, service, "status"), "Suspended");
    box.control(R"({"command":"clock","set":"2027-03-03"})");
    EXPECT_EQ(service_word(box, service, "status"), "Terminated");
    EXPECT_EQ(status_of(box, invoice), "Cancelled");
    EXPECT_EQ(credit(box), before + 100) << "what was paid towards it comes back";
    EXPECT_EQ(box.post("/invoice/" + invoice + "/credit").error(), "Invoice " + invoice + " is not unpaid");
    advance_days(box, 100);
    EXPECT_EQ(invoices_of(box, service).size(), 2U) << "nothing more is invoiced";
}

TEST(Renewal, IsNotMadeForWhatIsSuspendedByHand) {
    Box box("elsecloud", new_year);
    const std::string service = buy(box, "830");
    set_state(box, "service", service, "Suspended");
    advance_days(box, 90);
    EXPECT_EQ(invoices_of(box, service).size(), 1U);
    EXPECT_EQ(service_word(box, service, "status"), "Suspended");
}

TEST(Cancellation, AtTheEndOfTheTerm) {
    Box box("elsecloud", new_year);
    const std::string service = buy(box, "830");
    advance_days(box, 20);
    const std::string renewal = invoices_of(box, service).front();
    EXPECT_EQ(status_of(box, renewal), "Unpaid");
    EXPECT_EQ(box.post("/service/" + service + "/cancel", R"({"immediate":"false","reason":"moved"})").error(), "");
    EXPECT_EQ(status_of(box, renewal), "Cancelled");
    EXPECT_EQ(service_word(box, service, "status"), "Active");
    EXPECT_EQ(service_word(box, service, "next_invoice"), "0000-00-00");
    box.control(R"({"command":"clock","set":"2027-01-31T23:59:59Z"})");
    EXPECT_EQ(service_word(box, service, "status"), "Active");
    box.control(R"({"command":"clock","set":"2027-02-01"})");
    EXPECT_EQ(service_word(box, service, "status"), "Terminated");
    EXPECT_EQ(invoices_of(box, service).size(), 2U);
}

TEST(Cancellation, AtOnce) {
    Box box("elsecloud", new_year);
    const std::string service = buy(box, "830");
    const std::string stock = box.get("/category/45/product").word({"products", "0", "qty"});
    EXPECT_EQ(box.post("/service/" + service + "/cancel", R"({"immediate":"true"})").word({"info", "0"}),
              "cancell_sent");
    EXPECT_EQ(service_word(box, service, "status"), "Terminated");
    EXPECT_EQ(std::stoi(box.get("/category/45/product").word({"products", "0", "qty"})), std::stoi(stock) + 1);
    EXPECT_EQ(box.post("/service/" + service + "/cancel", R"({"immediate":"true"})").error(),
              "Service " + service + " is Terminated");
}

TEST(Cancellation, OfWhatWasNeverPaid) {
    Box box("elsecloud", new_year);
    EXPECT_EQ(box.post("/service/5119/cancel", R"({"immediate":"false"})").error(), "");
    EXPECT_EQ(service_word(box, "5119", "status"), "Cancelled");
    EXPECT_EQ(status_of(box, "9002"), "Cancelled");
    EXPECT_EQ(debt(box), 300);
}

TEST(Order, ThatNobodyPaysIsCancelled) {
    Box box("elsecloud", new_year);
    const Answer order = box.post("/order", R"({"items":[{"type":"product","product_id":910},
        {"type":"domain","name":"never-paid.net","action":"register","years":1}]})");
    ASSERT_EQ(order.error(), "") << order.text;
    const std::string service = order.word({"items", "0", "id"}), invoice = order.word({"invoice_id"});
    advance_days(box, 43);
    EXPECT_EQ(service_word(box, service, "status"), "Pending");
    advance_days(box, 1);
    EXPECT_EQ(service_word(box, service, "status"), "Cancelled");
    EXPECT_EQ(status_of(box, invoice), "Cancelled");
    EXPECT_EQ(box.get("/domain/" + order.word({"items", "1", "id"})).word({"details", "status"}), "Cancelled");
    EXPECT_EQ(box.post("/domain/lookup", R"({"name":"never-paid.net"})").word({"available"}), "true");
}

TEST(Order, TurnedDownIsNotOwed) {
    Box box("elsecloud", new_year);
    const Answer order = box.post("/order/830", R"({"cycle":"m"})");
    set_state(box, "order", order.word({"order_num"}), "Fraud");
    EXPECT_EQ(service_word(box, order.word({"items", "id"}), "status"), "Fraud");
    EXPECT_EQ(status_of(box, order.word({"invoice_id"})), "Cancelled");
    EXPECT_EQ(debt(box), 600);
}

TEST(Order, TurnedDownStillLeadsToItsService) {
    Box box("time4vps", new_year);
    const Answer order = box.post("/order/820", R"({"cycle":"m"})");
    set_state(box, "order", order.word({"order_num"}), "Fraud");
    const std::string service = box.get("/service/order/" + order.word({"order_num"})).word({"account_id"});
    EXPECT_EQ(service, order.word({"items", "id"}));
    EXPECT_EQ(service_word(box, service, "status"), "Fraud");
}

} // namespace
} // namespace hostbill::sandbox::test
