#include "core/tasks/composition.hpp"

#include "core/catalog/caller_json.hpp"
#include "core/catalog/catalog_json.hpp"
#include "core/tasks/balance.hpp"
#include "core/tasks/dns_tools.hpp"
#include "core/tasks/order_place.hpp"
#include "core/tasks/reconcile_call.hpp"
#include "core/tasks/renewals.hpp"
#include "core/tasks/upgrade_tools.hpp"
#include "core/tasks/waiter.hpp"

#include <algorithm>

namespace hostbill {
namespace {

constexpr Composition table[] = {
    {"dns.apply", run_apply, check_apply, dry_run_apply},
    {"dns.export_zone_file", run_export, check_export},
    {"dns.import_zone_file", run_import, check_import},
    {"dns.plan", run_plan, check_plan},
    {"dns.zones.find", run_find_zone, check_find_zone},
    {"money.balance", run_balance},
    {"money.renewals", run_renewals, check_renewals},
    {"orders.place", run_order_place, check_order_place, dry_run_order_place},
    {"services.upgrade.estimate", run_upgrade_estimate},
    {"services.upgrade.place", run_upgrade_place, check_upgrade_place, dry_run_upgrade_place},
    {"reconcile", run_reconcile, check_reconcile, dry_run_reconcile},
    {"certificates.wait", run_waiter, check_waiter},
    {"dns.records.wait", run_waiter, check_waiter},
    {"domains.wait", run_waiter, check_waiter},
    {"invoices.wait", run_waiter, check_waiter},
    {"orders.wait", run_waiter, check_waiter},
    {"servers.tasks.wait", run_waiter, check_waiter},
    {"services.diagnostics.wait", run_waiter, check_waiter},
    {"services.reinstall.wait", run_waiter, check_waiter},
    {"services.rescue.wait", run_waiter, check_waiter},
    {"services.wait", run_waiter, check_waiter},
    {"vms.wait", run_waiter, check_waiter},
};

const Composition &code_of(const Operation &composition) {
    return *std::find_if(std::begin(table), std::end(table),
                         [&](const Composition &row) { return row.id == composition.id; });
}

// Overwrites its copy of the parameters, secrets among them, when it goes.
class Called {
public:
    Called(const Config &config, const Operation &composition, const std::vector<BoundParam> &params)
        : call_{config, composition, {}} {
        for (const BoundParam &bound : params)
            call_.params.append(bound.param->name, bound.value);
    }
    ~Called() {
        for (json::Member &member : call_.params)
            json::wipe(member.value);
    }
    Called(const Called &) = delete;
    Called &operator=(const Called &) = delete;

    const CompositionCall &operator*() const { return call_; }

private:
    CompositionCall call_;
};

} // namespace

const json::Text *CompositionCall::text(std::string_view name) const {
    const json::Value *value = param(name);
    return value != nullptr ? value->string() : nullptr;
}

const std::int64_t *CompositionCall::integer(std::string_view name) const {
    const json::Value *value = param(name);
    return value != nullptr ? value->integer() : nullptr;
}

bool CompositionCall::flag(std::string_view name) const {
    const json::Value *value = param(name);
    return value != nullptr && value->boolean() != nullptr && *value->boolean();
}

bool CompositionCall::portal_has(std::string_view operation) const {
    const Operation *found = find_operation(config, operation);
    return found != nullptr && (found->portals & config.portal->bit) != 0;
}

std::span<const Composition> composition_table() { return table; }

Result<Prepared> prepare_composition(const Config &config, const Operation &composition, const CallerObject &params,
                                     const CallerObject &options) {
    Prepared prepared;
    std::vector<FieldProblem> problems;
    prepared.operation = &composition;
    prepared.options = parse_options(options, problems);
    const auto refused = [&](Error error) {
        error.operation = composition.id;
        error.tag = prepared.options.tag;
        return error;
    };
    if (std::optional<Error> error = refusal(config, composition))
        return refused(std::move(*error));
    if (!prepared.options.extra.empty()) {
        problems.push_back({.field = "options.extra",
                            .problem = "has no request to go with",
                            .expected = "an operation with a request of its own",
                            .nearest = {}});
    }
    Result<json::Object, FieldProblem> parsed = parse_caller_object("params", params);
    if (!parsed) {
        problems.push_back(std::move(parsed.error()));
    } else {
        const std::size_t before = problems.size();
        prepared.params = bind_params(composition, config.portal->bit, *parsed, problems);
        const Composition &code = code_of(composition);
        if (problems.size() == before && code.check != nullptr)
            code.check(*Called(config, composition, prepared.params), problems);
    }
    if (!problems.empty())
        return refused(usage_error(composition.id, std::move(problems)));
    return prepared;
}

Result<json::Value> run_composition(const Config &config, const Prepared &prepared, Run &run) {
    const Operation &composition = *prepared.operation;
    const Composition &code = code_of(composition);
    const Called call(config, composition, prepared.params);
    if (!prepared.options.dry_run)
        return code.run(*call, run);
    if (code.dry_run == nullptr)
        return json::Value(
            json::Object{{"operation", composition.id}, {"steps", steps_json(composition, config.portal->bit)}});
    return code.dry_run(*call, run);
}

std::chrono::milliseconds default_timeout(const Config &config, const Operation &composition) {
    const std::chrono::seconds own = composition_row(composition).timeout;
    return own.count() > 0 ? own : config.timeout;
}

} // namespace hostbill
