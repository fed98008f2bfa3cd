// What several areas ask about the service in the path.
#pragma once

#include "sandbox/areas/shop.hpp"
#include "sandbox/world/seed.hpp"

namespace hostbill::sandbox {

std::string service_kind(Call &call);   // "cloud", "server", "hosting", "dns", "certificate", "metal", "vpn"
std::string service_status(Call &call); // "Active", ...

// Refuses as a portal does where the path's service is not of the kind that the operation is for.
void check_module(Call &call);

// As GET /service/{service_id} shows it.
json::Object service_details(Call &call);

// Gives it this status and tells every area; "gone" removes it. Its product's stock follows.
void set_service_status(const Moment &moment, std::int64_t id, std::string_view status);

// Of a service that ended: "Terminated", "Cancelled", "Fraud", "gone".
bool has_ended(std::string_view status);

// A row of the seed's "services", or of another list that describes services; `kind`: the product's own without it.
void seed_service(const Moment &moment, const SeedRow &row, std::string_view kind = {});

} // namespace hostbill::sandbox
