// Sends a request as often as it takes and is safe.
#pragma once

#include "core/auth.hpp"
#include "core/config.hpp"
#include "core/error.hpp"
#include "core/http.hpp"
#include "core/json.hpp"
#include "core/prepare.hpp"
#include "core/rate_limit.hpp"
#include "core/result.hpp"
#include "core/retry.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace hostbill {

// What a call has come to so far; goes into the answer's `meta`.
struct Progress {
    Clock::time_point started = Clock::now();
    std::chrono::system_clock::time_point started_at = std::chrono::system_clock::now();
    Clock::time_point deadline;
    int http_status = 0;
    std::vector<Attempt> history = {}; // the requests sent; of very many, the last
    int forgotten = 0;                 // requests that are no longer in the history

    int attempts() const noexcept { return static_cast<int>(history.size()) + forgotten; }
};

// What one client's requests have in common: the way out, the pace, the budget of retries. From any number of threads.
class Sender {
public:
    // Both have to outlive the sender.
    Sender(const Config &config, HttpTransport &transport);

    // The body of a successful answer, in the end. Before each attempt it asks the authenticator who we are and leaves
    // that in `credential`; without an authenticator, or for what needs no credentials, `credential` is used as it is.
    // `response` is the last answer, if any.
    Result<json::Value> send(const Prepared &prepared, Authenticator *authenticator, CallControl &control,
                             Progress &progress, Credential &credential, HttpResponse &response);

    RateLimiter *limiter() const noexcept { return limiter_.get(); }

private:
    struct Outcome {
        Result<json::Value> body;
        Failure failure = Failure::final;                                    // of an error
        std::optional<std::chrono::milliseconds> retry_after = std::nullopt; // as the portal wants it
    };

    // The error of a call that gets no slot after so many requests.
    std::optional<Error> wait_for_slot(CallControl &control, Clock::time_point deadline, int requests);
    Outcome attempt(const Prepared &prepared, const Credential &credential, CallControl &control, Progress &progress,
                    HttpResponse &response, Attempt record);
    static Outcome judge(const Prepared &prepared, const Result<HttpResponse, HttpFailure> &answer);
    void learn(const Outcome &outcome, Clock::time_point sent);

    const Config &config_;
    HttpTransport &transport_;
    RetryBudget budget_;
    const std::unique_ptr<RateLimiter> limiter_; // null: as fast as it goes
};

} // namespace hostbill
