// A product as someone configured it, and its price: the same for a quote, an order, an upgrade and a renewal.
#pragma once

#include "sandbox/areas/shop.hpp"
#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

struct Plan {
    const Product *product = nullptr;
    const Cycle *cycle = nullptr;
    json::Object options;                 // option id -> id of a choice, or how many
    const Promotion *promotion = nullptr; // one that lasts
};

// Of a service there is.
Plan read_plan(Database &db, std::int64_t service);

// Takes over what was chosen: {"2201":{"16002":1}}, {"2201":"16002"}; of what is counted {"2401":{"18001":3}},
// {"2401":3}. `what` is an option's name in a refusal. A list is a map whose keys the form lost: nothing in it can be an
// option of ours.
void choose(Plan &plan, const json::Value *given, std::string_view what);

// Refuses a plan in which a required option is open, or whose product has no such billing period.
void check_complete(const Plan &plan);

const Choice *chosen(const Plan &plan, const Option &option); // nullptr: nothing
std::int64_t how_many(const Plan &plan, const Option &option);
Cents option_price(const Plan &plan, const Option &option); // for each month

Cents full_price(const Plan &plan);      // each term, without the promotion
Cents recurring_price(const Plan &plan); // each term
Cents setup_price(const Plan &plan);

} // namespace hostbill::sandbox
