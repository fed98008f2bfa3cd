// What is kept of the account as it was before an order, by which a later run finds out whether it was placed.
#pragma once

#include "core/tasks/composition.hpp"

#include <cstdint>

namespace hostbill {

struct OrderState {
    std::int64_t since = 0;   // seconds since 1970
    json::Object before = {}; // by the operation that read them: the keys of what was there
};

// `subject` is what was to be ordered: a state belongs to that alone.
json::Object to_json(const CompositionCall &call, const OrderState &state, const json::Value &subject);

// Of the parameter `state`, which has to be given. Nothing, with a problem, where it is none of this order.
std::optional<OrderState> read_order_state(const CompositionCall &call, const json::Value &subject,
                                           std::vector<FieldProblem> &problems);

} // namespace hostbill
