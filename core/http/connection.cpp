#include "core/http/connection.hpp"

#include <algorithm>

namespace hostbill {
namespace {

// Some firewalls forget without a word.
constexpr std::chrono::seconds longest_rest{118};

Connection::State state_of(CURLcode code) {
    switch (code) {
    case CURLE_OK:
        return Connection::State::fine;
    case CURLE_AGAIN:
        return Connection::State::blocked;
    case CURLE_UNSUPPORTED_PROTOCOL:
        return Connection::State::gone;
    default:
        return Connection::State::broken;
    }
}

} // namespace

Connection::Connection(const CurlSetup &setup, CURLM *multi) : multi_(multi), easy_(setup.make_easy()) {
    CURL *easy = easy_.get();
    set(easy, CURLOPT_CONNECT_ONLY, 1L);
    set(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
}

bool Connection::open(const std::string &origin, Clock::time_point deadline) {
    close();
    // curl takes 0 for "no limit".
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    set(easy(), CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left, 1)));
    if (origin_ != origin) {
        origin_.clear(); // unless there is memory for both
        set(easy(), CURLOPT_URL, origin.c_str());
        origin_ = origin;
    }
    added_ = curl_multi_add_handle(multi_, easy()) == CURLM_OK;
    return added_;
}

bool Connection::opened() {
    is_new_ = true;
    curl_easy_getinfo(easy(), CURLINFO_ACTIVESOCKET, &socket_);
    return is_open();
}

void Connection::close() noexcept {
    if (added_)
        curl_multi_remove_handle(multi_, easy());
    added_ = false;
    socket_ = CURL_SOCKET_BAD;
}

// What has come may lie in libcurl or in TLS, where waiting for the socket would not see it.
bool Connection::is_quiet(Clock::time_point now) {
    char byte = 0;
    return now - last_used_ < longest_rest && read(&byte, 1).state == State::blocked;
}

void Connection::used(Clock::time_point now) noexcept {
    is_new_ = false;
    last_used_ = now;
}

Connection::Moved Connection::write(std::string_view bytes) {
    std::size_t written = 0;
    const CURLcode code = curl_easy_send(easy(), bytes.data(), bytes.size(), &written);
    return {state_of(code), written};
}

Connection::Moved Connection::read(char *buffer, std::size_t size) {
    std::size_t got = 0;
    const CURLcode code = curl_easy_recv(easy(), buffer, size, &got);
    return {code == CURLE_OK && got == 0 ? State::ended : state_of(code), got};
}

} // namespace hostbill
