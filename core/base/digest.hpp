// Hashes. They are ours so that the library brings no second cryptography into a process that has its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill {

// FIPS 180-4. SHA-1 is for one-time passwords alone, which are defined with it.
std::array<std::uint8_t, 20> sha1(std::string_view data);
std::array<std::uint8_t, 32> sha256(std::string_view data);

// RFC 2104.
std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view data);

// In lower-case hexadecimal digits.
std::string sha256_hex(std::string_view data);

} // namespace hostbill
