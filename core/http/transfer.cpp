#include "core/http/transfer.hpp"

#include "core/http/curl_failure.hpp"

#include <algorithm>
#include <utility>

namespace hostbill {

CurlTransfer::CurlTransfer(const CurlSetup &setup, CURLM *multi, LoopSockets &sockets, ResolverSignals &resolving)
    : multi_(multi), check_interval_(std::max(setup.settings().stall_timeout / 8, std::chrono::milliseconds(5))),
      exchange_(setup) {
    CURL *easy = exchange_.easy();
    set(easy, CURLOPT_PRIVATE, static_cast<void *>(static_cast<Transfer *>(this)));
    sockets.adopt(easy);
    resolving.watch(easy);
}

CurlTransfer::~CurlTransfer() { curl_multi_remove_handle(multi_, exchange_.easy()); }

bool CurlTransfer::begin(const HttpRequest &request) {
    exchange_.begin(request);
    waited_ = false;
    return add();
}

bool CurlTransfer::add() {
    code_ = curl_multi_add_handle(multi_, exchange_.easy()) == CURLM_OK ? CURLE_OK : CURLE_FAILED_INIT;
    return code_ != CURLE_OK;
}

// Whether a connection can be shared, newer versions of libcurl only know from its first answer: the others wait for that,
// and the wait counts as connecting. Now that the answer is there, they can begin.
bool CurlTransfer::told(CURLcode code) {
    if (code == CURLE_OPERATION_TIMEDOUT && exchange_.has_only_waited() && !std::exchange(waited_, true)) {
        curl_multi_remove_handle(multi_, exchange_.easy());
        exchange_.set_time_limit(Clock::now());
        return add();
    }
    code_ = code;
    return true;
}

bool CurlTransfer::late(Clock::time_point now) {
    if (!exchange_.stalled(now))
        return false;
    code_ = CURLE_OPERATION_TIMEDOUT;
    return true;
}

Result<HttpResponse, HttpFailure> CurlTransfer::end() {
    curl_multi_remove_handle(multi_, exchange_.easy());
    return exchange_.end(code_);
}

Http1Transfer::Http1Transfer(const CurlSetup &setup, CURLM *multi, LoopSockets &sockets, ResolverSignals &resolving)
    : setup_(setup), sockets_(sockets), connection_(setup, multi), exchange_(setup) {
    CURL *easy = connection_.easy();
    set(easy, CURLOPT_PRIVATE, static_cast<void *>(static_cast<Transfer *>(this)));
    sockets.adopt(easy);
    resolving.watch(easy);
}

bool Http1Transfer::begin(const HttpRequest &request) {
    // One that must not be repeated leaves none to others either: over TLS, those have their own.
    keeps_connection_ = !request.fresh_connection;
    exchange_.begin(request);
    if (exchange_.over())
        return true;
    if (connection_.is_open() && !request.fresh_connection && connection_.is_quiet(Clock::now())) {
        under_way_ = true;
        return move();
    }
    const bool opening = connection_.open(exchange_.origin(), exchange_.deadline());
    under_way_ = true; // Nothing above has begun anything where there was no memory for it.
    return !opening && fail(CURLE_FAILED_INIT);
}

// The connection is there, or cannot be had.
bool Http1Transfer::told(CURLcode code) {
    if (code != CURLE_OK || !connection_.opened())
        return fail(code);
    sockets_.hand_over(connection_.socket(), *this);
    // libcurl waited for it to become writable, which it will stay.
    sockets_.watch(connection_.socket(), EPOLLIN);
    return move();
}

bool Http1Transfer::ready() {
    if (under_way_)
        return move();
    connection_.close(); // The portal closes it, or says what nobody asked for.
    return false;
}

bool Http1Transfer::late(Clock::time_point now) {
    return guarded([&] { return exchange_.late(now); });
}

void Http1Transfer::cancel() {
    guarded([&] {
        exchange_.cancel();
        return true;
    });
}

bool Http1Transfer::move() {
    return guarded([&] {
        if (exchange_.move(connection_))
            return true;
        sockets_.watch(connection_.socket(), exchange_.wants_to_write() ? EPOLLIN | EPOLLOUT : EPOLLIN);
        return false;
    });
}

bool Http1Transfer::fail(CURLcode code) {
    return guarded([&] {
        exchange_.fail(curl_failure(code, connection_.easy(), setup_, false, exchange_.deadline()));
        return true;
    });
}

// Where there is no memory for what has to be done or said, it is over.
template <class Step>
bool Http1Transfer::guarded(const Step &step) {
    try {
        return step();
    } catch (const std::bad_alloc &) {
        exchange_.fail({HttpFailure::Kind::internal, exchange_.sent(), "out of memory"}); // short enough to need none
        return true;
    }
}

Result<HttpResponse, HttpFailure> Http1Transfer::end() {
    under_way_ = false;
    if (keeps_connection_ && exchange_.keeps_connection())
        connection_.used(Clock::now());
    else
        connection_.close();
    return exchange_.end();
}

} // namespace hostbill
