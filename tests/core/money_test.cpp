#include "fake_run.hpp"

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

json::Value data_of(const Result<json::Value> &result) {
    EXPECT_TRUE(result) << result.error().message;
    return result ? *result : json::Value();
}

Error error_of(const Result<json::Value> &result) {
    EXPECT_FALSE(result);
    return result ? Error{} : result.error();
}

std::string text(const json::Value &value) { return json::write_utf8(value); }
std::string member(const json::Value &value, std::string_view name) {
    const json::Value *found = value.find(name);
    return found != nullptr ? text(*found) : "nothing";
}

constexpr const char *balance_answer =
    R"({"success":true,"details":{"currency":"EUR","acc_balance":"36.30","acc_credit":125.00}})";

// --- money.balance ---

TEST(Balance, SaysWhatIsOwedAndWhatIsThere) {
    FakeRun run;
    run.script("account.balance", {balance_answer});
    EXPECT_EQ(text(data_of(compose(run, "coloup", "money.balance", "{}"))),
              R"({"owed":"36.30","credit":"125.00","currency":"EUR","covered":true})");
}

TEST(Balance, DoesNotGuess) {
    FakeRun run;
    run.script("account.balance", {R"({"currency":"","acc_balance":"36.31","acc_credit":"n/a"})"});
    EXPECT_EQ(text(data_of(compose(run, "coloup", "money.balance", "{}"))),
              R"({"owed":"36.31","credit":null,"currency":null,"covered":null})");
}

// --- money.renewals ---

class Renewals : public testing::Test {
protected:
    Renewals() {
        run.script("account.balance", {balance_answer});
        run.script("services.list", {R"({"services":[
            {"id":"5120","domain":"vm1.example.net","name":"Cloud S","total":"8.00","status":"Active","billingcycle":"Monthly","next_due":"2026-03-31"},
            {"id":"5121","domain":"old.example.net","name":"Cloud S","total":"9.99","status":"Terminated","billingcycle":"Monthly","next_due":"2026-03-02"},
            {"id":"5140","domain":"shop.example.net","name":"DV","total":"19.00","status":"Active","billingcycle":"Annually","next_due":"2027-01-09"},
            {"id":"5122","domain":"once.example.net","name":"Setup","total":"5.00","status":"Active","billingcycle":"One Time","next_due":"0000-00-00"}]})"});
        run.script(
            "domains.list",
            {R"({"domains":[{"id":"770","name":"example.net","expires":"2026-05-11","recurring_amount":"11.40","status":"Active","period":"1","autorenew":"0"}]})"});
        run.script(
            "certificates.list",
            {R"({"sslservices":[{"id":"5140","domain":"shop.example.net","name":"DV","total":"19.00","status":"Active","billingcycle":"Annually","next_due":"2027-01-09"}]})"});
    }

    std::vector<std::string> dates(const json::Value &data) const {
        std::vector<std::string> list;
        for (const json::Value &row : *data.find("renewals")->array())
            list.push_back(*row.find("date")->string() + " " + *row.find("name")->string() + " " +
                           member(row, "amount"));
        return list;
    }

    FakeRun run; // It is 2026-03-01.
};

TEST_F(Renewals, TheNextOfEachInOrder) {
    const json::Value data = data_of(compose(run, "elsecloud", "money.renewals", "{}"));
    EXPECT_THAT(dates(data), ElementsAre(R"(2026-03-31 vm1.example.net "8.00")", R"(2026-05-11 example.net "11.40")",
                                         R"(2027-01-09 shop.example.net "19.00")"));
    EXPECT_EQ(member(data, "totals"), R"([{"currency":"EUR","amount":"38.40","renewals":3,"unknown":0}])");
    EXPECT_EQ(member((*data.find("renewals")->array())[1], "automatic"), "false");
    EXPECT_EQ(member((*data.find("renewals")->array())[2], "kind"), R"("certificate")");
    EXPECT_EQ(data.find("undated")->array()->size(), 1U);
}

