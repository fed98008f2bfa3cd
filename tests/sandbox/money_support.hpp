// Amounts as the portal tells them.
#pragma once

#include "support.hpp"

#include "sandbox/world/money.hpp"

namespace hostbill::sandbox::test {

inline Cents money(const std::string &text) {
    auto cents = parse_money(text);
    EXPECT_TRUE(cents) << text;
    return cents.value_or(-1);
}

inline Cents credit(const Box &box) { return money(box.get("/balance").word({"details", "acc_credit"})); }
inline Cents debt(const Box &box) { return money(box.get("/balance").word({"details", "acc_balance"})); }

inline std::string service_word(const Box &box, const std::string &id, std::string_view name) {
    return box.get("/service/" + id).word({"service", name});
}

inline void advance_days(const Box &box, int days) {
    const json::Value moved =
        box.control(R"({"command":"clock","advance":)" + std::to_string(std::int64_t{days} * 86400) + "}");
    EXPECT_EQ(moved.find("error"), nullptr) << json::write_utf8(moved);
}

inline void set_state(const Box &box, std::string_view kind, const std::string &id, std::string_view state) {
    const json::Value set = box.control(R"({"command":"set_state","kind":")" + std::string(kind) + R"(","id":)" + id +
                                        R"(,"state":")" + std::string(state) + "\"}");
    EXPECT_EQ(set.find("error"), nullptr) << json::write_utf8(set);
}

} // namespace hostbill::sandbox::test
