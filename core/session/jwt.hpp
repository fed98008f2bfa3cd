// What is read from an access token. It is never verified: that is the portal's affair.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace hostbill {

// When the token says that it ends; nothing where it says none or is no JSON Web Token.
std::optional<std::chrono::system_clock::time_point> token_expiry(std::string_view token);

} // namespace hostbill
