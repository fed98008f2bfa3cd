#include "sandbox/areas/privileges.hpp"

#include "sandbox/areas/granting.hpp"
#include "sandbox/areas/notifications.hpp"
#include "sandbox/areas/tickets.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view open = "open"; // to every contact; lists show it what it may see

// What an operation takes. The row with the longest beginning that fits counts; what fits none is the owner's alone.
struct Rule {
    std::string_view operations; // how their ids begin
    std::string_view read;
    std::string_view change = read; // of those that change something
};

constexpr Rule rules[] = {
    {"account.", open, "misc.editmain"},
    {"account.balance", "billing.balance"},
    {"affiliates.", "misc.affiliates"},
    {"auth.", open},
    {"certificates.", "services.basic"},
    {"certificates.list", open},
    {"certificates.order", "billing.orders"},
    {"certificates.products.", open},
    {"contacts.", "misc.manageprofiles"},
    {"dns.", "services.basic", "services.manage"},
    {"dns.zones.list", open},
    {"dns.zones.list_for_service", "services.basic"},
    {"domains.", "domains.basic", "domains.full"},
    {"domains.autorenew.", "domains.basic", "domains.renew"},
    {"domains.contacts.", "domains.contactinfo"},
    {"domains.dns_records.", "domains.dnsmanagement"},
    {"domains.dnssec.", "domains.dnssec"},
    {"domains.email_forwarding.", "domains.emforwarding"},
    {"domains.forwarding.", "domains.forwarding"},
    {"domains.get_epp_code", "domains.eppcode"},
    {"domains.id_protection.", "domains.idprotection"},
    {"domains.list", open},
    {"domains.lock.", "domains.basic", "domains.reglock"},
    {"domains.lookup", open},
    {"domains.nameservers.", "domains.nameservers"},
    {"domains.order", "billing.orders"},
    {"domains.renew", "domains.renew"},
    {"domains.sync", "domains.basic"},
    {"domains.tlds.", open},
    {"invoices.", "billing.payinvoice"},
    {"notifications.", open},
    {"orders.", "billing.orders"},
    {"payment_methods.", open},
    {"products.", open},
    {"scripts.", open},
    {"servers.", "services.basic", "services.manage"},
    {"servers.list", open},
    {"servers.tasks.", "services.logindetails"}, // Their results tell new passwords.
    {"services.", "services.basic", "services.manage"},
    {"services.addons.order", "services.upgrade"},
    {"services.cancel", "services.cancelation"},
    {"services.list", open},
    {"services.upgrade.", "services.upgrade"},
    {"sms.", "services.full"},
    {"statuses.", open},
    {"tickets.", open, "support.newticket"},
    {"tickets.close", "support.closeticket"},
    {"vms.", "services.basic", "services.manage"},
    {"vpn.", "services.basic", "services.manage"},
    {"vpn.clients", open},
    {"vpn.get_login", "services.logindetails"},
    {"vpn.login_details", "services.logindetails"},
    {"vpn.servers.", open},
};

// A list of which a contact sees what belongs to things that it may see.
struct Shown {
    std::string_view operation;
    std::string_view list; // empty: the answer itself
    std::string_view id;   // empty: the items are ids
    std::string_view privilege;
};

constexpr Shown shown[] = {
    {"certificates.list", "sslservices", "id", "services.basic"},
    {"dns.zones.list", "service_ids", "", "services.basic"},
    {"dns.zones.list", "zones", "service_id", "services.basic"},
    {"domains.get_by_name", "details", "id", "domains.basic"},
    {"domains.list", "domains", "id", "domains.basic"},
    {"servers.list", "", "server_id", "services.basic"},
    {"services.list", "services", "id", "services.basic"},
};

// Fields that a contact sees empty without this privilege.
struct Hidden {
    std::string_view operation;
    std::string_view object; // or list of objects; empty: the answer itself
    std::string_view fields; // separated by blanks
    std::string_view privilege;
};

constexpr Hidden hidden[] = {
    {"certificates.get", "service", "firstpayment total next_due next_invoice", "services.billing"},
    {"certificates.list", "sslservices", "total next_due", "services.billing"},
    {"servers.get", "", "last_tasks", "services.logindetails"},
    {"services.get", "service", "firstpayment total next_due next_invoice", "services.billing"},
    {"services.get", "service", "username password", "services.logindetails"},
    {"services.list", "services", "total next_due", "services.billing"},
};

