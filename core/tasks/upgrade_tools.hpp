// services.upgrade.estimate and services.upgrade.place.
#pragma once

#include "core/tasks/composition.hpp"

namespace hostbill {

Result<json::Value> run_upgrade_estimate(const CompositionCall &call, Run &run);

Result<json::Value> run_upgrade_place(const CompositionCall &call, Run &run);
void check_upgrade_place(const CompositionCall &call, std::vector<FieldProblem> &problems);
Result<json::Value> dry_run_upgrade_place(const CompositionCall &call, Run &run);

} // namespace hostbill
