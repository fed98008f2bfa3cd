#include "core/call/prepare.hpp"

#include "core/base/secret.hpp"
#include "core/catalog/internal_operations.hpp"
#include "core/catalog/suggest.hpp"

namespace hostbill {
namespace {

constexpr std::size_t longest_target = std::size_t{1} << 20; // no server takes more, and libcurl not much more

Error unsupported(const Operation &operation, const Portal &portal) {
    Error error;
    error.error_class = ErrorClass::unsupported;
    error.portals = portal_names(operation.portals);
    error.message = std::string(operation.id) + ": " + std::string(portal.title) + " does not have this operation; ";
    for (std::size_t i = 0; i < error.portals.size(); ++i)
        error.message += (i == 0 ? "" : ", ") + error.portals[i];
    error.message += error.portals.size() == 1 ? " has it" : " have it";
    return error;
}

const Operation *find_own(const Config &config, std::string_view id) {
    for (const Operation &operation : internal_operations()) {
        if (operation.id == id)
            return &operation;
    }
    return find_operation(config, id);
}

// Binds the parameters and writes the request; all mistakes go to `problems`.
void fill(Prepared &prepared, const Config &config, PortalSet portal, const json::Object &params,
          std::vector<FieldProblem> &problems) {
    const Operation &operation = *prepared.operation;
    prepared.params = bind_params(operation, portal, params, problems);
    check_extra(operation, portal, prepared.options.extra, problems);
    if (!problems.empty())
        return;
    prepared.request =
        encode(operation, operation.own_body.value_or(config.portal->body), prepared.params, prepared.options.extra);
    if (prepared.request.target.size() > longest_target) {
        problems.push_back({.field = "params",
                            .problem = "make a URL that is too long",
                            .expected = "at most " + std::to_string(longest_target) + " bytes",
                            .nearest = {}});
    }
    if (prepared.request.body && prepared.request.body->size() > config.max_request_bytes) {
        problems.push_back({.field = "params",
                            .problem = "make a request that is too large",
                            .expected = "at most " + std::to_string(config.max_request_bytes) + " bytes",
                            .nearest = {}});
    }
}

// Adds what is wanted to `prepared`, which has its options.
std::optional<Error> complete(Prepared &prepared, const Config &config, std::string_view name,
                              const CallerObject &given, std::vector<FieldProblem> problems) {
    prepared.operation = find_operation(config, name);
    if (prepared.operation == nullptr)
        return unknown_operation(name, config.profile != nullptr
                                           ? std::span<const Operation>(config.profile->operations())
                                           : std::span<const Operation>());
    const Operation &operation = *prepared.operation;
    if (std::optional<Error> error = refusal(config, operation)) {
        error->operation = operation.id;
        return error;
    }
    if (given.object != nullptr) {
        fill(prepared, config, config.portal->bit, *given.object, problems);
    } else if (given.text.empty()) {
        fill(prepared, config, config.portal->bit, {}, problems);
    } else if (Result<json::Object, FieldProblem> parsed = parse_caller_object("params", given)) {
        json::Value params(std::move(*parsed));
        fill(prepared, config, config.portal->bit, *params.object(), problems);
        json::wipe(params);
    } else {
        problems.push_back(std::move(parsed.error()));
    }
    if (problems.empty())
        return std::nullopt;
    Error error = usage_error(operation.id, std::move(problems));
    error.operation = operation.id;
    return error;
}

} // namespace

std::optional<Error> refusal(const Config &config, const Operation &operation) {
    if ((operation.portals & config.portal->bit) == 0)
        return unsupported(operation, *config.portal);
    if (config.read_only && operation.effect != Effect::read && operation.effect != Effect::auth) {
        return Error{.error_class = ErrorClass::read_only,
                     .message = std::string(operation.id) + ": the client is read-only and this is not a read"};
    }
    return std::nullopt;
}

Prepared::~Prepared() {
    for (BoundParam &param : params)
        json::wipe(param.value);
    if (request.body)
        wipe(*request.body);
}

Result<Prepared> prepare(const Config &config, std::string_view operation, const CallerObject &params,
                         const CallerObject &options) {
    Prepared prepared;
    std::vector<FieldProblem> problems;
    prepared.options = parse_options(options, problems);
    if (std::optional<Error> error = complete(prepared, config, operation, params, std::move(problems))) {
        error->tag = prepared.options.tag;
        return std::move(*error);
    }
    return prepared;
}

Result<Prepared> prepare_step(const Config &config, const Operation &operation, const json::Object &params,
                              Options options) {
    if (std::optional<Error> error = refusal(config, operation))
        return std::move(*error);
    Prepared prepared;
    prepared.operation = &operation;
    prepared.options = std::move(options);
    std::vector<FieldProblem> problems;
    fill(prepared, config, config.portal->bit, params, problems);
    if (!problems.empty())
        return usage_error(operation.id, std::move(problems));
    return prepared;
}

Result<Prepared> prepare_own(const Config &config, std::string_view operation, const json::Object &params) {
    Prepared prepared;
    prepared.operation = find_own(config, operation);
    if (prepared.operation == nullptr)
        return unknown_operation(operation);
    const PortalSet documented = prepared.operation->portals & config.portal->bit;
    const PortalSet portal = documented != 0 ? documented : prepared.operation->portals;
    std::vector<FieldProblem> problems;
    fill(prepared, config, portal, params, problems);
    if (!problems.empty())
        return usage_error(operation, std::move(problems));
    return prepared;
}

} // namespace hostbill
