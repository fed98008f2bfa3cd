// Finds an order in what the account shows: by what is there now and was not there before.
#pragma once

#include "core/tasks/composition.hpp"
#include "core/tasks/order_state.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hostbill {

// What is there of all kinds that the cart could add to, for OrderState::before.
Result<json::Object> look_at_account(const CompositionCall &call, const json::Array &cart, Run &run);

struct FoundOrder {
    enum class Verdict : std::uint8_t { none, all, unclear } verdict = Verdict::none;
    json::Array services = {}; // their ids; certificates are services too
    json::Array domains = {};
    json::Array invoices = {};
    std::string why = {}; // of what is unclear
};

Result<FoundOrder> find_order(const CompositionCall &call, const json::Array &cart, const OrderState &state, Run &run);

// Names of the cart that the account has already: "vm1.example.net (service 5120)".
Result<std::vector<std::string>> find_duplicates(const CompositionCall &call, const json::Array &cart, Run &run);

} // namespace hostbill
