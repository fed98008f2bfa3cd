// Quotes and orders. An order makes what was ordered and an invoice for it.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/cart.hpp"
#include "sandbox/areas/products.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/config.hpp"

#include <map>

namespace hostbill::sandbox {
namespace {

struct Items {
    std::vector<CartItem> good;
    std::vector<std::string> errors;      // of the others, naming each
    std::vector<std::size_t> good_places; // where in the list the good ones stood
    std::vector<std::pair<std::size_t, std::string>> bad;
};

Items read_items(Call &call) {
    Items items;
    const json::Value *given = call.value("items");
    const json::Array *list = given != nullptr ? given->array() : nullptr;
    if (list == nullptr || list->empty())
        refuse("Parameter items must be a list of at least one item");
    Basket basket;
    for (std::size_t i = 0; i < list->size(); ++i) {
        try {
            CartItem item = read_item(call, *(*list)[i].object());
            basket.add(call, item);
            items.good.push_back(std::move(item));
            items.good_places.push_back(i);
        } catch (const Refusal &refusal) {
            for (const std::string &error : refusal.errors) {
                items.errors.push_back("Item " + std::to_string(i) + ": " + error);
                items.bad.emplace_back(i, error);
            }
        }
    }
    return items;
}

json::Value order_one(Call &call, const CartItem &item) {
    Basket().add(call, item);
    Placed placed = place(call, item);
    Invoice invoice = make_invoice(call.moment(), call.integer("pay_method"), std::move(placed.lines));
    bill(call, placed.order_num, invoice.id);
    call.log("Order " + std::to_string(placed.order_num));
    return json::Object{{"order_num", placed.order_num},
                        {"invoice_id", std::to_string(invoice.id)},
                        {"total", money_text(invoice.total)},
                        {"items", std::move(placed.answer)}};
}

// One order's parameters, as an item of a cart has them.
json::Value create(Call &call) {
    json::Object fields = call.params;
    for (std::string_view name : {"addon", "addon_cycles"}) // of the order form; no document has them
        if (const json::Value *given = call.given.find(name))
            fields.set(name, *given);
    return order_one(call, read_product(call, fields));
}

json::Value create_certificate(Call &call) { return order_one(call, read_certificate(call, call.params)); }
json::Value create_domain(Call &call) { return order_one(call, read_domain(call, call.params)); }

json::Value renew_domain(Call &call) {
    json::Object fields = call.params;
    fields.set("action", "renew");
    return order_one(call, read_domain(call, fields));
}

json::Value create_many(Call &call) {
    Items items = read_items(call);
    if (!items.errors.empty() && (items.good.empty() || !call.flag("ignore_errors")))
        throw Refusal{items.errors};
    std::vector<InvoiceLine> lines;
    std::vector<std::int64_t> orders;
    json::Array numbers, answers;
    for (const CartItem &item : items.good) {
        Placed placed = place(call, item);
        orders.push_back(placed.order_num);
        numbers.push_back(placed.order_num);
        answers.push_back(std::move(placed.answer));
        lines.insert(lines.end(), placed.lines.begin(), placed.lines.end());
    }
    Invoice invoice = make_invoice(call.moment(), call.integer("pay_method"), std::move(lines));
    for (std::int64_t order : orders)
        bill(call, order, invoice.id);
    call.log("Order of " + std::to_string(orders.size()) + " items");
    json::Object answer{{"order_num_list", std::move(numbers)},
                        {"invoice_id", std::to_string(invoice.id)},
                        {"total", money_text(invoice.total)},
                        {"items", std::move(answers)}};
    if (!items.errors.empty()) {
        json::Array skipped;
        for (const std::string &error : items.errors)
            skipped.push_back(error);
        answer.append("info", std::move(skipped));
    }
    return answer;
}

// `output` is "short" or asks for more.
json::Value quoted_product(const CartItem &item, const std::string &output) {
    const Product *product = item.plan.product;
    if (product == nullptr)
        return nullptr;
    const Category *category = find_category(product->category);
    json::Object row{{"id", product->id},
                     {"category_name", category->name},
                     {"category_id", category->id},
                     {"name", product->name},
                     {"domain", item.name}};
    if (output == "config" || output == "full")
        row.append("config", product_forms(*product));
    if (output == "full") {
        row.append("recurring", item.plan.cycle->symbol);
        row.append("price", money_number(item.cost()));
        row.append("setup", money_number(item.setup));
        row.append("recurring_price", money_number(item.each_term()));
    }
    return row;
}

json::Object quoted_coupon(const CartItem &item) {
    if (item.promotion == nullptr)
        return {};
    return {{"code", item.promotion->code}, {"discount", money_number(item.discount)}};
}

json::Value quoted_domains(const CartItem &item, std::size_t index) {
    if (item.tld == nullptr)
        return json::Array();
    json::Object row{{"id", item.tld->id},
                     {"index", 0},
                     {"category_id", std::to_string(domain_category)},
                     {"category_name", find_category(domain_category)->name},
                     {"name", item.name},
                     {"tld", item.tld->name},
                     {"period", item.years},
                     {"price", money_text(item.price)}};
    row.set("index", static_cast<std::int64_t>(index));
    return json::Object{{item.name, std::move(row)}};
}

json::Array recurring(const std::vector<CartItem> &items) {
    json::Array list;
    for (const Cycle &cycle : cycles()) {
        Cents sum = 0;
        for (const CartItem &item : items)
            sum += item.plan.cycle == &cycle ? item.each_term() : 0;
        if (sum != 0)
            list.push_back(json::Object{{"title", cycle.name}, {"price", money_number(sum)}, {"value", cycle.symbol}});
    }
    return list;
}

json::Object quoted_item(std::size_t index, json::Value product, json::Value domains, json::Object coupon,
                         json::Array errors) {
    bool valid = errors.empty();
    return json::Object{{"product", std::move(product)},
                        {"domains", std::move(domains)},
                        {"coupon", std::move(coupon)},
                        {"index", static_cast<std::int64_t>(index)},
                        {"valid", valid},
                        {"info", json::Array()},
                        {"error", std::move(errors)}};
}

// Costs what the order would, and changes nothing.
json::Value quote(Call &call) {
    Items items = read_items(call);
    std::map<std::size_t, json::Object> rows;
    Cents cost = 0, discount = 0;
    for (std::size_t i = 0; i < items.good.size(); ++i) {
        const CartItem &item = items.good[i];
        std::size_t place = items.good_places[i];
        cost += item.cost();
        discount += item.discount;
        rows[place] = quoted_item(place, quoted_product(item, call.text("output")), quoted_domains(item, i),
                                  quoted_coupon(item), {});
    }
    for (const auto &[place, error] : items.bad)
        rows[place] = quoted_item(place, nullptr, json::Array(), {}, {error});
    cost += payment_fee(call.integer("pay_method"), cost - discount);
    Totals totals = add_up(call.config, cost - discount);
    json::Array taxes;
    if (totals.tax != 0)
        taxes.push_back(json::Object{
            {"name", "Sales tax"}, {"tax", money_number(totals.tax)}, {"value", money_number(call.config.tax_rate)}});
    json::Array list;
    for (auto &[place, row] : rows)
        list.push_back(std::move(row));
    return json::Object{{"summary", json::Object{{"subtotal", money_number(totals.subtotal)},
                                                 {"total", money_number(totals.total)},
                                                 {"credit", 0},
                                                 {"discount", money_number(discount)},
                                                 {"cost", money_number(cost)},
                                                 {"recurring", recurring(items.good)},
                                                 {"tax", std::move(taxes)}}},
                        {"items", std::move(list)}};
}

constexpr HandlerRow handlers[] = {
    {"certificates.order", create_certificate},
    {"domains.order", create_domain},
    {"domains.renew", renew_domain},
    {"orders.create", create},
    {"orders.create_many", create_many},
    {"orders.quote", quote},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE orders (number INTEGER PRIMARY KEY, date INTEGER NOT NULL, invoice_id INTEGER NOT NULL,
    service_id INTEGER NOT NULL, domain_id INTEGER NOT NULL DEFAULT 0);
)sql";

constexpr SeededId seeded_ids[] = {
    {"", "order_num", "410549001"},
};

constexpr Sample samples[] = {
    {"certificates.order",
     R"({"product_id":250,"csr":"-----BEGIN CERTIFICATE REQUEST-----\nMIHXMH8CAQAwHTEbMBkGA1UEAwwSc2FtcGxlLmV4YW1wbGUubmV0MFkwEwYHKoZI\nzj0CAQYIKoZIzj0DAQcDQgAELLybh3vfuhsqZ02vfhGsgRiQ14E/AZqivgQU5iaK\n6odNCV2nTfHiaK7d7Pj7FHE+RCiY3LJz7SjFoko9xO69IKAAMAoGCCqGSM49BAMC\nA0gAMEUCIAqg5P9FE2n/rq0qOOk13C7FM2i37XmZTf/gzWmDiS/QAiEAukiaiFax\nx3klkK+RIIHAPErhDECckBbgIl6hJnzp3H0=\n-----END CERTIFICATE REQUEST-----\n","years":1,"approver_email":"hostmaster@example.net"})"},
    {"domains.order", R"({"name":"sample-order.net","years":"1","action":"register","tld_id":"17"})"},
    {"domains.renew", R"({"years":"1"})"},
    {"orders.create", R"({"domain":"vm9.example.net","cycle":"m"})"},
    {"orders.create_many",
     R"({"items":[{"type":"product","product_id":830,"domain":"many.example.net","cycle":"m"}]})"},
    {"orders.quote", R"({"items":[{"type":"product","product_id":820,"domain":"quote.example.net","cycle":"a"}]})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    const std::int64_t order = 410550000 + moment.config.seed % 1000 * 1000;
    moment.db.run("INSERT INTO sequences (name, value, step) VALUES ('order', ?, 7)", order);
    for (const SeedRow &row : document.rows("orders"))
        moment.db.run("INSERT INTO orders (number, date, invoice_id, service_id) VALUES (?, ?, ?, ?)",
                      row.integer("number"), row.time(moment), row.integer("invoice"), row.integer("service"));
}

constexpr std::string_view order_states[] = {"Cancelled", "Fraud"};

// The portal's people turn an order down: what it was for is not, and nothing is owed for it.
void set_status(const Moment &moment, std::int64_t order, std::string_view state) {
    if (state == gone) {
        moment.db.run("DELETE FROM orders WHERE number = ?", order);
        return;
    }
    const std::int64_t service = moment.db.number("SELECT service_id FROM orders WHERE number = ?", order);
    const std::int64_t domain = moment.db.number("SELECT domain_id FROM orders WHERE number = ?", order);
    if (service != 0)
        set_service_status(moment, service, state);
    moment.db.run("UPDATE domains SET status = ? WHERE id = ?", state, domain);
    cancel_idle_invoice(moment, moment.db.number("SELECT invoice_id FROM orders WHERE number = ?", order));
}

constexpr StateRow states[] = {{"order", order_states, "SELECT 1 FROM orders WHERE number = ?", set_status}};

} // namespace

constinit const Area orders_area{.name = "orders",
                                 .tables = tables,
                                 .seed = seed,
                                 .handlers = handlers,
                                 .seeded_ids = seeded_ids,
                                 .samples = samples,
                                 .states = states};

} // namespace hostbill::sandbox
