// The networks of the cloud, the pools of addresses in them, and the interfaces of virtual machines, which have some.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

class SeedRow;

struct Network {
    std::int64_t id;
    std::string_view name;
    std::string_view bridge;
};

struct Pool {
    std::int64_t id;
    std::string_view name;
    std::string_view type; // "ipv4", "ipv6"
    std::string_view bridge;
};

inline constexpr std::string_view public_bridge = "br0";
inline constexpr std::int64_t public_pool = 24;

std::span<const Network> networks();
std::span<const Pool> pools();
const Network *find_network(std::string_view bridge);
const Pool *find_pool(std::int64_t id);

std::int64_t free_addresses(Database &db, const Pool &pool);

struct Subnet {
    std::string netmask;
    std::string gateway;
};
Subnet subnet_of(const std::string &ip);
std::string_view address_type(std::string_view ip); // "ipv4", "ipv6"

// Takes an address out of a pool for an interface of the path's machine; gives its id. Refuses where none is left.
std::int64_t take_address(const Moment &moment, std::int64_t vm, std::int64_t interface, const Pool &pool);

// A new interface without addresses; gives its number.
std::int64_t add_interface(Database &db, std::int64_t vm, std::string_view bridge, bool firewall);

// What a new machine gets: an interface in the public network, with an address.
void connect_vm(const Moment &moment, std::int64_t vm);

// The interfaces of a machine as a row of the seed has them.
void seed_interfaces(const Moment &moment, const SeedRow &row);

} // namespace hostbill::sandbox
