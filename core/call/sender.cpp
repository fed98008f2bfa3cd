#include "core/call/sender.hpp"

#include "core/base/wait.hpp"

namespace hostbill {

Result<json::Value> send(Sending &sending, HttpTransport &transport, Authenticator *authenticator, RateLimiter *limiter,
                         CallControl &control) {
    using Step = Sending::Step;
    for (;;) {
        const bool before_sending = sending.step() == Step::identify || sending.step() == Step::queue;
        if (before_sending && control.should_stop())
            sending.cancel();
        switch (sending.step()) {
        case Step::identify:
            sending.identified(authenticator->credential(control, sending.deadline()));
            break;
        case Step::queue:
            sending.queued(limiter != nullptr ? limiter->wait(control, sending.deadline())
                                              : RateLimiter::Slot::granted);
            break;
        case Step::send:
            sending.answered(transport.perform(sending.request(), control));
            break;
        case Step::wait:
            if (wait_until(control, sending.wakes_at()))
                sending.woken();
            else
                sending.cancel();
            break;
        case Step::done:
            return sending.take();
        }
    }
}

} // namespace hostbill
