// Changes to a running service that cost money: other options, another product, addons.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/plan.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/areas/stock.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

struct Current {
    Plan plan;
    Seconds next_due;
};

Current current(Call &call) {
    const std::int64_t service = call.integer("service_id");
    return {read_plan(call.db, service), call.db.number("SELECT next_due FROM services WHERE id = ?", service)};
}

json::Value options(Call &call) {
    const Plan plan = read_plan(call.db, call.integer("service_id"));
    json::Array resources, packages;
    for (const Option &option : plan.product->options) {
        json::Array items;
        for (const Choice &choice : option.choices)
            items.push_back(json::Object{{"id", std::to_string(choice.id)},
                                         {"name", choice.title},
                                         {"price", money_number(choice.price)},
                                         {"setup_price", 0},
                                         {"selected", &choice == chosen(plan, option)}});
        json::Object resource{
            {"id", option.id}, {"name", option.title}, {"type", "select"}, {"items", std::move(items)}};
        if (option.most != 0) {
            resource.set("type", "qty");
            resource.append("qty", how_many(plan, option));
            resource.append("maxvalue", option.most);
        }
        resources.push_back(std::move(resource));
    }
    for (const Product &other : products())
        if (other.category == plan.product->category && other.id != plan.product->id)
            packages.push_back(json::Object{{"id", std::to_string(other.id)},
                                            {"name", other.name},
                                            {"price", money_number(other.periods.front().price)}});
    return json::Object{{"resources", std::move(resources)}, {"package", std::move(packages)}};
}

void change_product(Call &call, Plan &plan) {
    if (!call.has("package") || call.integer("package") == plan.product->id)
        return;
    const Product *other = find_product(call.integer("package"));
    if (other == nullptr || other->category != plan.product->category)
        not_found("Package", call.text("package"));
    if (in_stock(call.db, other->id) == 0)
        refuse("Product " + std::string(other->name) + " is out of stock");
    plan.product = other;
    // What the other has no option for is left behind.
    json::Object kept;
    for (const Option &option : other->options)
        if (const json::Value *choice = plan.options.find(std::to_string(option.id)))
            kept.append(std::to_string(option.id), *choice);
    plan.options = std::move(kept);
}

void change_cycle(Call &call, Plan &plan) {
    if (call.has("cycle")) {
        plan.cycle = find_cycle(call.text("cycle"));
        if (plan.cycle == nullptr)
            not_found("Billing period", call.text("cycle"));
    }
}

// What a difference in price costs for the rest of the paid term; what gets cheaper costs nothing. Prices are for terms
// of so many months, of thirty days each.
Cents prorated(Cents before, int months_before, Cents after, int months_after, Seconds left) {
    const std::int64_t days = std::max<std::int64_t>(0, (left + one_day - 1) / one_day); // begun ones count
    return std::max<Cents>(
        0, share(after * months_before - before * months_after, days, std::int64_t{30} * months_before * months_after));
}

json::Array changes(const Current &before, const Plan &after, Seconds now) {
    json::Array list;
    for (const Option &option : after.product->options) {
        const Cents old_price = option_price(before.plan, option), new_price = option_price(after, option);
        if (chosen(before.plan, option) != chosen(after, option) || old_price != new_price)
            list.push_back(
                json::Object{{"id", option.id},
                             {"name", option.title},
                             {"charge", money_text(prorated(old_price, 1, new_price, 1, before.next_due - now))}});
    }
    return list;
}

bool is_waiting(Database &db, std::int64_t service) {
    return db.exists("SELECT 1 FROM invoice_items JOIN invoices ON invoices.id = invoice_id WHERE type = 'Upgrade' AND "
                     "item_id = ? AND status = 'Unpaid'",
                     service);
}

