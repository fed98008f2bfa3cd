#include "log.hpp"

#include "core/catalog.hpp"
#include "core/error.hpp"

#include <array>
#include <atomic>
#include <ctime>

namespace hostbill::capi {

namespace {

// Never freed: a request in another thread may be about to use it. A process sets its log a few times at most, and
// without locks there is nothing that a fork could leave locked.
struct Sink {
    hostbill_log_callback callback;
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

std::int64_t whole(const json::Value &object, std::string_view key) {
    const json::Value *value = object.find(key);
    return value != nullptr && value->integer() != nullptr ? *value->integer() : 0;
}

struct Outcome {
    int status;
    std::int64_t http_status;
    std::int64_t attempts;
};

Outcome outcome(const Result<std::string> &answer) {
    if (!answer) {
        const Error &error = answer.error();
        return {static_cast<int>(error.error_class), error.http_status, error.attempts};
    }
    const auto document = json::parse(*answer, {.max_bytes = answer->size(), .max_depth = 10'000});
    const json::Value *meta = document ? document->find("meta") : nullptr;
    return meta == nullptr ? Outcome{0, 0, 0} : Outcome{0, whole(*meta, "http_status"), whole(*meta, "attempts")};
}

void write_line(const Sink &sink, std::string_view portal, const Operation &operation, const Outcome &outcome,
                std::chrono::milliseconds elapsed) {
    const json::Object line = {
        {"time", timestamp()},
        {"portal", portal},
        {"operation", operation.id},
        {"method", operation.method},
        {"path", operation.path},
        {"status", status_name(outcome.status)},
        {"http_status", outcome.http_status},
        {"attempt", outcome.attempts},
        {"elapsed_ms", std::int64_t{elapsed.count()}},
    };
    sink.callback(sink.user, json::write_ascii(line).c_str());
}

} // namespace

void set_log(hostbill_log_callback callback, void *user) {
    auto *sink = new Sink{callback, user, current.load()};
    while (!current.compare_exchange_weak(sink->previous, sink)) {
        // Another thread was faster; `previous` now is what it set.
    }
}

bool logging() noexcept {
    const Sink *sink = current.load(std::memory_order_acquire);
    return sink != nullptr && sink->callback != nullptr;
}

void log_call(std::string_view portal, std::string_view operation, const Result<std::string> &answer,
              std::chrono::milliseconds elapsed) noexcept {
    try {
        const Sink *sink = current.load(std::memory_order_acquire);
        const Operation *known = find_operation(operation);
        if (sink == nullptr || sink->callback == nullptr || known == nullptr) {
            return;
        }
        const Outcome result = outcome(answer);
        if (result.attempts > 0) {
            write_line(*sink, portal, *known, result, elapsed);
        }
    } catch (...) {
        // A line is lost; the call itself is not to suffer for it.
    }
}

} // namespace hostbill::capi
