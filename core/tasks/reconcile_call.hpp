// `reconcile` as callers call it.
#pragma once

#include "core/call/prepare.hpp"
#include "core/tasks/composition.hpp"

#include <cstdint>

namespace hostbill {

Result<json::Value> run_reconcile(const CompositionCall &call, Run &run);
void check_reconcile(const CompositionCall &call, std::vector<FieldProblem> &problems);
Result<json::Value> dry_run_reconcile(const CompositionCall &call, Run &run);

// The parameters with which `reconcile` settles a call whose outcome is unknown, without its secrets. `since` is when
// it began, in seconds since 1970; `before` may be empty.
json::Object reconcile_params(const Prepared &unsettled, std::int64_t since, json::Object before);

// A call's parameters by canonical name, without secrets.
json::Object plain_params(const Prepared &prepared);

} // namespace hostbill
