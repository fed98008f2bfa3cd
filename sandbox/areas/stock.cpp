#include "sandbox/areas/stock.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/shop.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

void seed(const Moment &moment, const SeedRow &document) {
    const json::Object &given = document.object("stock");
    for (const Product &product : products()) {
        const json::Value *left = given.find(std::to_string(product.id));
        if (left != nullptr && (left->integer() == nullptr || *left->integer() < 0))
            refuse_seed("stock." + std::to_string(product.id), "must be a whole number");
        moment.db.run("INSERT INTO stock (product_id, quantity) VALUES (?, ?)", product.id,
                      left != nullptr ? *left->integer() : product.stock);
    }
    for (const json::Member &member : given)
        if (!moment.db.exists("SELECT 1 FROM stock WHERE product_id = ?", member.key))
            refuse_seed("stock." + std::string(member.key), "is no product");
}

constexpr std::string_view stock_states[] = {"in stock", "sold out"};

// What is gone is not sold any more.
void set_stock(const Moment &moment, std::int64_t product, std::string_view state) {
    const std::int64_t quantity = state == "in stock" ? std::max<std::int64_t>(1, find_product(product)->stock) : 0;
    moment.db.run("UPDATE stock SET quantity = ? WHERE product_id = ?", quantity, product);
}

constexpr StateRow states[] = {{"product", stock_states, "SELECT 1 FROM stock WHERE product_id = ?", set_stock}};

constexpr std::string_view tables = "CREATE TABLE stock (product_id INTEGER PRIMARY KEY, quantity INTEGER NOT NULL);";

} // namespace

constinit const Area stock_area{.name = "stock", .tables = tables, .seed = seed, .states = states};

std::int64_t in_stock(Database &db, std::int64_t product) {
    return std::max<std::int64_t>(0, db.number("SELECT quantity FROM stock WHERE product_id = ?", product));
}

void change_stock(Database &db, std::int64_t product, std::int64_t by) {
    db.run("UPDATE stock SET quantity = quantity + ? WHERE product_id = ?", by, product);
}

} // namespace hostbill::sandbox
