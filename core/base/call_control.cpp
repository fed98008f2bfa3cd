#include "core/base/call_control.hpp"

#include <utility>

namespace hostbill {

CallControl::CallControl(std::function<bool()> interrupt, std::function<void(const std::string &)> progress)
    : interrupt_(std::move(interrupt)), progress_(std::move(progress)) {}

void CallControl::cancel() noexcept {
    cancelled_.store(true, std::memory_order_release);
    const std::lock_guard lock(mutex_);
    if (wake_)
        wake_();
}

bool CallControl::should_stop() {
    if (!cancelled() && interrupt_ && interrupt_())
        cancelled_.store(true, std::memory_order_release);
    return cancelled();
}

CallControl::Waker::Waker(CallControl &control, std::function<void()> wake) : control_(control) {
    const std::lock_guard lock(control_.mutex_);
    control_.wake_ = std::move(wake);
}

CallControl::Waker::~Waker() {
    const std::lock_guard lock(control_.mutex_);
    control_.wake_ = nullptr;
}

} // namespace hostbill
