// The account as it is before anyone has touched it, and a large one.
#include "money_support.hpp"

#include "sandbox/world/seed.hpp"

#include <set>

namespace hostbill::sandbox::test {
namespace {

TEST(Seed, IsACustomerOfTwoYears) {
    Box box("elsecloud");
    const Answer services = box.get("/service"), invoices = box.get("/invoice");
    const json::Array &rows = *invoices.at({"invoices"}).array();
    EXPECT_GT(services.at({"services"}).array()->size(), 36U);
    EXPECT_GT(rows.size(), 100U);
    std::set<std::string> months, names, statuses, cycles;
    for (const json::Value &row : rows)
        months.emplace(row.find("date")->string()->view().substr(0, 7));
    EXPECT_GE(months.size(), 24U) << "invoices in every month of two years";
    for (const json::Value &row : *services.at({"services"}).array()) {
        names.insert(*row.find("name")->string());
        statuses.insert(*row.find("status")->string());
        cycles.insert(*row.find("billingcycle")->string());
    }
    EXPECT_GE(names.size(), 9U);
    EXPECT_GE(statuses.size(), 6U);
    EXPECT_GE(cycles.size(), 5U);
    // In order of time, and none of them of the future.
    for (std::size_t i = 1; i < rows.size(); ++i)
        if (std::stoi(*rows[i - 1].find("id")->string()) < 9000) {
            EXPECT_GE(rows[i - 1].find("date")->string()->view(), rows[i].find("date")->string()->view());
        }
}

TEST(Seed, HasNothingThatIsDueAtOnce) {
    for (std::string_view portal : all_portals) {
        Box box(portal);
        box.get("/balance");
        EXPECT_EQ(debt(box), 600) << portal;
        EXPECT_EQ(box.ledger("renewals_invoiced"), 0) << portal;
    }
}

TEST(Seed, GrowsAsItIsTold) {
    auto document = json::parse(R"({"services":[{"id":1}],"generate":{"services":5,"zones":60,"records_per_zone":3}})");
    ASSERT_TRUE(document);
    grow(*document);
    EXPECT_EQ(document->find("services")->array()->size(), 1U + 5U + 2U) << "two more hold the zones";
    const json::Array &zones = *document->find("zones")->array();
    ASSERT_EQ(zones.size(), 60U);
    EXPECT_EQ(*zones[55].find("service"), *document->find("services")->array()->back().find("id"));
    EXPECT_EQ(zones[59].find("records")->array()->size(), 3U);
    auto wrong = json::parse(R"({"generate":{"zones":-1}})");
    EXPECT_THROW(grow(*wrong), Refusal);
}

} // namespace
} // namespace hostbill::sandbox::test
