// A connection with the portal, for one request after another: libcurl opens it, by way of a proxy and with TLS where that
// is asked for, and then it carries bytes.
#pragma once

#include "core/base/clock.hpp"
#include "core/http/curl_easy.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill {

class Connection {
public:
    // `setup` and `multi`, which opens it, have to outlive it.
    Connection(const CurlSetup &setup, CURLM *multi);
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;
    ~Connection() { close(); }

    // Begins to connect with that origin, "https://portal.example:8443", instead of what it was connected with. False:
    // it cannot be. Otherwise the multi handle, being driven, says when it is done.
    bool open(const std::string &origin, Clock::time_point deadline);
    // The multi handle has said so. False: there is no connection.
    bool opened();
    void close() noexcept;
    bool is_open() const noexcept { return socket_ != CURL_SOCKET_BAD; }

    // Whether it can take another request: nothing has come since the last answer, not even its end.
    bool is_quiet(Clock::time_point now);
    bool is_new() const noexcept { return is_new_; } // It has carried nothing yet.
    void used(Clock::time_point now) noexcept;

    enum class State : std::uint8_t {
        fine,
        blocked,
        ended,
        broken,
        gone // libcurl has given it up by itself: nothing was moved
    };
    struct Moved {
        State state;
        std::size_t bytes;
    };
    // As much as goes without waiting.
    Moved write(std::string_view bytes);
    Moved read(char *buffer, std::size_t size);

    CURL *easy() const noexcept { return easy_.get(); }
    curl_socket_t socket() const noexcept { return socket_; }

private:
    CURLM *const multi_;
    const Easy easy_;
    std::string origin_;
    bool added_ = false; // to the multi handle, without which the connection does not last
    curl_socket_t socket_ = CURL_SOCKET_BAD;
    bool is_new_ = true;
    Clock::time_point last_used_;
};

} // namespace hostbill
