// Who carries out the rounds of an engine: a thread that waits for an answer anyway, so that no answer has to change
// threads, which costs as much as a request does; a thread of its own while nobody waits, unless a caller has promised to
// look after it from an event loop.
#pragma once

#include "core/base/clock.hpp"
#include "core/flight/engine.hpp"
#include "core/flight/loop_descriptor.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace hostbill {

class Driver {
public:
    // All have to outlive it. The mutex guards it too. `changed` is notified when the turn to drive is free; the same
    // condition should tell of answers, since those that wait for a turn wait for those. Throws std::system_error.
    Driver(Engine &engine, std::mutex &mutex, std::condition_variable &changed);
    // After `join`.
    ~Driver() = default;
    Driver(const Driver &) = delete;
    Driver &operator=(const Driver &) = delete;

    // After the engine's `stop`, without the mutex: waits for the thread. Others may still call what follows.
    void join() { thread_.join(); }

    // What follows is for those that hold the mutex.

    // For a thread that waits: returns when there may be an answer, or at that time. Carries out a round, unless somebody
    // else does.
    void drive(std::unique_lock<std::mutex> &lock, Clock::time_point until);
    // For news from outside of the engine: one who drives looks at it.
    void interrupt() noexcept;
    // The thread leaves the rounds to those that wait, until it has to finish what is under way. After each the descriptor,
    // which has to outlive it, is told when the next one is due.
    void leave_to_callers(LoopDescriptor &descriptor) noexcept;
    // The thread finishes what is under way.
    void stop() noexcept;
    // The round under way is that of one who waits.
    bool is_waiters_turn() const noexcept { return turn_ == Turn::waiters; }

private:
    // So long after the last round of those that wait, the thread goes on without them.
    static constexpr std::chrono::milliseconds patience{2};

    enum class Turn : std::uint8_t { nobodys, threads, waiters };

    void work() noexcept;
    void carry_out(std::unique_lock<std::mutex> &lock, Turn turn, Clock::time_point until) noexcept;

    Engine &engine_;
    std::mutex &mutex_;
    std::condition_variable &changed_;
    std::condition_variable thread_wanted_;
    Turn turn_ = Turn::nobodys;
    int waiting_ = 0;          // for their turn
    std::uint64_t rounds_ = 0; // of those that wait
    bool parked_ = false;      // the thread, until the round under way is over
    LoopDescriptor *callers_ = nullptr;
    bool stopped_ = false;
    std::thread thread_; // last: it uses the rest
};

} // namespace hostbill
