// Money tools against a sandbox: limits at the cent, and one order however often it is run.
#include "core/catalog/catalog.hpp"
#include "core/json/decimal.hpp"

#include "box.hpp"

namespace hostbill::test {
namespace {

using testing::HasSubstr;

std::string cart(const std::string &max_total, const std::string &more = "") {
    return R"({"items":[{"type":"product","product_id":820,"domain":"fresh.example.net"}],"max_total":")" + max_total +
           "\"" + more + "}";
}

std::string with_state(const json::Object &state) { return R"(,"state":)" + json::write_utf8(json::Value(state)); }

TEST(MoneyBox, AnOrderMayCostTheLimitAndNotACentMore) {
    for (const char *portal : {"elsecloud", "time4vps", "generic"}) {
        const Box box(portal, R"(,"tax_rate":"21")");
        const auto client = box.client();
        const json::Value plan = call_data(*client, "orders.place", cart("1000"), R"({"dry_run":true})");
        const std::string total = text_at(*plan.find("quote"), "total");
        const std::string less = (*Decimal::parse(total) - *Decimal::parse("0.01")).text();
        const Error error = call_error(*client, "orders.place", cart(less, R"(,"currency":"EUR")"));
        EXPECT_EQ(error.error_class, ErrorClass::conflict);
        EXPECT_EQ(error.reason, "price");
        EXPECT_THAT(error.message, HasSubstr(total));
        EXPECT_THAT(error.message, HasSubstr(less));
        EXPECT_EQ(call_error(*client, "orders.place", cart(total, R"(,"currency":"USD")")).reason, "currency");
        EXPECT_EQ(box.count("orders.create_many"), 0) << portal;
        const json::Value data = call_data(*client, "orders.place", cart(total, R"(,"currency":"EUR")"));
        EXPECT_EQ(text_at(data, "outcome"), "placed");
        EXPECT_EQ(text_at(*data.find("order"), "total"), total);
        EXPECT_EQ(box.count("orders.create_many"), 1) << portal;
        // Another run without a state sees that it may be its own.
        EXPECT_EQ(call_error(*client, "orders.place", cart(total)).reason, "ambiguous");
        EXPECT_EQ(box.count("orders.create_many"), 1) << portal;
    }
}

TEST(MoneyBox, AnOrderWhoseAnswerIsLostIsFoundAtOnce) {
    const Box box("elsecloud");
    const auto client = box.client();
    box.fault("orders.create_many", R"({"kind":"lost_reply"})");
    const json::Value data = call_data(*client, "orders.place", cart("1000"));
    EXPECT_EQ(text_at(data, "outcome"), "found");
    EXPECT_EQ(data.find("services")->array()->size(), 1U);
    EXPECT_EQ(box.count("orders.create_many"), 1);
}

// What was ordered stands on the last page of a list.
TEST(MoneyBox, AnOrderIsFoundOnWhicheverPageItIs) {
    for (const int size : {1, 2}) {
        const Box box("elsecloud", R"(,"quirks":{"pages":)" + std::to_string(size) + "}");
        const auto client = box.client();
        box.fault("orders.create_many", R"({"kind":"lost_reply"})");
        EXPECT_EQ(text_at(call_data(*client, "orders.place", cart("1000")), "outcome"), "found");
        EXPECT_EQ(call_error(*client, "orders.place", cart("1000")).reason, "ambiguous");
        EXPECT_EQ(box.count("orders.create_many"), 1);
    }
}

// What a portal says of an item may repeat what the item held, at any length.
TEST(MoneyBox, WhatAPortalSaysOfAQuoteShowsNoSecretAndIsOneLine) {
    const Box box("elsecloud");
    const auto client = box.client();
    for (const char *errors : {R"(["no\nEPP code s3cret-epp"])", R"("no\nEPP code s3cret-epp")"}) {
        box.fault("orders.quote", R"({"kind":"status","status":200,"body":{"items":[{"error":)" + std::string(errors) +
                                      R"(}],"summary":{"total":"1.00"}}})");
        const Error error = call_error(*client, "orders.place", R"({"items":[{"type":"domain","name":"fresh.example",
            "years":1,"action":"transfer","tld_id":1,"epp":"s3cret-epp"}],"max_total":"1000"})");
        EXPECT_EQ(error.error_class, ErrorClass::validation);
        EXPECT_THAT(error.portal_errors, testing::ElementsAre("item 0: no EPP code ***")) << errors;
        EXPECT_THAT(error.message, testing::EndsWith("item 0: no EPP code ***"));
    }
    EXPECT_EQ(box.count("orders.create_many"), 0);
}

