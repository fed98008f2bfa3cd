// What the portal does once an invoice is paid.
#pragma once

#include "core/catalog.hpp"
#include "sandbox/world/database.hpp"
#include "sandbox/world/dates.hpp"

namespace hostbill::sandbox {

// Activates, renews or upgrades whatever the lines of the invoice are for.
void fulfil(Database &db, const Portal &portal, std::int64_t invoice, Seconds now);

// What a service of a product is on this portal: where there is an API for servers, a cloud product is a server.
bool portal_has(const Portal &portal, std::string_view operation);

} // namespace hostbill::sandbox
