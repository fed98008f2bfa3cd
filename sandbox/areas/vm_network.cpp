#include "sandbox/areas/vm_network.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/cloud.hpp"
#include "sandbox/world/seed.hpp"

#include <charconv>
#include <optional>

namespace hostbill::sandbox {
namespace {

constexpr Network all_networks[] = {{12, "Public", "br0"}, {13, "Private", "br1"}};

constexpr Pool all_pools[] = {
    {24, "Public IPv4", "ipv4", "br0"}, {25, "Public IPv6", "ipv6", "br0"}, {26, "Private IPv4", "ipv4", "br1"}};

// A pool's addresses are those of its ranges, one after the other. All are set aside for documents, tests or private use.
struct Range {
    std::int64_t pool;
    std::string_view first;
    std::int64_t size;
    std::string_view netmask;
    std::string_view gateway;
};

constexpr Range ranges[] = {
    {24, "203.0.113.50", 10, "255.255.255.0", "203.0.113.1"},
    {24, "198.19.0.10", 12000, "255.255.0.0", "198.19.0.1"},
    {25, "2001:db8::50", 1000, "64", "2001:db8::1"},
    {26, "10.20.0.10", 4, "255.255.255.0", "10.20.0.1"},
};

// An address as what it begins with and a number that counts up: all of an IPv4 address, the last group of an IPv6 one.
struct Split {
    std::string_view head;
    std::int64_t number;
};

std::optional<std::int64_t> read_number(std::string_view digits, int base) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    const bool all = error == std::errc() && end == digits.data() + digits.size() && digits.size() <= 4;
    return all && number >= 0 ? std::optional(number) : std::nullopt;
}

std::optional<Split> split(std::string_view ip) {
    if (const std::size_t colon = ip.rfind(':'); colon != ip.npos) {
        auto number = read_number(ip.substr(colon + 1), 16);
        return number ? std::optional(Split{ip.substr(0, colon + 1), *number}) : std::nullopt;
    }
    std::int64_t number = 0;
    for (int group = 0; group < 4; ++group) {
        const std::size_t dot = ip.find('.');
        auto part = read_number(ip.substr(0, dot), 10);
        if (!part || *part > 255 || (dot == ip.npos) != (group == 3))
            return std::nullopt;
        number = number * 256 + *part;
        ip.remove_prefix(dot == ip.npos ? ip.size() : dot + 1);
    }
    return Split{"", number};
}

std::string join(const Split &address) {
    if (!address.head.empty()) {
        char digits[8];
        auto [end, error] = std::to_chars(std::begin(digits), std::end(digits), address.number, 16);
        return std::string(address.head) + std::string(digits, end);
    }
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8)
        text += (text.empty() ? "" : ".") + std::to_string(address.number >> shift & 0xff);
    return text;
}

std::int64_t pool_size(const Pool &pool) {
    std::int64_t size = 0;
    for (const Range &range : ranges)
        size += range.pool == pool.id ? range.size : 0;
    return size;
}

// The address at a place of a pool, counted from 0.
std::string address_at(const Pool &pool, std::int64_t place) {
    for (const Range &range : ranges) {
        if (range.pool != pool.id)
            continue;
        if (place < range.size) {
            Split address = *split(range.first);
            address.number += place;
            return join(address);
        }
        place -= range.size;
    }
    return "";
}

struct Place {
    const Pool *pool;
    std::int64_t place;
    const Range *range;
};

std::optional<Place> find_place(std::string_view ip) {
    auto address = split(ip);
    if (!address)
        return std::nullopt;
    for (const Pool &pool : all_pools) {
        std::int64_t before = 0;
        for (const Range &range : ranges) {
            if (range.pool != pool.id)
                continue;
            const Split first = *split(range.first);
            const std::int64_t offset = address->number - first.number;
            if (address->head == first.head && offset >= 0 && offset < range.size)
                return Place{&pool, before + offset, &range};
            before += range.size;
        }
    }
    return std::nullopt;
}

// The next after all that are in use, so that one that was given back is not in use again at once; then whatever is free.
std::int64_t free_place(Database &db, const Pool &pool) {
    const std::int64_t size = pool_size(pool);
    const std::int64_t next = db.number("SELECT MAX(place) + 1 FROM addresses WHERE pool = ?", pool.id);
    if (next < size)
        return next;
    auto gap = db.query("SELECT place + 1 FROM (SELECT -1 AS place UNION ALL SELECT place FROM addresses WHERE "
                        "pool = ?1) WHERE place + 1 < ?2 AND place + 1 NOT IN (SELECT place FROM addresses WHERE "
                        "pool = ?1) ORDER BY place LIMIT 1",
                        pool.id, size);
    if (!gap.next())
        refuse("Pool " + std::string(pool.name) + " has no free addresses");
    return gap.integer(0);
}

