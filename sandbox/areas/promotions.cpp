#include "sandbox/areas/promotions.hpp"

#include "sandbox/areas/areas.hpp"

namespace hostbill::sandbox {

const Promotion &check_promotion(const Moment &moment, const std::string &code, const Plan &plan) {
    const Promotion *promotion = find_promotion(code);
    if (promotion == nullptr)
        refuse("Parameter promocode is not a valid promotion code");
    if (moment.now >= parse_date(std::string(promotion->until)) + one_day)
        refuse("Promotion code " + code + " has expired");
    if (!promotion->products.empty() && !is_word_of(promotion->products, std::to_string(plan.product->id)))
        refuse("Promotion code " + code + " is not for product " + std::to_string(plan.product->id));
    if (!promotion->cycles.empty() && !is_word_of(promotion->cycles, plan.cycle->symbol))
        refuse("Promotion code " + code + " is not for the billing period " + std::string(plan.cycle->symbol));
    if (promotion->once && moment.db.exists("SELECT 1 FROM promotions_used WHERE code = ?", code))
        refuse("Promotion code " + code + " has been used already");
    return *promotion;
}

void use_promotion(const Moment &moment, const Promotion &promotion, std::int64_t order_num) {
    moment.db.run("INSERT INTO promotions_used (code, order_num, date) VALUES (?, ?, ?)", promotion.code, order_num,
                  moment.now);
    count_effect(moment.db, "promotions_used");
}

constinit const Area promotions_area{.name = "promotions", .tables = R"sql(
CREATE TABLE promotions_used (code TEXT NOT NULL, order_num INTEGER NOT NULL, date INTEGER NOT NULL);
CREATE INDEX uses_of_promotion ON promotions_used (code);
)sql"};

} // namespace hostbill::sandbox
