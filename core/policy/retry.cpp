#include "core/policy/retry.hpp"

#include "core/catalog/caller_json.hpp"
#include "core/generated/settings.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <sys/random.h>
#include <utility>

namespace hostbill {
namespace {

using std::chrono::milliseconds;

struct MatrixRow {
    Failure failure;
    Repeat read, idempotent, unsafe, auth;
};

using enum Repeat;

// Sending a login again is no danger, but a portal may count it as an attack: hence `once` under auth.
// clang-format off
constexpr MatrixRow matrix[] = {
    // failure                 read    idempotent  unsafe   auth
    {Failure::final,           never,  never,      never,   never},
    {Failure::nothing_sent,    always, always,     always,  always},
    {Failure::discarded,       always, always,     once,    once},
    {Failure::discarded_until, always, always,     always,  always},
    {Failure::too_fast,        always, always,     never,   once},
    {Failure::doubtful,        always, always,     never,   once},
};
// clang-format on

} // namespace

Repeat may_repeat(Failure failure, Effect effect) noexcept {
    for (const MatrixRow &row : matrix) {
        if (row.failure != failure)
            continue;
        switch (effect) {
        case Effect::read:
            return row.read;
        case Effect::idempotent:
            return row.idempotent;
        case Effect::unsafe:
            return row.unsafe;
        case Effect::auth:
            return row.auth;
        }
    }
    return never;
}

Failure kind_of_failure(const HttpFailure &failure) noexcept {
    using Kind = HttpFailure::Kind;
    switch (failure.kind) {
    case Kind::tls:
    case Kind::too_large:
    case Kind::cancelled:
    case Kind::internal:
        return Failure::final;
    case Kind::resolve:
    case Kind::connect:
    case Kind::handshake:
    case Kind::timeout:
    case Kind::broken:
    case Kind::malformed:
        break;
    }
    return failure.sent ? Failure::doubtful : Failure::nothing_sent;
}

Failure kind_of_failure(const Error &error, bool names_time) noexcept {
    const int status = error.http_status;
    const bool answered_well = status >= 200 && status < 300;
    switch (error.error_class) {
    case ErrorClass::rate_limited:
        if (names_time && (status == 429 || status == 503))
            return Failure::discarded_until;
        return status == 429 ? Failure::discarded : Failure::too_fast;
    case ErrorClass::portal_error:
    case ErrorClass::maintenance:
        if (status == 503 && names_time)
            return Failure::discarded_until;
        // In a 2xx, the portal itself reports this failure.
        return status >= 500 || status == 408 || error.error_class == ErrorClass::maintenance ? Failure::doubtful
                                                                                              : Failure::final;
    case ErrorClass::outcome_unknown:
    case ErrorClass::timeout:
        return Failure::doubtful;
    case ErrorClass::protocol:
        return answered_well ? Failure::doubtful : Failure::final;
    default:
        return Failure::final;
    }
}

RetrySettings read_retry_settings(const json::Object &object, std::vector<FieldProblem> &problems) {
    ObjectReader reader(object, "retry.", settings::client_retry_names, problems);
    RetrySettings settings;
    const auto whole = [&](std::string_view key, std::int64_t minimum, std::int64_t maximum, int &value) {
        if (const auto given = reader.whole(key, minimum, maximum))
            value = static_cast<int>(*given);
    };
    const auto seconds = [&](std::string_view key, milliseconds &value) {
        if (const auto given = reader.seconds(key))
            value = *given;
    };
    whole("max_attempts", 1, most_attempts, settings.max_attempts);
    whole("budget", 0, 1'000'000, settings.budget);
    seconds("base_delay", settings.base_delay);
    seconds("throttled_delay", settings.throttled_delay);
    seconds("max_delay", settings.max_delay);
    seconds("max_retry_after", settings.max_retry_after);
    return settings;
}

bool RetryBudget::take() noexcept {
    int left = left_.load(std::memory_order_relaxed);
    while (left >= cost) {
        if (left_.compare_exchange_weak(left, left - cost, std::memory_order_relaxed))
            return true;
    }
    return false;
}

void RetryBudget::earn() noexcept {
    int left = left_.load(std::memory_order_relaxed);
    while (left < full_ && !left_.compare_exchange_weak(left, left + 1, std::memory_order_relaxed)) {
    }
}

bool is_throttling(Failure failure) noexcept {
    return failure == Failure::discarded || failure == Failure::discarded_until || failure == Failure::too_fast;
}

double random_fraction() noexcept {
    std::uint32_t bits = 0;
    if (getentropy(&bits, sizeof bits) != 0)
        bits = static_cast<std::uint32_t>(Clock::now().time_since_epoch().count()) * 2654435761U;
    return bits / (static_cast<double>(std::numeric_limits<std::uint32_t>::max()) + 1);
}

Retries::Retries(const RetrySettings &settings, int max_attempts, Effect effect, RetryBudget &budget,
                 std::function<double()> fraction)
    : settings_(settings), max_attempts_(max_attempts), effect_(effect), budget_(budget),
      fraction_(std::move(fraction)) {}

Retries::Verdict Retries::after(Failure failure, std::optional<milliseconds> retry_after, int attempts,
                                Clock::time_point now, Clock::time_point deadline) {
    const Repeat repeat = may_repeat(failure, effect_);
    if (repeat == never || (repeat == once && once_used_))
        return {};
    if (retry_after > settings_.max_retry_after)
        return {.reason = "the portal wants a longer wait than max_retry_after allows"};
    if (attempts >= max_attempts_)
        return {};
    const milliseconds wait = delay(failure, retry_after);
    if (now + wait >= deadline)
        return {.reason = "the wait before another attempt would not end before the deadline"};
    if (!budget_.take())
        return {.reason = "this client has used up its budget of retries"};
    ++retries_;
    once_used_ = once_used_ || repeat == once;
    return {.again = true, .wait = wait};
}

// Full jitter: anything from nothing to the delay, which doubles with each retry. A time that the portal names is kept;
// the jitter on top keeps those who were told the same time apart.
milliseconds Retries::delay(Failure failure, std::optional<milliseconds> retry_after) const {
    const auto part = [&](double longest) { return milliseconds(std::llround(fraction_() * longest)); };
    if (retry_after)
        return *retry_after + part(static_cast<double>(settings_.base_delay.count()));
    const milliseconds base = is_throttling(failure) ? settings_.throttled_delay : settings_.base_delay;
    const double doubled = std::ldexp(static_cast<double>(base.count()), retries_);
    return part(std::min(doubled, static_cast<double>(settings_.max_delay.count())));
}

} // namespace hostbill
