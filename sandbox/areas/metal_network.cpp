// Networks and addresses of whole machines. Each VLAN has a range of addresses to take from; the domain of an address
// is its reverse name.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/host_names.hpp"
#include "sandbox/areas/metal.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/world/net.hpp"

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t most_at_once = 16;

struct Vlan {
    std::int64_t id = 0;
    std::uint32_t first = 0; // address
    std::int64_t room = 0;   // addresses
};

std::int64_t used(Database &db, std::int64_t vlan) {
    return db.number("SELECT COUNT(*) FROM metal_ips WHERE vlan = ?", vlan);
}

json::Value list_vlans(Call &call) {
    json::Array list;
    for (auto row = call.db.query("SELECT id, name, description, room FROM vlans WHERE service_id = ? ORDER BY id",
                                  machine(call));
         row.next();)
        list.push_back(json::Object{{"id", row.text(0)},
                                    {"name", row.text(1)},
                                    {"description", row.text(2) + ", " + std::to_string(used(call.db, row.integer(0))) +
                                                        " of " + row.text(3) + " in use"}});
    return json::Object{{"vlans", std::move(list)}};
}

json::Object address_object(const Query &row) {
    return json::Object{{"id", row.text(0)}, {"ip", row.text(1)}, {"domain", row.text(2)}, {"vlan", row.text(3)}};
}

json::Value list_ips(Call &call) {
    json::Array list;
    for (auto row = call.db.query(
             "SELECT id, ip, domain, vlan FROM metal_ips WHERE service_id = ? AND main = 0 ORDER BY id", machine(call));
         row.next();)
        list.push_back(address_object(row));
    return json::Object{{"ips", std::move(list)}};
}

json::Object one_ip(Call &call, std::int64_t id) {
    auto row = call.db.query("SELECT id, ip, domain, vlan FROM metal_ips WHERE id = ?", id);
    row.next();
    return address_object(row);
}

// By its id, or as the address itself.
std::int64_t ip_in_path(Call &call) {
    return call.db.number("SELECT id FROM metal_ips WHERE ? IN (CAST(id AS TEXT), ip) AND service_id = ? AND main = 0",
                          call.text("ip"), machine(call));
}

json::Value get_ip(Call &call) { return json::Object{{"ip", one_ip(call, ip_in_path(call))}}; }

void check_domain(const std::string &domain) {
    if (!domain.empty() && !is_machine_name(domain))
        refuse("Parameter domain is not a host name");
}

Vlan wanted_vlan(Call &call) {
    auto row = call.db.query("SELECT id, first, room FROM vlans WHERE CAST(id AS TEXT) = ? AND service_id = ?",
                             call.text("vlan"), machine(call));
    if (!row.next())
        not_found("VLAN", call.text("vlan"));
    return {row.integer(0), read_ipv4(row.text(1)).value_or(0), row.integer(2)};
}

std::string free_address(Database &db, const Vlan &vlan) {
    for (std::int64_t i = 0; i < vlan.room; ++i) {
        std::string address = ipv4_text(vlan.first + static_cast<std::uint32_t>(i));
        if (!db.exists("SELECT 1 FROM metal_ips WHERE ip = ?", address))
            return address;
    }
    refuse("VLAN " + std::to_string(vlan.id) + " has no free address");
}

json::Value add_ips(Call &call) {
    require_idle_machine(call);
    const Vlan vlan = wanted_vlan(call);
    check_domain(call.text("domain"));
    const std::int64_t count = call.text("num").empty() ? 1 : call.integer("num");
    if (count < 1 || count > most_at_once)
        refuse("Parameter num must be 1 to " + std::to_string(most_at_once));
    if (const std::int64_t left = vlan.room - used(call.db, vlan.id); count > left)
        refuse("VLAN " + std::to_string(vlan.id) + " has only " + std::to_string(left) + " free addresses");
    json::Array added;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t id =
            call.db.insert("INSERT INTO metal_ips (service_id, ip, domain, vlan, main) VALUES (?, ?, ?, ?, 0)",
                           machine(call), free_address(call.db, vlan), call.text("domain"), vlan.id);
        added.push_back(one_ip(call, id));
        call.count("addresses_added");
    }
    return json::Object{{"ips", std::move(added)}, {"status", true}};
}

