// Whether, and when, a failed attempt is followed by another one. docs/retries.md says the same in words.
#pragma once

#include "core/base/clock.hpp"
#include "core/catalog/catalog.hpp"
#include "core/catalog/error.hpp"
#include "core/http/http.hpp"
#include "core/json/json.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace hostbill {

// What is known of a failed request, as far as it matters for sending it again.
enum class Failure : std::uint8_t {
    final,           // Decided, or nothing that another attempt could change.
    nothing_sent,    // No part of the request has left.
    discarded,       // The portal's status says that it did not carry the request out: too many of them.
    discarded_until, // The same, or it is not ready, and it named the time to come back.
    too_fast,        // Only its words say that there were too many; they may be another system's, after half the work.
    doubtful,        // The request left, and no answer to trust came back.
};

enum class Repeat : std::uint8_t { never, once, always };

// The matrix.
Repeat may_repeat(Failure failure, Effect effect) noexcept;

// What the failure of a request is for the matrix: without an answer, and of an answer that classify() calls an error.
// `names_time`: the answer has a Retry-After that means something.
Failure kind_of_failure(const HttpFailure &failure) noexcept;
Failure kind_of_failure(const Error &error, bool names_time) noexcept;

struct RetrySettings {
    int max_attempts = 3; // requests in all
    std::chrono::milliseconds base_delay{100};
    std::chrono::milliseconds throttled_delay{1'000}; // instead of base_delay, where requests came too fast
    std::chrono::milliseconds max_delay{20'000};
    std::chrono::milliseconds max_retry_after{60'000}; // a portal that wants a longer wait gets none
    int budget = 10;
};

inline constexpr int most_attempts = 10;

// Of the configuration's member "retry". Adds every mistake to `problems`, as "retry.budget" and the like.
RetrySettings read_retry_settings(const json::Object &object, std::vector<FieldProblem> &problems);

// How many retries a client may still make: each costs one, ten successes earn one. When a portal fails for good, its
// clients soon stop making it worse. From any number of threads.
class RetryBudget {
public:
    explicit RetryBudget(int retries) noexcept : full_(retries * cost), left_(full_) {}

    bool take() noexcept;
    void earn() noexcept;

private:
    static constexpr int cost = 10; // in tenths of a retry

    const int full_;
    std::atomic<int> left_;
};

// Whether the failure means that the portal is asked too fast.
bool is_throttling(Failure failure) noexcept;

// A random number from 0 to 1, other than 1.
double random_fraction() noexcept;

// The retries of one call. Asks no clock and does not wait.
class Retries {
public:
    Retries(const RetrySettings &settings, int max_attempts, Effect effect, RetryBudget &budget,
            std::function<double()> fraction = random_fraction);

    struct Verdict {
        bool again = false;
        std::chrono::milliseconds wait{}; // before trying again
        // Why the portal is not asked again although the operation would allow it; empty where there is no more to say.
        const char *reason = "";
    };

    // After the last of `attempts` requests has failed. A wait that would not end before the deadline is not begun.
    Verdict after(Failure failure, std::optional<std::chrono::milliseconds> retry_after, int attempts,
                  Clock::time_point now, Clock::time_point deadline);

private:
    std::chrono::milliseconds delay(Failure failure, std::optional<std::chrono::milliseconds> retry_after) const;

    const RetrySettings &settings_;
    const int max_attempts_;
    const Effect effect_;
    RetryBudget &budget_;
    const std::function<double()> fraction_;
    int retries_ = 0;
    bool once_used_ = false;
};

} // namespace hostbill
