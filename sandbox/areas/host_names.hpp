// Names of hosts, domains and records, and addresses.
#pragma once

#include <string>
#include <string_view>

namespace hostbill::sandbox {

inline constexpr std::string_view apex = "@"; // the zone's own name, among its records

// A record's name relative to the zone, in small letters. Refuses what is not a name, or not in the zone.
std::string owner_in(const std::string &name, std::string_view zone);

// Of whole labels of 1 to 63 letters, digits and hyphens, two or more of them.
bool is_domain_name(std::string_view name);
// One label or more, in letters of either size, an ending dot allowed.
bool is_host_name(std::string_view name);
bool is_machine_name(std::string_view name); // the same without underscores
bool is_ipv4(const std::string &text);
bool is_ipv6(const std::string &text);
bool is_address(const std::string &text); // either
bool is_email(const std::string &text);
bool is_web_address(const std::string &text); // http or https, and a host

} // namespace hostbill::sandbox
