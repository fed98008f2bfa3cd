// What the portal does once an invoice is paid.
#pragma once

#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

// Activates, renews or upgrades whatever the lines of the invoice are for.
void fulfil(const Moment &moment, std::int64_t invoice);

} // namespace hostbill::sandbox
