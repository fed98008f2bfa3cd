#include "sandbox/areas/cart.hpp"

#include "sandbox/areas/area.hpp"
#include "sandbox/areas/certificates.hpp"
#include "sandbox/areas/domains.hpp"
#include "sandbox/areas/promotions.hpp"
#include "sandbox/areas/stock.hpp"
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

// {"52":1}: the addons of the order form that are ticked. They are paid for together with their service.
void read_addons(CartItem &item, const json::Object &fields) {
    const json::Value *ticked = fields.find("addon"), *cycles = fields.find("addon_cycles");
    if (ticked == nullptr || ticked->object() == nullptr)
        return;
    const std::string_view symbol = item.plan.cycle->symbol;
    for (const json::Member &member : *ticked->object()) {
        auto addon = std::find_if(item.plan.product->addons.begin(), item.plan.product->addons.end(),
                                  [&](const Addon &row) { return std::to_string(row.id) == member.key; });
        if (addon == item.plan.product->addons.end())
            not_found("Addon", member.key);
        const json::Value *cycle = cycles != nullptr ? cycles->find(member.key) : nullptr;
        if (cycle != nullptr && !cycle->is_null() && *cycle != json::Value(symbol))
            refuse("Addon " + member.key + " must have the billing period of its service: " + std::string(symbol));
        if (find_period(addon->periods, symbol) == nullptr)
            refuse("Addon " + member.key + " has no billing period " + std::string(symbol));
        item.addons.push_back(&*addon);
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
    std::string text(item.plan.product->name);
    if (!item.name.empty())
        text += " " + item.name;
    return text + ", " + (item.years > 0 ? years : std::string(item.plan.cycle->name));
}

std::int64_t make_service(Call &call, const CartItem &item) {
    const Product &product = *item.plan.product;
    std::string_view kind = kind_name(product.kind);
    if (product.kind == Kind::cloud && portal_has(call.portal, "servers.list"))
        kind = "server";
    const bool lasts = item.promotion != nullptr && item.promotion->lasts;
    std::int64_t id = call.db.insert(
        "INSERT INTO services (kind, product_id, domain, status, created, next_due, first_payment, recurring, cycle, "
        "label, username, password, options, cancellation, reason, promotion) VALUES (?, ?, ?, 'Pending', ?, 0, ?, ?, "
        "?, '', 'ada4107', ?, ?, '', '', ?)",
        kind, product.id, item.name, call.now, item.price - item.discount, item.recurring, item.plan.cycle->symbol,
        random_password(), json::write_utf8(item.plan.options), lasts ? item.promotion->code : "");
    change_stock(call.db, product.id, -1);
    for (const Addon *addon : item.addons)
        call.db.run("INSERT INTO addons (service_id, addon_id, status) VALUES (?, ?, 'Pending')", id, addon->id);
    if (product.kind == Kind::certificate)
        make_certificate_service(call, id, item);
    call.count("services");
    return id;
}

} // namespace

Cents CartItem::addons_price() const {
    Cents sum = 0;
    for (const Addon *addon : addons)
        sum += addon_price(*addon, *plan.cycle);
    return sum;
}

CartItem read_product(Call &call, const json::Object &fields) {
    CartItem item;
    item.fields = fields;
    item.plan.product = &product_of(fields, false);
    item.name = field_text(fields, "domain");
    const std::string symbol = field_text(fields, "cycle");
    const auto &periods = item.plan.product->periods;
    const Period *period = symbol.empty() ? &periods.front() : find_period(periods, symbol);
    if (period == nullptr)
        refuse("Parameter cycle has no billing period of product " + std::to_string(item.plan.product->id));
    item.plan.cycle = find_cycle(period->cycle);
    choose(item.plan, fields.find("custom"), "Option");
    check_complete(item.plan);
    read_addons(item, fields);
    item.setup = setup_price(item.plan);
    item.price = full_price(item.plan) + item.setup;
    if (const std::string code = field_text(fields, "promocode"); !code.empty()) {
        item.promotion = &check_promotion(call.moment(), code, item.plan);
        item.plan.promotion = item.promotion->lasts ? item.promotion : nullptr;
        item.discount = discount(*item.promotion, item.price - item.setup);
    }
    item.recurring = recurring_price(item.plan);
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

void Basket::add(Call &call, const CartItem &item) {
    if (const Product *product = item.plan.product) {
        if (in_stock(call.db, product->id) - taken_[product->id] < 1)
            refuse("Product " + std::string(product->name) + " is out of stock");
        ++taken_[product->id];
    } else if (!names_.insert(item.name).second) {
        refuse("Domain " + item.name + " is in this order already");
    }
    if (item.promotion != nullptr && item.promotion->once && !codes_.insert(std::string(item.promotion->code)).second)
        refuse("Promotion code " + std::string(item.promotion->code) + " has been used already");
}

Placed place(Call &call, const CartItem &item) {
    Placed placed;
    placed.order_num = call.next("order");
    const Product *product = item.plan.product;
    InvoiceLine line{item_type(item), item.domain_id, description(item), item.price, {}};
    if (product != nullptr)
        line.item_id = make_service(call, item);
    else if (item.action != "renew")
        line.item_id = make_domain(call, item);
    if (item.tld != nullptr)
        line.details.set("years", item.years);
    const std::int64_t service = product != nullptr ? line.item_id : 0;
    call.db.run("INSERT INTO orders (number, date, invoice_id, service_id, domain_id) VALUES (?, ?, 0, ?, ?)",
                placed.order_num, call.now, service, line.item_id - service);
    placed.answer = json::Object{{"type", line.type},
                                 {"id", std::to_string(line.item_id)},
                                 {"name", item.name},
                                 {"product_id", std::to_string(product != nullptr ? product->id : item.tld->id)}};
    placed.lines.push_back(std::move(line));
    for (auto row = call.db.query("SELECT id, addon_id FROM addons WHERE service_id = ? ORDER BY id", service);
         row.next();) {
        const Addon &addon = *find_addon(row.integer(1));
        placed.lines.push_back(
            {"Addon", row.integer(0), "Addon " + std::string(addon.name), addon_price(addon, *item.plan.cycle), {}});
    }
    if (item.promotion != nullptr) {
        use_promotion(call.moment(), *item.promotion, placed.order_num);
        placed.lines.push_back({"Other", 0, "Promotion code " + std::string(item.promotion->code), -item.discount, {}});
    }
    call.count("orders");
    return placed;
}

void bill(Call &call, std::int64_t order_num, std::int64_t invoice) {
    call.db.run("UPDATE orders SET invoice_id = ? WHERE number = ?", invoice, order_num);
}

} // namespace hostbill::sandbox
