// VPN services, their logins, servers and sessions.
#include "sandbox/areas/areas.hpp"

namespace hostbill::sandbox {
namespace {

constexpr SeededId seeded_ids[] = {
    {"vpn.", "service_id", "5160"},
    {"", "template", R"("ovpn_default")"},
    {"", "vpn_server_id", "41"},
};

} // namespace

constinit const Area vpn_area{.name = "vpn", .seeded_ids = seeded_ids};

} // namespace hostbill::sandbox
