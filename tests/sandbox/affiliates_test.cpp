// An affiliate's figures are the sums of their parts.
#include "support.hpp"

#include "sandbox/world/money.hpp"

namespace hostbill::sandbox::test {
namespace {

Cents cents(const json::Value &item, std::string_view field) { return *parse_money(*item.find(field)->string()); }

struct Sums {
    Cents approved = 0, pending = 0, paid = 0;
    std::int64_t visits = 0, signups = 0;
};

Sums add_up(const Box &box) {
    Sums sums;
    const Answer commissions = box.get("/affiliates/commissions"), payouts = box.get("/affiliates/payouts"),
                 campaigns = box.get("/affiliates/campaigns");
    for (const json::Value &row : *commissions.at({"commissions"}).array()) {
        const std::string &status = *row.find("status")->string();
        sums.approved += status == "Approved" ? cents(row, "amount") : 0;
        sums.pending += status == "Pending" ? cents(row, "amount") : 0;
    }
    for (const json::Value &row : *payouts.at({"payouts"}).array())
        sums.paid += cents(row, "amount");
    for (const json::Value &row : *campaigns.at({"campaigns"}).array()) {
        sums.visits += std::stoll(*row.find("visits")->string());
        sums.signups += std::stoll(*row.find("signups")->string());
    }
    return sums;
}

void expect_balance(const Box &box) {
    const Sums sums = add_up(box);
    Answer summary = box.get("/affiliates/summary");
    EXPECT_EQ(summary.word({"summary", "pending"}), money_text(sums.pending));
    EXPECT_EQ(summary.word({"summary", "paid"}), money_text(sums.paid));
    EXPECT_EQ(summary.word({"summary", "balance"}), money_text(sums.approved - sums.paid));
    EXPECT_EQ(summary.word({"summary", "visits"}), std::to_string(sums.visits));
    EXPECT_EQ(summary.word({"summary", "signups"}), std::to_string(sums.signups));
}

TEST(Affiliates, FiguresAddUp) {
    Box box("elsecloud");
    expect_balance(box);
    EXPECT_EQ(box.get("/affiliates/summary").word({"summary", "conversion"}), "2.50");
    EXPECT_GT(add_up(box).pending, 0);
    EXPECT_GT(add_up(box).approved, add_up(box).paid);
}

TEST(Affiliates, CommissionsAreApprovedAfterAMonth) {
    Box box("generic");
    const Sums before = add_up(box);
    box.control(R"({"command":"clock","advance":2592000})");
    const Sums after = add_up(box);
    EXPECT_EQ(after.pending, 0);
    EXPECT_EQ(after.approved, before.approved + before.pending);
    expect_balance(box);
}

TEST(Affiliates, ARejectedCommissionIsWorthNothing) {
    Box box("coloup");
    const Sums before = add_up(box);
    Answer list = box.get("/affiliates/commissions");
    const std::string id = list.word({"commissions", "0", "id"});
    ASSERT_EQ(list.word({"commissions", "0", "status"}), "Pending");
    box.control(R"({"command":"set_state","kind":"commission","id":)" + id + R"(,"state":"Rejected"})");
    EXPECT_EQ(add_up(box).pending, before.pending - cents(list.at({"commissions", "0"}), "amount"));
    expect_balance(box);
}

} // namespace
} // namespace hostbill::sandbox::test
