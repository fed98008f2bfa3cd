// The URL that a portal's API begins at.
#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace hostbill {

struct BaseUrl {
    std::string origin; // "https://portal.example:8443"
    std::string path;   // "/api"; never ends in a slash, may be empty
    bool loopback;      // this machine itself
};

// https, or http for 127.0.0.0/8, ::1 and localhost alone; without user, query and fragment. The failure says what is
// wrong and never repeats the URL, which may hold a password.
Result<BaseUrl, std::string> parse_base_url(std::string_view url);

} // namespace hostbill
