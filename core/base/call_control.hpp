// How a call in progress is stopped from outside, and how it tells how far it has come.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>

namespace hostbill {

// Belongs to one call at a time and outlives it. `cancel` may come from any thread, before or during the call; a
// cancelled control stays cancelled.
class CallControl {
public:
    // `interrupt` is asked on the calling thread at least every 100 ms while the call waits; true stops the call.
    // `progress` gets JSON objects, on the calling thread, of calls that have something to tell.
    explicit CallControl(std::function<bool()> interrupt = {}, std::function<void(const std::string &)> progress = {});
    CallControl(const CallControl &) = delete;
    CallControl &operator=(const CallControl &) = delete;

    void cancel() noexcept;
    bool cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }

    // Whether a wait has to end now and then for `should_stop` to be asked.
    bool has_interrupt() const noexcept { return interrupt_ != nullptr; }

    // Asks `interrupt` too, and remembers its answer. For the calling thread only.
    bool should_stop();

    bool wants_progress() const noexcept { return progress_ != nullptr; }
    void report(const std::string &progress) const { progress_(progress); } // only where it is wanted

    // While it lives, `cancel` also runs `wake`, which must not throw nor use this control.
    class Waker {
    public:
        Waker(CallControl &control, std::function<void()> wake);
        ~Waker();
        Waker(const Waker &) = delete;
        Waker &operator=(const Waker &) = delete;

    private:
        CallControl &control_;
    };

private:
    std::function<bool()> interrupt_;
    std::function<void(const std::string &)> progress_;
    std::atomic<bool> cancelled_{false};
    std::mutex mutex_;
    std::function<void()> wake_; // guarded by mutex_
};

} // namespace hostbill
