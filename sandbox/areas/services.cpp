// Services: what the customer has, its label, its end, and what can be done with it.
#include "sandbox/areas/services.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr int invoiced_ahead = 14; // days before a service is due

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

json::Value cancel(Call &call) {
    const std::int64_t id = call.integer("service_id");
    const std::string status = service_status(call);
    if (status != "Active" && status != "Suspended" && status != "Pending")
        refuse("Service " + std::to_string(id) + " is " + status);
    if (!call.db.text("SELECT cancellation FROM services WHERE id = ?", id).empty())
        refuse("Service " + std::to_string(id) + " is already to be cancelled");
    const bool now = call.flag("immediate");
    call.db.run("UPDATE services SET cancellation = ?, reason = ? WHERE id = ?",
                now ? "Immediate" : "End of billing period", call.text("reason"), id);
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

} // namespace

std::span<const HandlerRow> service_handlers() { return handlers; }

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
                      "password, product_id FROM services WHERE id = ?",
                      id);
    row.next();
    const Seconds due = row.integer(5);
    return json::Object{{"id", std::to_string(id)},
                        {"date_created", date(row.integer(0))},
                        {"domain", row.text(1)},
                        {"firstpayment", money_text(row.integer(2))},
                        {"total", money_text(row.integer(3))},
                        {"billingcycle", find_cycle(row.text(4))->name},
                        {"next_due", next_due_text(due)},
                        {"next_invoice", next_due_text(due == 0 ? 0 : due - invoiced_ahead * one_day)},
                        {"status", row.text(6)},
                        {"label", row.text(7)},
                        {"username", row.text(8)},
                        {"password", row.text(9)},
                        {"name", find_product(row.integer(10))->name}};
}

} // namespace hostbill::sandbox
