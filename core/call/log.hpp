// One line per request, for whoever asked for it.
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/catalog/error.hpp"

#include <string_view>

namespace hostbill {

// Gets a JSON object in one line, valid until it returns. May be called by several threads at once.
using LogCallback = void (*)(void *user, const char *line);

// For all clients of the process; nullptr: nobody listens.
void set_log(LogCallback callback, void *user);

// Writes the line of a request that has just ended. Names only what is on hostbill.h's list: nothing of the parameters,
// the answer or the credentials, and no words of the portal.
void log_attempt(std::string_view portal, const Operation &operation, const Attempt &attempt) noexcept;

} // namespace hostbill
