// How a sandbox is to be.
#pragma once

#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"
#include "core/catalog/error.hpp"
#include "core/json/json.hpp"
#include "sandbox/http/tls_config.hpp"
#include "sandbox/quirks/quirks.hpp"
#include "sandbox/world/dates.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

struct Config {
    const Portal *portal = nullptr;
    std::uint16_t port = 0; // 0: any free one
    std::string database = ":memory:";
    std::string username = "api@example.com";
    std::string password;                           // empty: a random one
    std::int64_t seed = 1;                          // of order numbers and the like
    std::int64_t task_polls = 2;                    // how often a server task is asked for before it is done
    std::int64_t task_seconds = 0;                  // how long it takes by the portal's clock, if not by questions
    std::int64_t vm_polls = 0;                      // how often a VM is looked at before a change of it is done
    std::int64_t tax_rate = 0;                      // in hundredths of a percent
    std::int64_t token_lifetime = 3600;             // seconds; 0: a token has expired when it is given out
    std::int64_t refresh_lifetime = 30 * 24 * 3600; // seconds
    bool auto_credit = false;     // pays new invoices from credit; the default where the portal has no operation for it
    std::int64_t clock_skew = 0;  // seconds by which the portal's clock is ahead of the machine's
    Quirks quirks;                // the environment's HOSTBILL_SANDBOX_QUIRKS where the config says nothing of them
    bool virtual_clock = false;   // it stands still until it is told to move
    Seconds start = 0;            // where a virtual clock begins; 0: at the machine's time
    std::optional<TlsConfig> tls; // none: plain HTTP
    std::shared_ptr<const json::Value> seed_data; // a seed document; none: the account compiled in
    std::string control_token;                    // empty: a random one
};

// NULL or empty text is refused like any other mistake: a portal must be named.
Result<Config> parse_config(std::string_view json_text);

} // namespace hostbill::sandbox
