// The shop window: categories, products, and how each can be configured.
#include "sandbox/areas/products.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/stock.hpp"

namespace hostbill::sandbox {
namespace {

json::Array periods(std::span<const Period> rows) {
    json::Array list;
    for (const Period &row : rows)
        list.push_back(json::Object{{"title", row.cycle},
                                    {"value", row.cycle},
                                    {"price", money_number(row.price)},
                                    {"setup", money_number(row.setup)},
                                    {"selected", &row == rows.data()}});
    return list;
}

json::Value list_categories(Call &) {
    json::Array list;
    for (const Category &category : categories())
        list.push_back(json::Object{{"id", std::to_string(category.id)},
                                    {"name", category.name},
                                    {"description", category.description},
                                    {"slug", category.slug}});
    return json::Object{{"categories", std::move(list)}};
}

json::Value list(Call &call) {
    const Category *category = find_category(call.integer("category_id"));
    if (category == nullptr)
        not_found("Category", call.text("category_id"));
    json::Array list;
    for (const Product &product : products())
        if (product.category == category->id)
            list.push_back(json::Object{{"id", std::to_string(product.id)},
                                        {"type", "1"},
                                        {"name", product.name},
                                        {"stock", true},
                                        {"paytype", "Regular"},
                                        {"description", product.description},
                                        {"qty", std::to_string(in_stock(call.db, product.id))},
                                        {"tags", json::Array()},
                                        {"periods", periods(product.periods)}});
    return json::Object{{"products", std::move(list)}};
}

json::Value form(const Option &option) {
    const bool counted = option.most != 0, chosen = !counted && !option.required;
    json::Array items;
    for (const Choice &choice : option.choices)
        items.push_back(json::Object{{"title", choice.title},
                                     {"value", counted ? 0 : 1},
                                     {"id", choice.id},
                                     {"price", money_number(choice.price)},
                                     {"setup", 0},
                                     {"selected", chosen && &choice == option.choices.data()}});
    std::string id = std::to_string(option.id);
    json::Object config{{"conditionals", json::Array()}};
    if (counted) {
        config.append("minvalue", 0);
        config.append("maxvalue", option.most);
    }
    return json::Object{{"type", counted ? "qty" : "select"},
                        {"title", option.title},
                        {"id", id},
                        {"firstItemId", option.choices.front().id},
                        {"description", ""},
                        {"name", "custom[" + id + "]"},
                        {"required", option.required},
                        {"multiple", false},
                        {"config", std::move(config)},
                        {"value", json::Array()},
                        {"textvalue", json::Array()},
                        {"price", 0},
                        {"recurring_price", 0},
                        {"setup", 0},
                        {"prorata_date", nullptr},
                        {"items", std::move(items)}};
}

json::Value addon_form(const Addon &addon) {
    std::string id = std::to_string(addon.id);
    return json::Object{
        {"type", "subitem"},
        {"title", addon.name},
        {"id", id},
        {"value", nullptr},
        {"description", addon.description},
        {"config",
         json::Array{
             json::Object{{"type", "checkbox"}, {"title", "add"}, {"name", "addon[" + id + "]"}, {"checked", false}},
             json::Object{{"type", "select"},
                          {"title", "billingcycle"},
                          {"name", "addon_cycles[" + id + "]"},
                          {"items", periods(addon.periods)}}}},
        {"price", 0},
        {"recurring_price", 0},
        {"setup", 0},
        {"prorata_date", nullptr}};
}

json::Value get(Call &call) {
    const Product *product = find_product(call.integer("product_id"));
    if (product == nullptr)
        not_found("Product", call.text("product_id"));
    const Category *category = find_category(product->category);
    const Period &first = product->periods.front();
    return json::Object{{"product", json::Object{{"id", std::to_string(product->id)},
                                                 {"category_name", category->name},
                                                 {"category_id", std::to_string(category->id)},
                                                 {"name", product->name},
                                                 {"price", money_number(first.price)},
                                                 {"recurring", first.cycle},
                                                 {"setup", money_number(first.setup)},
                                                 {"config", product_forms(*product)},
                                                 {"recurring_price", money_number(first.price)},
                                                 {"prorata_date", nullptr}}}};
}

json::Value available_vps(Call &) {
    json::Array list;
    for (const Product &product : products()) {
        if (product.kind != Kind::cloud)
            continue;
        json::Array prices, addons, upgrades;
        for (const Period &period : product.periods)
            prices.push_back(money_text(period.price));
        for (const Addon &addon : product.addons)
            addons.push_back(addon.name);
        for (const Product &other : products())
            if (other.category == product.category && other.id != product.id)
                upgrades.push_back(std::to_string(other.id));
        list.push_back(json::Object{{"id", product.id},
                                    {"name", product.name},
                                    {"description", product.description},
                                    {"prices", std::move(prices)},
                                    {"components", json::Array{"Backups"}},
                                    {"addons", std::move(addons)},
                                    {"upgrades", std::move(upgrades)}});
    }
    return list;
}

json::Value certificate_products(Call &) {
    json::Array list;
    for (const Product &product : products()) {
        if (product.kind != Kind::certificate)
            continue;
        json::Array years;
        for (const Period &period : product.periods)
            years.push_back(json::Object{{"years", find_cycle(period.cycle)->months / 12},
                                         {"price", money_number(period.price)},
                                         {"renew", money_number(period.price)}});
        const Category *category = find_category(product.category);
        list.push_back(json::Object{{"id", std::to_string(product.id)},
                                    {"name", product.name},
                                    {"description", product.description},
                                    {"periods", std::move(years)},
                                    {"category", category->name},
                                    {"category_url", category->slug}});
    }
    return json::Object{{"products", std::move(list)}};
}

constexpr HandlerRow handlers[] = {
    {"certificates.products.list", certificate_products},
    {"products.available_vps", available_vps},
    {"products.categories", list_categories},
    {"products.get", get},
    {"products.list", list},
};

constexpr SeededId seeded_ids[] = {
    {"", "category_id", "44"},
    {"", "product_id", "820"},
};

} // namespace

constinit const Area products_area{.name = "products", .handlers = handlers, .seeded_ids = seeded_ids};

json::Object product_forms(const Product &product) {
    const Period &first = product.periods.front();
    json::Array forms, addons;
    for (const Option &option : product.options)
        forms.push_back(form(option));
    for (const Addon &addon : product.addons)
        addons.push_back(addon_form(addon));
    json::Array basics{
        json::Object{{"type", "select"},
                     {"title", "pickcycle"},
                     {"id", "cycle"},
                     {"name", "cycle"},
                     {"items", periods(product.periods)},
                     {"value", first.cycle},
                     {"price", money_number(first.price)},
                     {"setup", money_number(first.setup)}},
        json::Object{
            {"type", "input"}, {"title", "hostname"}, {"id", "domain"}, {"name", "domain"}, {"value", nullptr}}};
    return {{"product", std::move(basics)},
            {"forms", std::move(forms)},
            {"addons", std::move(addons)},
            {"subproducts", json::Array()}};
}

} // namespace hostbill::sandbox
