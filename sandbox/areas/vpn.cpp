// VPN services: their logins, the servers to connect to, and the configurations for it.
#include "sandbox/areas/vpn.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/world/crypto.hpp"
#include "sandbox/world/traffic.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

struct Client {
    std::string_view name;
    std::string_view version;
    std::string_view file;
};

// Programs to download.
constexpr Client clients[] = {
    {"LinuxVPN", "2.3.1", "linux"}, {"WindowsVPN", "2.3.4", "windows"}, {"AndroidVPN", "1.9.0", "android"}};

json::Value list_clients(Call &) {
    json::Array list;
    for (const Client &client : clients)
        list.push_back(json::Object{{"name", client.name},
                                    {"version", client.version},
                                    {"url", "https://downloads.example.net/vpn/" + std::string(client.file)}});
    return list;
}

json::Value list_servers(Call &call) {
    json::Array list;
    for (const VpnServer &server : vpn_servers(call.db)) {
        const double busy = static_cast<double>(server.load) * busyness(line_of("vpn load", server.id), call.now);
        list.push_back(json::Object{{"id", server.id},
                                    {"name", server.name},
                                    {"city", server.city},
                                    {"region", server.region},
                                    {"ip", server.ip},
                                    {"lat", stored(server.lat)},
                                    {"lng", stored(server.lng)},
                                    {"load", server.available ? std::min<std::int64_t>(99, std::int64_t(busy)) : 0},
                                    {"available", server.available}});
    }
    return list;
}

json::Object login(Call &call, std::int64_t service) {
    auto row = call.db.query("SELECT username, password, shared_key FROM services JOIN vpn ON service_id = services.id "
                             "WHERE services.id = ?",
                             service);
    if (!row.next())
        refuse("Service " + std::to_string(service) + " is not active");
    return json::Object{{"username", row.text(0)}, {"password", row.text(1)}, {"shared_key", row.text(2)}};
}

std::int64_t oldest(Call &call) {
    const std::int64_t service = call.db.number("SELECT id FROM services JOIN vpn ON service_id = id WHERE status = "
                                                "'Active' ORDER BY created, id LIMIT 1");
    if (service == 0)
        refuse("There is no active VPN service");
    return service;
}

json::Value login_details(Call &call) { return login(call, oldest(call)); }
json::Value get_login(Call &call) { return login(call, call.integer("service_id")); }

json::Value reset_password(Call &call) {
    const std::int64_t service = call.integer("service_id");
    if (service_status(call) != "Active")
        refuse("Service " + std::to_string(service) + " is not active");
    const std::string password = random_password();
    call.db.run("UPDATE services SET password = ? WHERE id = ?", password, service);
    call.db.run("INSERT INTO vpn_resets (service_id, time) VALUES (?, ?)", service, call.now);
    call.count("vpn_password_resets");
    return json::Object{{"status", true}, {"password", password}};
}

std::string open_vpn(const VpnServer &server, const std::string &user, bool tcp) {
    return "# " + server.name + ", " + server.city + "; the login is " + user + "\nclient\ndev tun\nproto " +
           (tcp ? "tcp" : "udp") + "\nremote " + server.ip + (tcp ? " 443" : " 1194") +
           "\nresolv-retry infinite\nnobind\npersist-key\npersist-tun\nremote-cert-tls server\nauth-user-pass\nverb "
           "3\n";
}

std::string phone_book(const VpnServer &server, const std::string &user) {
    return "[" + server.name + " " + user +
           "]\r\nEncoding=1\r\nType=2\r\nVpnStrategy=3\r\nMEDIA=rastapi\r\nPort=VPN2-0"
           "\r\nDevice=WAN Miniport (L2TP)\r\nDEVICE=vpn\r\nPhoneNumber=" +
           server.ip + "\r\n";
}

json::Value get_config(Call &call) {
    const std::vector<VpnServer> servers = vpn_servers(call.db);
    const auto server = std::find_if(servers.begin(), servers.end(),
                                     [&](const VpnServer &row) { return row.id == call.integer("vpn_server_id"); });
    const std::string user = call.db.text("SELECT username FROM services WHERE id = ?", oldest(call));
    const std::string kind = call.text("template");
    const std::string text =
        kind == "pbk_default" ? phone_book(*server, user) : open_vpn(*server, user, kind == "ovpn_443");
    return json::Object{{"template", base64(text)}};
}

