// Virtual servers, as Time4VPS has them: what they are. server_tasks.cpp has what one can do with them,
// server_usage.cpp what they use.
#include "sandbox/areas/servers.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/services.hpp"

#include <algorithm>
#include <charconv>

namespace hostbill::sandbox {
namespace {

struct System {
    std::string_view id;
    std::string_view title;
};

constexpr System systems[] = {
    {"debian-12-x86_64", "Debian 12"},
    {"almalinux-9-x86_64", "AlmaLinux 9"},
    {"ubuntu-24.04-x86_64", "Ubuntu 24.04"},
};

constexpr std::int64_t address_addon = 53;
constexpr std::int64_t mb_in_gb = 1024;
constexpr std::int64_t core_mhz = 2600;
constexpr std::int64_t traffic_for_each_core = 8388608; // MB in a month

json::Value list(Call &call) {
    json::Array servers;
    for (auto row =
             call.db.query("SELECT servers.id, domain, ip, created, label, type FROM servers JOIN services USING (id) "
                           "WHERE status = 'Active' ORDER BY servers.id");
         row.next();)
        servers.push_back(json::Object{{"server_id", row.integer(0)},
                                       {"domain", row.text(1)},
                                       {"ip", row.text(2)},
                                       {"date_created", date(row.integer(3))},
                                       {"synch_date", date_time(synchronised(call.db, row.integer(0), call.now))},
                                       {"label", row.text(4)},
                                       {"type", row.text(5)}});
    return servers;
}

// What can be had with the server, and what of it is.
json::Array components(Call &call, const Product &product) {
    json::Array list;
    for (const Addon &addon : product.addons)
        list.push_back(json::Object{
            {"id", addon.id},
            {"name", addon.name},
            {"selected",
             call.db.exists("SELECT 1 FROM addons WHERE service_id = ? AND addon_id = ? AND status = 'Active'",
                            server(call), addon.id)}});
    return list;
}

json::Value get(Call &call) {
    const std::int64_t id = server(call);
    const ServerSize size = server_size(call.db, id);
    const Seconds then = synchronised(call.db, id, call.now);
    const ServerUse use = server_use(call.db, id, size, then);
    const ServerTraffic traffic = server_traffic(call.db, id, month_of(then), then);
    auto row = call.db.query("SELECT product_id, domain, label, status, os, ip, dns FROM servers JOIN services "
                             "USING (id) WHERE servers.id = ?",
                             id);
    row.next();
    return json::Object{{"synch_date", iso_time(then)},
                        {"package_id", row.integer(0)},
                        {"domain", row.text(1)},
                        {"label", row.text(2)},
                        {"status", row.text(3)},
                        {"cpu_frequency", core_mhz},
                        {"cpu_cores", size.cores},
                        {"ram_limit", size.memory},
                        {"ram_used", use.memory},
                        {"disk_limit", size.disk},
                        {"disk_usage", use.disk},
                        {"bw_limit", size.cores * traffic_for_each_core},
                        {"bw_in", traffic.in},
                        {"bw_out", traffic.out},
                        {"os", row.text(4)},
                        {"ip", row.text(5)},
                        {"additional_ip", additional_addresses(call.db, id)},
                        {"dns_servers", stored(row.text(6))},
                        {"components", components(call, *find_product(row.integer(0)))},
                        {"active_task", active_task(call)},
                        {"last_tasks", last_tasks(call)}};
}

json::Value list_systems(Call &) {
    json::Array list;
    for (const System &system : systems)
        list.push_back(json::Object{{"os", system.id}, {"title", system.title}});
    return list;
}

json::Value list_ips(Call &call) {
    json::Array ips{call.db.text("SELECT ip FROM servers WHERE id = ?", server(call))};
    for (json::Value &address : additional_addresses(call.db, server(call)))
        ips.push_back(std::move(address));
    return json::Array{json::Object{{"ips", std::move(ips)}}};
}

constexpr HandlerRow handlers[] = {
    {"servers.get", get},
    {"servers.ips", list_ips},
    {"servers.list", list},
    {"servers.operating_systems", list_systems},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE servers (id INTEGER PRIMARY KEY REFERENCES services (id), type TEXT NOT NULL, os TEXT NOT NULL,
    ip TEXT NOT NULL, additional TEXT NOT NULL, dns TEXT NOT NULL);
)sql";

constexpr PathId ids[] = {
    {"server_id", "Server", "SELECT 1 FROM servers WHERE id = ?"},
};

constexpr SeededId seeded_ids[] = {{"", "server_id", "2210"}};

constexpr std::string_view first_dns = R"(["198.51.100.53"])";

void seed(const Moment &moment, const SeedRow &document) {
    if (!portal_has(moment.portal, "servers.list"))
        return;
    for (const SeedRow &row : document.rows("servers")) {
        seed_service(moment, row, "server");
        moment.db.run("INSERT INTO servers (id, type, os, ip, additional, dns) VALUES (?, ?, ?, ?, ?, ?)",
                      row.integer("id"), row.text("type", "KVM"), row.text("os", systems[0].id), row.text("ip"),
                      row.json_text("additional", "[]"), row.json_text("dns", first_dns));
    }
}

void follow_service(const Moment &moment, const ServiceChange &change) {
    if (change.status == gone)
        moment.db.run("DELETE FROM servers WHERE id = ?", change.id);
    else if (change.status == "Active" && change.kind == "server")
        moment.db.run("INSERT OR IGNORE INTO servers (id, type, os, ip, additional, dns) VALUES (?, 'KVM', ?, ?, '[]', "
                      "?)",
                      change.id, systems[0].id, address_of(change.id), first_dns);
}

// "40 GB" is 40, and so is "40 GB disk".
std::int64_t leading_number(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// A line of a product's description, such as "2 GB memory".
void read_line(ServerSize &size, std::string_view line) {
    if (line.find("core") != line.npos)
        size.cores = leading_number(line);
    else if (line.ends_with("memory"))
        size.memory = leading_number(line) * mb_in_gb;
    else if (line.ends_with("disk"))
        size.disk = leading_number(line) * mb_in_gb;
}

} // namespace

constinit const Area servers_area{.name = "servers",
                                  .tables = tables,
                                  .seed = seed,
                                  .handlers = handlers,
                                  .ids = ids,
                                  .seeded_ids = seeded_ids,
                                  .service_changed = follow_service};

std::int64_t server(Call &call) { return call.integer("server_id"); }

ServerSize server_size(Database &db, std::int64_t server) {
    auto row = db.query("SELECT product_id, options FROM services WHERE id = ?", server);
    row.next();
    const Product &product = *find_product(row.integer(0));
    const json::Value options = stored(row.text(1));
    ServerSize size;
    for (std::string_view rest = product.description; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        read_line(size, line);
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
    for (const Option &option : product.options) {
        const json::Value *chosen = options.find(std::to_string(option.id));
        for (const Choice &choice : option.choices) {
            if (chosen == nullptr || scalar_text(*chosen) != std::to_string(choice.id))
                continue;
            std::int64_t &part = option.title == "Disk" ? size.disk : size.memory;
            part = std::max(part, leading_number(choice.title) * mb_in_gb);
        }
    }
    return size;
}

json::Array additional_addresses(Database &db, std::int64_t server) {
    json::Value came_with = stored(db.text("SELECT additional FROM servers WHERE id = ?", server));
    json::Array list = came_with.array() != nullptr ? std::move(*came_with.array()) : json::Array();
    // 100.64.0.0/10 is for carriers: nothing else here has such an address.
    for (auto row = db.query("SELECT id FROM addons WHERE service_id = ? AND addon_id = ? AND status = 'Active' "
                             "ORDER BY id",
                             server, address_addon);
         row.next();)
        list.push_back("100.64." + std::to_string(row.integer(0) / 256 % 256) + "." +
                       std::to_string(row.integer(0) % 256));
    return list;
}

std::string_view system_title(std::string_view id) {
    for (const System &system : systems)
        if (system.id == id)
            return system.title;
    return {};
}

} // namespace hostbill::sandbox
