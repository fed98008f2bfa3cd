// One request and its answer on a connection that is open: written, then read, without ever waiting. Whoever drives it
// waits for the connection.
#pragma once

#include "core/http/connection.hpp"
#include "core/http/http.hpp"
#include "core/http/http1_reader.hpp"
#include "core/http/stall.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

namespace hostbill {

class Http1Exchange {
public:
    // `setup` has to outlive it.
    explicit Http1Exchange(const CurlSetup &setup);
    Http1Exchange(const Http1Exchange &) = delete;
    Http1Exchange &operator=(const Http1Exchange &) = delete;
    ~Http1Exchange() { wipe(request_); }

    // Writes the request down. It is over at once where its URL is none that can be sent.
    void begin(const HttpRequest &request);
    const std::string &origin() const noexcept { return origin_; }
    Clock::time_point deadline() const noexcept { return deadline_; }

    // What goes without waiting. True: it is over.
    bool move(Connection &connection);
    // There was too much for one turn: it is to be asked for more without waiting, as what has come may lie within libcurl.
    bool has_more() const noexcept { return has_more_; }
    bool wants_to_write() const noexcept { return written_ < request_.size(); }
    // True: it has taken too long, and is over. To be asked when that time has come, and as often as one likes.
    bool late(Clock::time_point now);
    Clock::time_point late_at() const noexcept { return watch_ ? std::min(deadline_, watch_->ends_at()) : deadline_; }

    // End it, unless it is over.
    void fail(HttpFailure failure);
    void cancel() { fail({HttpFailure::Kind::cancelled, sent_, "the call was cancelled"}); }
    bool over() const noexcept { return failure_ || reader_->done(); }
    bool sent() const noexcept { return sent_; } // at least a part may have reached the portal

    // What came of it. Nothing of the request is left here.
    Result<HttpResponse, HttpFailure> end();
    // Whether the connection can take another request after this one; until `end`.
    bool keeps_connection() const noexcept { return !failure_ && !wants_to_write() && reader_->keeps_connection(); }

private:
    void write_down(const HttpRequest &request);
    void write(Connection &connection);
    void read(Connection &connection);

    const CurlSetup &setup_;
    const std::string common_headers_;
    // Of the URL that came last: taking it apart costs more than comparing it.
    std::string url_;
    std::string origin_;
    std::string host_;
    std::string target_;

    // Of the request under way.
    std::string request_;
    std::size_t written_ = 0;
    Clock::time_point deadline_;
    std::optional<StallWatch> watch_; // once something is sent
    std::optional<Http1Reader> reader_;
    bool sent_ = false;
    bool has_more_ = false;
    std::optional<HttpFailure> failure_;
};

} // namespace hostbill
