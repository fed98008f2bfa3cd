// Domains as they are ordered: registered, transferred, renewed.
#include "sandbox/areas/domains.hpp"

#include "core/base/ascii.hpp"
#include "sandbox/areas/host_names.hpp"
#include "sandbox/world/crypto.hpp"

#include <set>

namespace hostbill::sandbox {
namespace {

constexpr std::size_t most_ordered_nameservers = 4;

CartItem read_renewal(Call &call, CartItem item) {
    item.domain_id = field_number(item.fields, "domain_id");
    item.price = renewal_price(call.db, item.domain_id, item.years, call.now);
    auto row = call.db.query("SELECT name, tld_id, recurring FROM domains WHERE id = ?", item.domain_id);
    row.next();
    item.name = row.text(0);
    item.tld = find_tld(row.integer(1));
    item.recurring = row.integer(2);
    return item;
}

} // namespace

CartItem read_domain(Call &call, const json::Object &fields) {
    CartItem item;
    item.fields = fields;
    item.action = field_text(fields, "action");
    item.years = read_years(fields);
    item.plan.cycle = find_cycle("a");
    if (item.action.empty())
        item.action = fields.find("domain_id") != nullptr ? "renew" : "register";
    if (item.action == "renew")
        return read_renewal(call, std::move(item));
    if (item.action != "register" && item.action != "transfer")
        refuse("Parameter action must be one of: register, transfer, renew");
    item.name = lower(field_text(fields, "name"));
    item.tld = tld_to_order(item.name);
    if (item.tld == nullptr)
        refuse("Parameter name is not a domain name that can be ordered here");
    if (std::string tld = field_text(fields, "tld_id"); !tld.empty() && tld != std::to_string(item.tld->id))
        refuse("Parameter tld_id does not fit the name " + item.name);
    if (item.years > item.tld->years)
        refuse("Parameter years must be 1 to " + std::to_string(item.tld->years) + " for " +
               std::string(item.tld->name));
    const bool transfer = item.action == "transfer";
    if (transfer)
        check_transfer(call.db, *item.tld, item.name, field_text(fields, "epp"), call.now);
    else if (!is_available(call.db, item.name, call.now))
        refuse("Domain " + item.name + " is not available");
    checked_nameservers(fields.find("nameservers"), most_ordered_nameservers);
    contacts_of(call.db, fields);
    const Cents more = read_form(*item.tld, fields.find("data")).price;
    item.price =
        (transfer ? transfer_price(*item.tld, item.years) : registration_price(*item.tld, item.name, item.years)) +
        more * item.years;
    item.recurring = item.tld->renewal + more;
    return item;
}

std::int64_t make_domain(Call &call, const CartItem &item) {
    const bool transfer = item.action == "transfer";
    call.count("domains");
    return call.db.insert(
        "INSERT INTO domains (name, tld_id, status, created, expires, first_payment, recurring, period, autorenew, "
        "idprotection, locked, epp, nameservers, contacts, form) VALUES (?, ?, ?, ?, 0, ?, ?, ?, 1, 0, 1, ?, ?, ?, ?)",
        item.name, item.tld->id, transfer ? "Pending Transfer" : "Pending Registration", call.now, item.price,
        item.recurring, item.years, random_password(),
        checked_nameservers(item.fields.find("nameservers"), most_ordered_nameservers),
        json::write_utf8(contacts_of(call.db, item.fields)),
        json::write_utf8(read_form(*item.tld, item.fields.find("data")).answers));
}

std::string checked_nameservers(const json::Value *given, std::size_t most) {
    const json::Array *list = given != nullptr ? given->array() : nullptr;
    if (given == nullptr || given->is_null() || (list != nullptr && list->empty())) {
        json::Array own;
        for (std::string_view name : own_name_servers)
            own.push_back(name);
        return json::write_utf8(own);
    }
    if (list == nullptr || list->size() < 2 || list->size() > most)
        refuse("Parameter nameservers must be a list of 2 to " + std::to_string(most) + " names");
    json::Array names;
    std::set<std::string> seen;
    for (const json::Value &value : *list) {
        const std::string name = lower(scalar_text(value).value_or(""));
        if (!is_domain_name(name))
            refuse("Parameter nameservers holds what is not a host name");
        if (!seen.insert(name).second)
            refuse("Parameter nameservers holds " + name + " twice");
        names.push_back(name);
    }
    return json::write_utf8(names);
}

} // namespace hostbill::sandbox
