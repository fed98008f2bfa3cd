// A client's own limit on how fast it sends, for portals that discard what comes too fast.
#pragma once

#include "core/base/call_control.hpp"
#include "core/base/clock.hpp"
#include "core/catalog/error.hpp"
#include "core/json/json.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <vector>

namespace hostbill {

struct RateLimitSettings {
    double per_second = 10; // what the pace never exceeds for long
    double burst = 10;      // requests that may go at once after a pause
    bool adaptive = false;
    bool from_outside = false; // no pace of its own: RateLimiter::grant gives the slots, and the others do not matter
};

// Of the configuration's member "rate_limit". Adds every mistake to `problems`, as "rate_limit.burst" and the like.
RateLimitSettings read_rate_limit_settings(const json::Object &object, std::vector<FieldProblem> &problems);

// The arithmetic of the limit: a bucket that fills at some rate, and gives one slot for each request. Asks no clock:
// `now` never goes back. Where it is adaptive, the rate halves when the portal discards requests, and grows again by a
// twentieth of the full rate with each one that the portal takes.
class Pace {
public:
    Pace(const RateLimitSettings &settings, Clock::time_point now);

    bool take(Clock::time_point now);
    // How long until there is a slot for someone with so many others before him.
    Clock::duration until_slot(Clock::time_point now, std::size_t others);

    // The portal discarded a request that was sent then. Of several that were on their way together one counts.
    void slow_down(Clock::time_point now, Clock::time_point sent);
    void speed_up(Clock::time_point now);

    double rate() const noexcept { return rate_; } // slots per second

private:
    void fill(Clock::time_point now);

    const RateLimitSettings settings_;
    double rate_;
    double slots_;
    Clock::time_point filled_;
    Clock::time_point slowed_ = Clock::time_point::min();
};

// The limit as everything of a client shares it: whoever asks first goes first.
class RateLimiter {
public:
    explicit RateLimiter(const RateLimitSettings &settings, std::function<Clock::time_point()> now = Clock::now);

    enum class Slot : std::uint8_t {
        granted,
        stopped,  // the call was stopped while it waited
        too_late, // there will be none before the deadline; said at once
        refused,  // whoever gives slots from outside cannot
    };
    // Blocks until it is one of them.
    Slot wait(CallControl &control, Clock::time_point deadline);

    // A place in the queue, for as long as it lives.
    class Ticket {
    public:
        // `look_again` runs when it is worth to look before the time that was named: on any thread, with the limiter
        // locked, so that it must not use it.
        Ticket(RateLimiter &limiter, std::function<void()> look_again);
        ~Ticket();
        Ticket(const Ticket &) = delete;
        Ticket &operator=(const Ticket &) = delete;

        // `granted` or `too_late`, once; nothing where it is not yet decided: then `*next` is when to look again.
        std::optional<Slot> look(Clock::time_point deadline, Clock::time_point *next);

    private:
        friend class RateLimiter;
        std::optional<Slot> look_locked(Clock::time_point deadline, Clock::time_point *next);

        RateLimiter &limiter_;
        const std::function<void()> look_again_;
        std::list<Ticket *>::iterator place_;
        std::optional<Slot> given_; // from outside
    };

    void discarded(Clock::time_point sent);
    void taken();

    // What those who give slots from outside have to know. A slot is for a request that waits now: none is kept.
    struct Demand {
        std::size_t waiting = 0;
        // Since it was last asked: how many requests the portal took, how many it discarded, and how long ago the latest of
        // these had been sent.
        int taken = 0;
        int discarded = 0;
        Clock::duration ago{};
    };
    // Waits until there is somebody who waits, or something was discarded, or nothing is granted, or the time is over.
    Demand demand(std::chrono::milliseconds timeout);
    // To those who came first; 0 does nothing but end a wait for demand.
    void grant(std::size_t slots);
    // Nobody who waits now gets one.
    void refuse();

private:
    void give(std::size_t count, Slot slot);

    const bool from_outside_;
    const std::function<Clock::time_point()> now_;
    std::mutex mutex_; // guards what follows
    Pace pace_;
    std::list<Ticket *> queue_;
    std::condition_variable wanted_;
    bool looked_for_ = false; // nothing was granted
    Demand learnt_;           // but for `waiting` and `ago`
    Clock::time_point discarded_sent_ = Clock::time_point::min();
};

} // namespace hostbill
