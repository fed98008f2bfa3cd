#include "sandbox/areas/plan.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

// "3" as a number; -1 where it is none.
std::int64_t small_number(const std::string &text) {
    const bool digits = !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? std::stoll(text) : -1;
}

const Period &period_of(const Plan &plan) {
    const Period *period = find_period(plan.product->periods, plan.cycle->symbol);
    if (period == nullptr)
        refuse("Product " + std::to_string(plan.product->id) + " has no billing period " +
               std::string(plan.cycle->symbol));
    return *period;
}

} // namespace

Plan read_plan(Database &db, std::int64_t service) {
    auto row = db.query("SELECT product_id, cycle, options, promotion FROM services WHERE id = ?", service);
    row.next();
    json::Value options = stored(row.text(2));
    return {find_product(row.integer(0)), find_cycle(row.text(1)),
            options.object() != nullptr ? std::move(*options.object()) : json::Object(), find_promotion(row.text(3))};
}

void choose(Plan &plan, const json::Value *given, std::string_view what) {
    if (given == nullptr || given->object() == nullptr)
        return;
    for (const json::Member &member : *given->object()) {
        auto option = std::find_if(plan.product->options.begin(), plan.product->options.end(),
                                   [&](const Option &row) { return std::to_string(row.id) == member.key; });
        if (option == plan.product->options.end())
            not_found(what, member.key);
        const json::Object *inner = member.value.object();
        const std::string value = scalar_text(member.value).value_or("");
        const std::string wanted = inner != nullptr && !inner->empty() ? std::string(inner->begin()->key) : value;
        auto choice = std::find_if(option->choices.begin(), option->choices.end(),
                                   [&](const Choice &row) { return std::to_string(row.id) == wanted; });
        if (option->most != 0) {
            const bool named = inner != nullptr && choice != option->choices.end();
            const std::int64_t count = small_number(named              ? scalar_text(inner->begin()->value).value_or("")
                                                    : inner == nullptr ? value
                                                                       : "");
            if (count < 0 || count > option->most)
                refuse(std::string(what) + " " + member.key + " (" + std::string(option->title) + ") must be 0 to " +
                       std::to_string(option->most));
            plan.options.set(member.key, count);
            continue;
        }
        if (choice == option->choices.end())
            not_found("Choice " + wanted + " of " + std::string(what), member.key);
        plan.options.set(member.key, wanted);
    }
}

void check_complete(const Plan &plan) {
    period_of(plan);
    for (const Option &option : plan.product->options)
        if (option.required && chosen(plan, option) == nullptr)
            refuse("Option " + std::to_string(option.id) + " (" + std::string(option.title) + ") is required");
}

const Choice *chosen(const Plan &plan, const Option &option) {
    if (option.most != 0)
        return how_many(plan, option) > 0 ? option.choices.data() : nullptr;
    const json::Value *id = plan.options.find(std::to_string(option.id));
    for (const Choice &choice : option.choices)
        if (id != nullptr && *id == json::Value(std::to_string(choice.id)))
            return &choice;
    return option.required ? nullptr : option.choices.data();
}

std::int64_t how_many(const Plan &plan, const Option &option) {
    if (option.most == 0)
        return chosen(plan, option) != nullptr ? 1 : 0;
    const json::Value *count = plan.options.find(std::to_string(option.id));
    return count != nullptr && count->integer() != nullptr ? *count->integer() : 0;
}

Cents option_price(const Plan &plan, const Option &option) {
    const Choice *choice = chosen(plan, option);
    return choice != nullptr ? choice->price * how_many(plan, option) : 0;
}

Cents full_price(const Plan &plan) {
    Cents sum = period_of(plan).price;
    for (const Option &option : plan.product->options)
        sum += option_price(plan, option) * plan.cycle->months;
    return sum;
}

Cents recurring_price(const Plan &plan) {
    const Cents full = full_price(plan);
    return plan.promotion != nullptr && plan.promotion->lasts ? full - discount(*plan.promotion, full) : full;
}

Cents setup_price(const Plan &plan) { return period_of(plan).setup; }

} // namespace hostbill::sandbox
