#include "core/flight/loop_descriptor.hpp"

#include <algorithm>
#include <sys/epoll.h>
#include <sys/timerfd.h>

namespace hostbill {

LoopDescriptor::LoopDescriptor(int work, int outcomes)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
    for (const int each : {work, outcomes, timer_.get()})
        add(each);
}

void LoopDescriptor::add(int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0)
        throw std::system_error(errno, std::generic_category());
}

// Most rounds move the time further away: one that came too early costs a round now and then, moving it always a call of
// the kernel each time. Setting it also makes a timer that has run out unreadable.
void LoopDescriptor::wake_at(Clock::time_point time) noexcept {
    using std::chrono::nanoseconds;
    if (time >= armed_ && armed_ > Clock::now())
        return;
    armed_ = time;
    itimerspec when{}; // Nothing: not at all.
    if (time != Clock::time_point::max()) {
        const nanoseconds since_boot = std::max<nanoseconds>(time.time_since_epoch(), nanoseconds(1));
        const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
        when.it_value = {.tv_sec = seconds.count(), .tv_nsec = (since_boot - seconds).count()};
    }
    timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr); // Cannot fail: the time is one.
}

} // namespace hostbill
