#include "core/tasks/order_place.hpp"

#include "core/answer/classify.hpp"
#include "core/call/answer_parts.hpp"
#include "core/call/mask.hpp"
#include "core/json/decimal.hpp"
#include "core/json/scalar_text.hpp"
#include "core/tasks/order_search.hpp"
#include "core/tasks/order_state.hpp"
#include "core/tasks/price_guard.hpp"

#include <algorithm>

namespace hostbill {
namespace {

constexpr std::string_view order_operation = "orders.create_many";

const json::Array &cart_of(const CompositionCall &call) { return *call.param("items")->array(); }

// The parameters that the order, and some of which the quote, takes.
json::Object order_of(const CompositionCall &call) {
    json::Object params;
    for (const std::string_view name : {"items", "pay_method", "aff_id"}) {
        if (const json::Value *value = call.param(name); value != nullptr && !value->is_null())
            params.append(name, *value);
    }
    return params;
}

json::Object quote_of(const CompositionCall &call) {
    json::Object params = order_of(call);
    params.erase("aff_id");
    return params;
}

// The quote in exact decimals. An item that the portal refuses makes all of it fail: nothing is to be ordered in part.
Result<json::Value> quote(const CompositionCall &call, Run &run) {
    Result<json::Value> answer = run.call("orders.quote", quote_of(call), {.shaped = true});
    if (!answer)
        return answer;
    Error refused{.error_class = ErrorClass::validation,
                  .message = std::string(call.composition.id) + ": nothing was ordered: the portal cannot quote it",
                  .step = "orders.quote"};
    std::size_t place = 0;
    for (const json::Value &item : items_of(*answer, "items")) {
        const json::Value *errors = item.find("error"), *valid = item.find("valid");
        if (errors != nullptr) {
            for (const std::string &word : message_texts(*errors))
                refused.portal_errors.push_back("item " + std::to_string(place) + ": " + word);
        }
        if (refused.portal_errors.empty() && valid != nullptr && valid->boolean() != nullptr && !*valid->boolean())
            refused.portal_errors.push_back("item " + std::to_string(place) + " is not valid");
        ++place;
    }
    if (!refused.portal_errors.empty()) {
        for (const std::string &word : refused.portal_errors)
            refused.message += "; " + word;
        return refused;
    }
    const json::Value &summary = part(*answer, "summary");
    json::Array recurring;
    if (const json::Value *rows = summary.find("recurring")) {
        for (const json::Value &row : items_of(*rows, "")) {
            const json::Value *cycle = row.find("value");
            recurring.emplace_back(json::Object{{"cycle", cycle != nullptr ? *cycle : json::Value()},
                                                {"amount", amount_or_null(row.find("price"))}});
        }
    }
    return json::Value(json::Object{{"total", amount_or_null(summary.find("total"))},
                                    {"subtotal", amount_or_null(summary.find("subtotal"))},
                                    {"discount", amount_or_null(summary.find("discount"))},
                                    {"recurring", std::move(recurring)}});
}

json::Value found(FoundOrder order) {
    return json::Object{{"outcome", "found"},
                        {"order", nullptr},
                        {"services", std::move(order.services)},
                        {"domains", std::move(order.domains)},
                        {"invoices", std::move(order.invoices)},
                        {"quote", nullptr}};
}

// What an earlier run has ordered; null: nothing.
Result<json::Value> settle(const CompositionCall &call, const OrderState &state, Run &run) {
    Result<FoundOrder> order = find_order(call, cart_of(call), state, run);
    if (!order)
        return std::move(order.error());
    switch (order->verdict) {
    case FoundOrder::Verdict::all:
        return found(std::move(*order));
    case FoundOrder::Verdict::none:
        break;
    case FoundOrder::Verdict::unclear:
        return not_ordered(call, "ambiguous", "whether an earlier run has ordered it cannot be told: " + order->why);
    }
    return json::Value();
}

std::optional<Error> refuse_duplicates(const CompositionCall &call, Run &run) {
    if (const json::Text *wish = call.text("duplicates"); wish != nullptr && *wish == "allow")
        return std::nullopt;
    Result<std::vector<std::string>> names = find_duplicates(call, cart_of(call), run);
    if (!names)
        return std::move(names.error());
    if (names->empty())
        return std::nullopt;
    std::string list;
    for (const std::string &name : *names)
        list += (list.empty() ? "" : ", ") + name;
    return not_ordered(call, "ambiguous", "it may be an earlier run's: the account has " + list);
}

// All that comes before the order: the same for a dry run.
struct Ready {
    json::Value found = {}; // an earlier run's order; null: there is none
    json::Value quote = {};
    OrderState state = {};
};

Result<Ready> make_ready(const CompositionCall &call, Run &run) {
    Ready ready;
    if (call.param("state") != nullptr) {
        std::vector<FieldProblem> none; // It was checked before.
        ready.state = *read_order_state(call, order_of(call), none);
        Result<json::Value> earlier = settle(call, ready.state, run);
        if (!earlier)
            return std::move(earlier.error());
        ready.found = std::move(*earlier);
        if (!ready.found.is_null())
            return ready;
    } else if (std::optional<Error> error = refuse_duplicates(call, run)) {
        return std::move(*error);
    }
    Result<json::Value> price = quote(call, run);
    if (!price)
        return std::move(price.error());
    if (std::optional<Error> error = PriceGuard(call).refuses(run, "the quote", price->find("total")))
        return std::move(*error);
    ready.quote = std::move(*price);
    if (call.param("state") == nullptr) {
        ready.state.since = run.unix_time();
        Result<json::Object> before = look_at_account(call, cart_of(call), run);
        if (!before)
            return std::move(before.error());
        ready.state.before = std::move(*before);
    }
    return ready;
}

void add_id(json::Array &ids, const json::Value &value) {
    const std::string text = scalar_text(value);
    if (const std::optional<Decimal> number = Decimal::parse(text); number && text.size() < 19 && text != "0")
        ids.push_back(*json::parse(text));
}

// The portal's answer to the order, with the ids that it names.
json::Value placed(json::Value answer, json::Value quote) {
    json::Array services, domains, invoices;
    if (const json::Value *id = answer.find("invoice_id"))
        add_id(invoices, *id);
    std::vector<json::Value> items;
    if (const json::Value *list = answer.find("items"))
        items = items_of(*list, "");
    for (const json::Value &item : items) {
        const json::Value *id = item.find("id"), *type = item.find("type");
        if (id == nullptr || type == nullptr || type->string() == nullptr)
            continue;
        if (*type->string() == "Hosting")
            add_id(services, *id);
        else if (type->string()->starts_with("Domain"))
            add_id(domains, *id);
    }
    return json::Object{
        {"outcome", "placed"},           {"order", std::move(answer)},      {"services", std::move(services)},
        {"domains", std::move(domains)}, {"invoices", std::move(invoices)}, {"quote", std::move(quote)}};
}

json::Object masked(const CompositionCall &call, json::Object params) {
    const Operation &operation = *find_operation(order_operation);
    for (json::Member &member : params) {
        if (const Param *param = find_param(operation, call.config.portal->bit, member.key))
            member.value = mask(*param, member.value);
    }
    return params;
}

} // namespace

void check_order_place(const CompositionCall &call, std::vector<FieldProblem> &problems) {
    if (cart_of(call).empty()) {
        problems.push_back({.field = "items", .problem = "is empty", .expected = "at least one item", .nearest = {}});
    }
    if (call.param("state") != nullptr)
        read_order_state(call, order_of(call), problems);
}

Result<json::Value> run_order_place(const CompositionCall &call, Run &run) {
    Result<Ready> ready = make_ready(call, run);
    if (!ready)
        return std::move(ready.error());
    if (!ready->found.is_null())
        return std::move(ready->found);
    Result<json::Value> order = run.call(order_operation, order_of(call), {.shaped = true});
    if (order)
        return placed(std::move(*order), std::move(ready->quote));
    if (order.error().error_class != ErrorClass::outcome_unknown)
        return order;
    // It may be there already. If that cannot be seen now, a later run with this state will.
    Result<FoundOrder> seen = find_order(call, cart_of(call), ready->state, run);
    if (seen && seen->verdict == FoundOrder::Verdict::all)
        return found(std::move(*seen));
    order.error().state = to_json(call, ready->state, order_of(call));
    return order;
}

Result<json::Value> dry_run_order_place(const CompositionCall &call, Run &run) {
    Result<Ready> ready = make_ready(call, run);
    if (!ready)
        return std::move(ready.error());
    if (!ready->found.is_null())
        return std::move(ready->found);
    json::Object step{{"operation", order_operation}, {"effect", "unsafe"}, {"params", masked(call, order_of(call))}};
    return json::Value(json::Object{{"operation", call.composition.id},
                                    {"steps", json::Array{std::move(step)}},
                                    {"quote", std::move(ready->quote)},
                                    {"state", to_json(call, ready->state, order_of(call))}});
}

} // namespace hostbill
