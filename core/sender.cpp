#include "core/sender.hpp"

#include "core/classify.hpp"
#include "core/log.hpp"
#include "core/retry_after.hpp"
#include "core/wait.hpp"

#include <utility>

namespace hostbill {
namespace {

using std::chrono::milliseconds;

// The request as the transport takes it. `prepared` keeps its body, for another attempt.
HttpRequest http_request(const Config &config, const Prepared &prepared, Secret authorization,
                         Clock::time_point deadline) {
    const Effect effect = prepared.operation->effect;
    return {.method = prepared.request.method,
            .url = config.base_url.origin + config.base_url.path + prepared.request.target,
            .authorization = std::move(authorization),
            .body = prepared.request.body ? std::optional<std::string_view>(*prepared.request.body) : std::nullopt,
            .content_type = prepared.request.content_type,
            .fresh_connection = effect == Effect::unsafe || effect == Effect::auth,
            .deadline = deadline};
}

std::int64_t milliseconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration_cast<milliseconds>(to - from).count();
}

Error cancelled_error(int requests) {
    return Error{.error_class = ErrorClass::cancelled,
                 .message = requests == 0 ? "the call was cancelled before anything was sent"
                                          : "the call was cancelled while it waited to try again"};
}

Error explained(Error error, std::string_view reason) {
    if (!reason.empty())
        error.message += "; not tried again: " + std::string(reason);
    return error;
}

// In whole seconds, for people and for programs without fractions; never too short.
std::int64_t whole_seconds(milliseconds wait) { return std::chrono::ceil<std::chrono::seconds>(wait).count(); }

} // namespace

Sender::Sender(const Config &config, HttpTransport &transport)
    : config_(config), transport_(transport), budget_(config.retry.budget),
      limiter_(config.rate_limit ? std::make_unique<RateLimiter>(*config.rate_limit) : nullptr) {}

Result<json::Value> Sender::send(const Prepared &prepared, Authenticator *authenticator, CallControl &control,
                                 Progress &progress, Credential &credential, HttpResponse &response) {
    const bool identified = authenticator != nullptr && !prepared.operation->anonymous;
    Retries retries(config_.retry, prepared.options.max_attempts.value_or(config_.retry.max_attempts),
                    prepared.operation->effect, budget_);
    std::optional<Error> last; // of the attempt before
    bool renewed = false;
    Attempt next;
    for (;;) {
        if (control.should_stop())
            return cancelled_error(next.number);
        if (identified) {
            Result<Credential> current = authenticator->credential(control, progress.deadline);
            if (!current)
                return std::move(current.error());
            credential = std::move(*current);
        }
        const Clock::time_point queued = Clock::now();
        if (std::optional<Error> error = wait_for_slot(control, progress.deadline, next.number))
            return std::move(last && error->error_class == ErrorClass::timeout ? *last : *error);
        ++next.number;
        next.waited_ms += milliseconds_between(queued, Clock::now());

        Outcome outcome = attempt(prepared, credential, control, progress, response, next);
        if (outcome.body)
            return std::move(outcome.body);
        Error &error = outcome.body.error();
        next.waited_ms = 0;
        // A request whose token was not accepted was not carried out: even an unsafe one may go again, once.
        if (identified && !renewed && wants_new_session(error) && authenticator->reject(credential)) {
            renewed = true;
            continue;
        }
        const Clock::time_point failed = Clock::now();
        const Retries::Verdict verdict =
            retries.after(outcome.failure, outcome.retry_after, next.number, failed, progress.deadline);
        if (!verdict.again)
            return explained(std::move(error), verdict.reason);
        if (!wait_until(control, failed + verdict.wait))
            return cancelled_error(next.number);
        next.waited_ms = milliseconds_between(failed, Clock::now());
        last = std::move(error);
    }
}

std::optional<Error> Sender::wait_for_slot(CallControl &control, Clock::time_point deadline, int requests) {
    if (!limiter_)
        return std::nullopt;
    switch (limiter_->wait(control, deadline)) {
    case RateLimiter::Slot::granted:
        break;
    case RateLimiter::Slot::stopped:
        return cancelled_error(requests);
    case RateLimiter::Slot::too_late:
        return Error{.error_class = ErrorClass::timeout,
                     .message = "the client's own rate limit leaves no room for this call before its deadline",
                     .retryable = true};
    case RateLimiter::Slot::refused:
        return Error{.error_class = ErrorClass::network,
                     .message = "the limit that this client shares with others cannot be asked; nothing was sent",
                     .retryable = true};
    }
    return std::nullopt;
}

// One attempt: on the wire and back, what the answer means, and into the books.
Sender::Outcome Sender::attempt(const Prepared &prepared, const Credential &credential, CallControl &control,
                                Progress &progress, HttpResponse &response, Attempt record) {
    const Clock::time_point sent = Clock::now();
    Result<HttpResponse, HttpFailure> answer =
        transport_.perform(http_request(config_, prepared, credential.header, progress.deadline), control);
    Outcome outcome = judge(prepared, answer);
    learn(outcome, sent);
    record.status = outcome.body ? 0 : static_cast<int>(outcome.body.error().error_class);
    record.elapsed_ms = milliseconds_between(sent, Clock::now());
    if (answer) {
        response = std::move(*answer);
        progress.http_status = record.http_status = response.status;
    }
    progress.history.push_back(record);
    log_attempt(config_.portal->id, *prepared.operation, record);
    return outcome;
}

Sender::Outcome Sender::judge(const Prepared &prepared, const Result<HttpResponse, HttpFailure> &answer) {
    if (!answer)
        return {.body = classify_failure(*prepared.operation, answer.error()),
                .failure = kind_of_failure(answer.error())};
    Outcome outcome{.body = classify(*prepared.operation, *answer), .retry_after = retry_after(*answer)};
    if (!outcome.body) {
        Error &error = outcome.body.error();
        outcome.failure = kind_of_failure(error, outcome.retry_after.has_value());
        if (outcome.retry_after)
            error.retry_after_s = whole_seconds(*outcome.retry_after);
    }
    return outcome;
}

// What an attempt teaches about the portal's patience.
void Sender::learn(const Outcome &outcome, Clock::time_point sent) {
    if (outcome.body)
        budget_.earn();
    if (!limiter_)
        return;
    if (is_throttling(outcome.failure)) {
        limiter_->discarded(sent);
    } else if (outcome.body) {
        limiter_->taken();
    }
}

} // namespace hostbill
