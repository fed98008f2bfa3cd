// Many HTTP requests at once on one thread.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/http/http.hpp"

#include <functional>
#include <memory>

namespace hostbill {

struct CurlSettings;

// For one thread at a time, but for `wake`.
class HttpLoop {
public:
    virtual ~HttpLoop() = default;
    HttpLoop() = default;
    HttpLoop(const HttpLoop &) = delete;
    HttpLoop &operator=(const HttpLoop &) = delete;

    // A request under way, of the loop's own; gone when `done` is called.
    class Transfer;
    using Done = std::function<void(Result<HttpResponse, HttpFailure>)>;

    // Sends it. `done` is called by `run_until`, once, and may use the loop; until then the request's views have to last.
    // Where there is no memory for the answer, it gets a failure of the kind `internal`.
    virtual Transfer *start(const HttpRequest &request, Done done) = 0;

    // Stops it: `done` is called with `cancelled` before this returns.
    virtual void cancel(Transfer *transfer) = 0;

    // Waits until something happens, somebody wakes it or it is that time, and calls `done` of what is over.
    virtual void run_until(Clock::time_point time) = 0;

    // Ends the wait, or the next one; from any thread.
    virtual void wake() noexcept = 0;

    // Readable while `run_until` would not wait; and the time from which on it would not either.
    virtual int descriptor() const noexcept = 0;
    virtual Clock::time_point wakes_at() const noexcept = 0;
};

std::unique_ptr<HttpLoop> make_curl_loop(CurlSettings settings);

} // namespace hostbill
