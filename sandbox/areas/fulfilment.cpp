#include "sandbox/areas/fulfilment.hpp"

#include "sandbox/areas/area.hpp"
#include "sandbox/areas/notifications.hpp"
#include "sandbox/areas/shop.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

std::int64_t number(const json::Value &details, std::string_view name) {
    const json::Value *value = details.find(name);
    return value != nullptr && value->integer() != nullptr ? *value->integer() : 0;
}

std::string text(const json::Value &details, std::string_view name) {
    const json::Value *value = details.find(name);
    return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

void activate_service(const Moment &moment, std::int64_t service) {
    std::string kind, cycle_name;
    {
        auto row = moment.db.query(
            "SELECT kind, cycle FROM services WHERE id = ? AND status IN ('Pending', 'Suspended')", service);
        if (!row.next())
            return;
        kind = row.text(0);
        cycle_name = row.text(1);
    }
    const Cycle *cycle = find_cycle(cycle_name);
    moment.db.run("UPDATE services SET status = 'Active', next_due = ? WHERE id = ?",
                  add_months(moment.now, cycle != nullptr ? cycle->months : 1), service);
    count_effect(moment.db, "services_activated");
    notify(moment, "Service", service, "Service " + std::to_string(service) + " is active", "It can be used now.");
    service_changed(moment, {service, kind, "Active"});
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

void fulfil(const Moment &moment, std::int64_t invoice) {
    Database &db = moment.db;
    const Seconds now = moment.now;
    for (auto row = db.query("SELECT type, item_id, details FROM invoice_items WHERE invoice_id = ?", invoice);
         row.next();) {
        const std::string type = row.text(0);
        const std::int64_t item = row.integer(1);
        const json::Value details = stored(row.text(2));
        if (type == "Hosting") {
            activate_service(moment, item);
        } else if (type == "Domain Register" || type == "Domain Transfer") {
            db.run("UPDATE domains SET status = 'Active', expires = ? WHERE id = ?",
                   add_months(now, static_cast<int>(number(details, "years") * 12)), item);
            count_effect(db, "domains_activated");
            notify(moment, "Domain", item, "Domain " + std::to_string(item) + " is active", "It can be used now.");
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
