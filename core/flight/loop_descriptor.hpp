// One descriptor for the event loop of a caller that carries out the rounds of an engine itself.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/descriptor.hpp"

namespace hostbill {

class LoopDescriptor {
public:
    // Readable while one of these is, which have to outlive it. Throws std::system_error.
    LoopDescriptor(int work, int outcomes);

    int get() const noexcept { return epoll_.get(); }

    // Readable from that time on as well, or from an earlier one on; until the next call.
    void wake_at(Clock::time_point time) noexcept;

private:
    void add(int descriptor);

    const Descriptor epoll_;
    const Descriptor timer_;
    Clock::time_point armed_ = Clock::time_point::max();
};

} // namespace hostbill
