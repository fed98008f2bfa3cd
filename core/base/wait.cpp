#include "core/base/wait.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace hostbill {

bool wait_until(CallControl &control, Clock::time_point until) {
    std::mutex mutex;
    std::condition_variable woken;
    // Taking the mutex makes sure that the thread is either waiting already or still going to look.
    const CallControl::Waker waker(control, [&] {
        const std::lock_guard lock(mutex);
        woken.notify_one();
    });
    for (;;) {
        if (control.should_stop())
            return false;
        const Clock::time_point now = Clock::now();
        if (now >= until)
            return true;
        std::unique_lock lock(mutex);
        if (!control.cancelled())
            woken.wait_until(lock, control.has_interrupt() ? std::min(until, now + interrupt_period) : until);
    }
}

} // namespace hostbill
