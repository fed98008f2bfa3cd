// What virtual machines are made from.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <string_view>

namespace hostbill::sandbox {

struct Template {
    std::string_view id;
    std::string_view name;
    std::string_view group;
    std::int64_t memory; // MB that it needs at least
    std::int64_t disk;   // GB
};

// The one that the request names, by id or name. Refuses where there is none, or where a machine of that size cannot
// run it.
const Template &checked_template(Call &call, std::int64_t memory, std::int64_t disk);

} // namespace hostbill::sandbox