TEST_F(Renewals, EveryRenewalUpToADay) {
    const json::Value data = data_of(compose(run, "elsecloud", "money.renewals", R"({"until":"2026-05-31"})"));
    // The last day of a shorter month, and back to the 31st.
    EXPECT_THAT(dates(data), ElementsAre(R"(2026-03-31 vm1.example.net "8.00")", R"(2026-04-30 vm1.example.net "8.00")",
                                         R"(2026-05-11 example.net "11.40")", R"(2026-05-31 vm1.example.net "8.00")"));
    EXPECT_EQ(member(data, "totals"), R"([{"currency":"EUR","amount":"35.40","renewals":4,"unknown":0}])");
}

TEST_F(Renewals, DaysCountFromToday) {
    EXPECT_EQ(dates(data_of(compose(run, "elsecloud", "money.renewals", R"({"days":29})"))).size(), 0U);
    EXPECT_EQ(dates(data_of(compose(run, "elsecloud", "money.renewals", R"({"days":30})"))).size(), 1U);
}

TEST_F(Renewals, WhatAPortalDoesNotHaveIsLeftOutAndSaid) {
    const json::Value data = data_of(compose(run, "coloup", "money.renewals", "{}"));
    EXPECT_EQ(member(data, "left_out"), R"(["certificates.list"])");
}

TEST_F(Renewals, AmountsThatAreNoneAreNotAdded) {
    run.script(
        "services.list",
        {R"([{"id":1,"domain":"a","total":"on request","status":"Active","billingcycle":"Monthly","next_due":"2026-04-01"}])"});
    run.script("domains.list", {"[]"});
    EXPECT_EQ(member(data_of(compose(run, "coloup", "money.renewals", "{}")), "totals"),
              R"([{"currency":"EUR","amount":"0","renewals":1,"unknown":1}])");
}

TEST_F(Renewals, DaysAndUntilExcludeEachOther) {
    EXPECT_THAT(field_names(error_of(compose(run, "coloup", "money.renewals", R"({"days":3,"until":"2026-05-31"})"))),
                ElementsAre("until"));
    EXPECT_THAT(field_names(error_of(compose(run, "coloup", "money.renewals", R"({"until":"2026-02-30"})"))),
                ElementsAre("until"));
}

// --- orders.place ---

class OrderPlace : public testing::Test {
protected:
    OrderPlace() {
        run.script("orders.quote", {quote(20.62)});
        run.script("account.balance", {balance_answer});
        run.script("services.list", {R"({"services":[{"id":"5120","domain":"vm1.example.net","status":"Active"}]})"});
        run.script("invoices.list", {R"({"invoices":[{"id":"9001"}]})"});
        run.script(
            "orders.create_many",
            {R"({"order_num_list":[41],"invoice_id":"9007","total":"20.62","items":[{"type":"Hosting","id":"5122"}]})"});
    }

    static const char *quote(double total) {
        return total > 20.61
                   ? R"({"summary":{"total":20.62,"subtotal":"16.90","recurring":[{"value":"m","price":8.0}]}})"
                   : R"({"summary":{"total":"20.61"}})";
    }
    static std::string params(const std::string &total, const std::string &more = "") {
        return R"({"items":[{"type":"product","product_id":820,"domain":"vm2.example.net"}],"max_total":)" + total +
               more + "}";
    }
    // What the portal shows once the order is there.
    void show_order(FakeRun &where) const {
        where.script("services.list", {R"({"services":[{"id":"5120","domain":"vm1.example.net","status":"Active"},)"
                                       R"({"id":"5122","domain":"VM2.example.net.","status":"Pending"}]})"});
        where.script("invoices.list", {R"({"invoices":[{"id":"9007"},{"id":"9001"}]})"});
    }

    FakeRun run;
};

TEST_F(OrderPlace, OrdersWhatCostsExactlyTheLimit) {
    const json::Value data =
        data_of(compose(run, "elsecloud", "orders.place", params("20.62", R"(,"currency":"eur")")));
    EXPECT_EQ(member(data, "outcome"), R"("placed")");
    EXPECT_EQ(member(data, "services"), "[5122]");
    EXPECT_EQ(member(data, "invoices"), "[9007]");
    EXPECT_EQ(member(*data.find("quote"), "total"), R"("20.62")");
    EXPECT_EQ(run.count("orders.create_many"), 1U);
}

