// One HTTP request and what became of it. The transport knows nothing of operations or portals.
#pragma once

#include "core/base/call_control.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"

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

// A date as a header has it, not read yet. It stays in place, as few who get one ever look at it.
class HttpDateText {
public:
    HttpDateText() = default;
    // What is longer than any form of a date is none.
    HttpDateText(std::string_view text) : size_(text.size() <= most ? text.size() : 0) { text.copy(bytes_, size_); }
    HttpDateText(const char *text) : HttpDateText(std::string_view(text)) {}

    operator std::string_view() const noexcept { return {bytes_, size_}; }

private:
    static constexpr std::size_t most = 40;

    std::size_t size_ = 0;
    char bytes_[most]; // only the first `size_`
};

struct HttpResponse {
    int status = 0;
    std::string body = {};
    std::string location = {};
    std::string retry_after = {};
    HttpDateText date = {}; // when the portal says it answered
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
