// Who is connected to a VPN, and what was carried by day. No operation connects anybody: the customer has a router that
// is connected all day and a telephone that is for some hours, and they do so by the portal's clock. A new password
// ends what is connected with the old one; the devices come back at their next time.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/areas/vpn.hpp"
#include "sandbox/world/traffic.hpp"

#include <algorithm>
#include <array>

namespace hostbill::sandbox {
namespace {

constexpr Seconds grace = 60; // for a connection whose password is no longer good
constexpr int days_shown = 30;
constexpr std::int64_t quota = 107374182400; // bytes a month

struct Device {
    std::string_view address;
    std::string_view type;
    Seconds length;        // of its connections, one a day
    double received, sent; // bytes a second
};

constexpr std::array<Device, 2> devices = {
    {{"198.51.100.7", "WireGuard", one_day - 90, 900, 110}, {"198.51.100.61", "OpenVPN", 9 * 3600, 2600, 240}}};

std::uint64_t line(std::size_t device, std::string_view direction, std::int64_t service) {
    return line_of(direction, service * static_cast<std::int64_t>(devices.size()) + static_cast<std::int64_t>(device));
}

struct Carried {
    std::int64_t received = 0;
    std::int64_t sent = 0;
};

Carried carried(std::int64_t service, const VpnSession &session, Seconds from, Seconds to) {
    const Device &device = devices[session.device];
    const Seconds begin = std::max(from, session.begin), end = std::min(to, session.end);
    return {static_cast<std::int64_t>(traffic(line(session.device, "vpn in", service), device.received, begin, end)),
            static_cast<std::int64_t>(traffic(line(session.device, "vpn out", service), device.sent, begin, end))};
}

json::Value history(Call &call) {
    const std::int64_t service = call.integer("service_id");
    const Seconds created = call.db.number("SELECT created FROM services WHERE id = ?", service);
    json::Array list;
    Seconds day = call.now / one_day * one_day - (days_shown - 1) * one_day;
    for (; day <= call.now; day += one_day) {
        if (day + one_day <= created)
            continue;
        Carried sum;
        for (const VpnSession &session : vpn_sessions(call.db, service, day, std::min(day + one_day, call.now))) {
            const Carried part = carried(service, session, day, std::min(day + one_day, call.now));
            sum.received += part.received;
            sum.sent += part.sent;
        }
        list.push_back(
            json::Object{{"period", date(day)}, {"received", sum.received}, {"sent", sum.sent}, {"quota", quota}});
    }
    return list;
}

json::Value list_sessions(Call &call) {
    json::Array list;
    std::vector<VpnServer> servers = vpn_servers(call.db);
    std::erase_if(servers, [](const VpnServer &server) { return !server.available; });
    if (servers.empty() || service_status(call) != "Active")
        return list;
    const std::int64_t service = call.integer("service_id");
    for (const VpnSession &session : vpn_sessions(call.db, service, call.now, call.now + 1)) {
        const Device &device = devices[session.device];
        const VpnServer &server = servers[session.device % servers.size()];
        const Carried sum = carried(service, session, session.begin, call.now);
        list.push_back(json::Object{{"remote_ip", device.address},
                                    {"local_ip", server.ip},
                                    {"received", sum.received},
                                    {"sent", sum.sent},
                                    {"duration", call.now - session.begin},
                                    {"doomed", session.doomed},
                                    {"type", device.type},
                                    {"serverID", server.id},
                                    {"serverName", server.name},
                                    {"serverCity", server.city},
                                    {"serverRegion", server.region}});
    }
    return list;
}

constexpr HandlerRow handlers[] = {
    {"vpn.history", history},
    {"vpn.sessions", list_sessions},
};

} // namespace

constinit const Area vpn_sessions_area{.name = "vpn sessions", .handlers = handlers};

std::vector<VpnSession> vpn_sessions(Database &db, std::int64_t service, Seconds from, Seconds to) {
    const Seconds created = db.number("SELECT created FROM services WHERE id = ?", service);
    std::vector<VpnSession> list;
    for (std::size_t device = 0; device < devices.size(); ++device) {
        const auto offset = static_cast<Seconds>(line(device, "vpn begin", service) % one_day);
        for (Seconds day = from / one_day - 1; day * one_day < to; ++day) {
            VpnSession session{device, day * one_day + offset, 0, false};
            session.end = session.begin + devices[device].length;
            const Seconds reset = db.number("SELECT MIN(time) FROM vpn_resets WHERE service_id = ? AND time >= ?",
                                            service, session.begin);
            session.doomed = reset != 0 && reset < session.end;
            if (session.doomed)
                session.end = std::min(session.end, reset + grace);
            if (session.begin >= created && session.begin < to && session.end > from)
                list.push_back(session);
        }
    }
    return list;
}

} // namespace hostbill::sandbox
