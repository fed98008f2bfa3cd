#include "session.hpp"

namespace hostbill::capi {

Session::~Session() {
    std::unique_lock lock(mutex_);
    unused_.wait(lock, [this] { return uses_ == 0; });
}

Session::Use::Use(Session &session) : session_(session) {
    const std::lock_guard lock(session_.mutex_);
    ++session_.uses_;
}

Session::Use::~Use() {
    // Under the lock to the end: once it is released with no uses left, the session may go.
    const std::lock_guard lock(session_.mutex_);
    --session_.uses_;
    session_.unused_.notify_all();
}

} // namespace hostbill::capi
