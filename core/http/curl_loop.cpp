// The loop: sockets by epoll, so that a round costs as much as there is to do and not as there is under way.
#include "core/http/loop_sockets.hpp"
#include "core/http/transfer.hpp"

#include <algorithm>
#include <utility>

namespace hostbill {
namespace {

using std::chrono::milliseconds;

class CurlLoop final : public HttpLoop {
public:
    explicit CurlLoop(CurlSettings settings) : setup_(std::move(settings)), multi_(CurlSetup::make_multi()) {
        CURLM *multi = multi_.get();
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, LoopSockets::on_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, static_cast<void *>(&sockets_));
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, static_cast<void *>(this));
    }

    Transfer *start(const HttpRequest &request, Done done) override {
        Transfer &transfer = idle(request);
        transfer.over = transfer.begin(request);
        transfer.done = std::move(done);
        some_due_ |= transfer.over || transfer.has_more();
        running_.splice(running_.end(), *transfer.idle, transfer.place);
        const Clock::time_point now = Clock::now();
        next_check_ = std::min(next_check_, transfer.late_at(now));
        return &transfer;
    }

    void cancel(Transfer *transfer) override {
        transfer->cancel();
        finish(*transfer);
    }

    void run_until(Clock::time_point time) override {
        int running = 0;
        for (const epoll_event &event : sockets_.wait(wait_ms(time))) {
            const int socket = event.data.fd;
            if (Transfer *transfer = sockets_.transfer_of(socket); transfer != nullptr) {
                go_on(*transfer, transfer->ready());
            } else if (sockets_.libcurl_waits_for(socket)) {
                curl_multi_socket_action(multi_.get(), socket, curl_events(event.events), &running);
            } else {
                sockets_.let_go(socket);
            }
        }
        const Clock::time_point now = Clock::now();
        if (timer_ <= now) {
            timer_ = never;
            curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
        }
        resolving_.end();
        deliver();
        if (next_check_ <= now)
            end_late(now);
    }

    void wake() noexcept override { sockets_.ring(); }
    int descriptor() const noexcept override { return sockets_.descriptor(); }

    Clock::time_point wakes_at() const noexcept override {
        if (some_due_)
            return Clock::time_point::min();
        return std::min(timer_, running_.empty() ? never : next_check_);
    }

private:
    static constexpr Clock::time_point never = Clock::time_point::max();

    // One that nobody uses; it stays among those until it runs. Over TLS the two sides agree on HTTP/2 or not before the
    // first request, so that nobody has to wait for another's answer to know. Requests that must not be repeated travel by
    // HTTP/1.1, each on a connection of its own.
    Transfer &idle(const HttpRequest &request) {
        const bool may_share = request.url.starts_with("https:") && !request.fresh_connection;
        Transfer::List &idle = may_share ? idle_shared_ : idle_alone_;
        if (idle.empty()) {
            Transfer::List made;
            if (may_share)
                made.push_back(std::make_unique<CurlTransfer>(setup_, multi_.get(), sockets_, resolving_));
            else
                made.push_back(std::make_unique<Http1Transfer>(setup_, multi_.get(), sockets_, resolving_));
            made.front()->idle = &idle;
            made.front()->place = made.begin();
            // By itself libcurl keeps four for each that runs: after a burst it would close those that the next one needs.
            curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, ++transfers_);
            idle.splice(idle.end(), made);
        }
        return request.fresh_connection ? *idle.front() : *idle.back();
    }

    int wait_ms(Clock::time_point time) const {
        const Clock::time_point until = std::min(time, wakes_at());
        if (until == never)
            return -1;
        const Clock::time_point now = Clock::now();
        if (until <= now)
            return 0;
        const auto left = std::chrono::ceil<milliseconds>(until - now).count();
        return static_cast<int>(std::min<std::int64_t>(left, 60'000));
    }

    static int curl_events(std::uint32_t events) noexcept {
        int bits = 0;
        if ((events & EPOLLIN) != 0)
            bits |= CURL_CSELECT_IN;
        if ((events & EPOLLOUT) != 0)
            bits |= CURL_CSELECT_OUT;
        if ((events & (EPOLLERR | EPOLLHUP)) != 0)
            bits |= CURL_CSELECT_ERR;
        return bits;
    }

    static int on_timer(CURLM *, long timeout_ms, void *user) noexcept {
        auto &self = *static_cast<CurlLoop *>(user);
        self.timer_ = timeout_ms < 0 ? never : Clock::now() + milliseconds(timeout_ms);
        return 0;
    }

    // Ends those of which this holds.
    template <class Condition>
    void finish_where(const Condition &condition) {
        for (auto next = running_.begin(); next != running_.end();) {
            Transfer &transfer = **next++;
            if (condition(transfer))
                finish(transfer);
        }
    }

    // What need not be waited for, and what libcurl has done.
    void deliver() {
        if (std::exchange(some_due_, false))
            finish_where([this](Transfer &transfer) {
                const bool over = transfer.over || (transfer.has_more() && transfer.ready());
                some_due_ |= !over && transfer.has_more();
                return over;
            });
        int left = 0;
        while (const CURLMsg *message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE)
                continue;
            Transfer *transfer = nullptr;
            const CURLcode code = message->data.result;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
            go_on(*transfer, transfer->told(code));
        }
    }

    void go_on(Transfer &transfer, bool over) {
        if (over)
            finish(transfer);
        else
            some_due_ |= transfer.has_more();
    }

    void finish(Transfer &transfer) {
        Result<HttpResponse, HttpFailure> outcome = HttpFailure{HttpFailure::Kind::internal, true, "out of memory"};
        try {
            outcome = transfer.end();
        } catch (const std::bad_alloc &) {
        }
        const Done done = std::move(transfer.done);
        Transfer::List &idle = *transfer.idle;
        idle.splice(transfer.is_connected() ? idle.end() : idle.begin(), running_, transfer.place);
        done(std::move(outcome));
    }

    // A transfer that nothing happens to has no event either.
    void end_late(Clock::time_point now) {
        finish_where([now](Transfer &transfer) { return transfer.late(now); });
        next_check_ = never;
        for (const std::unique_ptr<Transfer> &transfer : running_)
            next_check_ = std::min(next_check_, transfer->late_at(now));
    }

    const CurlSetup setup_;
    LoopSockets sockets_;
    const Multi multi_;
    ResolverSignals resolving_;
    Clock::time_point timer_ = never; // curl's own
    Clock::time_point next_check_ = never;
    // Transfers only ever move from list to list, which needs no memory.
    Transfer::List running_;
    bool some_due_ = false;      // of those: over since their beginning, or with more to do
    Transfer::List idle_shared_; // over HTTP/2, where the portal speaks it
    Transfer::List idle_alone_;  // those with a connection come last
    long transfers_ = 0;         // that there are
};

} // namespace

std::unique_ptr<HttpLoop> make_curl_loop(CurlSettings settings) {
    return std::make_unique<CurlLoop>(std::move(settings));
}

} // namespace hostbill
