// Network interfaces of virtual machines, their addresses, and the pools that these come from.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/vm_life.hpp"
#include "sandbox/areas/vm_network.hpp"

#include <algorithm>
#include <array>

namespace hostbill::sandbox {
namespace {

std::int64_t machine(Call &call) { return call.integer("vm_id"); }

struct Interface {
    std::int64_t number;
    std::string bridge;
};

// By number or by name: "0", "net0".
Interface interface_of(Call &call) {
    const std::string given = call.text("iface");
    auto row = call.db.query("SELECT number, bridge FROM interfaces WHERE vm_id = ?1 AND ?2 IN (CAST(number AS TEXT), "
                             "'net' || number)",
                             machine(call), given);
    if (!row.next())
        not_found("Interface", given);
    return {row.integer(0), row.text(1)};
}

json::Array addresses_on(Database &db, std::int64_t vm, std::int64_t interface, std::string_view type) {
    json::Array list;
    for (auto row =
             db.query("SELECT id, ip FROM addresses WHERE vm_id = ? AND interface = ? ORDER BY id", vm, interface);
         row.next();)
        if (address_type(row.text(1)) == type)
            list.push_back(json::Object{{"id", row.text(0)}, {"ip", row.text(1)}});
    return list;
}

json::Object show(Database &db, std::int64_t vm, const Query &row) {
    return json::Object{{"id", row.text(0)},
                        {"name", "net" + row.text(0)},
                        {"mac", row.text(1)},
                        {"bridge", row.text(2)},
                        {"firewall", row.text(3)},
                        {"ipv4", addresses_on(db, vm, row.integer(0), "ipv4")},
                        {"ipv6", addresses_on(db, vm, row.integer(0), "ipv6")}};
}

json::Object show_one(Call &call, std::int64_t number) {
    auto row = call.db.query("SELECT number, mac, bridge, firewall FROM interfaces WHERE vm_id = ? AND number = ?",
                             machine(call), number);
    row.next();
    return show(call.db, machine(call), row);
}

json::Value list(Call &call) {
    json::Array interfaces;
    for (auto row = call.db.query(
             "SELECT number, mac, bridge, firewall FROM interfaces WHERE vm_id = ? ORDER BY number", machine(call));
         row.next();)
        interfaces.push_back(show(call.db, machine(call), row));
    return json::Object{{"interfaces", std::move(interfaces)}};
}

json::Value get(Call &call) { return json::Object{{"interface", show_one(call, interface_of(call).number)}}; }

bool firewall(Call &call) {
    const std::int64_t flag = call.integer("firewall");
    if (flag != 0 && flag != 1)
        refuse("Parameter firewall must be 0 or 1");
    return flag == 1;
}

struct Address {
    std::int64_t id;
    std::string bridge;
};

// The machine's own addresses that a parameter lists by id.
std::vector<Address> listed(Call &call, std::string_view type) {
    std::vector<Address> addresses;
    const json::Value *given = call.value(type);
    if (given == nullptr || given->array() == nullptr)
        return addresses;
    for (const json::Value &item : *given->array()) {
        const std::string id = scalar_text(item).value_or("");
        auto row = call.db.query("SELECT id, ip, pool FROM addresses WHERE vm_id = ? AND CAST(id AS TEXT) = ?",
                                 machine(call), id);
        if (!row.next())
            not_found("Address", id);
        if (address_type(row.text(1)) != type)
            refuse("Address " + id + " is not of type " + std::string(type));
        addresses.push_back({row.integer(0), std::string(find_pool(row.integer(2))->bridge)});
    }
    return addresses;
}

// An interface has the listed addresses from now on, wherever on the machine they were. Those of that type which it had
// besides stay with the machine.
void put_addresses(Call &call, const Interface &interface, std::string_view type) {
    if (!call.has(type))
        return;
    const std::vector<Address> addresses = listed(call, type);
    for (const Address &address : addresses)
        if (address.bridge != interface.bridge)
            refuse("Address " + std::to_string(address.id) + " belongs to network " + address.bridge + ", not to " +
                   interface.bridge);
    call.db.run(
        "UPDATE addresses SET interface = NULL WHERE vm_id = ?1 AND interface = ?2 AND (instr(ip, ':') > 0) = ?3",
        machine(call), interface.number, type == "ipv6");
    for (const Address &address : addresses)
        call.db.run("UPDATE addresses SET interface = ? WHERE id = ?", interface.number, address.id);
}

json::Object done(Call &call, std::int64_t number) {
    return json::Object{{"status", true}, {"interface", show_one(call, number)}};
}

// In the network of its addresses; in the public one without any.
json::Value create(Call &call) {
    require_active_service(call);
    std::string bridge(public_bridge);
    for (std::string_view type : {"ipv6", "ipv4"})
        if (const std::vector<Address> addresses = listed(call, type); !addresses.empty())
            bridge = addresses.front().bridge;
    const std::int64_t number = add_interface(call.db, machine(call), bridge, firewall(call));
    for (std::string_view type : {"ipv4", "ipv6"})
        put_addresses(call, {number, bridge}, type);
    call.count("interfaces_created");
    call.log("VM " + call.text("vm_id") + ": interface net" + std::to_string(number) + " added");
    return done(call, number);
}

json::Value update(Call &call) {
    require_active_service(call);
    const Interface interface = interface_of(call);
    if (call.has("firewall"))
        call.db.run("UPDATE interfaces SET firewall = ? WHERE vm_id = ? AND number = ?", firewall(call), machine(call),
                    interface.number);
    for (std::string_view type : {"ipv4", "ipv6"})
        put_addresses(call, interface, type);
    call.count("interfaces_updated");
    return done(call, interface.number);
}

// Its addresses go back to their pools.
json::Value remove(Call &call) {
    require_active_service(call);
    const Interface interface = interface_of(call);
    if (!call.text("list").empty() && find_pool(call.integer("list")) == nullptr)
        not_found("List", call.text("list"));
    call.db.run("DELETE FROM addresses WHERE vm_id = ? AND interface = ?", machine(call), interface.number);
    call.db.run("DELETE FROM interfaces WHERE vm_id = ? AND number = ?", machine(call), interface.number);
    call.count("interfaces_deleted");
    call.log("VM " + call.text("vm_id") + ": interface net" + std::to_string(interface.number) + " removed");
    return status_true();
}

// The network that a list is narrowed to; "": all.
std::string wanted_bridge(Call &call) {
    if (!call.text("iface").empty())
        return interface_of(call).bridge;
    const std::string bridge = call.text("bridge");
    if (!bridge.empty() && find_network(bridge) == nullptr)
        not_found("Bridge", bridge);
    return bridge;
}

json::Value list_ips(Call &call) {
    const std::string bridge = wanted_bridge(call), type = call.text("type");
    const std::string interface = call.text("iface").empty() ? "" : "net" + std::to_string(interface_of(call).number);
    json::Array ips;
    bool first = true;
    for (auto row = call.db.query("SELECT id, ip, 'net' || interface, pool FROM addresses WHERE vm_id = ? ORDER BY id",
                                  machine(call));
         row.next();) {
        const std::string_view its_type = address_type(row.text(1)), its_bridge = find_pool(row.integer(3))->bridge;
        const bool main = std::exchange(first, false);
        if ((!type.empty() && its_type != type) || (!bridge.empty() && its_bridge != bridge) ||
            (!interface.empty() && row.text(2) != interface))
            continue;
        const std::string name = row.text(2);
        ips.push_back(json::Object{{"id", row.text(0)},
                                   {"ip", row.text(1)},
                                   {"type", its_type},
                                   {"interface", name.empty() ? json::Value() : json::Value(name)},
                                   {"main", main ? "1" : "0"}});
    }
    return json::Object{{"ips", std::move(ips)}};
}

bool is_on_network(Call &call, std::string_view bridge) {
    return call.db.exists("SELECT 1 FROM interfaces WHERE vm_id = ? AND bridge = ?", machine(call), bridge);
}

// Those of the networks that the machine is on.
json::Value list_pools(Call &call) {
    const std::string bridge = wanted_bridge(call);
    json::Array list;
    for (const Pool &pool : pools())
        if (bridge.empty() ? is_on_network(call, pool.bridge) : pool.bridge == bridge)
            list.push_back(json::Object{{"id", std::to_string(pool.id)},
                                        {"name", pool.name},
                                        {"type", pool.type},
                                        {"free", std::to_string(free_addresses(call.db, pool))}});
    return json::Object{{"pools", std::move(list)}};
}

// To the interface that is named, or to the machine's first in the pool's network.
json::Value assign(Call &call) {
    require_active_service(call);
    const Pool *pool = find_pool(call.integer("pool"));
    if (pool == nullptr)
        not_found("Pool", call.text("pool"));
    const std::string type = call.text("type");
    if (type != pool->type)
        refuse("Pool " + call.text("pool") + " has no addresses of type " + type);
    std::int64_t number = 0;
    if (!call.text("iface").empty()) {
        const Interface interface = interface_of(call);
        if (interface.bridge != pool->bridge)
            refuse("Pool " + call.text("pool") + " belongs to network " + std::string(pool->bridge) + ", not to " +
                   interface.bridge);
        number = interface.number;
    } else {
        auto row = call.db.query("SELECT number FROM interfaces WHERE vm_id = ? AND bridge = ? ORDER BY number LIMIT 1",
                                 machine(call), pool->bridge);
        if (!row.next())
            refuse("VM " + call.text("vm_id") + " has no interface in network " + std::string(pool->bridge));
        number = row.integer(0);
    }
    const std::int64_t id = take_address(call.moment(), machine(call), number, *pool);
    const std::string ip = call.db.text("SELECT ip FROM addresses WHERE id = ?", id);
    call.count("addresses_assigned");
    call.log("VM " + call.text("vm_id") + ": address " + ip + " assigned");
    return json::Object{{"status", true}, {"ip", json::Object{{"id", std::to_string(id)}, {"ip", ip}, {"type", type}}}};
}

constexpr HandlerRow handlers[] = {
    {"vms.interfaces.create", create}, {"vms.interfaces.delete", remove}, {"vms.interfaces.get", get},
    {"vms.interfaces.list", list},     {"vms.interfaces.update", update}, {"vms.ip_pool.assign", assign},
    {"vms.ip_pool.list", list_pools},  {"vms.ips.list", list_ips},
};

constexpr SeededId seeded_ids[] = {
    {"", "iface", R"("0")"},
    {"", "pool", R"("24")"},
};

constexpr Sample samples[] = {
    {"vms.interfaces.create", R"({"firewall":1})"},
    {"vms.interfaces.delete", R"({"iface":"1"})"},
    {"vms.interfaces.update", R"({"firewall":0})"},
    {"vms.ip_pool.assign", R"({"type":"ipv4"})"},
};

} // namespace

constinit const Area vm_interfaces_area{
    .name = "vm_interfaces", .handlers = handlers, .seeded_ids = seeded_ids, .samples = samples};

} // namespace hostbill::sandbox
