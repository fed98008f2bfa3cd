#include "core/http/http_curl.hpp"

#include "core/base/wait.hpp"
#include "core/http/connection.hpp"
#include "core/http/curl_failure.hpp"
#include "core/http/http1_exchange.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace hostbill {
namespace {

class CurlTransport final : public HttpTransport {
public:
    explicit CurlTransport(CurlSettings settings) : setup_(std::move(settings)) {}

    Result<HttpResponse, HttpFailure> perform(const HttpRequest &request, CallControl &control) override {
        std::unique_ptr<Line> line = take();
        Http1Exchange &exchange = line->exchange;
        exchange.begin(request);
        carry(*line, request.fresh_connection, control);
        if (exchange.keeps_connection())
            line->connection.used(Clock::now());
        else
            line->connection.close();
        Result<HttpResponse, HttpFailure> outcome = exchange.end();
        give_back(std::move(line));
        return outcome;
    }

    void drop_idle() noexcept override {
        std::vector<std::unique_ptr<Line>> dropped;
        const std::lock_guard lock(mutex_);
        dropped.swap(idle_);
    }

private:
    // A connection, and what it needs.
    struct Line {
        explicit Line(const CurlSetup &setup)
            : multi(CurlSetup::make_multi()), connection(setup, multi.get()), exchange(setup) {
            resolving.watch(connection.easy());
        }

        const Multi multi; // Can be woken from other threads.
        ResolverSignals resolving;
        Connection connection;
        Http1Exchange exchange;
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

    // Drives the exchange to its end on this thread.
    void carry(Line &line, bool fresh_connection, CallControl &control) const {
        CURLM *multi = line.multi.get();
        Http1Exchange &exchange = line.exchange;
        Connection &connection = line.connection;
        if (exchange.over())
            return;
        const CallControl::Waker waker(control, [multi] { curl_multi_wakeup(multi); });
        if (fresh_connection || !connection.is_open() || !connection.is_quiet(Clock::now())) {
            const CURLcode code =
                connection.open(exchange.origin(), exchange.deadline()) ? drive(line, control) : CURLE_FAILED_INIT;
            if (code != CURLE_OK || !connection.opened())
                return exchange.fail(curl_failure(code, connection.easy(), setup_, false, exchange.deadline()));
        }
        const auto longest = longest_wait(control);
        while (!exchange.move(connection)) {
            if (control.should_stop())
                return exchange.cancel();
            const Clock::time_point now = Clock::now();
            if (exchange.late(now))
                return;
            if (exchange.has_more())
                continue;
            const short events = exchange.wants_to_write() ? CURL_WAIT_POLLIN | CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN;
            curl_waitfd socket{.fd = connection.socket(), .events = events, .revents = 0};
            if (!wait(multi, &socket, std::min(exchange.late_at() - now, longest)))
                return exchange.fail({HttpFailure::Kind::internal, exchange.sent(), "waiting for the answer failed"});
        }
    }

    // Until the connection is there.
    static CURLcode drive(Line &line, CallControl &control) {
        CURLM *multi = line.multi.get();
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
            if (!wait(multi, nullptr, longest_wait(control)))
                return CURLE_FAILED_INIT;
        }
        int left = 0;
        const CURLMsg *message = curl_multi_info_read(multi, &left);
        return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
    }

    // Cancelling from another thread wakes a wait at once; only `interrupt` has to be asked.
    static Clock::duration longest_wait(const CallControl &control) {
        return control.has_interrupt() ? interrupt_period : std::chrono::milliseconds(1000);
    }

    // Until something happens on the socket or one of the multi handle's own, or somebody wakes it.
    static bool wait(CURLM *multi, curl_waitfd *socket, Clock::duration time) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(time).count();
        return curl_multi_poll(multi, socket, socket == nullptr ? 0 : 1, static_cast<int>(left), nullptr) == CURLM_OK;
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
