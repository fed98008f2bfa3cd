// Waits for what takes time by asking now and then: one engine for all rows of api/waiters.json. docs/waiting.md tells
// how it looks from outside.
#pragma once

#include "core/tasks/composition.hpp"
#include "core/tasks/waiter_rules.hpp"

namespace hostbill {

// The composition of that waiter.
Result<json::Value> run_waiter(const CompositionCall &call, Run &run);
void check_waiter(const CompositionCall &call, std::vector<FieldProblem> &problems);

// The same for any waiter, also one of a test.
Result<json::Value> wait_for(const Waiter &waiter, const CompositionCall &call, Run &run);

} // namespace hostbill
