#include "core/http_curl.hpp"

#include "core/http_incoming.hpp"
#include "core/stall.hpp"
#include "core/wait.hpp"

#include <algorithm>
#include <csignal>
#include <curl/curl.h>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace hostbill {
namespace {

// Cancelling from another thread wakes a wait at once; only `interrupt` has to be asked.
constexpr std::chrono::milliseconds longest_wait{1000};

struct ListDeleter {
    void operator()(curl_slist *list) const noexcept {
        // The Authorization header is among them.
        for (curl_slist *item = list; item != nullptr; item = item->next) {
            std::fill_n(static_cast<volatile char *>(item->data), std::char_traits<char>::length(item->data), '\0');
        }
        curl_slist_free_all(list);
    }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

struct EasyDeleter {
    void operator()(CURL *easy) const noexcept { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
    void operator()(CURLM *multi) const noexcept { curl_multi_cleanup(multi); }
};

// A connection's home: one easy handle for the request, one multi handle that can be woken from other threads.
struct Handle {
    std::unique_ptr<CURLM, MultiDeleter> multi; // destroyed last: it owns the connection
    std::unique_ptr<CURL, EasyDeleter> easy;
};

void initialise_curl_once() {
    // Never undone: other code in the process may use libcurl too.
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

void append_header(HeaderList &list, const std::string &line) {
    curl_slist *longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr)
        throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
}

// What the callbacks write to while the answer arrives.
struct Arrival {
    HttpIncoming incoming;
    bool no_memory = false;
    bool stalled = false;
    bool sent = false;
    bool sent_twice = false; // but for our refusal
};

// curl is about to send the request. When a kept connection turns out to be dead, curl would send it a second time by
// itself; whether that may be is for the caller to decide.
int on_sending(void *user, char *, char *, int, int) noexcept {
    auto &arrival = *static_cast<Arrival *>(user);
    arrival.sent_twice = arrival.sent;
    arrival.sent = true;
    return arrival.sent_twice ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

// Hands a piece of the answer on; what is not wanted ends the transfer.
template <class Add>
std::size_t take(void *user, std::size_t size, const Add &add) noexcept {
    auto &arrival = *static_cast<Arrival *>(user);
    try {
        return add(arrival.incoming) ? size : CURL_WRITEFUNC_ERROR;
    } catch (const std::bad_alloc &) {
        arrival.no_memory = true;
        return CURL_WRITEFUNC_ERROR;
    }
}

std::size_t on_body(char *data, std::size_t, std::size_t size, void *user) noexcept {
    return take(user, size, [&](HttpIncoming &incoming) { return incoming.add_body({data, size}); });
}

std::size_t on_header(char *data, std::size_t, std::size_t size, void *user) noexcept {
    return take(user, size, [&](HttpIncoming &incoming) { return incoming.add_header_line({data, size}); });
}

// Programs that this one starts do not inherit the connection.
curl_socket_t open_socket(void *, curlsocktype, curl_sockaddr *address) noexcept {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// curl looks up host names on a thread that inherits the mask: signals meant for the program must not arrive there.
class BlockedSignals {
public:
    BlockedSignals() noexcept {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BlockedSignals(const BlockedSignals &) = delete;
    BlockedSignals &operator=(const BlockedSignals &) = delete;

private:
    sigset_t before_{};
};

// A view that has to last as long as the handle does.
curl_blob view_blob(std::string_view data) {
    return {.data = const_cast<char *>(data.data()), .len = data.size(), .flags = CURL_BLOB_NOCOPY};
}

template <class Value>
void set(CURL *easy, CURLoption option, Value value) {
    if (curl_easy_setopt(easy, option, value) == CURLE_OUT_OF_MEMORY)
        throw std::bad_alloc();
}

class CurlTransport final : public HttpTransport {
public:
    explicit CurlTransport(CurlSettings settings)
        : settings_(std::move(settings)),
          system_ca_file_(settings_.tls.ca_file.empty() && settings_.tls.ca_pem.empty() ? system_ca_file() : "") {
        initialise_curl_once();
    }

    Result<HttpResponse, HttpFailure> perform(const HttpRequest &request, CallControl &control) override {
        Handle handle = take();
        Arrival arrival{.incoming = HttpIncoming(settings_.max_response_bytes)};
        const HeaderList headers = header_lines(request);
        prepare(handle.easy.get(), request, headers.get(), arrival);

        const CURLcode code = run(handle, arrival, control);
        if (arrival.no_memory)
            throw std::bad_alloc();
        Result<HttpResponse, HttpFailure> outcome = conclude(handle.easy.get(), code, request, arrival);
        if (!arrival.incoming.ambiguous_length())
            give_back(std::move(handle));
        return outcome;
    }

    void drop_idle() noexcept override {
        std::vector<Handle> dropped;
        const std::lock_guard lock(mutex_);
        dropped.swap(idle_);
    }

private:
    Handle take() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                Handle handle = std::move(idle_.back());
                idle_.pop_back();
                return handle;
            }
        }
        Handle handle;
        handle.multi.reset(curl_multi_init());
        handle.easy.reset(curl_easy_init());
        if (!handle.multi || !handle.easy)
            throw std::bad_alloc();
        curl_multi_setopt(handle.multi.get(), CURLMOPT_MAXCONNECTS, 1L);
        set_up(handle.easy.get());
        return handle;
    }

    void give_back(Handle handle) {
        CURL *easy = handle.easy.get();
        // Nothing of the request stays reachable from an idle handle.
        set(easy, CURLOPT_HTTPHEADER, static_cast<curl_slist *>(nullptr));
        set(easy, CURLOPT_POSTFIELDS, static_cast<char *>(nullptr));
        set(easy, CURLOPT_WRITEDATA, static_cast<void *>(nullptr));
        set(easy, CURLOPT_HEADERDATA, static_cast<void *>(nullptr));
        set(easy, CURLOPT_PREREQDATA, static_cast<void *>(nullptr));
        const std::lock_guard lock(mutex_);
        if (idle_.size() < settings_.pool_size)
            idle_.push_back(std::move(handle));
    }

    // What holds for every request.
    void set_up(CURL *easy) const {
        set(easy, CURLOPT_NOSIGNAL, 1L);
        set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
        set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(easy, CURLOPT_FOLLOWLOCATION, 0L);
        set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
        set(easy, CURLOPT_PATH_AS_IS, 1L);
        set(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
        set(easy, CURLOPT_USERAGENT, settings_.user_agent.c_str());
        set_up_trust(easy);
        set_up_client_certificate(easy);
        set_up_proxy(easy);
        set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
        // A cancelled call does not wait for a slow name server.
        set(easy, CURLOPT_QUICK_EXIT, 1L);
        set(easy, CURLOPT_WRITEFUNCTION, on_body);
        set(easy, CURLOPT_HEADERFUNCTION, on_header);
        set(easy, CURLOPT_PREREQFUNCTION, on_sending);
    }

    // The portal and a proxy are checked alike. curl's own idea of where certificates are is that of the machine it was
    // built on, and would be trusted besides ours.
    void set_up_trust(CURL *easy) const {
        set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
        set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
        set(easy, CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
        set(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
        set(easy, CURLOPT_CAPATH, static_cast<char *>(nullptr));
        set(easy, CURLOPT_PROXY_CAPATH, static_cast<char *>(nullptr));
        const TlsConfig &tls = settings_.tls;
        const std::string &file = tls.ca_file.empty() ? system_ca_file_ : tls.ca_file;
        set(easy, CURLOPT_CAINFO, file.empty() ? nullptr : file.c_str());
        set(easy, CURLOPT_PROXY_CAINFO, file.empty() ? nullptr : file.c_str());
        if (!tls.ca_pem.empty()) {
            curl_blob pem = view_blob(tls.ca_pem);
            set(easy, CURLOPT_CAINFO_BLOB, &pem);
            set(easy, CURLOPT_PROXY_CAINFO_BLOB, &pem);
        }
        if (!tls.pinned_public_key.empty())
            set(easy, CURLOPT_PINNEDPUBLICKEY, tls.pinned_public_key.c_str());
    }

    void set_up_client_certificate(CURL *easy) const {
        const TlsConfig &tls = settings_.tls;
        if (tls.client_certificate.empty())
            return;
        if (is_pem(tls.client_certificate)) {
            curl_blob pem = view_blob(tls.client_certificate);
            set(easy, CURLOPT_SSLCERT_BLOB, &pem);
        } else {
            set(easy, CURLOPT_SSLCERT, tls.client_certificate.c_str());
        }
        if (is_pem(tls.client_key.view())) {
            curl_blob pem = view_blob(tls.client_key.view());
            set(easy, CURLOPT_SSLKEY_BLOB, &pem);
        } else {
            set(easy, CURLOPT_SSLKEY, std::string(tls.client_key.view()).c_str());
        }
        // Without one, a key that wants a password would ask for it on the terminal.
        set(easy, CURLOPT_KEYPASSWD, "");
    }

    // Nothing here is left to curl's own reading of the environment.
    void set_up_proxy(CURL *easy) const {
        const Proxy &proxy = settings_.proxy;
        set(easy, CURLOPT_PROXY, proxy.url.c_str());
        set(easy, CURLOPT_NOPROXY, proxy.no_proxy.c_str());
        if (!proxy.username.empty()) {
            set(easy, CURLOPT_PROXYUSERNAME, std::string(proxy.username.view()).c_str());
            set(easy, CURLOPT_PROXYPASSWORD, std::string(proxy.password.view()).c_str());
            set(easy, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
        }
        // Our headers are for the portal, not for the proxy in between.
        set(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
        set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    }

    static HeaderList header_lines(const HttpRequest &request) {
        HeaderList headers;
        append_header(headers, "Accept: application/json");
        append_header(headers, "Expect:");
        if (!request.authorization.empty()) {
            std::string line = "Authorization: " + std::string(request.authorization.view());
            append_header(headers, line);
            wipe(line);
        }
        // Without a body, curl must not name a content type of its own.
        append_header(headers, request.body ? "Content-Type: " + std::string(request.content_type) : "Content-Type:");
        return headers;
    }

    void prepare(CURL *easy, const HttpRequest &request, curl_slist *headers, Arrival &arrival) const {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(request.deadline - Clock::now()).count();
        // curl takes 0 for "no limit".
        const long total = static_cast<long>(std::max<std::int64_t>(left, 1));
        const std::string method(request.method);
        set(easy, CURLOPT_URL, request.url.c_str());
        set(easy, CURLOPT_TIMEOUT_MS, total);
        set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
        set(easy, CURLOPT_FRESH_CONNECT, request.fresh_connection ? 1L : 0L);
        set(easy, CURLOPT_HTTPGET, 1L);
        if (request.body || method == "POST" || method == "PUT") {
            static constexpr char nothing[] = "";
            set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body ? request.body->size() : 0));
            set(easy, CURLOPT_POSTFIELDS, request.body ? request.body->data() : nothing);
        }
        set(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
        set(easy, CURLOPT_HTTPHEADER, headers);
        set(easy, CURLOPT_WRITEDATA, static_cast<void *>(&arrival));
        set(easy, CURLOPT_HEADERDATA, static_cast<void *>(&arrival));
        set(easy, CURLOPT_PREREQDATA, static_cast<void *>(&arrival));
    }

    // Drives the transfer to its end on this thread.
    CURLcode run(const Handle &handle, Arrival &arrival, CallControl &control) const {
        CURLM *multi = handle.multi.get();
        CURL *easy = handle.easy.get();
        const CallControl::Waker waker(control, [multi] { curl_multi_wakeup(multi); });
        if (curl_multi_add_handle(multi, easy) != CURLM_OK)
            return CURLE_FAILED_INIT;
        CURLcode result = CURLE_OK;
        try {
            result = drive(handle, arrival, control);
        } catch (...) { // From `interrupt`.
            curl_multi_remove_handle(multi, easy);
            throw;
        }
        curl_multi_remove_handle(multi, easy);
        return result;
    }

    CURLcode drive(const Handle &handle, Arrival &arrival, CallControl &control) const {
        CURLM *multi = handle.multi.get();
        StallWatch watch(settings_.stall_timeout, Clock::now());
        std::optional<BlockedSignals> while_starting(std::in_place);
        const auto longest = control.has_interrupt() ? interrupt_period : longest_wait;
        for (;;) {
            int running = 0;
            if (curl_multi_perform(multi, &running) != CURLM_OK)
                return CURLE_FAILED_INIT;
            while_starting.reset();
            if (running == 0)
                break;
            if (control.should_stop())
                return CURLE_ABORTED_BY_CALLBACK;
            // Until the request is sent, there is the limit on connecting.
            if (watch.stalled(arrival.sent, bytes_moved(handle.easy.get(), arrival), Clock::now())) {
                arrival.stalled = true;
                return CURLE_OPERATION_TIMEDOUT;
            }
            const auto wait = std::min(longest, watch.left(Clock::now()));
            if (curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait.count()), nullptr) != CURLM_OK)
                return CURLE_FAILED_INIT;
        }
        int left = 0;
        const CURLMsg *message = curl_multi_info_read(multi, &left);
        return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
    }

    Result<HttpResponse, HttpFailure> conclude(CURL *easy, CURLcode code, const HttpRequest &request,
                                               Arrival &arrival) const {
        HttpIncoming &incoming = arrival.incoming;
        if (code == CURLE_OK) {
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            incoming.response().status = static_cast<int>(status);
            return std::move(incoming.response());
        }
        const bool sent = arrival.sent;
        using Kind = HttpFailure::Kind;
        if (incoming.problem() == HttpIncoming::Problem::too_large)
            return HttpFailure{Kind::too_large, sent, incoming.message()};
        if (incoming.problem() == HttpIncoming::Problem::malformed)
            return HttpFailure{Kind::malformed, sent, incoming.message()};
        if (arrival.stalled)
            return HttpFailure{Kind::timeout, sent, "the portal sent nothing for " + seconds(settings_.stall_timeout)};
        if (const long refusal = proxy_refusal(easy); refusal != 0)
            return HttpFailure{Kind::connect, sent,
                               "the proxy refused the connection (" + std::to_string(refusal) + ")"};
        if (arrival.sent_twice)
            return HttpFailure{Kind::broken, true, "the connection, kept from an earlier call, broke"};
        switch (code) {
        case CURLE_ABORTED_BY_CALLBACK:
            return HttpFailure{Kind::cancelled, sent, "the call was cancelled"};
        case CURLE_COULDNT_RESOLVE_HOST:
            return HttpFailure{Kind::resolve, sent, "the portal's host name could not be resolved"};
        case CURLE_COULDNT_RESOLVE_PROXY:
            return HttpFailure{Kind::resolve, sent, "the proxy's host name could not be resolved"};
        case CURLE_COULDNT_CONNECT:
            return HttpFailure{Kind::connect, sent, "the portal could not be connected to"};
        case CURLE_PROXY:
            return HttpFailure{Kind::connect, sent, "the proxy refused the connection"};
        case CURLE_OPERATION_TIMEDOUT:
            return timed_out(request, sent);
        case CURLE_PEER_FAILED_VERIFICATION:
            return HttpFailure{Kind::tls, sent, "the portal's certificate is not trusted (" + trust_source() + ")"};
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return HttpFailure{Kind::tls, sent, "the portal's certificate has another key than pinned_public_key"};
        case CURLE_SSL_CERTPROBLEM:
            return HttpFailure{Kind::tls, sent, "client_certificate and client_key could not be used"};
        case CURLE_SSL_CACERT_BADFILE:
            return HttpFailure{Kind::tls, sent, "the trusted certificates could not be read (" + trust_source() + ")"};
        case CURLE_SSL_CONNECT_ERROR:
            return HttpFailure{Kind::handshake, sent, "no encrypted connection with the portal could be set up"};
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ENGINE_INITFAILED:
        case CURLE_SSL_ISSUER_ERROR:
            return HttpFailure{Kind::tls, sent, "no encrypted connection with the portal could be set up"};
        case CURLE_PARTIAL_FILE:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return HttpFailure{Kind::malformed, sent,
                               "the answer was cut off or not HTTP (" + std::string(curl_easy_strerror(code)) + ")"};
        case CURLE_FAILED_INIT:
        case CURLE_UNKNOWN_OPTION:
        case CURLE_NOT_BUILT_IN:
            return HttpFailure{Kind::internal, sent, curl_easy_strerror(code)};
        case CURLE_OUT_OF_MEMORY: // This is what curl also calls a single header beyond its own limit.
            if (!sent)
                throw std::bad_alloc();
            return HttpFailure{Kind::too_large, sent,
                               "a header of the answer is too long, or there is no memory for it"};
        default:
            return HttpFailure{Kind::broken, sent,
                               "the connection broke (" + std::string(curl_easy_strerror(code)) + ")"};
        }
    }

    HttpFailure timed_out(const HttpRequest &request, bool sent) const {
        using Kind = HttpFailure::Kind;
        constexpr std::chrono::milliseconds early{2}; // curl's own clock is coarser
        if (Clock::now() + early >= request.deadline || sent)
            return {Kind::timeout, sent, "the deadline passed"};
        return {Kind::connect, sent, "the portal did not accept the connection in time"};
    }

    static std::string seconds(std::chrono::milliseconds time) {
        std::string text = std::to_string(time.count() / 1000);
        if (const auto rest = time.count() % 1000; rest != 0) {
            text += "." + std::to_string(1000 + rest).substr(1);
            text.resize(text.find_last_not_of('0') + 1);
        }
        return text + " seconds";
    }

    std::string trust_source() const {
        if (!settings_.tls.ca_pem.empty())
            return "checked against ca_pem";
        if (!settings_.tls.ca_file.empty())
            return "checked against " + settings_.tls.ca_file;
        if (!system_ca_file_.empty())
            return "checked against the system's certificates in " + system_ca_file_;
        return "the system's certificates are in none of " + system_ca_places() + "; name them with ca_file";
    }

    static std::size_t bytes_moved(CURL *easy, const Arrival &arrival) {
        curl_off_t up = 0;
        curl_off_t down = 0;
        curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
        curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
        return static_cast<std::size_t>(up + down) + arrival.incoming.header_bytes();
    }

    // The status with which the proxy refused to connect us with the portal; 0 where it did not.
    long proxy_refusal(CURL *easy) const {
        long status = 0;
        if (!settings_.proxy.url.empty())
            curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
        return status / 100 == 2 ? 0 : status;
    }

    const CurlSettings settings_;
    const std::string system_ca_file_;
    std::mutex mutex_;
    std::vector<Handle> idle_; // guarded by mutex_
};

} // namespace

std::unique_ptr<HttpTransport> make_curl_transport(CurlSettings settings) {
    return std::make_unique<CurlTransport>(std::move(settings));
}

} // namespace hostbill
