// money.balance.
#pragma once

#include "core/composition.hpp"

namespace hostbill {

Result<json::Value> run_balance(const CompositionCall &call, Run &run);

} // namespace hostbill
