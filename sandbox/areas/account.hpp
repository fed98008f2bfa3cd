// Who was here when.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

// The caller has just signed in, with a password.
void note_login(Call &call, std::string_view how);

struct LastVisit {
    Seconds time = 0; // 0: never
    std::string address;
};

LastVisit last_visit(Database &db, std::int64_t contact);
void set_last_visit(Database &db, std::int64_t contact, const LastVisit &visit);

// A line in the account's log for a change that its operation did not describe better.
void log_change(Call &call);

} // namespace hostbill::sandbox
