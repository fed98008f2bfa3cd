// The loop over libcurl's multi handle, by epoll: libcurl tells which sockets it waits for, and is told which are ready,
// so that a round costs as much as there is to do and not as there is under way.
#include "core/base/descriptor.hpp"
#include "core/http/curl_exchange.hpp"
#include "core/http/http_loop.hpp"

#include <algorithm>
#include <array>
#include <list>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace hostbill {

class HttpLoop::Transfer {
public:
    // Over TLS the two sides agree on HTTP/2 or not before the first request, so that nobody has to wait for another's
    // answer to know. Requests that must not be repeated travel by HTTP/1.1, each on a connection of its own.
    Transfer(const CurlSetup &setup, const HttpRequest &request)
        : exchange(setup, request.url.starts_with("https:") && !request.fresh_connection
                              ? CurlExchange::Version::http2
                              : CurlExchange::Version::http1),
          fresh(request.fresh_connection) {}

    CurlExchange exchange;
    const bool fresh;
    HttpLoop::Done done;
    bool failed = false;
    std::list<Transfer>::iterator place; // in the list where it is
};

namespace {

using std::chrono::milliseconds;

class CurlLoop final : public HttpLoop {
public:
    explicit CurlLoop(CurlSettings settings)
        : setup_(std::move(settings)), epoll_(epoll_create1(EPOLL_CLOEXEC)),
          bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), multi_(CurlSetup::make_multi()) {
        CURLM *multi = multi_.get();
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, static_cast<void *>(this));
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, static_cast<void *>(this));
        control(EPOLL_CTL_ADD, bell_.get(), EPOLLIN);
    }

    ~CurlLoop() override {
        for (const Transfer &transfer : running_)
            curl_multi_remove_handle(multi_.get(), transfer.exchange.easy());
    }

    Transfer *start(const HttpRequest &request, Done done) override {
        Transfer &transfer = idle(request);
        transfer.exchange.begin(request);
        transfer.done = std::move(done);
        transfer.failed = curl_multi_add_handle(multi_.get(), transfer.exchange.easy()) != CURLM_OK;
        some_failed_ |= transfer.failed;
        running_.splice(running_.end(), idle_of(transfer.fresh), transfer.place);
        next_stall_check_ = std::min(next_stall_check_, Clock::now() + stall_interval());
        return &transfer;
    }

    void cancel(Transfer *transfer) override { finish(*transfer, CURLE_ABORTED_BY_CALLBACK); }

    void run_until(Clock::time_point time) override {
        std::array<epoll_event, 64> events;
        const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms(time));
        int running = 0;
        for (int i = 0; i < count; ++i) {
            const epoll_event &event = events[static_cast<std::size_t>(i)];
            if (event.data.fd == bell_.get())
                silence_bell();
            else if (Watched &entry = watched(event.data.fd); entry.wanted != 0)
                curl_multi_socket_action(multi_.get(), event.data.fd, curl_events(event.events), &running);
            else
                let_go(event.data.fd, entry);
        }
        const Clock::time_point now = Clock::now();
        if (timer_ <= now) {
            timer_ = never;
            curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
        }
        resolving_.end();
        deliver();
        if (next_stall_check_ <= now)
            check_stalls(now);
    }

    void wake() noexcept override {
        const std::uint64_t one = 1;
        // Fails only where the bell rings anyway.
        [[maybe_unused]] const ssize_t written = write(bell_.get(), &one, sizeof one);
    }

    int descriptor() const noexcept override { return epoll_.get(); }

    Clock::time_point wakes_at() const noexcept override {
        if (some_failed_)
            return Clock::time_point::min();
        return std::min(timer_, running_.empty() ? never : next_stall_check_);
    }

