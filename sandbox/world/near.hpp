// What a request that no operation answers to was probably meant to be.
#pragma once

#include "core/catalog/catalog.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

// Which mistake would make the operation's path of the request's.
enum class NearWhy : std::uint8_t {
    method,         // the path is right
    trailing_slash, // so it is without the slash at its end
    placeholder,    // the value of a path parameter is empty, or still its name
    portal,         // right, but other portals have it
    prefix,         // the path does not begin with /api/
    path,           // a segment is misspelt, missing or too many
};

std::string_view why_text(NearWhy why); // "trailing slash"

struct Near {
    const Operation *operation;
    NearWhy why;
};

// The nearest first, three at most. The path as on the request line, without the query; "/api" is its first segment.
std::vector<Near> near_misses(const Portal &portal, std::string_view method, std::string_view path);

} // namespace hostbill::sandbox
