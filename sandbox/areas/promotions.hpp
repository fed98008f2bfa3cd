// Promotion codes, as orders give them.
#pragma once

#include "sandbox/areas/plan.hpp"

namespace hostbill::sandbox {

// Refuses a code that there is not, or not any more, or that is not for this.
const Promotion &check_promotion(const Moment &moment, const std::string &code, const Plan &plan);

// Notes that it was used.
void use_promotion(const Moment &moment, const Promotion &promotion, std::int64_t order_num);

} // namespace hostbill::sandbox
