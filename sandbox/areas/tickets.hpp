// Whose a ticket is.
#pragma once

#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

// Refuses a ticket in the path, or of the file there, that the caller, a contact, neither wrote nor may see.
void check_ticket_is_visible(Call &call);

} // namespace hostbill::sandbox
