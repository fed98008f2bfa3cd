// Addresses and host names, as far as a portal looks at them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

std::optional<std::uint32_t> read_ipv4(const std::string &text);
std::string ipv4_text(std::uint32_t address);

bool is_address(const std::string &text); // IPv4 or IPv6
// Labels of letters, digits and hyphens; a dot at the end is let through.
bool is_host_name(std::string_view text);

} // namespace hostbill::sandbox
