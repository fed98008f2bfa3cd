#include "core/http/http_curl.hpp"

#include "core/base/wait.hpp"
#include "core/http/curl_exchange.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace hostbill {
namespace {

// Cancelling from another thread wakes a wait at once; only `interrupt` has to be asked.
constexpr std::chrono::milliseconds longest_wait{1000};

class CurlTransport final : public HttpTransport {
public:
    explicit CurlTransport(CurlSettings settings) : setup_(std::move(settings)) {}

    Result<HttpResponse, HttpFailure> perform(const HttpRequest &request, CallControl &control) override {
        std::unique_ptr<Line> line = take();
        line->exchange.begin(request);
        const CURLcode code = run(*line, control);
        Result<HttpResponse, HttpFailure> outcome = line->exchange.end(code);
        give_back(std::move(line));
        return outcome;
    }

    void drop_idle() noexcept override {
        std::vector<std::unique_ptr<Line>> dropped;
        const std::lock_guard lock(mutex_);
        dropped.swap(idle_);
    }

private:
    // A connection's home: its multi handle, which owns the connection, can be woken from other threads.
    struct Line {
        explicit Line(const CurlSetup &setup)
            : multi(CurlSetup::make_multi()), exchange(setup, CurlExchange::Version::http1) {
            curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, 1L);
            resolving.watch(exchange.easy());
        }

        const Multi multi; // destroyed last
        ResolverSignals resolving;
        CurlExchange exchange;
    };

    std::unique_ptr<Line> take() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                std::unique_ptr<Line> line = std::move(idle_.back());
                idle_.pop_back();
                return line;
            }
        }
        return std::make_unique<Line>(setup_);
    }

    void give_back(std::unique_ptr<Line> line) {
        const std::lock_guard lock(mutex_);
        if (idle_.size() < setup_.settings().pool_size)
            idle_.push_back(std::move(line));
    }

    // Drives the transfer to its end on this thread.
    static CURLcode run(Line &line, CallControl &control) {
        CURLM *multi = line.multi.get();
        CURL *easy = line.exchange.easy();
        const CallControl::Waker waker(control, [multi] { curl_multi_wakeup(multi); });
        if (curl_multi_add_handle(multi, easy) != CURLM_OK)
            return CURLE_FAILED_INIT;
        CURLcode result = CURLE_OK;
        try {
            result = drive(line, control);
        } catch (...) { // From `interrupt`.
            curl_multi_remove_handle(multi, easy);
            throw;
        }
        curl_multi_remove_handle(multi, easy);
        return result;
    }

    static CURLcode drive(Line &line, CallControl &control) {
        CURLM *multi = line.multi.get();
        const auto longest = control.has_interrupt() ? interrupt_period : longest_wait;
        for (;;) {
            int running = 0;
            const CURLMcode code = curl_multi_perform(multi, &running);
            line.resolving.end();
            if (code != CURLM_OK)
                return CURLE_FAILED_INIT;
            if (running == 0)
                break;
            if (control.should_stop())
                return CURLE_ABORTED_BY_CALLBACK;
            const Clock::time_point now = Clock::now();
            if (line.exchange.stalled(now))
                return CURLE_OPERATION_TIMEDOUT;
            const auto until_stall = std::chrono::ceil<std::chrono::milliseconds>(line.exchange.stalls_at() - now);
            const auto wait = std::min<std::chrono::milliseconds>(longest, until_stall);
            if (curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait.count()), nullptr) != CURLM_OK)
                return CURLE_FAILED_INIT;
        }
        int left = 0;
        const CURLMsg *message = curl_multi_info_read(multi, &left);
        return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
    }

    const CurlSetup setup_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Line>> idle_; // guarded by mutex_
};

} // namespace

std::unique_ptr<HttpTransport> make_curl_transport(CurlSettings settings) {
    return std::make_unique<CurlTransport>(std::move(settings));
}

} // namespace hostbill
