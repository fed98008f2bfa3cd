// One HTTP request and what became of it. The transport knows nothing of operations or portals.
#pragma once

#include "core/call_control.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill {

// The views have to last until the request is done.
struct HttpRequest {
    std::string_view method;
    std::string url;
    Secret authorization;                 // the header's value; empty: no such header
    std::optional<std::string_view> body; // nothing: no body at all
    std::string_view content_type;        // with a body
    // Must not travel on a connection that was used before: a dead one would be noticed only after sending, and the
    // request be sent a second time.
    bool fresh_connection = false;
    Clock::time_point deadline;
};

struct HttpResponse {
    int status = 0;
    std::string body = {};
    std::string location = {};
    std::string retry_after = {};
    std::string date = {}; // when the portal says it answered
};

struct HttpFailure {
    enum class Kind : std::uint8_t {
        resolve,
        connect,
        handshake, // no encryption could be agreed on; trust was not the question
        tls,       // the peer is not to be trusted
        timeout,
        broken,
        malformed,
        too_large,
        cancelled,
        internal
    };
    Kind kind;
    bool sent;           // at least a part of the request may have reached the portal
    std::string message; // for people, with no part of the request in it
};

class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    HttpTransport() = default;
    HttpTransport(const HttpTransport &) = delete;
    HttpTransport &operator=(const HttpTransport &) = delete;

    // Blocks until the answer is complete or the attempt has failed. From any number of threads at once.
    virtual Result<HttpResponse, HttpFailure> perform(const HttpRequest &request, CallControl &control) = 0;

    // Lets go of connections that nobody uses at the moment.
    virtual void drop_idle() noexcept = 0;
};

} // namespace hostbill