// The answers of one page come again, or say nothing of the others.
TEST(MoneyBox, NothingIsOrderedWhereAListIsNotKnown) {
    for (const char *body : {R"({"services":[{"id":1,"domain":"a"}],"page":{"current":1,"total":2}})",
                             R"({"services":[{"id":1,"domain":"a"}],"page":{"current":0,"total":2}})",
                             R"({"services":[],"page":{"current":"1","total":"99999999"}})", R"({"result":[{"id":1}]})",
                             R"({"services":"none"})", "true"}) {
        const Box box("elsecloud");
        box.fault("services.list",
                  R"({"kind":"status","status":200,"body":)" + json::write_utf8(json::Value(std::string_view(body))) +
                      "}",
                  0);
        const auto client = box.client();
        EXPECT_EQ(call_error(*client, "orders.place", cart("1000")).error_class, ErrorClass::protocol) << body;
        EXPECT_EQ(box.count("orders.create_many"), 0) << body;
    }
}

TEST(MoneyBox, OrByALaterRun) {
    const Box box("elsecloud");
    auto client = box.client();
    box.fault("orders.create_many", R"({"kind":"lost_reply"})");
    box.fault("services.list", R"({"kind":"status","status":500})", 0, 2); // no looking at what came of it
    const Error lost = call_error(*client, "orders.place", cart("1000"));
    EXPECT_EQ(lost.error_class, ErrorClass::outcome_unknown);
    ASSERT_FALSE(lost.state.empty());
    box.control(R"({"command":"clear_faults"})");
    client = box.client();
    for (int run = 0; run < 3; ++run) {
        EXPECT_EQ(text_at(call_data(*client, "orders.place", cart("1000", with_state(lost.state))), "outcome"),
                  "found");
    }
    EXPECT_EQ(call_error(*client, "orders.place", cart("1000")).reason, "ambiguous");
    EXPECT_EQ(box.count("orders.create_many"), 1);
    EXPECT_EQ(box.count("orders"), 1);
}

TEST(MoneyBox, WhatNeverArrivedIsOrderedByTheLaterRun) {
    const Box box("elsecloud");
    const auto client = box.client();
    box.fault("orders.create_many", R"({"kind":"reset","when":"before"})");
    const Error lost = call_error(*client, "orders.place", cart("1000"));
    ASSERT_EQ(lost.error_class, ErrorClass::outcome_unknown);
    EXPECT_EQ(box.count("orders.create_many"), 0);
    const std::string again = cart("1000", with_state(lost.state));
    EXPECT_EQ(text_at(call_data(*client, "orders.place", again), "outcome"), "placed");
    EXPECT_EQ(text_at(call_data(*client, "orders.place", again), "outcome"), "found");
    EXPECT_EQ(box.count("orders.create_many"), 1);
}

TEST(MoneyBox, AStateKeptBeforehandMakesAnyNumberOfRunsOneOrder) {
    const Box box("time4vps");
    const std::string unnamed = R"({"items":[{"type":"product","product_id":820}],"max_total":"1000")";
    const json::Value plan = call_data(*box.client(), "orders.place", unnamed + "}", R"({"dry_run":true})");
    EXPECT_EQ(box.count("orders.create_many"), 0);
    const std::string again = unnamed + with_state(*plan.find("state")->object()) + "}";
    box.fault("orders.create_many", R"({"kind":"lost_reply"})");
    for (int run = 0; run < 3; ++run)
        EXPECT_EQ(text_at(call_data(*box.client(), "orders.place", again), "outcome"), "found");
    EXPECT_EQ(box.count("orders.create_many"), 1);
}

