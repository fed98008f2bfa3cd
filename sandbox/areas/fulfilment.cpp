#include "sandbox/areas/fulfilment.hpp"

#include "sandbox/world/call.hpp"
#include "sandbox/areas/shop.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

// An address of the range that is set aside for tests (RFC 2544), the same for the same id.
std::string address_of(std::int64_t id) {
    return "198.18." + std::to_string(id / 256 % 256) + "." + std::to_string(id % 256);
}

std::int64_t number(const json::Value &details, std::string_view name) {
    const json::Value *value = details.find(name);
    return value != nullptr && value->integer() != nullptr ? *value->integer() : 0;
}

std::string text(const json::Value &details, std::string_view name) {
    const json::Value *value = details.find(name);
    return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

void make_server(Database &db, std::int64_t service, const std::string &domain, std::int64_t product) {
    db.run("INSERT OR IGNORE INTO servers (id, package_id, domain, type, os, ip, additional, dns, cores, memory, disk) "
           "VALUES (?, ?, ?, 'KVM', 'debian-12-x86_64', ?, '[]', '[\"198.51.100.53\"]', 1, 2048, 20480)",
           service, product, domain, address_of(service));
}

void make_vm(Database &db, std::int64_t service, const std::string &domain, Seconds now) {
    db.run(
        "INSERT INTO vms (service_id, label, state, template, memory, cpu, disk, ip, password, rescued, boot, image, "
        "pxe, created) VALUES (?, ?, 'running', 'Debian 12', 2048, 1, 20, ?, 'example-password', 0, 'cd', '', 0, ?)",
        service, domain.substr(0, domain.find('.')), address_of(service), now);
}

void activate_service(Database &db, const Portal &portal, std::int64_t service, Seconds now) {
    std::string kind, domain, cycle_name;
    std::int64_t product = 0;
    {
        auto row = db.query("SELECT kind, domain, cycle, product_id FROM services WHERE id = ? AND status IN "
                            "('Pending', 'Suspended')",
                            service);
        if (!row.next())
            return;
        kind = row.text(0);
        domain = row.text(1);
        cycle_name = row.text(2);
        product = row.integer(3);
    }
    const Cycle *cycle = find_cycle(cycle_name);
    db.run("UPDATE services SET status = 'Active', next_due = ? WHERE id = ?",
           add_months(now, cycle != nullptr ? cycle->months : 1), service);
    count_effect(db, "services_activated");
    if (kind == "server")
        make_server(db, service, domain, product);
    else if (kind == "cloud" && portal_has(portal, "vms.list") &&
             !db.exists("SELECT 1 FROM vms WHERE service_id = ?", service))
        make_vm(db, service, domain, now);
}

void renew_domain(Database &db, std::int64_t domain, std::int64_t years, Seconds now) {
    Seconds expires = db.number("SELECT expires FROM domains WHERE id = ?", domain);
    Seconds later = add_months(std::max(expires, now), static_cast<int>(years * 12));
    db.run("UPDATE domains SET status = 'Active', expires = ? WHERE id = ?", later, domain);
    count_effect(db, "domains_renewed");
}

void upgrade_service(Database &db, std::int64_t service, const json::Value &details) {
    db.run("UPDATE services SET product_id = ?, cycle = ?, recurring = ?, options = ? WHERE id = ?",
           number(details, "product_id"), text(details, "cycle"), number(details, "recurring"),
           text(details, "options"), service);
    count_effect(db, "services_upgraded");
}

} // namespace

bool portal_has(const Portal &portal, std::string_view operation) {
    const Operation *found = find_operation(operation);
    return found != nullptr && (found->portals & portal.bit) != 0;
}

void fulfil(Database &db, const Portal &portal, std::int64_t invoice, Seconds now) {
    for (auto row = db.query("SELECT type, item_id, details FROM invoice_items WHERE invoice_id = ?", invoice);
         row.next();) {
        const std::string type = row.text(0);
        const std::int64_t item = row.integer(1);
        const json::Value details = stored(row.text(2));
        if (type == "Hosting") {
            activate_service(db, portal, item, now);
        } else if (type == "Domain Register" || type == "Domain Transfer") {
            db.run("UPDATE domains SET status = 'Active', expires = ? WHERE id = ?",
                   add_months(now, static_cast<int>(number(details, "years") * 12)), item);
            count_effect(db, "domains_activated");
        } else if (type == "Domain Renew") {
            renew_domain(db, item, number(details, "years"), now);
        } else if (type == "Addon") {
            db.run("UPDATE addons SET status = 'Active' WHERE id = ?", item);
        } else if (type == "Upgrade") {
            upgrade_service(db, item, details);
        }
    }
}

} // namespace hostbill::sandbox
