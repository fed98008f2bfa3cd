// Operations that are made of others, such as reconcile: bound and answered like any other, without a request of
// their own.
#pragma once

#include "core/config.hpp"
#include "core/prepare.hpp"
#include "core/reconcile.hpp"

#include <cstdint>

namespace hostbill {

// The composition's own checks, besides those of its parameters' types.
Result<Prepared> prepare_composition(const Config &config, const Operation &composition, std::string_view params_json,
                                     std::string_view options_json);

Result<json::Value> run_composition(const Config &config, const Prepared &prepared, const RunRead &read);

// What a dry run shows: the operations that may be called.
json::Value describe_composition(const Config &config, const Prepared &prepared);

// The parameters with which `reconcile` settles a call whose outcome is unknown, without its secrets. `since` is when
// it began, in seconds since 1970; `before` may be empty.
json::Object reconcile_params(const Prepared &unsettled, std::int64_t since, json::Object before);

// A call's parameters by canonical name, without secrets.
json::Object plain_params(const Prepared &prepared);

} // namespace hostbill
