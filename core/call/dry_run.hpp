// A request shown instead of sent.
#pragma once

#include "core/call/prepare.hpp"
#include "core/json/json.hpp"
#include "core/session/config.hpp"

namespace hostbill {

// {"method","url","headers":{..},"body":"..","curl":".."}. Secrets are "***", in the curl command also shell
// variables. `body` is text, or null where there is none.
json::Value describe_request(const Config &config, const Prepared &prepared);

} // namespace hostbill
