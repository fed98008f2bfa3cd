// The part of a call before anything is sent: what is wanted, whether it may be, and the request for it.
#pragma once

#include "core/base/result.hpp"
#include "core/call/bind.hpp"
#include "core/call/encode.hpp"
#include "core/call/options.hpp"
#include "core/catalog/caller_json.hpp"
#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"
#include "core/session/config.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace hostbill {

// Overwrites what may hold secrets when it goes.
struct Prepared {
    const Operation *operation = nullptr;
    Options options;
    std::vector<BoundParam> params;
    Request request;

    Prepared() = default;
    Prepared(Prepared &&) noexcept = default;
    Prepared &operator=(Prepared &&) noexcept = default;
    ~Prepared();
};

// Why the portal, or a read-only client, does not allow it; nothing: they do.
std::optional<Error> refusal(const Config &config, const Operation &operation);

// Every mistake of the caller ends here, in one error that names them all and echoes the tag.
Result<Prepared> prepare(const Config &config, std::string_view operation, const CallerObject &params,
                         const CallerObject &options);

// The same for a step of a composition. `operation` has to outlive the outcome.
Result<Prepared> prepare_step(const Config &config, const Operation &operation, const json::Object &params,
                              Options options);

// The same for a request of our own making, such as a login. The operation need not be among the portal's documented
// ones: portals offer tokens without saying so.
Result<Prepared> prepare_own(const Config &config, std::string_view operation, const json::Object &params);

} // namespace hostbill
