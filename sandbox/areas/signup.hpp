// What a mail's link does when it is followed.
#pragma once

#include "sandbox/world/call.hpp"

#include <string>
#include <string_view>

namespace hostbill::sandbox {

// What it tells who followed it; empty where the link is not good, or no longer.
std::string follow_link(const Moment &moment, Auth &auth, std::string_view code);

} // namespace hostbill::sandbox
