// One line per request, for whoever asked for it.
#pragma once

#include "capi/hostbill.h"
#include "core/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace hostbill::capi {

void set_log(hostbill_log_callback callback, void *user);

// Whether anybody listens; nothing else has to be done where not.
bool logging() noexcept;

// Writes the line of a call that has just ended, unless it sent nothing. Names only what is on the list of
// hostbill_set_log: nothing of the answer or the parameters.
void log_call(std::string_view portal, std::string_view operation, const Result<std::string> &answer,
              std::chrono::milliseconds elapsed) noexcept;

} // namespace hostbill::capi
