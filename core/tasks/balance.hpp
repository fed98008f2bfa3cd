// money.balance.
#pragma once

#include "core/tasks/composition.hpp"

namespace hostbill {

Result<json::Value> run_balance(const CompositionCall &call, Run &run);

} // namespace hostbill
