// What the portal tells the customer when something happens.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <string_view>

namespace hostbill::sandbox {

// A notification about a thing ("Invoice", "Service", "Domain", "Ticket", "Account"), which goes by mail as well: to the
// owner, and to every contact who is to be told of such things.
void notify(const Moment &moment, std::string_view about, std::int64_t id, std::string_view subject,
            std::string_view body);

// Whether a contact (0: the owner) is to be told of it.
bool notification_is_for(Database &db, std::int64_t notification, std::int64_t contact);

} // namespace hostbill::sandbox