TEST(MoneyBox, CertificatesAndDomainsInOneCart) {
    const Box box("elsecloud");
    const auto client = box.client();
    box.fault("orders.create_many", R"({"kind":"lost_reply"})");
    const json::Value data = call_data(
        *client, "orders.place",
        R"({"items":[{"type":"certificate","product_id":250,"csr":"-----BEGIN CERTIFICATE REQUEST-----\nMIHXMH8CAQAwHTEbMBkGA1UEAwwSc2FtcGxlLmV4YW1wbGUubmV0MFkwEwYHKoZI\nzj0CAQYIKoZIzj0DAQcDQgAELLybh3vfuhsqZ02vfhGsgRiQ14E/AZqivgQU5iaK\n6odNCV2nTfHiaK7d7Pj7FHE+RCiY3LJz7SjFoko9xO69IKAAMAoGCCqGSM49BAMC\nA0gAMEUCIAqg5P9FE2n/rq0qOOk13C7FM2i37XmZTf/gzWmDiS/QAiEAukiaiFax\nx3klkK+RIIHAPErhDECckBbgIl6hJnzp3H0=\n-----END CERTIFICATE REQUEST-----\n","years":1},)"
        R"({"type":"domain","name":"brandnew-example.org","action":"register","years":1},)"
        R"({"type":"domain","action":"renew","domain_id":770,"years":1}],"max_total":"1000"})");
    EXPECT_EQ(text_at(data, "outcome"), "found");
    EXPECT_EQ(data.find("services")->array()->size(), 1U);
    EXPECT_EQ(data.find("domains")->array()->size(), 1U);
    EXPECT_EQ(box.count("orders.create_many"), 1);
}

TEST(MoneyBox, AReadOnlyClientOrdersNothing) {
    const Box box("elsecloud");
    const auto client = box.client(R"(,"read_only":true)");
    EXPECT_EQ(call_error(*client, "orders.place", cart("1000")).error_class, ErrorClass::read_only);
    call_data(*client, "services.upgrade.estimate", R"({"service_id":5120,"resources":{"2301":"17002"}})");
    EXPECT_EQ(call_error(*client, "services.upgrade.place", R"({"service_id":5120,"max_total":1})").error_class,
              ErrorClass::read_only);
}

TEST(MoneyBox, AnUpgradeIsEstimatedLimitedAndFoundAgain) {
    const Box box("elsecloud");
    const auto client = box.client();
    const std::string upgrade = R"({"service_id":5120,"resources":{"2301":"17002"})";
    const json::Value estimate = call_data(*client, "services.upgrade.estimate", upgrade + "}");
    const std::string total = text_at(estimate, "total");
    ASSERT_GT(*Decimal::parse(total), Decimal());
    EXPECT_EQ(box.count("orders"), 0);
    const std::string less = (*Decimal::parse(total) - *Decimal::parse("0.01")).text();
    EXPECT_EQ(call_error(*client, "services.upgrade.place", upgrade + R"(,"max_total":")" + less + "\"}").reason,
              "price");
    EXPECT_EQ(box.count("orders"), 0);
    const std::string limit = upgrade + R"(,"max_total":")" + total + "\"";
    box.fault("services.upgrade.request", R"({"kind":"lost_reply"})", 1, 1); // not the estimate
    const Error lost = call_error(*client, "services.upgrade.place", limit + "}");
    ASSERT_EQ(lost.error_class, ErrorClass::outcome_unknown);
    EXPECT_EQ(text_at(call_data(*client, "services.upgrade.place", limit + with_state(lost.state) + "}"), "outcome"),
              "found");
    EXPECT_EQ(box.count("orders"), 1);
}

TEST(MoneyBox, BalanceAndRenewalsOfEveryPortal) {
    for (const Portal &portal : portals()) {
        const Box box(std::string(portal.id));
        const auto client = box.client();
        const json::Value balance = call_data(*client, "money.balance");
        EXPECT_EQ(text_at(balance, "owed"), "6.00") << portal.id;
        EXPECT_EQ(text_at(balance, "credit"), "500.00") << portal.id;
        EXPECT_EQ(text_at(balance, "currency"), "EUR");
        const json::Value calendar = call_data(*client, "money.renewals", R"({"days":400})");
        EXPECT_GT(calendar.find("renewals")->array()->size(), 3U) << portal.id;
        Decimal sum;
        std::string before;
        for (const json::Value &row : *calendar.find("renewals")->array()) {
            EXPECT_LE(before, text_at(row, "date"));
            before = text_at(row, "date");
            sum = sum + Decimal::of(row.find("amount")).value_or(Decimal());
        }
        EXPECT_EQ(text_at(calendar.find("totals")->array()->front(), "amount"), sum.text()) << portal.id;
    }
}

} // namespace
} // namespace hostbill::test
