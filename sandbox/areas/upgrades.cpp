// Changes to a running service that cost money: other options, another product, addons.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/services.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

// The service as it is, or as it would become.
struct Plan {
    const Product *product;
    const Cycle *cycle;
    json::Object options; // option id -> choice id
};

struct Current {
    Plan plan;
    Cents recurring;
    Seconds next_due;
};

Current current(Call &call) {
    auto row = call.db.query("SELECT product_id, cycle, options, recurring, next_due FROM services WHERE id = ?",
                             call.integer("service_id"));
    row.next();
    json::Value options = stored(row.text(2));
    return {{find_product(row.integer(0)), find_cycle(row.text(1)),
             options.object() != nullptr ? std::move(*options.object()) : json::Object()},
            row.integer(3),
            row.integer(4)};
}

const Choice &chosen(const Plan &plan, const Option &option) {
    const json::Value *id = plan.options.find(std::to_string(option.id));
    for (const Choice &choice : option.choices)
        if (id != nullptr && *id == json::Value(std::to_string(choice.id)))
            return choice;
    return option.choices.front();
}

Cents price(const Plan &plan) {
    Cents sum = find_period(plan.product->periods, plan.cycle->symbol)->price;
    for (const Option &option : plan.product->options)
        sum += chosen(plan, option).price * plan.cycle->months;
    return sum;
}

json::Value options(Call &call) {
    const Plan plan = current(call).plan;
    json::Array resources, packages;
    for (const Option &option : plan.product->options) {
        json::Array items;
        for (const Choice &choice : option.choices)
            items.push_back(json::Object{{"id", std::to_string(choice.id)},
                                         {"name", choice.title},
                                         {"price", money_number(choice.price)},
                                         {"setup_price", 0},
                                         {"selected", choice.id == chosen(plan, option).id}});
        resources.push_back(
            json::Object{{"id", option.id}, {"name", option.title}, {"type", "select"}, {"items", std::move(items)}});
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
    plan.product = other;
}

void change_cycle(Call &call, Plan &plan) {
    if (call.has("cycle")) {
        plan.cycle = find_cycle(call.text("cycle"));
        if (plan.cycle == nullptr)
            not_found("Billing period", call.text("cycle"));
    }
    if (find_period(plan.product->periods, plan.cycle->symbol) == nullptr)
        refuse("Package " + std::to_string(plan.product->id) + " has no billing period " +
               std::string(plan.cycle->symbol));
}

// {"2301":"17002"}, or {"2301":{"17002":1}}.
void change_options(Call &call, Plan &plan) {
    const json::Value *resources = call.value("resources");
    if (resources == nullptr || resources->object() == nullptr)
        return;
    for (const json::Member &member : *resources->object()) {
        auto option = std::find_if(plan.product->options.begin(), plan.product->options.end(),
                                   [&](const Option &row) { return std::to_string(row.id) == member.key; });
        if (option == plan.product->options.end())
            not_found("Resource", member.key);
        const json::Object *inner = member.value.object();
        std::string wanted =
            inner != nullptr && !inner->empty() ? inner->begin()->key : scalar_text(member.value).value_or("");
        auto choice = std::find_if(option->choices.begin(), option->choices.end(),
                                   [&](const Choice &row) { return std::to_string(row.id) == wanted; });
        if (choice == option->choices.end())
            not_found("Item " + wanted + " of resource", member.key);
        plan.options.set(member.key, wanted);
    }
}

// What a difference in price by the month costs for the rest of the paid period; what gets cheaper costs nothing.
Cents prorated(Cents monthly_difference, Seconds next_due, Seconds now) {
    const std::int64_t days = std::max<std::int64_t>(0, (next_due - now) / one_day);
    return std::max<Cents>(0, monthly_difference * days / 30);
}

Cents charge(const Current &before, const Plan &after, Seconds now) {
    return prorated(price(after) / after.cycle->months - before.recurring / before.plan.cycle->months, before.next_due,
                    now);
}

json::Array changes(const Current &before, const Plan &after, Seconds now) {
    json::Array list;
    for (const Option &option : after.product->options) {
        const Choice &old_choice = chosen(before.plan, option), &new_choice = chosen(after, option);
        if (old_choice.id != new_choice.id)
            list.push_back(json::Object{
                {"id", option.id},
                {"name", option.title},
                {"charge", money_text(prorated(new_choice.price - old_choice.price, before.next_due, now))}});
    }
    return list;
}

json::Value request(Call &call) {
    const std::int64_t service = call.integer("service_id");
    if (service_status(call) != "Active")
        refuse("Service " + std::to_string(service) + " is not active");
    const Current before = current(call);
    Plan after = before.plan;
    change_product(call, after);
    change_cycle(call, after);
    change_options(call, after);
    const Cents now = charge(before, after, call.now);
    json::Object answer{{"total", money_text(now)},
                        {"recurring", money_text(price(after))},
                        {"resources", changes(before, after, call.now)}};
    if (!call.flag("send")) {
        answer.append("info", json::Array{"This is an estimate."});
        return answer;
    }
    InvoiceLine line{"Upgrade", service, "Upgrade of service " + std::to_string(service), now,
                     json::Object{{"product_id", after.product->id},
                                  {"cycle", after.cycle->symbol},
                                  {"recurring", price(after)},
                                  {"options", json::write_utf8(after.options)}}};
    Invoice invoice = make_invoice(call.moment(), 0, {std::move(line)});
    const std::int64_t order = call.next("order");
    call.db.run("INSERT INTO orders (number, date, invoice_id, service_id) VALUES (?, ?, ?, ?)", order, call.now,
                invoice.id, service);
    call.count("orders");
    answer.append("order_num", order);
    answer.append("invoice_id", std::to_string(invoice.id));
    answer.set("total", money_text(invoice.total));
    answer.append("info", json::Array{"upgrade_sent"});
    return answer;
}

json::Value order_addon(Call &call) {
    const std::int64_t service = call.integer("service_id");
    const Plan plan = current(call).plan;
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
