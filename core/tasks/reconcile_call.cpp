#include "core/tasks/reconcile_call.hpp"

#include "core/call/mask.hpp"
#include "core/catalog/suggest.hpp"
#include "core/tasks/reconcile.hpp"
#include "core/tasks/reconcile_rules.hpp"

#include <algorithm>
#include <charconv>

namespace hostbill {
namespace {

// A portal's clock that is read in whole seconds does not care for fractions.
std::optional<std::int64_t> whole_seconds(const json::Value &value) {
    if (value.integer())
        return *value.integer();
    std::int64_t seconds = 0;
    const std::string_view text = value.number_text() ? value.number_text()->view() : std::string_view();
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (code != std::errc() || (end != text.data() + text.size() && *end != '.'))
        return std::nullopt;
    return seconds;
}

// The operation that is to be settled; nullptr, with a problem, where it cannot be.
const Operation *unsettled_operation(const Config &config, std::string_view name, std::vector<FieldProblem> &problems) {
    const Operation *operation = find_operation(config, name);
    if (operation == nullptr)
        operation = find_composition(name);
    if (operation == nullptr) {
        problems.push_back({.field = "operation",
                            .problem = "is not in the catalogue",
                            .expected = "an operation's id, or its method and path",
                            .nearest = std::string(nearest_operation(name))});
    } else if (find_reconcile_rule(operation->id) == nullptr) {
        problems.push_back({.field = "operation",
                            .problem = "may be repeated, so there is nothing to settle",
                            .expected = "an operation whose effect is unsafe",
                            .nearest = {}});
        operation = nullptr;
    } else if ((operation->portals & config.portal->bit) == 0) {
        problems.push_back({.field = "operation",
                            .problem = "is not on this portal",
                            .expected = "an operation of " + std::string(config.portal->title),
                            .nearest = {}});
        operation = nullptr;
    }
    return operation;
}

// The parameters that were given, by canonical name; what names the thing in question has to be among them.
json::Object canonical_params(const Operation &operation, PortalSet portal, const json::Object &given,
                              std::vector<FieldProblem> &problems) {
    json::Object params;
    for (const json::Member &member : given) {
        const Param *param = find_param(operation, portal, member.key);
        if (param == nullptr) {
            problems.push_back({.field = "params." + member.key,
                                .problem = "is unknown",
                                .expected = "a parameter of " + std::string(operation.id),
                                .nearest = {}});
        } else {
            params.set(param->name, member.value);
        }
    }
    for (const Param &param : operation.params) {
        if (param.place == Place::path && (param.portals & portal) != 0 && params.find(param.name) == nullptr) {
            problems.push_back({.field = "params." + std::string(param.name),
                                .problem = "is required",
                                .expected = "what the operation was called with",
                                .nearest = {}});
        }
    }
    return params;
}

struct Bound {
    Unsettled call{};
    std::vector<FieldProblem> problems = {};
};

Bound read_reconcile(const CompositionCall &call) {
    Bound bound;
    const Operation *operation = unsettled_operation(call.config, *call.text("operation"), bound.problems);
    bound.call.operation = operation;
    if (operation != nullptr) {
        bound.call.params =
            canonical_params(*operation, call.config.portal->bit, *call.param("params")->object(), bound.problems);
    }
    if (const auto since = whole_seconds(*call.param("since"))) {
        bound.call.since = *since;
    } else {
        bound.problems.push_back(
            {.field = "since", .problem = "must be a time", .expected = "seconds since 1970", .nearest = {}});
    }
    if (const json::Value *before = call.param("before"))
        bound.call.before = *before->object();
    return bound;
}

} // namespace

Result<json::Value> run_reconcile(const CompositionCall &call, Run &run) {
    Unsettled unsettled = read_reconcile(call).call;
    unsettled.clock_difference = [&run] { return run.clock_difference(); };
    return reconcile(unsettled, [&run](std::string_view operation, const json::Object &params) {
        return run.call(operation, params, {.shaped = true}); // In one form, whichever the portal sends.
    });
}

void check_reconcile(const CompositionCall &call, std::vector<FieldProblem> &problems) {
    for (FieldProblem &problem : read_reconcile(call).problems)
        problems.push_back(std::move(problem));
}

Result<json::Value> dry_run_reconcile(const CompositionCall &call, Run &) {
    json::Array steps;
    const auto add = [&](std::string_view read) {
        if (!read.empty())
            steps.emplace_back(json::Object{{"operation", read}, {"effect", "read"}});
    };
    for (const ReconcileStep &step : find_reconcile_rule(read_reconcile(call).call.operation->id)->steps) {
        add(step.read);
        add(step.detail.read);
    }
    return json::Value(json::Object{{"operation", call.composition.id}, {"steps", std::move(steps)}});
}

json::Object plain_params(const Prepared &prepared) {
    json::Object params;
    for (const BoundParam &bound : prepared.params) {
        if (!bound.param->sensitive)
            params.append(bound.param->name, mask(*bound.param, bound.value));
    }
    return params;
}

json::Object reconcile_params(const Prepared &unsettled, std::int64_t since, json::Object before) {
    json::Object params{
        {"operation", unsettled.operation->id},
        {"params", plain_params(unsettled)},
        {"since", since},
    };
    if (!before.empty())
        params.append("before", std::move(before));
    return params;
}

} // namespace hostbill
