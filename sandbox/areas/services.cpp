// Services: what the customer has, its label, its end, and what can be done with it.
#include "sandbox/areas/services.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/calendar.hpp"
#include "sandbox/areas/plan.hpp"
#include "sandbox/areas/stock.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

std::string next_due_text(Seconds time) { return time == 0 ? "0000-00-00" : date(time); }

json::Value list(Call &call) {
    json::Array services;
    for (auto row = call.db.query("SELECT id, domain, recurring, status, cycle, next_due, product_id FROM services "
                                  "WHERE kind <> 'certificate' ORDER BY id");
         row.next();) {
        const Product &product = *find_product(row.integer(6));
        const Category &category = *find_category(product.category);
        services.push_back(json::Object{{"id", row.text(0)},
                                        {"domain", row.text(1)},
                                        {"total", money_text(row.integer(2))},
                                        {"status", row.text(3)},
                                        {"billingcycle", find_cycle(row.text(4))->name},
                                        {"next_due", next_due_text(row.integer(5))},
                                        {"category", category.name},
                                        {"category_url", category.slug},
                                        {"name", product.name}});
    }
    return json::Object{{"services", std::move(services)}};
}

json::Value get(Call &call) { return json::Object{{"service", service_details(call)}}; }

json::Value find_by_order(Call &call) {
    const std::int64_t order = call.integer("order_num");
    const std::int64_t service = call.db.number("SELECT service_id FROM orders WHERE number = ?", order);
    if (service == 0)
        not_found("Service for order", call.text("order_num"));
    return json::Object{{"account_id", service}};
}

json::Value get_label(Call &call) {
    return json::Object{{"label", call.db.text("SELECT label FROM services WHERE id = ?", call.integer("service_id"))}};
}

json::Value set_label(Call &call) {
    call.db.run("UPDATE services SET label = ? WHERE id = ?", call.text("label"), call.integer("service_id"));
    call.count("labels_set");
    return json::Object{{"success", true}, {"info", json::Array{"label_updated"}}};
}

constexpr std::string_view service_states[] = {"Pending", "Active", "Suspended", "Terminated", "Cancelled", "Fraud"};
constexpr std::string_view at_once = "Immediate";

json::Value cancel(Call &call) {
    const std::int64_t id = call.integer("service_id");
    const std::string status = service_status(call);
    if (status != "Active" && status != "Suspended" && status != "Pending")
        refuse("Service " + std::to_string(id) + " is " + status);
    if (!call.db.text("SELECT cancellation FROM services WHERE id = ?", id).empty())
        refuse("Service " + std::to_string(id) + " is already to be cancelled");
    const bool now = call.flag("immediate");
    call.db.run("UPDATE services SET cancellation = ?, reason = ? WHERE id = ?", now ? at_once : at_term_end,
                call.text("reason"), id);
    cancel_renewal(call.moment(), id);
    if (status == "Pending") // Nothing was set up, and nothing was paid for.
        set_service_status(call.moment(), id, "Cancelled");
    else if (now)
        set_service_status(call.moment(), id, "Terminated");
    call.count("cancellations");
    call.log("Cancellation of service " + std::to_string(id) + " requested");
    return info("cancell_sent");
}

// What the modules implement. The first row that fits an operation counts; those in none are for every service.
struct Module {
    std::string_view operations; // how their ids begin
    std::string_view kinds;
};

constexpr Module modules[] = {
    {"certificates.", "certificate"},
    {"dns.", "dns"},
    {"vms.", "cloud"},
    {"vpn.", "vpn"},
    {"services.addresses", "cloud metal"},
    {"services.bandwidth.", "metal"},
    {"services.diagnostics.", "metal"},
    {"services.info", "metal"},
    {"services.ips.", "metal"},
    {"services.networks", "cloud"},
    {"services.pdu_ports.", "metal"},
    {"services.power_o", "metal"},
    {"services.rdns.", "cloud metal"},
    {"services.reboot", "metal"},
    {"services.reinstall.", "metal"},
    {"services.rescue.", "metal"},
    {"services.resources", "cloud"},
    {"services.status", "metal"},
    {"services.templates", "cloud"},
    {"services.update_hostname", "metal"},
    {"services.vlans", "metal"},
};

