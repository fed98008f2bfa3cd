// Who we are, for each request: the Authorization header, and the session behind it where the portal wants tokens.
#pragma once

#include "core/call_control.hpp"
#include "core/config.hpp"
#include "core/error.hpp"
#include "core/http.hpp"
#include "core/json.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
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

    // The portal did not accept the credential. True: another one can be had, so that trying once more makes sense.
    virtual bool reject(const Credential &credential) = 0;

    // The caller has ended the session that the credential belongs to.
    virtual void forget(const Credential &credential) = 0;
};

// Sends one of the catalogue's operations without any credential and gives the body of its answer: how a session logs
// in and refreshes.
using Exchange = std::function<Result<json::Value>(std::string_view operation, const json::Object &params,
                                                   CallControl &control, Clock::time_point deadline)>;

std::unique_ptr<Authenticator> make_authenticator(const Config &config, Exchange exchange);

// "Basic ..." of RFC 7617, in UTF-8.
Secret basic_header(std::string_view username, std::string_view password);

} // namespace hostbill
