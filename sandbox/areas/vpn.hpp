// What the files about VPN services share.
#pragma once

#include "sandbox/world/database.hpp"
#include "sandbox/world/dates.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hostbill::sandbox {

struct VpnServer {
    std::int64_t id;
    std::string name, city, region, ip, lat, lng; // lat and lng: JSON numbers
    std::int64_t load;                            // percent, on average
    bool available;
};

std::vector<VpnServer> vpn_servers(Database &db);

// A connection of one of the customer's devices.
struct VpnSession {
    std::size_t device;
    Seconds begin;
    Seconds end;
    bool doomed; // its password is no longer the service's
};

// Those that touch the time between `from` and `to`.
std::vector<VpnSession> vpn_sessions(Database &db, std::int64_t service, Seconds from, Seconds to);

} // namespace hostbill::sandbox