private:
    static constexpr Clock::time_point never = Clock::time_point::max();

    using Transfers = std::list<Transfer>;

    Transfers &idle_of(bool fresh) noexcept { return fresh ? idle_fresh_ : idle_; }

    // One that nobody uses; it stays among those until it runs.
    Transfer &idle(const HttpRequest &request) {
        Transfers &idle = idle_of(request.fresh_connection);
        if (idle.empty()) {
            Transfers made;
            Transfer &transfer = made.emplace_back(setup_, request);
            transfer.place = made.begin();
            CURL *easy = transfer.exchange.easy();
            set(easy, CURLOPT_PRIVATE, static_cast<void *>(&transfer));
            set(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
            set(easy, CURLOPT_OPENSOCKETDATA, static_cast<void *>(this));
            set(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
            set(easy, CURLOPT_CLOSESOCKETDATA, static_cast<void *>(this));
            resolving_.watch(easy);
            // By itself libcurl keeps four for each that runs: after a burst it would close those that the next one needs.
            curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, ++transfers_);
            idle.splice(idle.end(), made);
        }
        return idle.back();
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

    void silence_bell() noexcept {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t size = read(bell_.get(), &count, sizeof count);
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

    // What a socket is watched for. Between two requests nobody waits for a connection, but it stays with epoll: most
    // have the next request at once, and telling the kernel each time costs as much as all the rest of a round.
    struct Watched {
        bool is_connection = false; // libcurl has others for itself
        std::uint32_t wanted = 0;
        std::uint32_t registered = 0;
    };

    Watched &watched(int socket) {
        const auto place = static_cast<std::size_t>(socket);
        if (watched_.size() <= place)
            watched_.resize(place + 1);
        return watched_[place];
    }

    void control(int operation, int socket, std::uint32_t events) const noexcept {
        epoll_event event{};
        event.events = events;
        event.data.fd = socket;
        epoll_ctl(epoll_.get(), operation, socket, &event);
    }

    void watch(int socket, std::uint32_t events) {
        Watched &entry = watched(socket);
        entry.wanted = events;
        if (events == 0 && !entry.is_connection && entry.registered != 0)
            let_go(socket, entry);
        if (events == 0 || events == entry.registered)
            return;
        control(entry.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, events);
        entry.registered = events;
    }

    // Something came on a connection that nobody waits for: the portal closes it, or says what nobody asked for.
    void let_go(int socket, Watched &entry) const noexcept {
        control(EPOLL_CTL_DEL, socket, 0);
        entry.registered = 0;
    }

    static int on_socket(CURL *, curl_socket_t socket, int what, void *user, void *) noexcept {
        std::uint32_t events = 0;
        if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
            events |= EPOLLIN;
        if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
            events |= EPOLLOUT;
        try {
            static_cast<CurlLoop *>(user)->watch(socket, events);
        } catch (const std::bad_alloc &) {
            return -1;
        }
        return 0;
    }

    // Not every socket that had this number was closed by way of `on_close`: one that was still connecting was not.
    static curl_socket_t on_open(void *user, curlsocktype type, curl_sockaddr *address) noexcept {
        const curl_socket_t socket = open_socket(nullptr, type, address);
        if (socket == CURL_SOCKET_BAD)
            return socket;
        try {
            static_cast<CurlLoop *>(user)->watched(socket) = {.is_connection = true};
        } catch (const std::bad_alloc &) {
            close(socket);
            return CURL_SOCKET_BAD;
        }
        return socket;
    }

    // The next socket may have the same number. The kernel forgets this one with its last descriptor, and a child process
    // may have inherited one: without a descriptor of our own, nobody could silence it any more.
    static int on_close(void *user, curl_socket_t socket) noexcept {
        auto &self = *static_cast<CurlLoop *>(user);
        if (static_cast<std::size_t>(socket) < self.watched_.size()) {
            Watched &entry = self.watched_[static_cast<std::size_t>(socket)];
            if (entry.registered != 0)
                self.let_go(socket, entry);
            entry = {};
        }
        return close(socket);
    }

    static int on_timer(CURLM *, long timeout_ms, void *user) noexcept {
        auto &self = *static_cast<CurlLoop *>(user);
        self.timer_ = timeout_ms < 0 ? never : Clock::now() + milliseconds(timeout_ms);
        return 0;
    }

    // Hands out what is over.
    void deliver() {
        if (std::exchange(some_failed_, false)) {
            for (auto next = running_.begin(); next != running_.end();) {
                Transfer &transfer = *next++;
                if (transfer.failed)
                    finish(transfer, CURLE_FAILED_INIT);
            }
        }
        int left = 0;
        while (const CURLMsg *message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg != CURLMSG_DONE)
                continue;
            Transfer *transfer = nullptr;
            const CURLcode code = message->data.result;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
            finish(*transfer, code);
        }
    }

    void finish(Transfer &transfer, CURLcode code) {
        curl_multi_remove_handle(multi_.get(), transfer.exchange.easy());
        Result<HttpResponse, HttpFailure> outcome = HttpFailure{HttpFailure::Kind::internal, true, "out of memory"};
        try {
            outcome = transfer.exchange.end(code);
        } catch (const std::bad_alloc &) {
        }
        const Done done = std::move(transfer.done);
        Transfers &idle = idle_of(transfer.fresh);
        idle.splice(idle.end(), running_, transfer.place);
        done(std::move(outcome));
    }

    // A transfer that nothing happens to has no event either.
    void check_stalls(Clock::time_point now) {
        next_stall_check_ = running_.empty() ? never : now + stall_interval();
        for (auto next = running_.begin(); next != running_.end();) {
            Transfer &transfer = *next++;
            if (transfer.exchange.stalled(now))
                finish(transfer, CURLE_OPERATION_TIMEDOUT);
        }
    }

    milliseconds stall_interval() const { return std::max(setup_.settings().stall_timeout / 8, milliseconds(5)); }

    const CurlSetup setup_;
    const Descriptor epoll_;
    const Descriptor bell_;
    std::vector<Watched> watched_; // by the socket's number
    const Multi multi_;
    ResolverSignals resolving_;
    Clock::time_point timer_ = never; // curl's own
    Clock::time_point next_stall_check_ = never;
    // Transfers only ever move from list to list, which needs no memory.
    Transfers running_;
    bool some_failed_ = false; // of those: they could not be started
    Transfers idle_;
    Transfers idle_fresh_;
    long transfers_ = 0; // that there are
};

} // namespace

std::unique_ptr<HttpLoop> make_curl_loop(CurlSettings settings) {
    return std::make_unique<CurlLoop>(std::move(settings));
}

} // namespace hostbill
