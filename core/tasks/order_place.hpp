// orders.place: a quote, a price guard, an order, and the means to find that order again. docs/money.md has the rules.
#pragma once

#include "core/tasks/composition.hpp"

namespace hostbill {

Result<json::Value> run_order_place(const CompositionCall &call, Run &run);
void check_order_place(const CompositionCall &call, std::vector<FieldProblem> &problems);
Result<json::Value> dry_run_order_place(const CompositionCall &call, Run &run);

} // namespace hostbill