json::Value update_ip(Call &call) {
    require_active_machine(call);
    check_domain(call.text("domain"));
    call.db.run("UPDATE metal_ips SET domain = ? WHERE id = ?", call.text("domain"), ip_in_path(call));
    return status_true();
}

json::Value delete_ip(Call &call) {
    require_idle_machine(call);
    call.db.run("DELETE FROM metal_ips WHERE id = ?", ip_in_path(call));
    call.count("addresses_removed");
    return status_true();
}

constexpr HandlerRow handlers[] = {
    {"services.ips.add", add_ips},   {"services.ips.delete", delete_ip}, {"services.ips.get", get_ip},
    {"services.ips.list", list_ips}, {"services.ips.update", update_ip}, {"services.vlans", list_vlans},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE vlans (id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL REFERENCES metal (service_id)
    ON DELETE CASCADE, name TEXT NOT NULL, description TEXT NOT NULL, first TEXT NOT NULL,
    room INTEGER NOT NULL);
CREATE INDEX vlans_of_machine ON vlans (service_id);
CREATE TABLE metal_ips (id INTEGER PRIMARY KEY AUTOINCREMENT, service_id INTEGER NOT NULL REFERENCES metal (service_id)
    ON DELETE CASCADE, ip TEXT NOT NULL UNIQUE, domain TEXT NOT NULL, vlan INTEGER REFERENCES vlans (id)
    ON DELETE CASCADE, main INTEGER NOT NULL);
CREATE INDEX ips_of_machine ON metal_ips (service_id);
CREATE INDEX ips_of_vlan ON metal_ips (vlan);
)sql";

constexpr PathId ids[] = {
    {"ip", "Address", "SELECT 1 FROM metal_ips WHERE ? IN (CAST(id AS TEXT), ip) AND service_id = ? AND main = 0",
     true},
};

constexpr SeededId seeded_ids[] = {
    {"services.ips.", "service_id", "5150"},
    {"services.vlans", "service_id", "5150"},
    {"", "ip", R"("2501")"},
};

constexpr Sample samples[] = {
    {"services.ips.add", R"({"vlan":"340"})"},
    {"services.ips.delete", R"({"ip":"2502"})"},
    {"services.ips.update", R"({"domain":"sample.example.net"})"},
};

} // namespace

constinit const Area metal_network_area{.name = "metal network",
                                        .tables = tables,
                                        .handlers = handlers,
                                        .ids = ids,
                                        .seeded_ids = seeded_ids,
                                        .samples = samples};

void add_main_address(Database &db, std::int64_t machine, const std::string &address) {
    db.run("INSERT INTO metal_ips (service_id, ip, domain, vlan, main) SELECT id, ?, domain, NULL, 1 FROM services "
           "WHERE id = ?",
           address, machine);
}

// A public range of its own, out of what is set aside for carriers.
void make_networks(Database &db, std::int64_t machine) {
    constexpr std::uint32_t begin = 100U << 24U | 128U << 16U, size = 1U << 20U, block = 8;
    const std::uint32_t first = begin + static_cast<std::uint32_t>(machine) * block % size;
    const std::int64_t id =
        db.insert("INSERT INTO vlans (service_id, name, description, first, room) VALUES (?, '', 'Public addresses', "
                  "?, ?)",
                  machine, ipv4_text(first + 2), std::int64_t{block} - 3);
    db.run("UPDATE vlans SET name = 'public-' || id WHERE id = ?", id);
}

void seed_networks(Database &db, std::int64_t machine, const SeedRow &row) {
    const std::vector<SeedRow> vlans = row.rows("vlans");
    if (vlans.empty())
        make_networks(db, machine);
    for (const SeedRow &vlan : vlans) {
        const std::int64_t id = vlan.integer("id");
        db.run("INSERT INTO vlans (id, service_id, name, description, first, room) VALUES (?, ?, ?, ?, ?, ?)", id,
               machine, vlan.text("name"), vlan.text("description"), vlan.text("first"), vlan.integer("room"));
        for (const SeedRow &ip : vlan.rows("ips"))
            db.run("INSERT INTO metal_ips (id, service_id, ip, domain, vlan, main) VALUES (?, ?, ?, ?, ?, 0)",
                   ip.integer("id"), machine, ip.text("ip"), ip.text("domain"), id);
    }
}

} // namespace hostbill::sandbox