TEST_F(OrderPlace, ACentMoreIsRefusedAndBothAreNamed) {
    for (const char *limit : {"20.61", "\"20.619999999999999999999\"", "0", "20"}) {
        const Error error = error_of(compose(run, "elsecloud", "orders.place", params(limit)));
        EXPECT_EQ(error.error_class, ErrorClass::conflict);
        EXPECT_EQ(error.reason, "price");
        EXPECT_THAT(error.message, HasSubstr("20.62"));
    }
    EXPECT_EQ(run.count("orders.create_many"), 0U);
}

TEST_F(OrderPlace, AnotherCurrencyIsRefused) {
    Error error = error_of(compose(run, "elsecloud", "orders.place", params("100", R"(,"currency":"USD")")));
    EXPECT_EQ(error.reason, "currency");
    EXPECT_THAT(error.message, HasSubstr("EUR"));
    run.script("account.balance", {R"({"details":{"currency":"","acc_balance":"1"}})"});
    error = error_of(compose(run, "elsecloud", "orders.place", params("100", R"(,"currency":"EUR")")));
    EXPECT_EQ(error.reason, "currency");
    EXPECT_EQ(run.count("orders.create_many"), 0U);
}

TEST_F(OrderPlace, AQuoteThatCannotBeReadIsNoQuote) {
    for (const char *answer : {R"({"summary":{"total":"20.62 EUR"}})", R"({"summary":{}})", R"({"x":1})"}) {
        run.script("orders.quote", {answer});
        EXPECT_EQ(error_of(compose(run, "elsecloud", "orders.place", params("1000"))).reason, "price");
    }
    run.script("orders.quote",
               {R"({"summary":{"total":1},"items":[{"valid":true,"error":[]},{"error":["no such product"]}]})"});
    const Error error = error_of(compose(run, "elsecloud", "orders.place", params("1000")));
    EXPECT_EQ(error.error_class, ErrorClass::validation);
    EXPECT_THAT(error.portal_errors, ElementsAre("item 1: no such product"));
    EXPECT_EQ(run.count("orders.create_many"), 0U);
}

TEST_F(OrderPlace, ANameThatIsThereMayBeAnEarlierRuns) {
    show_order(run);
    const Error error = error_of(compose(run, "elsecloud", "orders.place", params("100")));
    EXPECT_EQ(error.error_class, ErrorClass::conflict);
    EXPECT_EQ(error.reason, "ambiguous");
    EXPECT_THAT(error.message, HasSubstr("vm2.example.net (service 5122)"));
    EXPECT_EQ(run.count("orders.create_many"), 0U);
    data_of(compose(run, "elsecloud", "orders.place", params("100", R"(,"duplicates":"allow")")));
    EXPECT_EQ(run.count("orders.create_many"), 1U);
}

TEST_F(OrderPlace, FindsItsOrderWhenTheAnswerIsLost) {
    // The lists are read for duplicates, for what was there before, and after the loss.
    run.script("orders.create_many", {"!outcome_unknown"});
    const char *none = R"({"services":[{"id":"5120","domain":"vm1.example.net","status":"Active"}]})";
    run.script("services.list",
               {none, none, R"({"services":[{"id":"5122","domain":"vm2.example.net","status":"Pending"}]})"});
    run.script("invoices.list", {R"({"invoices":[{"id":"9001"}]})", R"({"invoices":[{"id":"9001"},{"id":"9007"}]})"});
    const json::Value data = data_of(compose(run, "elsecloud", "orders.place", params("100")));
    EXPECT_EQ(member(data, "outcome"), R"("found")");
    EXPECT_EQ(member(data, "services"), "[5122]");
    EXPECT_EQ(member(data, "invoices"), "[9007]");
    EXPECT_EQ(run.count("orders.create_many"), 1U);
}

