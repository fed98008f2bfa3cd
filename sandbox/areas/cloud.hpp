// How much a cloud service's plan gives it, and how much of that its machines use.
#pragma once

#include "sandbox/world/database.hpp"

#include <cstdint>

namespace hostbill::sandbox {

struct Resources {
    std::int64_t memory = 0; // MB
    std::int64_t cpu = 0;    // cores
    std::int64_t disk = 0;   // GB
    std::int64_t ipv4 = 0;   // public addresses
};

// Of one machine as the plan describes it.
Resources machine_of_plan(Database &db, std::int64_t service);

// Refuses, naming all that there is not enough of.
void require_room(Database &db, std::int64_t service, const Resources &more);

} // namespace hostbill::sandbox
