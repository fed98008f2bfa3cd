#include "sandbox/areas/cart.hpp"

#include "sandbox/areas/area.hpp"
#include "sandbox/areas/certificates.hpp"
#include "sandbox/areas/domains.hpp"
#include "sandbox/config.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>

namespace hostbill::sandbox {

std::string field_text(const json::Object &fields, std::string_view name) {
    const json::Value *value = fields.find(name);
    auto text = value != nullptr ? scalar_text(*value) : std::nullopt;
    return text ? *text : std::string();
}

std::int64_t field_number(const json::Object &fields, std::string_view name) {
    std::string text = field_text(fields, name);
    bool digits = !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string::npos;
    if (!text.empty() && !digits)
        refuse("Parameter " + std::string(name) + " must be a whole number");
    return digits ? std::stoll(text) : 0;
}

std::int64_t read_years(const json::Object &fields) {
    std::int64_t years = fields.find("years") != nullptr ? field_number(fields, "years") : 1;
    if (years < 1 || years > longest_registration)
        refuse("Parameter years must be 1 to " + std::to_string(longest_registration));
    return years;
}

const Product &product_of(const json::Object &fields, bool certificate) {
    std::string id = field_text(fields, "product_id");
    if (id.empty())
        refuse("Parameter product_id is required");
    const Product *product = find_product(field_number(fields, "product_id"));
    if (product == nullptr || (product->kind == Kind::certificate) != certificate)
        not_found("Product", id);
    return *product;
}

namespace {

// {"2201":{"16002":1}}, {"2201":{"16002":"1"}} and {"2201":"16002"} mean the same. A list is a map whose keys the form
// lost: nothing in it can be an option of ours.
void read_options(CartItem &item, const json::Value *custom) {
    if (custom == nullptr || custom->object() == nullptr)
        return;
    for (const json::Member &member : *custom->object()) {
        auto option = std::find_if(item.product->options.begin(), item.product->options.end(),
                                   [&](const Option &row) { return std::to_string(row.id) == member.key; });
        if (option == item.product->options.end())
            not_found("Option", member.key);
        const json::Object *choices = member.value.object();
        auto text = scalar_text(member.value);
        std::string wanted = text ? *text : choices != nullptr && !choices->empty() ? choices->begin()->key : "";
        auto choice = std::find_if(option->choices.begin(), option->choices.end(),
                                   [&](const Choice &row) { return std::to_string(row.id) == wanted; });
        if (choice == option->choices.end())
            not_found("Choice " + wanted + " of option", member.key);
        item.options.set(member.key, wanted);
        item.price += choice->price * item.cycle->months;
    }
}

// {"52":1}: the addons of the order form that are ticked.
void read_addons(CartItem &item, const json::Value *ticked) {
    if (ticked == nullptr || ticked->object() == nullptr)
        return;
    for (const json::Member &member : *ticked->object()) {
        auto addon = std::find_if(item.product->addons.begin(), item.product->addons.end(),
                                  [&](const Addon &row) { return std::to_string(row.id) == member.key; });
        if (addon == item.product->addons.end())
            not_found("Addon", member.key);
        const Period *period = find_period(addon->periods, item.cycle->symbol);
        if (period == nullptr)
            refuse("Addon " + member.key + " has no billing period " + std::string(item.cycle->symbol));
        item.addons.push_back(&*addon);
        item.price += period->price;
    }
}

std::string item_type(const CartItem &item) {
    if (item.action == "register")
        return "Domain Register";
    if (item.action == "transfer")
        return "Domain Transfer";
    return item.action == "renew" ? "Domain Renew" : "Hosting";
}

std::string description(const CartItem &item) {
    std::string years = std::to_string(item.years) + (item.years == 1 ? " year" : " years");
    if (item.tld != nullptr)
        return item_type(item) + " " + item.name + ", " + years;
    std::string text(item.product->name);
    if (!item.name.empty())
        text += " " + item.name;
    return text + ", " + (item.years > 0 ? years : std::string(item.cycle->name));
}

std::int64_t make_service(Call &call, const CartItem &item) {
    std::string_view kind = kind_name(item.product->kind);
    if (item.product->kind == Kind::cloud && portal_has(call.portal, "servers.list"))
        kind = "server";
    std::int64_t id = call.db.insert(
        "INSERT INTO services (kind, product_id, domain, status, created, next_due, first_payment, recurring, cycle, "
        "label, username, password, options, cancellation, reason) VALUES (?, ?, ?, 'Pending', ?, 0, ?, ?, ?, '', ?, "
        "?, "
        "?, '', '')",
        kind, item.product->id, item.name, call.now, item.price, item.recurring, item.cycle->symbol, "ada4107",
        random_password(), json::write_utf8(item.options));
    for (const Addon *addon : item.addons)
        call.db.run("INSERT INTO addons (service_id, addon_id, status) VALUES (?, ?, 'Pending')", id, addon->id);
    if (item.product->kind == Kind::certificate)
        make_certificate_service(call, id, item);
    call.count("services");
    return id;
}

} // namespace

CartItem read_product(Call &, const json::Object &fields) {
    CartItem item;
    item.fields = fields;
    item.product = &product_of(fields, false);
    item.name = field_text(fields, "domain");
    std::string symbol = field_text(fields, "cycle");
    const Period *period = symbol.empty() ? &item.product->periods.front() : find_period(item.product->periods, symbol);
    if (period == nullptr)
        refuse("Parameter cycle has no billing period of product " + std::to_string(item.product->id));
    if (std::string code = field_text(fields, "promocode"); !code.empty())
        refuse("Parameter promocode is not a valid promotion code");
    item.cycle = find_cycle(period->cycle);
    item.price = period->price;
    read_options(item, fields.find("custom"));
    read_addons(item, fields.find("addon"));
    item.recurring = item.price;
    return item;
}

CartItem read_item(Call &call, const json::Object &fields) {
    std::string type = field_text(fields, "type");
    if (type == "product")
        return read_product(call, fields);
    if (type == "certificate")
        return read_certificate(call, fields);
    if (type == "domain")
        return read_domain(call, fields);
    refuse("Parameter type must be one of: product, certificate, domain");
}

Placed place(Call &call, const CartItem &item) {
    Placed placed;
    placed.order_num = call.next("order");
    InvoiceLine line{item_type(item), item.domain_id, description(item), item.price, {}};
    if (item.product != nullptr)
        line.item_id = make_service(call, item);
    else if (item.action != "renew")
        line.item_id = make_domain(call, item);
    if (item.tld != nullptr)
        line.details.set("years", item.years);
    std::int64_t service = item.product != nullptr ? line.item_id : 0;
    call.db.run("INSERT INTO orders (number, date, invoice_id, service_id) VALUES (?, ?, 0, ?)", placed.order_num,
                call.now, service);
    placed.answer =
        json::Object{{"type", line.type},
                     {"id", std::to_string(line.item_id)},
                     {"name", item.name},
                     {"product_id", std::to_string(item.product != nullptr ? item.product->id : item.tld->id)}};
    placed.lines.push_back(std::move(line));
    // Addons are part of the service's price; their own lines only make them active with it.
    if (!item.addons.empty())
        for (auto row = call.db.query("SELECT id, addon_id FROM addons WHERE service_id = ?", service); row.next();)
            placed.lines.push_back(
                {"Addon", row.integer(0), "Addon " + std::string(find_addon(row.integer(1))->name), 0, {}});
    call.count("orders");
    return placed;
}

void bill(Call &call, std::int64_t order_num, std::int64_t invoice) {
    call.db.run("UPDATE orders SET invoice_id = ? WHERE number = ?", invoice, order_num);
}

} // namespace hostbill::sandbox
