// money.renewals: what falls due, when, and for how much.
#pragma once

#include "core/tasks/composition.hpp"

namespace hostbill {

Result<json::Value> run_renewals(const CompositionCall &call, Run &run);
void check_renewals(const CompositionCall &call, std::vector<FieldProblem> &problems);

} // namespace hostbill
