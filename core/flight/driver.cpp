#include "core/flight/driver.hpp"

#include "core/base/blocked_signals.hpp"

namespace hostbill {

Driver::Driver(Engine &engine, std::mutex &mutex, std::condition_variable &changed)
    : engine_(engine), mutex_(mutex), changed_(changed) {
    const BlockedSignals blocked;
    thread_ = std::thread(&Driver::work, this);
}

void Driver::drive(std::unique_lock<std::mutex> &lock, Clock::time_point until) {
    if (turn_ == Turn::nobodys && !stopped_)
        return carry_out(lock, Turn::waiters, until);
    ++waiting_;
    if (turn_ == Turn::threads && !stopped_)
        engine_.look(); // It ends its round, and steps back.
    if (until == Clock::time_point::max())
        changed_.wait(lock);
    else
        changed_.wait_until(lock, until);
    --waiting_;
}

void Driver::interrupt() noexcept {
    if (turn_ == Turn::waiters)
        engine_.look();
}

void Driver::leave_to_callers(LoopDescriptor &descriptor) noexcept {
    callers_ = &descriptor;
    thread_wanted_.notify_one();
}

void Driver::stop() noexcept {
    stopped_ = true;
    thread_wanted_.notify_one();
}

void Driver::carry_out(std::unique_lock<std::mutex> &lock, Turn turn, Clock::time_point until) noexcept {
    turn_ = turn;
    engine_.begin_round(); // Under the lock: what others tell from here on ends the wait.
    lock.unlock();
    engine_.round(until);
    lock.lock();
    turn_ = Turn::nobodys;
    if (turn == Turn::waiters)
        ++rounds_;
    if (callers_ != nullptr)
        callers_->wake_at(engine_.wakes_at());
    if (waiting_ > 0)
        changed_.notify_all();
    if (parked_) {
        parked_ = false;
        thread_wanted_.notify_one();
    }
}

void Driver::work() noexcept {
    std::unique_lock lock(mutex_);
    std::uint64_t seen = rounds_;
    for (;;) {
        const bool is_free = turn_ == Turn::nobodys;
        if (callers_ != nullptr && !stopped_) {
            thread_wanted_.wait(lock);
        } else if (is_free && (stopped_ || (rounds_ == seen && waiting_ == 0))) {
            if (engine_.is_over())
                return;
            carry_out(lock, Turn::threads, Clock::time_point::max());
        } else if (!is_free && rounds_ == seen) { // The round is a long one.
            parked_ = true;
            thread_wanted_.wait(lock, [this] { return !parked_; });
        } else {
            seen = rounds_;
            thread_wanted_.wait_for(lock, patience);
        }
    }
}

} // namespace hostbill