std::string_view needed(const Operation &operation) {
    const Rule *best = nullptr;
    for (const Rule &rule : rules)
        if (operation.id.starts_with(rule.operations) &&
            (best == nullptr || rule.operations.size() > best->operations.size()))
            best = &rule;
    if (best == nullptr)
        return {};
    return operation.effect == Effect::read ? best->read : best->change;
}

// The things that a path is about, of which the caller must have the privilege for at least one; none: of all there are.
std::vector<std::string> things(Call &call) {
    for (std::string_view name : {"service_id", "server_id", "domain_id"})
        if (call.has(name))
            return {call.text(name)};
    std::vector<std::string> ids;
    if (call.has("order_num"))
        ids.push_back(call.db.text("SELECT service_id FROM orders WHERE number = ?", call.integer("order_num")));
    if (call.operation.id == "domains.get_by_name")
        for (auto row = call.db.query("SELECT id FROM domains WHERE name = ?", call.text("name")); row.next();)
            ids.push_back(row.text(0));
    return ids;
}

// What of the request's is someone's: everybody has their own details, and the tickets they wrote.
void check_own(Call &call) {
    if (call.operation.id.starts_with("tickets."))
        check_ticket_is_visible(call);
    if (call.operation.id == "notifications.acknowledge" &&
        !notification_is_for(call.db, call.integer("notification_id"), call.caller.contact))
        deny("");
}

void empty(json::Value &value) {
    if (value.array() != nullptr)
        value = json::Array{};
    else if (value.object() != nullptr)
        value = json::Object{};
    else
        value = value.string() != nullptr ? json::Value("") : json::Value();
}

json::Value *member(json::Value &answer, std::string_view name) {
    if (name.empty())
        return &answer;
    return answer.object() != nullptr ? answer.object()->find(name) : nullptr;
}

void hide_fields(json::Value &item, std::string_view fields) {
    if (item.object() == nullptr)
        return;
    for (std::string_view field : split(fields))
        if (json::Value *value = item.object()->find(field))
            empty(*value);
}

std::string id_of(const json::Value &item, std::string_view field) {
    const json::Value *value = field.empty() ? &item : item.find(field);
    return value == nullptr ? std::string() : scalar_text(*value).value_or("");
}

void keep_shown(json::Value &list, const Shown &row, const json::Value &privileges) {
    if (list.array() != nullptr)
        std::erase_if(*list.array(),
                      [&](const json::Value &item) { return !holds(privileges, row.privilege, id_of(item, row.id)); });
}

} // namespace

void check_privileges(Call &call) {
    if (call.operation.anonymous || call.caller.contact == 0)
        return;
    check_own(call);
    if (call.operation.id == "contacts.get" && call.integer("contact_id") == call.caller.contact)
        return;
    const std::string_view privilege = needed(call.operation);
    if (privilege == open)
        return;
    if (privilege.empty())
        deny("");
    const json::Value privileges = privileges_of(call.db, call.caller.contact);
    const std::vector<std::string> ids = things(call);
    if (std::none_of(ids.begin(), ids.end(), [&](const std::string &id) { return holds(privileges, privilege, id); }) &&
        !holds(privileges, privilege, ""))
        deny(privilege);
}

void hide_from_caller(Call &call, json::Value &answer) {
    if (call.operation.anonymous || call.caller.contact == 0)
        return;
    const json::Value privileges = privileges_of(call.db, call.caller.contact);
    for (const Shown &row : shown)
        if (json::Value *list = call.operation.id == row.operation ? member(answer, row.list) : nullptr)
            keep_shown(*list, row, privileges);
    for (const Hidden &row : hidden) {
        json::Value *place = call.operation.id == row.operation ? member(answer, row.object) : nullptr;
        if (place == nullptr)
            continue;
        const std::vector<std::string> ids = things(call);
        if (place->array() == nullptr && !holds(privileges, row.privilege, ids.empty() ? "" : ids.front()))
            hide_fields(*place, row.fields);
        for (std::size_t i = 0; place->array() != nullptr && i < place->array()->size(); ++i)
            if (json::Value &item = (*place->array())[i]; !holds(privileges, row.privilege, id_of(item, "id")))
                hide_fields(item, row.fields);
    }
}

} // namespace hostbill::sandbox
