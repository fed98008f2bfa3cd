// The addresses of a service and their reverse names, whatever kind of service it is.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/host_names.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/areas/vm_network.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

// Where services of a kind keep their addresses.
struct AddressBook {
    std::string_view kind;
    std::string_view list;        // id, address and reverse name of those of a service; its main one first
    std::string_view set_reverse; // by the address, of a service
};

constexpr AddressBook books[] = {
    {"cloud",
     "SELECT addresses.id, ip, reverse FROM vms JOIN addresses ON vm_id = vms.id WHERE service_id = ? "
     "ORDER BY vm_id, addresses.id",
     "UPDATE addresses SET reverse = ? WHERE ip = ? AND vm_id IN (SELECT id FROM vms WHERE service_id = ?)"},
    {"metal", "SELECT id, ip, domain FROM metal_ips WHERE service_id = ? ORDER BY main DESC, id",
     "UPDATE metal_ips SET domain = ? WHERE ip = ? AND service_id = ?"},
};

// nullptr: services of its kind have no addresses.
const AddressBook *book_of(Call &call) {
    const std::string kind = service_kind(call);
    auto book =
        std::find_if(std::begin(books), std::end(books), [&](const AddressBook &row) { return row.kind == kind; });
    return book != std::end(books) ? &*book : nullptr;
}

json::Value list(Call &call) {
    json::Array ips;
    if (const AddressBook *book = book_of(call))
        for (auto row = call.db.query(book->list, call.integer("service_id")); row.next();) {
            Subnet subnet = subnet_of(row.text(1));
            ips.push_back(json::Object{{"id", row.text(0)},
                                       {"ipaddress", row.text(1)},
                                       {"type", address_type(row.text(1))},
                                       {"main", ips.empty() ? "1" : "0"},
                                       {"netmask", std::move(subnet.netmask)},
                                       {"gateway", std::move(subnet.gateway)},
                                       {"reverse", row.text(2)}});
        }
    return json::Object{{"ips", std::move(ips)}};
}

json::Value get_names(Call &call) {
    json::Object names;
    if (const AddressBook *book = book_of(call))
        for (auto row = call.db.query(book->list, call.integer("service_id")); row.next();)
            names.append(row.text(1), row.text(2));
    // PHP writes an empty map as a list.
    return json::Object{{"rdns", names.empty() ? json::Value(json::Array()) : json::Value(std::move(names))}};
}

// All of them or none. An empty name removes the one there was.
json::Value set_names(Call &call) {
    const json::Object *names = call.value("ipaddress")->object();
    if (names == nullptr || names->empty())
        refuse("Parameter ipaddress names no address");
    const AddressBook *book = book_of(call);
    for (const json::Member &member : *names) {
        const auto name = scalar_text(member.value);
        if (!member.value.is_null() && (!name || (!name->empty() && !is_host_name(*name))))
            refuse("Parameter ipaddress[" + member.key + "] is not a host name");
        if (book == nullptr ||
            call.db.change(book->set_reverse, name.value_or(""), member.key, call.integer("service_id")) == 0)
            not_found("Address", member.key);
        call.count("reverse_names_set");
        call.log("Reverse name of " + member.key + " changed");
    }
    return json::Object{{"success", true}, {"info", json::Array{"The reverse names were saved."}}};
}

constexpr HandlerRow handlers[] = {
    {"services.addresses", list},
    {"services.rdns.get", get_names},
    {"services.rdns.update", set_names},
};

} // namespace

constinit const Area service_addresses_area{.name = "service_addresses", .handlers = handlers};

} // namespace hostbill::sandbox
