// Waiting that can be called off.
#pragma once

#include "core/base/call_control.hpp"
#include "core/base/clock.hpp"

namespace hostbill {

// How long a wait lasts at most before the call's `interrupt` is asked again.
inline constexpr std::chrono::milliseconds interrupt_period{50};

// Blocks the calling thread until that time. False: the call was stopped before. Cancelling wakes the thread at once.
bool wait_until(CallControl &control, Clock::time_point until);

} // namespace hostbill
