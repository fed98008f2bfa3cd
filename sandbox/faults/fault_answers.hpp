// Faults that are another answer.
#pragma once

#include "sandbox/http/http.hpp"

namespace hostbill::sandbox {

// What the portal would have answered becomes what the fault says, and the fault stays with it for its delivery.
// A status of 0 afterwards: there is no answer.
void spoil(Response &response, const Fault &fault);

// The answer to a request that a fault kept from being carried out, for kinds that have no answer of their own.
Response not_carried_out();

} // namespace hostbill::sandbox
