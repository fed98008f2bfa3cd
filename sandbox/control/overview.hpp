// The account at a glance, for the sandbox's page.
#pragma once

#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

// The answer to {"command":"overview"}. It only looks: asking is no request of a customer, so no task comes nearer to
// its end by it. Of each kind of thing the newest few hundred; "counts" has how many there are.
json::Value overview(const Moment &moment);

} // namespace hostbill::sandbox
