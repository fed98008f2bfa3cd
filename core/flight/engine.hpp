// Carries out submitted operations, many at once, round by round.
#pragma once

#include "core/base/clock.hpp"
#include "core/call/prepare.hpp"
#include "core/call/sending.hpp"
#include "core/flight/outcome.hpp"
#include "core/flight/submission.hpp"
#include "core/http/http_loop.hpp"
#include "core/policy/rate_limit.hpp"
#include "core/session/auth.hpp"

#include <atomic>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace hostbill {

class Engine {
public:
    // All have to outlive it. Throws std::system_error where there are no descriptors left.
    Engine(Traffic &traffic, Authenticator &authenticator, std::unique_ptr<HttpLoop> loop, std::size_t most_in_flight,
           JobSource &source);
    // Once it is over.
    ~Engine();
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;

    // Does what there is to do, and waits for more until that time, or until something has happened. On one thread at a
    // time. Before it, `begin_round`, while it is certain that nothing has happened yet: `look` from then on ends the wait.
    void begin_round() noexcept;
    void round(Clock::time_point until) noexcept;

    // From now on the descriptor that is returned is readable while a round has something to do, and from the time on
    // that `wakes_at` tells between two rounds. From any thread.
    int watch() noexcept;
    Clock::time_point wakes_at() const noexcept;

    // From any thread: the round under way, or else the next one, does not wait. There is a job; one was cancelled.
    void look() noexcept;
    void look_for_cancelled() noexcept;
    // It is over once nothing is in flight any more.
    void stop() noexcept;
    bool is_over() const noexcept { return stopping_.load() && flights_.empty(); } // between two rounds

private:
    // One operation under way.
    struct Flight {
        Flight(Submission &submission, Prepared &&made) : job(submission), prepared(std::move(made)) {}

        Submission &job;
        const Prepared prepared;
        Progress progress;
        std::optional<Sending> sending;
        HttpLoop::Transfer *transfer = nullptr;                                    // while its request is under way
        std::unique_ptr<RateLimiter::Ticket> ticket;                               // while it waits for a slot
        std::optional<std::multimap<Clock::time_point, Flight *>::iterator> alarm; // while it waits for a time
        std::list<std::unique_ptr<Flight>>::iterator place;
    };

    void wait(Clock::time_point until);
    void start(Submission &job) noexcept;
    template <class Action>
    void guard(Flight &flight, const Action &action) noexcept;
    void advance(Flight &flight);
    bool identify(Flight &flight); // false: not yet
    bool queue(Flight &flight);    // false: not yet
    void send(Flight &flight);
    void set_alarm(Flight &flight, Clock::time_point time);
    void clear_alarm(Flight &flight) noexcept;
    void finish(Flight &flight);
    void drop(Flight &flight) noexcept;
    void start_login();
    void end_login() noexcept;
    void wake_due() noexcept;
    void woken(Flight &flight);
    void look_for_slots() noexcept;
    void cancel_stopped() noexcept;
    void end(Submission &job) noexcept;

    Traffic &traffic_;
    Authenticator &authenticator_;
    const std::unique_ptr<HttpLoop> loop_;
    const std::size_t most_in_flight_;
    JobSource &source_;

    std::list<std::unique_ptr<Flight>> flights_;
    std::multimap<Clock::time_point, Flight *> alarms_;
    bool news_ = false; // what is finished has not been announced yet

    // A login blocks, so that it has a thread; one at a time, for the first of those that wait for it.
    std::vector<Flight *> parked_;
    Flight *logging_in_ = nullptr;
    std::thread login_;
    std::mutex login_mutex_;
    std::optional<Result<Credential>> login_outcome_; // guarded by login_mutex_

    std::atomic<bool> rung_{false};   // since the round began
    std::atomic<bool> asleep_{false}; // only the loop can tell of what is new: the round waits, or there is none
    std::atomic<bool> watched_{false};
    std::atomic<bool> some_cancelled_{false};
    std::atomic<bool> slots_changed_{false};
    std::atomic<bool> stopping_{false};
};

} // namespace hostbill
