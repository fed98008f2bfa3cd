// What a client is made from.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/catalog/caller_json.hpp"
#include "core/catalog/catalog.hpp"
#include "core/catalog/error.hpp"
#include "core/catalog/portal_profile.hpp"
#include "core/http/base_url.hpp"
#include "core/http/proxy.hpp"
#include "core/http/tls_config.hpp"
#include "core/policy/rate_limit.hpp"
#include "core/policy/retry.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill {

enum class Auth : std::uint8_t { none, basic, jwt, bearer };

struct Config {
    const Portal *portal = nullptr;
    std::shared_ptr<const PortalProfile> profile; // where `portal` is known at run time only; else none
    BaseUrl base_url{};
    Auth auth = Auth::none;
    std::string username;
    Secret password;
    Secret token;
    Secret totp_secret;          // its bytes; empty: none
    std::string token_cache;     // an absolute path; empty: sessions are kept in memory alone
    bool basic_fallback = false; // with jwt: Basic where the portal's tokens do not work
    bool read_only = false;
    std::chrono::milliseconds timeout{60'000}; // for a whole call
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds stall_timeout{20'000}; // without a byte in each second of it on average
    TlsConfig tls;
    Proxy proxy;
    std::size_t max_response_bytes = std::size_t{64} << 20;
    std::size_t max_request_bytes = std::size_t{32} << 20;
    std::size_t pool_size = 8;  // idle connections that are kept
    std::size_t in_flight = 64; // submitted operations that are under way at once
    std::string user_agent;     // whole
    RetrySettings retry;
    std::optional<RateLimitSettings> rate_limit; // nothing: as fast as it goes
};

// An operation by id, or by method and path: the portal's own, or one that only others have. nullptr: none.
const Operation *find_operation(const Config &config, std::string_view name);

// Reports all mistakes at once.
Result<Config> parse_config(const CallerObject &given);

} // namespace hostbill