json::Value request(Call &call) {
    const std::int64_t service = call.integer("service_id");
    if (service_status(call) != "Active")
        refuse("Service " + std::to_string(service) + " is not active");
    const Current before = current(call);
    Plan after = before.plan;
    change_product(call, after);
    change_cycle(call, after);
    choose(after, call.value("resources"), "Resource");
    check_complete(after);
    const Cents recurring = recurring_price(after);
    const Cents now = prorated(recurring_price(before.plan), before.plan.cycle->months, recurring, after.cycle->months,
                               before.next_due - call.now);
    json::Object answer{{"total", money_text(add_up(call.config, now + payment_fee(0, now)).total)},
                        {"recurring", money_text(recurring)},
                        {"resources", changes(before, after, call.now)}};
    if (!call.flag("send")) {
        answer.append("info", json::Array{"This is an estimate."});
        return answer;
    }
    if (is_waiting(call.db, service))
        refuse("Service " + std::to_string(service) + " has an upgrade that waits for its payment");
    InvoiceLine line{"Upgrade", service, "Upgrade of service " + std::to_string(service), now,
                     json::Object{{"product_id", after.product->id},
                                  {"cycle", after.cycle->symbol},
                                  {"recurring", recurring},
                                  {"options", json::write_utf8(after.options)}}};
    Invoice invoice = make_invoice(call.moment(), 0, {std::move(line)});
    const std::int64_t order = call.next("order");
    call.db.run("INSERT INTO orders (number, date, invoice_id, service_id) VALUES (?, ?, ?, ?)", order, call.now,
                invoice.id, service);
    call.count("orders");
    call.log("Upgrade of service " + std::to_string(service) + " ordered");
    answer.append("order_num", order);
    answer.append("invoice_id", std::to_string(invoice.id));
    answer.set("total", money_text(invoice.total));
    answer.append("info", json::Array{"upgrade_sent"});
    return answer;
}

json::Value order_addon(Call &call) {
    const std::int64_t service = call.integer("service_id");
    const std::string status = service_status(call);
    if (status != "Active" && status != "Pending")
        refuse("Service " + std::to_string(service) + " is " + status);
    const Plan plan = read_plan(call.db, service);
    auto addon = std::find_if(plan.product->addons.begin(), plan.product->addons.end(),
                              [&](const Addon &row) { return row.id == call.integer("addon_id"); });
    if (addon == plan.product->addons.end())
        not_found("Addon", call.text("addon_id"));
    const Period *period = find_period(addon->periods, plan.cycle->symbol);
    if (period == nullptr)
        refuse("Addon " + call.text("addon_id") + " has no billing period " + std::string(plan.cycle->symbol));
    const std::int64_t id = call.db.insert("INSERT INTO addons (service_id, addon_id, status) VALUES (?, ?, 'Pending')",
                                           service, addon->id);
    Invoice invoice =
        make_invoice(call.moment(), 0, {{"Addon", id, "Addon " + std::string(addon->name), period->price, {}}});
    const std::int64_t order = call.next("order");
    call.db.run("INSERT INTO orders (number, date, invoice_id, service_id) VALUES (?, ?, ?, ?)", order, call.now,
                invoice.id, service);
    call.count("orders");
    return json::Object{{"order_num", order},
                        {"invoice_id", std::to_string(invoice.id)},
                        {"total", money_text(invoice.total)},
                        {"items", json::Object{{"id", std::to_string(id)},
                                               {"type", "Addon"},
                                               {"name", addon->name},
                                               {"product_id", std::to_string(addon->id)}}}};
}

constexpr HandlerRow handlers[] = {
    {"services.addons.order", order_addon},
    {"services.upgrade.options", options},
    {"services.upgrade.request", request},
};

constexpr SeededId seeded_ids[] = {
    {"services.upgrade.", "service_id", "5120"},
};

constexpr Sample samples[] = {
    {"services.addons.order", R"({"addon_id":53})"},
    {"services.upgrade.request", R"({"resources":{"2301":"17002"}})"},
};

} // namespace

constinit const Area upgrades_area{
    .name = "upgrades", .handlers = handlers, .seeded_ids = seeded_ids, .samples = samples};

} // namespace hostbill::sandbox
