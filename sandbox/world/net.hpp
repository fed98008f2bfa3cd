// IPv4 addresses as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hostbill::sandbox {

std::optional<std::uint32_t> read_ipv4(const std::string &text);
std::string ipv4_text(std::uint32_t address);

} // namespace hostbill::sandbox