bool implements(std::string_view kind, const Operation &operation) {
    auto module = std::find_if(std::begin(modules), std::end(modules),
                               [&](const Module &row) { return operation.id.starts_with(row.operations); });
    return module == std::end(modules) || module->kinds.find(kind) != std::string_view::npos;
}

json::Value methods(Call &call) {
    const std::string kind = service_kind(call);
    json::Array list;
    for (const Operation &operation : operations()) {
        if ((operation.portals & call.portal.bit) == 0 || !operation.path.starts_with("/service/{service_id}"))
            continue;
        if (implements(kind, operation))
            list.push_back(json::Object{
                {"name", operation.summary}, {"method", operation.method}, {"route", operation.document_path}});
    }
    return json::Object{{"methods", std::move(list)}};
}

json::Value list_addons(Call &call) {
    json::Array list;
    for (auto row = call.db.query("SELECT id, addon_id, status FROM addons WHERE service_id = ? ORDER BY id",
                                  call.integer("service_id"));
         row.next();)
        list.push_back(
            json::Object{{"id", row.integer(0)}, {"name", find_addon(row.integer(1))->name}, {"status", row.text(2)}});
    return list;
}

constexpr HandlerRow handlers[] = {
    {"services.addons.list", list_addons},
    {"services.cancel", cancel},
    {"services.find_by_order", find_by_order},
    {"services.get", get},
    {"services.label.get", get_label},
    {"services.label.update", set_label},
    {"services.list", list},
    {"services.methods", methods},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE services (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, product_id INTEGER NOT NULL, domain TEXT NOT NULL,
    status TEXT NOT NULL, created INTEGER NOT NULL, next_due INTEGER NOT NULL, first_payment INTEGER NOT NULL,
    recurring INTEGER NOT NULL, cycle TEXT NOT NULL, label TEXT NOT NULL, username TEXT NOT NULL,
    password TEXT NOT NULL, options TEXT NOT NULL, cancellation TEXT NOT NULL, reason TEXT NOT NULL,
    promotion TEXT NOT NULL DEFAULT '', -- the code of one that lasts
    invoiced INTEGER NOT NULL DEFAULT 0); -- whether there is an invoice for the term after next_due
CREATE TABLE addons (id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL REFERENCES services (id),
    addon_id INTEGER NOT NULL, status TEXT NOT NULL);
CREATE INDEX addons_of_service ON addons (service_id);
)sql";

constexpr PathId ids[] = {
    {"service_id", "Service", "SELECT 1 FROM services WHERE id = ?"},
};

constexpr SeededId seeded_ids[] = {
    {"services.addons.", "service_id", "5120"},
    {"services.templates", "service_id", "5120"},
    {"services.resources", "service_id", "5120"},
    {"services.addresses", "service_id", "5120"},
    {"services.rdns.", "service_id", "5120"},
    {"services.networks", "service_id", "5120"},
    {"", "service_id", "5120"},
};

constexpr Sample samples[] = {
    {"services.cancel", R"({"service_id":5115,"immediate":false,"reason":"sample"})"},
    {"services.label.update", R"({"label":"sample"})"},
    {"services.rdns.update", R"({"ipaddress":{"203.0.113.50":"vm1.example.net"}})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("services"))
        seed_service(moment, row);
}

constexpr StateRow states[] = {{"service", service_states, "SELECT 1 FROM services WHERE id = ?", set_service_status}};

} // namespace

constinit const Area services_area{.name = "services",
                                   .tables = tables,
                                   .seed = seed,
                                   .handlers = handlers,
                                   .ids = ids,
                                   .seeded_ids = seeded_ids,
                                   .samples = samples,
                                   .states = states};

std::string service_kind(Call &call) {
    return call.db.text("SELECT kind FROM services WHERE id = ?", call.integer("service_id"));
}

std::string service_status(Call &call) {
    return call.db.text("SELECT status FROM services WHERE id = ?", call.integer("service_id"));
}

