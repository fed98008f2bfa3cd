#include "sandbox/areas/fulfilment.hpp"

#include "sandbox/areas/area.hpp"
#include "sandbox/areas/domains.hpp"
#include "sandbox/areas/shop.hpp"

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
    service_changed(moment, {service, kind, "Active"});
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
    for (auto row = db.query("SELECT type, item_id, details FROM invoice_items WHERE invoice_id = ?", invoice);
         row.next();) {
        const std::string type = row.text(0);
        const std::int64_t item = row.integer(1);
        const json::Value details = stored(row.text(2));
        if (type == "Hosting") {
            activate_service(moment, item);
        } else if (type == "Domain Register") {
            registration_paid(moment, item, number(details, "years"));
        } else if (type == "Domain Transfer") {
            transfer_paid(moment, item, number(details, "years"));
        } else if (type == "Domain Renew") {
            renewal_paid(moment, item, number(details, "years"));
        } else if (type == "Addon") {
            db.run("UPDATE addons SET status = 'Active' WHERE id = ?", item);
        } else if (type == "Upgrade") {
            upgrade_service(db, item, details);
        }
    }
}

} // namespace hostbill::sandbox
