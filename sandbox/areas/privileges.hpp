// What contacts may do. The account's owner may do everything.
#pragma once

#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

// Refuses what the caller, a contact, lacks the privilege for. Where the path's ids are known to exist.
void check_privileges(Call &call);

// Takes out of an answer what the caller may not see.
void hide_from_caller(Call &call, json::Value &answer);

} // namespace hostbill::sandbox
