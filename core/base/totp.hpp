// One-time passwords from a shared secret and the time (RFC 6238: SHA-1, 30 seconds, six digits).
#pragma once

#include "core/base/secret.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill {

// The bytes of a secret as authenticator programs show it: base32 (RFC 4648) in either case, blanks, hyphens and the
// padding optional. Nothing where it is none.
std::optional<Secret> read_totp_secret(std::string_view base32);

// The six digits that are good at that time.
std::string totp_code(const Secret &secret, std::chrono::system_clock::time_point time);

} // namespace hostbill
