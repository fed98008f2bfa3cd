#include "sandbox/areas/cart.hpp"

#include "sandbox/areas/area.hpp"
#include "sandbox/areas/promotions.hpp"
#include "sandbox/areas/stock.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

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
    if (product.kind == Kind::certificate) {
        const json::Value *organization = item.fields.find("organization");
        json::Object contacts;
        for (std::string_view role : {"admin", "tech", "billing"})
            contacts.append(role, field_text(item.fields, role));
        call.db.run("INSERT INTO certificates (service_id, csr, years, email, software, contacts, organization) VALUES "
                    "(?, ?, ?, ?, ?, ?, ?)",
                    id, field_text(item.fields, "csr"), item.years, field_text(item.fields, "approver_email"),
                    field_number(item.fields, "software"), json::write_utf8(contacts),
                    organization != nullptr ? json::write_utf8(*organization) : "{}");
    }
    call.count("services");
    return id;
}

std::int64_t make_domain(Call &call, const CartItem &item) {
    const json::Value *nameservers = item.fields.find("nameservers");
    std::string status = item.action == "register" ? "Pending Registration" : "Pending Transfer";
    call.count("domains");
    return call.db.insert(
        "INSERT INTO domains (name, tld_id, status, created, expires, first_payment, recurring, "
        "period, autorenew, idprotection, locked, epp, nameservers, contacts, forwarding, "
        "email_forwarding) VALUES (?, ?, ?, ?, 0, ?, ?, ?, 1, 0, 1, ?, ?, '{}', '{}', '[]')",
        item.name, item.tld->id, status, call.now, item.price, item.tld->renewal, item.years, random_password(),
        nameservers != nullptr ? checked_nameservers(nameservers) : R"(["dns1.example.org","dns2.example.org"])");
}

} // namespace

bool is_domain_name(const std::string &name) {
    if (name.size() < 4 || name.size() > 253 || name.find('.') == std::string::npos)
        return false;
    std::size_t label = 0;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        if (i == name.size() || name[i] == '.') {
            if (label == 0 || label > 63 || name[i - 1] == '-')
                return false;
            label = 0;
            continue;
        }
        char letter = name[i];
        bool plain = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
        if (!plain || (letter == '-' && label == 0))
            return false;
        ++label;
    }
    return true;
}

std::string checked_nameservers(const json::Value *given) {
    const json::Array *list = given != nullptr ? given->array() : nullptr;
    if (list == nullptr || list->size() < 2 || list->size() > 10)
        refuse("Parameter nameservers must be a list of 2 to 10 names");
    for (const json::Value &name : *list)
        if (name.string() == nullptr || !is_domain_name(*name.string()))
            refuse("Parameter nameservers holds what is not a host name");
    return json::write_utf8(*given);
}

bool is_available(Database &db, const std::string &name) {
    // Names that are not for registration anywhere, and whatever says so itself.
    static constexpr std::string_view taken[] = {"example.com", "example.net", "example.org"};
    if (std::find(std::begin(taken), std::end(taken), name) != std::end(taken) || name.starts_with("taken"))
        return false;
    return !db.exists("SELECT 1 FROM domains WHERE name = ? AND status NOT IN ('Expired', 'Cancelled', 'Fraud')", name);
}

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

CartItem read_certificate(Call &call, const json::Object &fields) {
    CartItem item;
    item.fields = fields;
    item.plan.product = &product_of(fields, true);
    item.years = read_years(fields);
    if (field_text(fields, "csr").empty())
        refuse("Parameter csr is required");
    const Period *period = find_period(item.plan.product->periods, item.years == 1 ? "a" : item.years == 2 ? "b" : "");
    if (period == nullptr)
        refuse("Parameter years has no price for product " + std::to_string(item.plan.product->id));
    for (std::string_view role : {"admin", "tech", "billing"})
        if (std::string id = field_text(fields, role);
            !id.empty() && id != "0" && !call.db.exists("SELECT 1 FROM contacts WHERE id = ?", id))
            not_found("Contact", id);
    item.plan.cycle = find_cycle(period->cycle);
    item.price = item.recurring = period->price;
    item.name = csr_common_name(field_text(fields, "csr"));
    return item;
}

CartItem read_domain(Call &call, const json::Object &fields) {
    CartItem item;
    item.fields = fields;
    item.action = field_text(fields, "action");
    item.years = read_years(fields);
    item.plan.cycle = find_cycle("a");
    if (item.action.empty())
        item.action = fields.find("domain_id") != nullptr ? "renew" : "register";
    if (item.action == "renew") {
        item.domain_id = field_number(fields, "domain_id");
        auto row = call.db.query("SELECT name, tld_id, status FROM domains WHERE id = ?", item.domain_id);
        if (!row.next())
            not_found("Domain", field_text(fields, "domain_id"));
        if (row.text(2) != "Active" && row.text(2) != "Expired")
            refuse("Domain " + row.text(0) + " is " + row.text(2));
        item.name = row.text(0);
        item.tld = find_tld(row.integer(1));
        item.price = item.tld->renewal * item.years;
        item.recurring = item.tld->renewal;
        return item;
    }
    if (item.action != "register" && item.action != "transfer")
        refuse("Parameter action must be one of: register, transfer, renew");
    item.name = field_text(fields, "name");
    std::transform(item.name.begin(), item.name.end(), item.name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    });
    item.tld = tld_of(item.name);
    if (!is_domain_name(item.name) || item.tld == nullptr)
        refuse("Parameter name is not a domain name that can be ordered here");
    if (std::string tld = field_text(fields, "tld_id"); !tld.empty() && tld != std::to_string(item.tld->id))
        refuse("Parameter tld_id does not fit the name " + item.name);
    if (item.action == "register" && !is_available(call.db, item.name))
        refuse("Domain " + item.name + " is not available");
    if (item.action == "transfer" &&
        call.db.exists("SELECT 1 FROM domains WHERE name = ? AND status NOT IN ('Expired', 'Cancelled', 'Fraud')",
                       item.name))
        refuse("Domain " + item.name + " is already in this account");
    item.price = item.action == "register" ? registration_price(*item.tld, item.years) : item.tld->registration;
    item.recurring = item.tld->renewal;
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