constexpr HandlerRow handlers[] = {
    {"vpn.clients", list_clients},          {"vpn.get_login", get_login},       {"vpn.login_details", login_details},
    {"vpn.reset_password", reset_password}, {"vpn.servers.config", get_config}, {"vpn.servers.list", list_servers},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE vpn (service_id INTEGER PRIMARY KEY REFERENCES services (id) ON DELETE CASCADE, shared_key TEXT NOT NULL);
CREATE TABLE vpn_resets (service_id INTEGER NOT NULL REFERENCES vpn (service_id) ON DELETE CASCADE,
    time INTEGER NOT NULL);
CREATE INDEX resets_of_vpn ON vpn_resets (service_id);
CREATE TABLE vpn_servers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL, region TEXT NOT NULL,
    ip TEXT NOT NULL, lat TEXT NOT NULL, lng TEXT NOT NULL, load INTEGER NOT NULL, available INTEGER NOT NULL);
)sql";

constexpr PathId ids[] = {{"vpn_server_id", "VPN server", "SELECT 1 FROM vpn_servers WHERE id = ?"}};

constexpr SeededId seeded_ids[] = {
    {"vpn.", "service_id", "5160"},
    {"", "template", R"("ovpn_default")"},
    {"", "vpn_server_id", "41"},
};

void activate(const Moment &moment, std::int64_t service, const std::string &user) {
    moment.db.run("UPDATE services SET username = ? WHERE id = ?", user, service);
    moment.db.run("INSERT INTO vpn (service_id, shared_key) VALUES (?, ?)", service, random_password());
}

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("vpn_servers"))
        moment.db.run("INSERT INTO vpn_servers (id, name, city, region, ip, lat, lng, load, available) VALUES "
                      "(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      row.integer("id"), row.text("name"), row.text("city"), row.text("region"), row.text("ip"),
                      row.text("lat", "0"), row.text("lng", "0"), row.integer("load"), row.flag("available", true));
    std::vector<std::pair<std::int64_t, std::string>> seeded;
    for (auto row = moment.db.query("SELECT id, domain FROM services WHERE kind = 'vpn' AND status <> 'Pending'");
         row.next();)
        seeded.emplace_back(row.integer(0), row.text(1));
    for (const auto &[service, name] : seeded)
        activate(moment, service, name.empty() ? "vpn" + std::to_string(service) : name);
}

constexpr std::string_view server_states[] = {"available", "maintenance"};

void set_server(const Moment &moment, std::int64_t id, std::string_view state) {
    if (state == gone)
        moment.db.run("DELETE FROM vpn_servers WHERE id = ?", id);
    else
        moment.db.run("UPDATE vpn_servers SET available = ? WHERE id = ?", state == "available", id);
}

constexpr StateRow states[] = {{"vpn_server", server_states, "SELECT 1 FROM vpn_servers WHERE id = ?", set_server}};

void follow_service(const Moment &moment, const ServiceChange &change) {
    if (change.status == "Active" && change.kind == "vpn" &&
        !moment.db.exists("SELECT 1 FROM vpn WHERE service_id = ?", change.id))
        activate(moment, change.id, "vpn" + std::to_string(change.id));
}

} // namespace

constinit const Area vpn_area{.name = "vpn",
                              .tables = tables,
                              .seed = seed,
                              .handlers = handlers,
                              .ids = ids,
                              .seeded_ids = seeded_ids,
                              .states = states,
                              .service_changed = follow_service};

std::vector<VpnServer> vpn_servers(Database &db) {
    std::vector<VpnServer> list;
    for (auto row =
             db.query("SELECT id, name, city, region, ip, lat, lng, load, available FROM vpn_servers ORDER BY id");
         row.next();)
        list.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6),
                        row.integer(7), row.integer(8) != 0});
    return list;
}

} // namespace hostbill::sandbox
