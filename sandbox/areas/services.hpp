// What several areas ask about the service in the path.
#pragma once

#include "sandbox/world/call.hpp"
#include "sandbox/areas/shop.hpp"

namespace hostbill::sandbox {

std::string service_kind(Call &call);   // "cloud", "server", "hosting", "dns", "certificate", "metal", "vpn"
std::string service_status(Call &call); // "Active", ...

// Refuses as a portal does where the path's service is not of the kind that the operation is for.
void check_module(Call &call);

// As GET /service/{service_id} shows it.
json::Object service_details(Call &call);

} // namespace hostbill::sandbox