TEST_F(OrderPlace, ALaterRunFindsItByTheState) {
    run.script("orders.create_many", {"!outcome_unknown"});
    const Error lost = error_of(compose(run, "elsecloud", "orders.place", params("100")));
    ASSERT_EQ(lost.error_class, ErrorClass::outcome_unknown);
    const std::string state = R"(,"state":)" + text(lost.state);

    FakeRun later;
    show_order(later);
    EXPECT_EQ(member(data_of(compose(later, "elsecloud", "orders.place", params("100", state))), "outcome"),
              R"("found")");
    EXPECT_EQ(later.count("orders.create_many"), 0U);

    // It was not carried out: then this run orders.
    run.script("orders.create_many", {R"({"order_num_list":[41],"invoice_id":"9007","items":[]})"});
    EXPECT_EQ(member(data_of(compose(run, "elsecloud", "orders.place", params("100", state))), "outcome"),
              R"("placed")");
    EXPECT_EQ(run.count("orders.create_many"), 2U);

    EXPECT_THAT(
        field_names(error_of(compose(later, "elsecloud", "orders.place",
                                     R"({"items":[{"type":"product","product_id":821}],"max_total":1)" + state + "}"))),
        ElementsAre("state"));
}

TEST_F(OrderPlace, ADryRunQuotesAndGivesTheStateToKeep) {
    const json::Value plan = data_of(compose(run, "elsecloud", "orders.place", params("100"), R"({"dry_run":true})"));
    EXPECT_EQ(member(*plan.find("quote"), "total"), R"("20.62")");
    EXPECT_THAT(member(plan, "steps"), HasSubstr("orders.create_many"));
    EXPECT_EQ(run.count("orders.create_many"), 0U);
    EXPECT_EQ(error_of(compose(run, "elsecloud", "orders.place", params("1"), R"({"dry_run":true})")).reason, "price");

    FakeRun later;
    show_order(later);
    const std::string state = R"(,"state":)" + text(*plan.find("state"));
    EXPECT_EQ(member(data_of(compose(later, "elsecloud", "orders.place", params("100", state))), "outcome"),
              R"("found")");
}

TEST_F(OrderPlace, AStateTellsNothingOfASecretInTheCart) {
    run.script("domains.list", {R"({"domains":[]})"});
    const auto state_of = [&](const std::string &epp) {
        const std::string cart =
            R"({"items":[{"type":"domain","action":"transfer","name":"a.example","tld_id":6,"epp":")" + epp +
            R"("}],"max_total":100})";
        return text(*data_of(compose(run, "elsecloud", "orders.place", cart, R"({"dry_run":true})"))
                         .find("state")
                         ->find("subject"));
    };
    EXPECT_EQ(state_of("1234"), state_of("5678"));
}

TEST_F(OrderPlace, WithoutNamesTheNumberHasToBeExact) {
    const std::string cart = R"({"items":[{"type":"product","product_id":820}],"max_total":100)";
    const json::Value plan = data_of(compose(run, "elsecloud", "orders.place", cart + "}", R"({"dry_run":true})"));
    const std::string again = cart + R"(,"state":)" + text(*plan.find("state")) + "}";
    run.script("services.list", {R"({"services":[{"id":"5120"},{"id":"5122"}]})"});
    EXPECT_EQ(member(data_of(compose(run, "elsecloud", "orders.place", again)), "outcome"), R"("found")");
    run.script("services.list", {R"({"services":[{"id":"5120"},{"id":"5122"},{"id":"5123"}]})"});
    const Error error = error_of(compose(run, "elsecloud", "orders.place", again));
    EXPECT_EQ(error.reason, "ambiguous");
    EXPECT_EQ(run.count("orders.create_many"), 0U);
}

TEST_F(OrderPlace, APartOfAnOrderIsAmbiguous) {
    const std::string cart = R"({"items":[{"type":"product","product_id":820,"domain":"a.example.net"},)"
                             R"({"type":"product","product_id":820,"domain":"b.example.net"}],"max_total":100)";
    const json::Value plan = data_of(compose(run, "elsecloud", "orders.place", cart + "}", R"({"dry_run":true})"));
    run.script("services.list", {R"({"services":[{"id":"5120"},{"id":"5122","domain":"a.example.net"}]})"});
    EXPECT_EQ(
        error_of(compose(run, "elsecloud", "orders.place", cart + R"(,"state":)" + text(*plan.find("state")) + "}"))
            .reason,
        "ambiguous");
}

