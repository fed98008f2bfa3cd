#include "core/tasks/upgrade_tools.hpp"

#include "core/json/decimal.hpp"
#include "core/tasks/order_state.hpp"
#include "core/tasks/price_guard.hpp"
#include "core/tasks/reconcile.hpp"

namespace hostbill {
namespace {

constexpr std::string_view request = "services.upgrade.request";

// What the upgrade is, as the portal's operation takes it.
json::Object upgrade_of(const CompositionCall &call) {
    json::Object params;
    for (const std::string_view name : {"service_id", "resources", "package", "cycle"}) {
        if (const json::Value *value = call.param(name); value != nullptr && !value->is_null())
            params.append(name, *value);
    }
    return params;
}

Result<json::Value> estimate(const CompositionCall &call, Run &run) {
    Result<json::Value> answer = run.call(request, upgrade_of(call), {.changes_nothing = true, .shaped = true});
    if (!answer)
        return answer;
    for (const std::string_view name : {"order_num", "invoice_id"}) {
        if (const json::Value *value = answer->find(name); value != nullptr && !value->is_null()) {
            return Error{.error_class = ErrorClass::protocol,
                         .message = std::string(call.composition.id) +
                                    ": the portal answered a request for an estimate with an order",
                         .step = std::string(request),
                         .reason = "ordered"};
        }
    }
    const json::Value *resources = answer->find("resources");
    return json::Value(json::Object{{"total", amount_or_null(answer->find("total"))},
                                    {"recurring", amount_or_null(answer->find("recurring"))},
                                    {"resources", resources != nullptr ? *resources : json::Value()}});
}

RunRead reader(Run &run) {
    return [&run](std::string_view operation, const json::Object &params) { return run.call(operation, params); };
}

Result<OrderState> look_before(const CompositionCall &call, Run &run) {
    OrderState state{.since = run.unix_time()};
    Result<json::Object> before = note_before(*find_operation(request), upgrade_of(call), reader(run));
    if (!before)
        return std::move(before.error());
    state.before = std::move(*before);
    return state;
}

json::Value found(json::Value evidence) {
    return json::Object{
        {"outcome", "found"}, {"order", nullptr}, {"estimate", nullptr}, {"evidence", std::move(evidence)}};
}

// What a state says of an earlier run: its outcome, or null where nothing was ordered.
Result<json::Value> settle(const CompositionCall &call, Run &run, const OrderState &state) {
    const Unsettled earlier{find_operation(request), upgrade_of(call), state.since, state.before,
                            [&run] { return run.clock_difference(); }};
    Result<json::Value> settled = reconcile(earlier, reader(run));
    if (!settled)
        return settled;
    const std::string verdict = *settled->find("verdict")->string();
    if (verdict == "happened")
        return found(*settled->find("evidence"));
    if (verdict == "did_not_happen")
        return json::Value();
    return not_ordered(call, "ambiguous", "whether an earlier run has ordered it cannot be told");
}

// The state of an earlier run, if any. It was checked before.
std::optional<OrderState> given_state(const CompositionCall &call) {
    std::vector<FieldProblem> none;
    return call.param("state") != nullptr ? read_order_state(call, upgrade_of(call), none) : std::nullopt;
}

// All that comes before the order: the same for a dry run.
struct Ready {
    json::Value found = {}; // an earlier run's order; null: there is none
    json::Value estimate = {};
    OrderState state = {};
};

Result<Ready> make_ready(const CompositionCall &call, Run &run) {
    Ready ready;
    const std::optional<OrderState> given = given_state(call);
    if (given) {
        Result<json::Value> earlier = settle(call, run, *given);
        if (!earlier)
            return std::move(earlier.error());
        ready.found = std::move(*earlier);
        if (!ready.found.is_null())
            return ready;
    }
    Result<json::Value> price = estimate(call, run);
    if (!price)
        return std::move(price.error());
    if (std::optional<Error> error = PriceGuard(call).refuses(run, "the estimate", price->find("total")))
        return std::move(*error);
    ready.estimate = std::move(*price);
    Result<OrderState> state = given ? Result<OrderState>(*given) : look_before(call, run);
    if (!state)
        return std::move(state.error());
    ready.state = std::move(*state);
    return ready;
}

json::Object order_of(const CompositionCall &call) {
    json::Object params = upgrade_of(call);
    params.append("send", true);
    return params;
}

} // namespace

Result<json::Value> run_upgrade_estimate(const CompositionCall &call, Run &run) { return estimate(call, run); }

void check_upgrade_place(const CompositionCall &call, std::vector<FieldProblem> &problems) {
    if (call.param("state") != nullptr)
        read_order_state(call, upgrade_of(call), problems);
}

Result<json::Value> run_upgrade_place(const CompositionCall &call, Run &run) {
    Result<Ready> ready = make_ready(call, run);
    if (!ready)
        return std::move(ready.error());
    if (!ready->found.is_null())
        return std::move(ready->found);
    Result<json::Value> order = run.call(request, order_of(call), {.shaped = true});
    if (!order) {
        if (order.error().error_class == ErrorClass::outcome_unknown)
            order.error().state = to_json(call, ready->state, upgrade_of(call));
        return order;
    }
    return json::Value(
        json::Object{{"outcome", "placed"}, {"order", std::move(*order)}, {"estimate", std::move(ready->estimate)}});
}

Result<json::Value> dry_run_upgrade_place(const CompositionCall &call, Run &run) {
    Result<Ready> ready = make_ready(call, run);
    if (!ready)
        return std::move(ready.error());
    if (!ready->found.is_null())
        return std::move(ready->found);
    json::Object step{{"operation", request}, {"effect", "unsafe"}, {"params", order_of(call)}};
    return json::Value(json::Object{{"operation", call.composition.id},
                                    {"steps", json::Array{std::move(step)}},
                                    {"estimate", std::move(ready->estimate)},
                                    {"state", to_json(call, ready->state, upgrade_of(call))}});
}

} // namespace hostbill
