// Notices a transfer that has come to a standstill, or to a drip.
#pragma once

#include "core/http/http.hpp"

#include <chrono>
#include <cstddef>

namespace hostbill {

// Stalled is what has not moved one byte per second, on average, for the whole of `limit`.
class StallWatch {
public:
    StallWatch(std::chrono::milliseconds limit, Clock::time_point now)
        : limit_(limit), wanted_(static_cast<std::size_t>((limit.count() + 999) / 1000)), mark_time_(now) {}

    // `moved`: all bytes until now. What has not begun cannot stall.
    bool stalled(bool begun, std::size_t moved, Clock::time_point now) noexcept {
        if (!begun || moved - mark_ >= wanted_) {
            mark_ = moved;
            mark_time_ = now;
        }
        return now - mark_time_ >= limit_;
    }

    // When it will be, if nothing moves.
    Clock::time_point ends_at() const noexcept { return mark_time_ + limit_; }

private:
    const std::chrono::milliseconds limit_;
    const std::size_t wanted_;
    std::size_t mark_ = 0;
    Clock::time_point mark_time_;
};

} // namespace hostbill
