// What time it is at the portal.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

namespace hostbill {

// Learns from the Date of the portal's answers and goes on by the machine's steady clock, so that neither a wrong local
// time nor a jump of it matters. Before the first answer it is the local time. From any thread.
class ServerClock {
public:
    using Time = std::chrono::system_clock::time_point;

    Time now() const noexcept {
        const std::int64_t ahead = ahead_ms_.load(std::memory_order_relaxed);
        if (ahead == unknown)
            return std::chrono::system_clock::now();
        return Time(std::chrono::milliseconds(steady_ms() + ahead));
    }

    // An answer that was made at `date`, by the portal's clock, has just come in.
    void learn(Time date) noexcept {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(date.time_since_epoch()).count();
        ahead_ms_.store(ms - steady_ms(), std::memory_order_relaxed);
    }

private:
    static constexpr std::int64_t unknown = std::numeric_limits<std::int64_t>::min();

    static std::int64_t steady_ms() noexcept {
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    }

    std::atomic<std::int64_t> ahead_ms_{unknown}; // of the steady clock
};

} // namespace hostbill
