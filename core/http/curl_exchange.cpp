#include "core/http/curl_exchange.hpp"

#include "core/http/curl_failure.hpp"

#include <algorithm>
#include <utility>

namespace hostbill {
namespace {

constexpr long name_lifetime = 60; // in seconds

} // namespace

CurlExchange::CurlExchange(const CurlSetup &setup)
    : setup_(setup), easy_(setup.make_easy()), parsed_url_(curl_url()),
      user_agent_("User-Agent: " + setup.settings().user_agent) {
    if (!parsed_url_)
        throw std::bad_alloc();
    CURL *easy = easy_.get();
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Rather share a connection that is being set up than open another one.
    set(easy, CURLOPT_PIPEWAIT, 1L);
    set(easy, CURLOPT_WRITEFUNCTION, on_body);
    set(easy, CURLOPT_HEADERFUNCTION, on_header);
    set(easy, CURLOPT_PREREQFUNCTION, on_sending);
    set(easy, CURLOPT_WRITEDATA, static_cast<void *>(this));
    set(easy, CURLOPT_HEADERDATA, static_cast<void *>(this));
    set(easy, CURLOPT_PREREQDATA, static_cast<void *>(this));
    set(easy, CURLOPT_HTTPHEADER, headers_.data());
}

void CurlExchange::begin(const HttpRequest &request) {
    const Clock::time_point now = Clock::now();
    deadline_ = request.deadline;
    watch_.emplace(setup_.settings().stall_timeout, now);
    incoming_.emplace(setup_.settings().max_response_bytes);
    sent_ = sent_twice_ = stalled_ = no_memory_ = false;

    CURL *easy = easy_.get();
    set(easy, CURLOPT_DNS_CACHE_TIMEOUT, name_lifetime);
    set_time_limit(now);
    if (forbids_reuse_)
        set(easy, CURLOPT_FORBID_REUSE, 0L);
    forbids_reuse_ = false;
    set_url(request.url);
    set_method(request);
    set_headers(request);
}

void CurlExchange::set_time_limit(Clock::time_point now) {
    // curl takes 0 for "no limit".
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - now).count();
    set(easy(), CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left, 1)));
}

bool CurlExchange::has_only_waited() const {
    curl_off_t looked_up = 0;
    curl_easy_getinfo(easy(), CURLINFO_NAMELOOKUP_TIME_T, &looked_up);
    return looked_up == 0 && !sent_ && Clock::now() < deadline_;
}

// Reading an URL costs curl a fifth of a request, so the parts are kept.
void CurlExchange::set_url(const std::string &url) {
    if (url == url_)
        return;
    url_.clear();
    const CURLUcode code = curl_url_set(parsed_url_.get(), CURLUPART_URL, url.c_str(), CURLU_PATH_AS_IS);
    if (code == CURLUE_OUT_OF_MEMORY)
        throw std::bad_alloc();
    // What curl cannot read leaves the last request's where it was: that one must not be asked instead.
    if (code != CURLUE_OK) {
        parsed_url_.reset(curl_url());
        if (!parsed_url_)
            throw std::bad_alloc();
    }
    set(easy_.get(), CURLOPT_CURLU, parsed_url_.get());
    url_ = url;
}

void CurlExchange::set_method(const HttpRequest &request) {
    CURL *easy = easy_.get();
    const bool has_body = request.body || request.method == "POST" || request.method == "PUT";
    if (has_body) {
        static constexpr char nothing[] = "";
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body ? request.body->size() : 0));
        set(easy, CURLOPT_POSTFIELDS, request.body ? request.body->data() : nothing);
    } else if (has_body_) {
        set(easy, CURLOPT_HTTPGET, 1L);
    }
    has_body_ = has_body;
    if (method_ == request.method)
        return;
    method_ = request.method;
    set(easy, CURLOPT_CUSTOMREQUEST, method_.c_str());
}

