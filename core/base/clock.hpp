// The clock that deadlines and delays are measured with: it never jumps.
#pragma once

#include <chrono>

namespace hostbill {

using Clock = std::chrono::steady_clock;

} // namespace hostbill