TEST_F(OrderPlace, ARenewalIsFoundOnItsInvoice) {
    const std::string cart = R"({"items":[{"type":"domain","action":"renew","domain_id":770}],"max_total":100)";
    const json::Value plan = data_of(compose(run, "elsecloud", "orders.place", cart + "}", R"({"dry_run":true})"));
    const std::string again = cart + R"(,"state":)" + text(*plan.find("state")) + "}";
    run.script("invoices.list", {R"({"invoices":[{"id":"9008"},{"id":"9001"}]})"});
    run.script("invoices.get",
               {R"({"invoice":{"items":[{"item_id":"771"}]}})", R"({"invoice":{"items":[{"item_id":"770"}]}})"});
    EXPECT_EQ(member(data_of(compose(run, "elsecloud", "orders.place", again)), "outcome"), R"("placed")");
    EXPECT_EQ(member(data_of(compose(run, "elsecloud", "orders.place", again)), "outcome"), R"("found")");
    EXPECT_EQ(run.count("orders.create_many"), 1U);
}

TEST_F(OrderPlace, IsNotWhereQuotesAreNot) {
    EXPECT_EQ(error_of(compose(run, "coloup", "orders.place", params("100"))).error_class, ErrorClass::unsupported);
    EXPECT_TRUE(run.calls.empty());
}

// --- services.upgrade ---

class Upgrade : public testing::Test {
protected:
    Upgrade() {
        run.script("services.upgrade.request", {R"({"total":"1.45","recurring":11.00,"resources":[]})"});
        run.script("invoices.list", {R"({"invoices":[{"id":"9001","date":"2026-02-01"}]})"});
        run.script("account.balance", {balance_answer});
    }
    static std::string params(const std::string &more = "") {
        return R"({"service_id":5120,"resources":{"2301":"17002"})" + more + "}";
    }
    FakeRun run;
};

TEST_F(Upgrade, EstimatesWithoutOrdering) {
    const json::Value data = data_of(compose(run, "coloup", "services.upgrade.estimate", params()));
    EXPECT_EQ(member(data, "total"), R"("1.45")");
    EXPECT_EQ(member(data, "recurring"), R"("11.00")");
    EXPECT_TRUE(run.calls[0].changes_nothing);
    EXPECT_THAT(run.calls[0].params, Not(HasSubstr("send")));
}

TEST_F(Upgrade, NoticesAPortalThatOrdersInstead) {
    run.script("services.upgrade.request", {R"({"total":"1.45","order_num":5})"});
    EXPECT_EQ(error_of(compose(run, "coloup", "services.upgrade.estimate", params())).reason, "ordered");
}

TEST_F(Upgrade, IsOrderedOnlyWithinTheLimit) {
    EXPECT_EQ(error_of(compose(run, "coloup", "services.upgrade.place", params(R"(,"max_total":1.44)"))).reason,
              "price");
    EXPECT_EQ(run.calls.size(), 1U);
    data_of(compose(run, "coloup", "services.upgrade.place", params(R"(,"max_total":1.45,"currency":"EUR")")));
    EXPECT_THAT(run.calls.back().params, HasSubstr(R"("send":true)"));
    EXPECT_FALSE(run.calls.back().changes_nothing);
}

TEST_F(Upgrade, IsFoundAgainByItsInvoice) {
    const std::string limit = R"(,"max_total":2)";
    run.script("services.upgrade.request", {R"({"total":"1.45"})", "!outcome_unknown"});
    const Error lost = error_of(compose(run, "coloup", "services.upgrade.place", params(limit)));
    ASSERT_EQ(lost.error_class, ErrorClass::outcome_unknown);
    const std::string again = params(limit + R"(,"state":)" + text(lost.state));

    FakeRun later;
    later.script("invoices.list",
                 {R"({"invoices":[{"id":"9001","date":"2026-02-01"},{"id":"9009","date":"2026-03-01"}]})"});
    later.script("invoices.get", {R"({"invoice":{"items":[{"item_id":"5120"}]}})"});
    EXPECT_EQ(member(data_of(compose(later, "coloup", "services.upgrade.place", again)), "outcome"), R"("found")");
    EXPECT_EQ(later.count("services.upgrade.request"), 0U);

    run.script("services.upgrade.request", {R"({"total":"1.45"})", R"({"total":"1.45","order_num":7})"});
    EXPECT_EQ(member(data_of(compose(run, "coloup", "services.upgrade.place", again)), "outcome"), R"("placed")");
}

} // namespace
} // namespace hostbill::test
