// One operation on its way through as many requests as it takes and is safe. It decides what is to be done next and
// judges what came of it, but neither sends nor waits: that is for the one who drives it, on a thread of its own
// (Sender) or among many on one (Engine).
#pragma once

#include "core/base/result.hpp"
#include "core/base/server_clock.hpp"
#include "core/call/prepare.hpp"
#include "core/catalog/error.hpp"
#include "core/http/http.hpp"
#include "core/json/json.hpp"
#include "core/policy/rate_limit.hpp"
#include "core/policy/retry.hpp"
#include "core/session/auth.hpp"
#include "core/session/config.hpp"

#include <chrono>
#include <cstdint>
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

// What one client's operations have in common: the pace, the budget of retries, the portal's clock. From any number of
// threads.
struct Traffic {
    explicit Traffic(const Config &given)
        : config(given), budget(given.retry.budget),
          limiter(given.rate_limit ? std::make_unique<RateLimiter>(*given.rate_limit) : nullptr) {}

    const Config &config;
    RetryBudget budget;
    const std::unique_ptr<RateLimiter> limiter; // null: as fast as it goes
    ServerClock clock;
};

class Sending {
public:
    // All have to outlive it. Without an authenticator, or for what needs no credentials, `credential` is used as it is.
    Sending(Traffic &traffic, const Prepared &prepared, Authenticator *authenticator, Progress &progress,
            Credential credential = {});

    enum class Step : std::uint8_t {
        identify, // find out who we are, then `identified`
        queue,    // get a slot of the limiter, then `queued`
        send,     // send `request`, then `answered`
        wait,     // until `wakes_at`, then `woken`
        done      // `take`
    };
    Step step() const noexcept { return step_; }

    void identified(Result<Credential> credential);
    void queued(RateLimiter::Slot slot);
    const HttpRequest &request() const noexcept { return request_; }
    void answered(Result<HttpResponse, HttpFailure> answer);
    Clock::time_point wakes_at() const noexcept { return wakes_at_; }
    void woken();

    // Instead of any step but `send`, whose transfer is to be stopped instead: the call was cancelled.
    void cancel();

    Clock::time_point deadline() const noexcept { return progress_.deadline; }

    // Once: the body of a successful answer, or what is wrong.
    Result<json::Value> take() { return std::move(*outcome_); }
    const Credential &credential() const noexcept { return credential_; }
    HttpResponse &response() noexcept { return response_; } // the last answer, if any

private:
    struct Judgement {
        Result<json::Value> body;
        Failure failure = Failure::final;                                    // of an error
        std::optional<std::chrono::milliseconds> retry_after = std::nullopt; // as the portal wants it
        bool is_portable = true;                                             // the text, as json::parse() tells
    };

    void begin();
    void prepare_request();
    void finish(Result<json::Value> outcome);
    Judgement judge(const Result<HttpResponse, HttpFailure> &answer) const;
    void record(const Judgement &judgement, Clock::time_point now);
    void learn(const Judgement &judgement);

    Traffic &traffic_;
    const Prepared &prepared_;
    Authenticator *const authenticator_; // null: `credential_` stays as it is
    Progress &progress_;
    Retries retries_;
    Credential credential_;
    HttpRequest request_;
    HttpResponse response_;

    Step step_ = Step::identify;
    Attempt next_;
    bool renewed_ = false;
    std::optional<Error> last_; // of the attempt before
    Clock::time_point queued_at_;
    Clock::time_point sent_at_;
    Clock::time_point failed_at_;
    Clock::time_point wakes_at_;
    std::optional<Result<json::Value>> outcome_;
};

} // namespace hostbill
