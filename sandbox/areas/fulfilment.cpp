#include "sandbox/areas/fulfilment.hpp"

#include "sandbox/areas/area.hpp"
#include "sandbox/areas/domains.hpp"
#include "sandbox/areas/notifications.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/areas/stock.hpp"

namespace hostbill::sandbox {
namespace {

std::int64_t number(const json::Value &details, std::string_view name) {
    const json::Value *value = details.find(name);
    return value != nullptr && value->integer() != nullptr ? *value->integer() : 0;
}

std::string text(const json::Value &details, std::string_view name) {
    const json::Value *value = details.find(name);
    return value != nullptr && value->string() != nullptr ? std::string(*value->string()) : std::string();
}

// The first payment sets it up; each later one is for its next term, and brings it back where it was suspended.
void pay_service(const Moment &moment, std::int64_t service) {
    std::string status;
    Seconds due = 0;
    int months = 1;
    {
        auto row = moment.db.query("SELECT status, cycle, next_due FROM services WHERE id = ?", service);
        if (!row.next())
            return;
        status = row.text(0);
        due = row.integer(2);
        if (const Cycle *cycle = find_cycle(row.text(1)))
            months = cycle->months;
    }
    if (has_ended(status))
        return;
    const bool first = status == "Pending" || due == 0;
    moment.db.run("UPDATE services SET next_due = ?, invoiced = 0 WHERE id = ?",
                  add_months(first ? moment.now : due, months), service);
    count_effect(moment.db, first ? "services_activated" : "services_renewed");
    if (status != "Active")
        set_service_status(moment, service, "Active");
    if (first)
        notify(moment, "Service", service, "Service " + std::to_string(service) + " is active", "It can be used now.");
}

void upgrade_service(Database &db, std::int64_t service, const json::Value &details) {
    if (has_ended(db.text("SELECT status FROM services WHERE id = ?", service)))
        return;
    change_stock(db, db.number("SELECT product_id FROM services WHERE id = ?", service), 1);
    change_stock(db, number(details, "product_id"), -1);
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
            pay_service(moment, item);
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
