// Who we are, for each request: the Authorization header, and the session behind it where the portal wants tokens.
#pragma once

#include "core/base/call_control.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/base/server_clock.hpp"
#include "core/catalog/error.hpp"
#include "core/http/http.hpp"
#include "core/json/json.hpp"
#include "core/session/config.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace hostbill {

struct Credential {
    Secret header;             // the Authorization header's value; empty: none
    std::uint64_t session = 0; // which session's token it is
};

class Authenticator {
public:
    virtual ~Authenticator() = default;
    Authenticator() = default;
    Authenticator(const Authenticator &) = delete;
    Authenticator &operator=(const Authenticator &) = delete;

    // For the next request. May log in first, and then blocks and fails like any call.
    virtual Result<Credential> credential(CallControl &control, Clock::time_point deadline) = 0;

    // The same, where it can be had at once and without sending anything.
    virtual std::optional<Credential> current() = 0;

    // The portal did not accept the credential. True: another one can be had, so that trying once more makes sense.
    virtual bool reject(const Credential &credential) = 0;

    // The caller has ended the session that the credential belongs to.
    virtual void forget(const Credential &credential, CallControl &control, Clock::time_point deadline) = 0;
};

// Whether a login failed because of the one who asked for it, who stopped it or had no more time. Every other failure is
// that of all who waited for it, too.
bool is_callers_own(const Error &login_failure) noexcept;

// Sends an operation, of the catalogue or an internal one, with that Authorization header (empty: none) and gives the
// body of its answer: how a session logs in and refreshes.
using Exchange =
    std::function<Result<json::Value>(std::string_view operation, const json::Object &params,
                                      const Secret &authorization, CallControl &control, Clock::time_point deadline)>;

// `config` and `clock` have to outlive the authenticator.
std::unique_ptr<Authenticator> make_authenticator(const Config &config, const ServerClock &clock, Exchange exchange);

// "Basic ..." of RFC 7617, in UTF-8.
Secret basic_header(std::string_view username, std::string_view password);
// "Bearer ..." of RFC 6750.
Secret bearer_header(std::string_view token);

} // namespace hostbill
