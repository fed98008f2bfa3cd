#include "core/call/sending.hpp"

#include "core/answer/classify.hpp"
#include "core/base/http_date.hpp"
#include "core/call/log.hpp"
#include "core/policy/retry_after.hpp"

#include <utility>

namespace hostbill {
namespace {

using std::chrono::milliseconds;

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

Sending::Sending(Traffic &traffic, const Prepared &prepared, Authenticator *authenticator, Progress &progress,
                 Credential credential)
    : traffic_(traffic), prepared_(prepared), authenticator_(prepared.operation->anonymous ? nullptr : authenticator),
      progress_(progress),
      retries_(traffic.config.retry, prepared.options.max_attempts.value_or(traffic.config.retry.max_attempts),
               prepared.operation->effect, traffic.budget),
      credential_(std::move(credential)) {
    begin();
}

void Sending::begin() {
    step_ = authenticator_ != nullptr ? Step::identify : Step::queue;
    if (step_ == Step::queue)
        queued_at_ = Clock::now();
}

void Sending::identified(Result<Credential> credential) {
    if (!credential)
        return finish(std::move(credential.error()));
    credential_ = std::move(*credential);
    step_ = Step::queue;
    queued_at_ = Clock::now();
}

void Sending::queued(RateLimiter::Slot slot) {
    switch (slot) {
    case RateLimiter::Slot::stopped:
        return cancel();
    case RateLimiter::Slot::too_late:
        return finish(
            last_ ? std::move(*last_)
                  : Error{.error_class = ErrorClass::timeout,
                          .message = "the client's own rate limit leaves no room for this call before its deadline",
                          .retryable = true});
    case RateLimiter::Slot::refused:
        return finish(
            last_ ? std::move(*last_)
                  : Error{.error_class = ErrorClass::network,
                          .message = "the limit that this client shares with others cannot be asked; nothing was sent",
                          .retryable = true});
    case RateLimiter::Slot::granted:
        break;
    }
    sent_at_ = Clock::now();
    ++next_.number;
    next_.waited_ms += milliseconds_between(queued_at_, sent_at_);
    prepare_request();
    step_ = Step::send;
}

// The request as the transport takes it. `prepared_` keeps its body, for another attempt.
void Sending::prepare_request() {
    const Request &prepared = prepared_.request;
    const BaseUrl &base = traffic_.config.base_url;
    const Effect effect = prepared_.operation->effect;
    request_.method = prepared.method;
    request_.url.clear();
    request_.url.reserve(base.origin.size() + base.path.size() + prepared.target.size());
    request_.url.append(base.origin).append(base.path).append(prepared.target);
    request_.authorization = credential_.header;
    request_.body = prepared.body ? std::optional<std::string_view>(*prepared.body) : std::nullopt;
    request_.content_type = prepared.content_type;
    request_.fresh_connection = effect == Effect::unsafe || effect == Effect::auth;
    request_.deadline = progress_.deadline;
}

void Sending::answered(Result<HttpResponse, HttpFailure> answer) {
    const Clock::time_point now = Clock::now();
    // Only tokens have a life by the portal's clock.
    if (answer && traffic_.config.auth == Auth::jwt) {
        if (const auto date = parse_http_date(answer->date))
            traffic_.clock.learn(*date);
    }
    Judgement judgement = judge(answer);
    learn(judgement);
    if (answer) {
        response_ = std::move(*answer);
        progress_.http_status = next_.http_status = response_.status;
        if (prepared_.options.raw && !judgement.is_portable)
            json::make_portable(response_.body);
    }
    record(judgement, now);
    if (judgement.body)
        return finish(std::move(judgement.body));

    Error &error = judgement.body.error();
    // A request whose token was not accepted was not carried out: even an unsafe one may go again, once.
    if (authenticator_ != nullptr && !renewed_ && wants_new_session(error) && authenticator_->reject(credential_) &&
        was_not_carried_out(*prepared_.operation, error)) {
        renewed_ = true;
        return begin();
    }
    failed_at_ = Clock::now();
    const Retries::Verdict verdict =
        retries_.after(judgement.failure, judgement.retry_after, next_.number, failed_at_, progress_.deadline);
    if (!verdict.again)
        return finish(explained(std::move(error), verdict.reason));
    last_ = std::move(error);
    wakes_at_ = failed_at_ + verdict.wait;
    step_ = Step::wait;
}

void Sending::woken() {
    next_.waited_ms = milliseconds_between(failed_at_, Clock::now());
    begin();
}

void Sending::cancel() { finish(cancelled_error(next_.number)); }

void Sending::finish(Result<json::Value> outcome) {
    outcome_ = std::move(outcome);
    step_ = Step::done;
}

Sending::Judgement Sending::judge(const Result<HttpResponse, HttpFailure> &answer) const {
    const Operation &operation = *prepared_.operation;
    if (!answer)
        return {.body = classify_failure(operation, answer.error()), .failure = kind_of_failure(answer.error())};
    const Wanted wanted = prepared_.options.raw ? Wanted::outcome : Wanted::body;
    bool is_portable = true;
    Judgement judgement{.body = classify(operation, *answer, wanted, &is_portable),
                        .retry_after = retry_after(*answer),
                        .is_portable = is_portable};
    if (!judgement.body) {
        Error &error = judgement.body.error();
        judgement.failure = kind_of_failure(error, judgement.retry_after.has_value());
        if (judgement.retry_after)
            error.retry_after_s = whole_seconds(*judgement.retry_after);
    }
    return judgement;
}

// Into the books.
void Sending::record(const Judgement &judgement, Clock::time_point now) {
    next_.status = judgement.body ? 0 : static_cast<int>(judgement.body.error().error_class);
    next_.elapsed_ms = milliseconds_between(sent_at_, now);
    progress_.history.push_back(next_);
    log_attempt(traffic_.config.portal->id, *prepared_.operation, next_);
    next_.http_status = 0;
    next_.waited_ms = 0;
}

// What an attempt teaches about the portal's patience.
void Sending::learn(const Judgement &judgement) {
    if (judgement.body)
        traffic_.budget.earn();
    if (!traffic_.limiter)
        return;
    if (is_throttling(judgement.failure)) {
        traffic_.limiter->discarded(sent_at_);
    } else if (judgement.body) {
        traffic_.limiter->taken();
    }
}

} // namespace hostbill