void check_module(Call &call) {
    if (!call.has("service_id") || implements(service_kind(call), call.operation))
        return;
    if (!call.operation.path.starts_with("/service/"))
        not_found("Service", call.text("service_id")); // None of the certificates, or of the VPN services.
    refuse("invalid method");
}

json::Object service_details(Call &call) {
    const std::int64_t id = call.integer("service_id");
    auto row =
        call.db.query("SELECT created, domain, first_payment, recurring, cycle, next_due, status, label, username, "
                      "password, product_id, cancellation FROM services WHERE id = ?",
                      id);
    row.next();
    const Seconds due = row.integer(5);
    const bool goes_on = row.text(6) == "Active" && row.text(11).empty();
    return json::Object{{"id", std::to_string(id)},
                        {"date_created", date(row.integer(0))},
                        {"domain", row.text(1)},
                        {"firstpayment", money_text(row.integer(2))},
                        {"total", money_text(row.integer(3))},
                        {"billingcycle", find_cycle(row.text(4))->name},
                        {"next_due", next_due_text(due)},
                        {"next_invoice", next_due_text(due == 0 || !goes_on ? 0 : due - invoiced_ahead * one_day)},
                        {"status", row.text(6)},
                        {"label", row.text(7)},
                        {"username", row.text(8)},
                        {"password", row.text(9)},
                        {"name", find_product(row.integer(10))->name}};
}

bool has_ended(std::string_view status) { return is_word_of("Terminated Cancelled Fraud gone", status); }

void set_service_status(const Moment &moment, std::int64_t id, std::string_view status) {
    std::string kind, before;
    std::int64_t product = 0;
    {
        auto row = moment.db.query("SELECT kind, status, product_id FROM services WHERE id = ?", id);
        if (!row.next())
            return;
        kind = row.text(0);
        before = row.text(1);
        product = row.integer(2);
    }
    if (has_ended(before) != has_ended(status))
        change_stock(moment.db, product, has_ended(status) ? 1 : -1);
    moment.db.run("UPDATE services SET status = ? WHERE id = ?", status, id);
    if (has_ended(status))
        moment.db.run("UPDATE addons SET status = 'Cancelled' WHERE service_id = ?", id);
    service_changed(moment, {id, kind, status});
    if (status == gone) {
        moment.db.run("DELETE FROM addons WHERE service_id = ?", id);
        moment.db.run("DELETE FROM services WHERE id = ?", id);
    }
}

void seed_service(const Moment &moment, const SeedRow &row, std::string_view kind) {
    const Product *product = find_product(row.integer("product"));
    if (product == nullptr)
        row.wrong("product", "one of the products");
    const Cycle *cycle = find_cycle(row.text("cycle"));
    const Period *period = cycle != nullptr ? find_period(product->periods, cycle->symbol) : nullptr;
    if (period == nullptr)
        row.wrong("cycle", "a billing period of the product");
    const Seconds created = row.time(moment);
    const std::string status = row.text("status", "Active");
    if (std::find(std::begin(service_states), std::end(service_states), status) == std::end(service_states))
        row.wrong("status", "a status of services");
    const Seconds due = row.has("due_in_days") ? 2 * moment.now - row.time(moment, "due_in_days")
                                               : term_end(created, *cycle, status, moment.now);
    Plan plan{product, cycle, row.object("options"), nullptr};
    check_complete(plan);
    const Cents price = full_price(plan);
    moment.db.run("INSERT INTO services (id, kind, product_id, domain, status, created, next_due, first_payment, "
                  "recurring, cycle, label, username, password, options, cancellation, reason) VALUES (?, ?, ?, ?, ?, "
                  "?, ?, ?, ?, ?, ?, 'ada4107', 'example-password', ?, '', '')",
                  row.integer("id"), kind.empty() ? kind_name(product->kind) : kind, product->id, row.text("domain"),
                  status, created, due, price + setup_price(plan), price, cycle->symbol, row.text("label"),
                  row.json_text("options", "{}"));
    for (const SeedRow &addon : row.rows("addons"))
        moment.db.run("INSERT INTO addons (id, service_id, addon_id, status) VALUES (?, ?, ?, 'Active')",
                      addon.integer("id"), row.integer("id"), addon.integer("addon"));
}

} // namespace hostbill::sandbox