// libcurl writes what it is given here as it is, for a third of what its own options for the same headers cost.
void CurlExchange::set_headers(const HttpRequest &request) {
    header_count_ = 0;
    add_header("Accept: application/json");
    add_header(user_agent_.c_str());
    add_header("Accept-Encoding: gzip, deflate");
    if (!request.authorization.empty()) {
        authorization_.assign("Authorization: ").append(request.authorization.view());
        add_header(authorization_.c_str());
    }
    if (request.body) {
        content_type_.assign("Content-Type: ").append(request.content_type);
        add_header(content_type_.c_str());
        add_header("Expect:");
    } else if (request.method != "GET") {
        // Without a body, curl must not name a content type of its own.
        add_header("Content-Type:");
        add_header("Expect:");
    }
}

// libcurl only reads them, while the request is under way.
void CurlExchange::add_header(const char *line) {
    headers_[header_count_] = {.data = const_cast<char *>(line), .next = nullptr};
    if (header_count_ > 0)
        headers_[header_count_ - 1].next = &headers_[header_count_];
    ++header_count_;
}

// --- What arrives ---------------------------------------------------------------------------------------------------

// curl is about to send the request. When a kept connection turns out to be dead, curl would send it a second time by
// itself; whether that may be is for the caller to decide.
int CurlExchange::on_sending(void *user, char *, char *, int, int) noexcept {
    auto &self = *static_cast<CurlExchange *>(user);
    self.sent_twice_ = self.sent_;
    self.sent_ = true;
    // Now that no name is looked up any more: curl would go through its whole table after the request for names that
    // are out of date, which it sees all the same when it wants one.
    set(self.easy(), CURLOPT_DNS_CACHE_TIMEOUT, -1L);
    return self.sent_twice_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

// Hands a piece of the answer on; what is not wanted ends the transfer.
template <class Add>
std::size_t CurlExchange::take(void *user, std::size_t size, const Add &add) noexcept {
    auto &self = *static_cast<CurlExchange *>(user);
    try {
        if (!add(*self.incoming_))
            return CURL_WRITEFUNC_ERROR;
        // Where the end of the answer is open to interpretation, nothing else may be read from its connection.
        if (self.incoming_->ambiguous_length()) {
            set(self.easy(), CURLOPT_FORBID_REUSE, 1L);
            self.forbids_reuse_ = true;
        }
        return size;
    } catch (const std::bad_alloc &) {
        self.no_memory_ = true;
        return CURL_WRITEFUNC_ERROR;
    }
}

std::size_t CurlExchange::on_body(char *data, std::size_t, std::size_t size, void *user) noexcept {
    return take(user, size, [&](HttpIncoming &incoming) { return incoming.add_body({data, size}); });
}

std::size_t CurlExchange::on_header(char *data, std::size_t, std::size_t size, void *user) noexcept {
    return take(user, size, [&](HttpIncoming &incoming) { return incoming.add_header_line({data, size}); });
}

std::size_t CurlExchange::bytes_moved() const {
    curl_off_t up = 0;
    curl_off_t down = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_UPLOAD_T, &up);
    curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_DOWNLOAD_T, &down);
    return static_cast<std::size_t>(up + down) + incoming_->header_bytes();
}

bool CurlExchange::stalled(Clock::time_point now) {
    // Until the request is sent, there is the limit on connecting.
    stalled_ = watch_->stalled(sent_, bytes_moved(), now);
    return stalled_;
}

// --- What came of it ------------------------------------------------------------------------------------------------

Result<HttpResponse, HttpFailure> CurlExchange::end(CURLcode code) {
    headers_.front().next = nullptr;
    if (has_body_)
        set(easy_.get(), CURLOPT_POSTFIELDS, static_cast<char *>(nullptr));
    if (!authorization_.empty())
        wipe(authorization_);
    if (no_memory_)
        throw std::bad_alloc();
    return conclude(code);
}

Result<HttpResponse, HttpFailure> CurlExchange::conclude(CURLcode code) {
    HttpIncoming &incoming = *incoming_;
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        incoming.response().status = static_cast<int>(status);
        return std::move(incoming.response());
    }
    if (std::optional<HttpFailure> refused = incoming.failure())
        return std::move(*refused);
    if (stalled_)
        return stalled_failure(sent_, setup_.settings().stall_timeout);
    if (sent_twice_)
        return HttpFailure{HttpFailure::Kind::broken, true, "the connection, kept from an earlier call, broke"};
    return curl_failure(code, easy_.get(), setup_, sent_, deadline_);
}

} // namespace hostbill
