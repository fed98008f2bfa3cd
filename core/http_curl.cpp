#include "core/http_curl.hpp"

#include "core/wait.hpp"

#include <algorithm>
#include <cstdlib>
#include <curl/curl.h>
#include <mutex>
#include <utility>
#include <vector>

namespace hostbill {
namespace {

constexpr std::size_t max_header_bytes = std::size_t{256} * 1024;
constexpr long stall_bytes_per_second = 1;
constexpr long stall_seconds = 20;
// Cancelling from another thread wakes a wait at once; only `interrupt` has to be asked.
constexpr int longest_wait_ms = 1000;

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
struct Incoming {
    HttpResponse response;
    std::size_t header_bytes = 0;
    std::size_t max_body_bytes = 0;
    bool too_large = false;
    bool no_memory = false;
    bool sent_once = false;
    bool sent_twice = false; // but for our refusal
};

// curl is about to send the request. When a kept connection turns out to be dead, curl would send it a second time by
// itself; whether that may be is for the caller to decide.
int on_sending(void *user, char *, char *, int, int) noexcept {
    auto &incoming = *static_cast<Incoming *>(user);
    incoming.sent_twice = incoming.sent_once;
    incoming.sent_once = true;
    return incoming.sent_twice ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t on_body(char *data, std::size_t, std::size_t size, void *user) noexcept {
    auto &incoming = *static_cast<Incoming *>(user);
    if (size > incoming.max_body_bytes - incoming.response.body.size()) {
        incoming.too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    try {
        incoming.response.body.append(data, size);
    } catch (const std::bad_alloc &) {
        incoming.no_memory = true;
        return CURL_WRITEFUNC_ERROR;
    }
    return size;
}

// The value of a header line, where the line is of that header. `name` is in lower case, with its colon.
std::optional<std::string_view> header_value(std::string_view line, std::string_view name) {
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; };
    if (line.size() < name.size() ||
        !std::equal(name.begin(), name.end(), line.begin(), [&](char b, char a) { return same(a, b); })) {
        return std::nullopt;
    }
    line.remove_prefix(name.size());
    const std::size_t first = line.find_first_not_of(" \t");
    const std::size_t last = line.find_last_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view() : line.substr(first, last - first + 1);
}

std::size_t on_header(char *data, std::size_t, std::size_t size, void *user) noexcept {
    auto &incoming = *static_cast<Incoming *>(user);
    incoming.header_bytes += size;
    if (incoming.header_bytes > max_header_bytes) {
        incoming.too_large = true;
        return 0;
    }
    try {
        const std::string_view line(data, size);
        // A status line begins another answer, behind an interim one.
        if (line.starts_with("HTTP/"))
            incoming.response = HttpResponse();
        if (const auto value = header_value(line, "location:"))
            incoming.response.location = *value;
        if (const auto value = header_value(line, "retry-after:"))
            incoming.response.retry_after = *value;
        if (const auto value = header_value(line, "date:"))
            incoming.response.date = *value;
    } catch (const std::bad_alloc &) {
        incoming.no_memory = true;
        return 0;
    }
    return size;
}

template <class Value>
void set(CURL *easy, CURLoption option, Value value) {
    if (curl_easy_setopt(easy, option, value) == CURLE_OUT_OF_MEMORY)
        throw std::bad_alloc();
}

class CurlTransport final : public HttpTransport {
public:
    explicit CurlTransport(CurlSettings settings)
        : settings_(std::move(settings)), proxy_(settings_.loopback ? std::string() : proxy_from_environment()) {
        initialise_curl_once();
    }

    Result<HttpResponse, HttpFailure> perform(const HttpRequest &request, CallControl &control) override {
        Handle handle = take();
        Incoming incoming;
        incoming.max_body_bytes = settings_.max_response_bytes;
        const HeaderList headers = header_lines(request);
        prepare(handle.easy.get(), request, headers.get(), incoming);

        const CURLcode code = run(handle, control);
        if (incoming.no_memory)
            throw std::bad_alloc();
        Result<HttpResponse, HttpFailure> outcome = conclude(handle.easy.get(), code, request, incoming);
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
        set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
        set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
        if (!settings_.ca_file.empty()) {
            set(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
            set(easy, CURLOPT_PROXY_CAINFO, settings_.ca_file.c_str());
        }
        // A folder besides the file would be trusted too, and curl would read both anew for each connection: that
        // takes longer than a cancelled call may.
        if (!settings_.ca_file.empty() || curl_version_info(CURLVERSION_NOW)->cainfo != nullptr) {
            set(easy, CURLOPT_CAPATH, static_cast<char *>(nullptr));
            set(easy, CURLOPT_PROXY_CAPATH, static_cast<char *>(nullptr));
        }
        set(easy, CURLOPT_PROXY, proxy_.c_str());
        // Our headers are for the portal, not for the proxy in between.
        set(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
        set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        set(easy, CURLOPT_LOW_SPEED_LIMIT, stall_bytes_per_second);
        set(easy, CURLOPT_LOW_SPEED_TIME, stall_seconds);
        // A cancelled call does not wait for a slow name server.
        set(easy, CURLOPT_QUICK_EXIT, 1L);
        set(easy, CURLOPT_WRITEFUNCTION, on_body);
        set(easy, CURLOPT_HEADERFUNCTION, on_header);
        set(easy, CURLOPT_PREREQFUNCTION, on_sending);
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

    void prepare(CURL *easy, const HttpRequest &request, curl_slist *headers, Incoming &incoming) const {
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
        set(easy, CURLOPT_WRITEDATA, static_cast<void *>(&incoming));
        set(easy, CURLOPT_HEADERDATA, static_cast<void *>(&incoming));
        set(easy, CURLOPT_PREREQDATA, static_cast<void *>(&incoming));
    }

    // Drives the transfer to its end on this thread.
    static CURLcode run(const Handle &handle, CallControl &control) {
        CURLM *multi = handle.multi.get();
        CURL *easy = handle.easy.get();
        const CallControl::Waker waker(control, [multi] { curl_multi_wakeup(multi); });
        if (curl_multi_add_handle(multi, easy) != CURLM_OK)
            return CURLE_FAILED_INIT;
        CURLcode result = CURLE_OK;
        try {
            result = drive(multi, control);
        } catch (...) { // From `interrupt`.
            curl_multi_remove_handle(multi, easy);
            throw;
        }
        curl_multi_remove_handle(multi, easy);
        return result;
    }

    static CURLcode drive(CURLM *multi, CallControl &control) {
        const int wait_ms = control.has_interrupt() ? static_cast<int>(interrupt_period.count()) : longest_wait_ms;
        for (;;) {
            int running = 0;
            if (curl_multi_perform(multi, &running) != CURLM_OK)
                return CURLE_FAILED_INIT;
            if (running == 0)
                break;
            if (control.should_stop())
                return CURLE_ABORTED_BY_CALLBACK;
            if (curl_multi_poll(multi, nullptr, 0, wait_ms, nullptr) != CURLM_OK)
                return CURLE_FAILED_INIT;
        }
        int left = 0;
        const CURLMsg *message = curl_multi_info_read(multi, &left);
        return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
    }

    Result<HttpResponse, HttpFailure> conclude(CURL *easy, CURLcode code, const HttpRequest &request,
                                               Incoming &incoming) const {
        if (code == CURLE_OK) {
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            incoming.response.status = static_cast<int>(status);
            return std::move(incoming.response);
        }
        const bool sent = may_have_sent(easy);
        using Kind = HttpFailure::Kind;
        if (incoming.too_large)
            return HttpFailure{Kind::too_large, sent, "the answer is larger than the limit"};
        if (incoming.sent_twice)
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
        case CURLE_OUT_OF_MEMORY:
            throw std::bad_alloc();
        default:
            return HttpFailure{Kind::broken, sent,
                               "the connection broke (" + std::string(curl_easy_strerror(code)) + ")"};
        }
    }

    HttpFailure timed_out(const HttpRequest &request, bool sent) const {
        using Kind = HttpFailure::Kind;
        if (Clock::now() >= request.deadline)
            return {Kind::timeout, sent, "the deadline passed"};
        if (!sent)
            return {Kind::connect, sent, "the portal did not accept the connection in time"};
        return {Kind::timeout, sent, "the portal sent nothing for " + std::to_string(stall_seconds) + " seconds"};
    }

    std::string trust_source() const {
        return "checked against " +
               (settings_.ca_file.empty() ? std::string("the system's certificates") : settings_.ca_file);
    }

    // Before the pre-transfer mark, only the connection and its encryption were set up.
    static bool may_have_sent(CURL *easy) {
        curl_off_t pretransfer = 0;
        long request_bytes = 0;
        curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &pretransfer);
        curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
        return pretransfer > 0 || request_bytes > 0;
    }

    const CurlSettings settings_;
    const std::string proxy_;
    std::mutex mutex_;
    std::vector<Handle> idle_; // guarded by mutex_
};

} // namespace

std::unique_ptr<HttpTransport> make_curl_transport(CurlSettings settings) {
    return std::make_unique<CurlTransport>(std::move(settings));
}

std::string proxy_from_environment() {
    if (std::getenv("REQUEST_METHOD") != nullptr)
        return {};
    const char *proxy = std::getenv("https_proxy");
    return proxy != nullptr ? proxy : "";
}

} // namespace hostbill