// Locally administered, and the same for the same interface.
std::string mac_address(std::int64_t vm, std::int64_t interface) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::int64_t bytes[] = {2, interface, vm >> 24, vm >> 16, vm >> 8, vm};
    std::string text;
    for (std::int64_t byte : bytes) {
        text += text.empty() ? "" : ":";
        text += digits[static_cast<std::size_t>(byte >> 4 & 15)];
        text += digits[static_cast<std::size_t>(byte & 15)];
    }
    return text;
}

void seed_address(const Moment &moment, const SeedRow &row, std::int64_t vm, std::int64_t interface) {
    const std::string ip = row.text("ip");
    auto found = find_place(ip);
    if (!found)
        row.wrong("ip", "an address of one of the pools");
    moment.db.run("INSERT INTO addresses (id, pool, place, ip, vm_id, interface, reverse) VALUES (?, ?, ?, ?, ?, ?, ?)",
                  row.integer("id"), found->pool->id, found->place, ip, vm, interface, row.text("reverse"));
}

// An address that is on no interface is kept by its machine.
constexpr std::string_view tables = R"sql(
CREATE TABLE interfaces (vm_id INTEGER NOT NULL REFERENCES vms (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    mac TEXT NOT NULL, bridge TEXT NOT NULL, firewall INTEGER NOT NULL, PRIMARY KEY (vm_id, number));
CREATE TABLE addresses (id INTEGER PRIMARY KEY, pool INTEGER NOT NULL, place INTEGER NOT NULL, ip TEXT NOT NULL UNIQUE,
    vm_id INTEGER NOT NULL REFERENCES vms (id) ON DELETE CASCADE, interface INTEGER, reverse TEXT NOT NULL,
    UNIQUE (pool, place));
CREATE INDEX addresses_of_vm ON addresses (vm_id);
)sql";

} // namespace

constinit const Area vm_network_area{.name = "vm_network", .tables = tables};

std::span<const Network> networks() { return all_networks; }
std::span<const Pool> pools() { return all_pools; }

const Network *find_network(std::string_view bridge) {
    for (const Network &network : all_networks)
        if (network.bridge == bridge)
            return &network;
    return nullptr;
}

const Pool *find_pool(std::int64_t id) {
    for (const Pool &pool : all_pools)
        if (pool.id == id)
            return &pool;
    return nullptr;
}

std::int64_t free_addresses(Database &db, const Pool &pool) {
    return pool_size(pool) - db.number("SELECT COUNT(*) FROM addresses WHERE pool = ?", pool.id);
}

// Of addresses that are in no pool: what is usual.
Subnet subnet_of(const std::string &ip) {
    if (auto found = find_place(ip))
        return {std::string(found->range->netmask), std::string(found->range->gateway)};
    if (address_type(ip) == "ipv6")
        return {"64", ""};
    return {"255.255.255.0", ip.substr(0, ip.rfind('.')) + ".1"};
}

std::string_view address_type(std::string_view ip) { return ip.find(':') == ip.npos ? "ipv4" : "ipv6"; }

std::int64_t take_address(const Moment &moment, std::int64_t vm, std::int64_t interface, const Pool &pool) {
    if (pool.id == public_pool)
        require_room(moment.db, moment.db.number("SELECT service_id FROM vms WHERE id = ?", vm), {.ipv4 = 1});
    const std::int64_t place = free_place(moment.db, pool);
    return moment.db.insert(
        "INSERT INTO addresses (pool, place, ip, vm_id, interface, reverse) VALUES (?, ?, ?, ?, ?, '')", pool.id, place,
        address_at(pool, place), vm, interface);
}

std::int64_t add_interface(Database &db, std::int64_t vm, std::string_view bridge, bool firewall) {
    constexpr std::int64_t most = 8;
    std::int64_t number = 0;
    while (db.exists("SELECT 1 FROM interfaces WHERE vm_id = ? AND number = ?", vm, number))
        ++number;
    if (number == most)
        refuse("VM " + std::to_string(vm) + " has " + std::to_string(most) +
               " network interfaces and can have no more");
    db.run("INSERT INTO interfaces (vm_id, number, mac, bridge, firewall) VALUES (?, ?, ?, ?, ?)", vm, number,
           mac_address(vm, number), bridge, firewall);
    return number;
}

void connect_vm(const Moment &moment, std::int64_t vm) {
    take_address(moment, vm, add_interface(moment.db, vm, public_bridge, true), *find_pool(public_pool));
}

void seed_interfaces(const Moment &moment, const SeedRow &row) {
    const std::int64_t vm = row.integer("id");
    if (!row.has("interfaces"))
        return connect_vm(moment, vm);
    for (const SeedRow &interface : row.rows("interfaces")) {
        const std::string bridge = interface.text("bridge", public_bridge);
        if (find_network(bridge) == nullptr)
            interface.wrong("bridge", "one of the networks");
        const std::int64_t number = add_interface(moment.db, vm, bridge, interface.flag("firewall"));
        for (const SeedRow &address : interface.rows("addresses"))
            seed_address(moment, address, vm, number);
    }
}

} // namespace hostbill::sandbox
