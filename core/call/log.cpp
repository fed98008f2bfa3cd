#include "core/call/log.hpp"

#include "core/json/json.hpp"

#include <array>
#include <atomic>
#include <ctime>
#include <string>

namespace hostbill {
namespace {

// Never freed: a request in another thread may be about to use it. A process sets its log a few times at most, and
// without locks there is nothing that a fork could leave locked.
struct Sink {
    LogCallback callback;
    void *user;
    Sink *previous; // keeps the older ones reachable
};

constinit std::atomic<Sink *> current{nullptr};

std::string timestamp() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    std::tm parts{};
    gmtime_r(&now.tv_sec, &parts);
    std::array<char, 24> seconds{};
    const std::size_t size = std::strftime(seconds.data(), seconds.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    const std::string millis = std::to_string(1000 + now.tv_nsec / 1'000'000);
    return std::string(seconds.data(), size) + "." + millis.substr(1) + "Z";
}

std::string line_of(std::string_view portal, const Operation &operation, const Attempt &attempt) {
    return json::write_ascii(json::Object{
        {"time", timestamp()},
        {"portal", portal},
        {"operation", operation.id},
        {"method", operation.method},
        {"path", operation.path},
        {"status", status_name(attempt.status)},
        {"http_status", attempt.http_status},
        {"attempt", attempt.number},
        {"elapsed_ms", attempt.elapsed_ms},
        {"waited_ms", attempt.waited_ms},
    });
}

} // namespace

void set_log(LogCallback callback, void *user) {
    auto *sink = new Sink{callback, user, current.load()};
    while (!current.compare_exchange_weak(sink->previous, sink)) {
        // Another thread was faster; `previous` now is what it set.
    }
}

void log_attempt(std::string_view portal, const Operation &operation, const Attempt &attempt) noexcept {
    const Sink *sink = current.load(std::memory_order_acquire);
    if (sink == nullptr || sink->callback == nullptr)
        return;
    try {
        sink->callback(sink->user, line_of(portal, operation, attempt).c_str());
    } catch (...) {
        // A line is lost; the call itself is not to suffer for it.
    }
}

} // namespace hostbill
