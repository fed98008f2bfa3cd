#include "core/http/curl_failure.hpp"

namespace hostbill {
namespace {

using Kind = HttpFailure::Kind;

std::string seconds(std::chrono::milliseconds time) {
    std::string text = std::to_string(time.count() / 1000);
    if (const auto rest = time.count() % 1000; rest != 0) {
        text += "." + std::to_string(1000 + rest).substr(1);
        text.resize(text.find_last_not_of('0') + 1);
    }
    return text + " seconds";
}

HttpFailure timed_out(bool sent, Clock::time_point deadline) {
    constexpr std::chrono::milliseconds early{2}; // curl's own clock is coarser
    if (Clock::now() + early >= deadline || sent)
        return {Kind::timeout, sent, "the deadline passed"};
    return {Kind::connect, sent, "the portal did not accept the connection in time"};
}

// The status with which the proxy refused to connect us with the portal; 0 where it did not.
long proxy_refusal(CURL *easy, const CurlSetup &setup) {
    long status = 0;
    if (!setup.settings().proxy.url.empty())
        curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    return status / 100 == 2 ? 0 : status;
}

} // namespace

HttpFailure stalled_failure(bool sent, std::chrono::milliseconds limit) {
    return {Kind::timeout, sent, "the portal sent nothing for " + seconds(limit)};
}

HttpFailure curl_failure(CURLcode code, CURL *easy, const CurlSetup &setup, bool sent, Clock::time_point deadline) {
    if (const long refusal = proxy_refusal(easy, setup); refusal != 0)
        return {Kind::connect, sent, "the proxy refused the connection (" + std::to_string(refusal) + ")"};
    switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
        return {Kind::cancelled, sent, "the call was cancelled"};
    case CURLE_COULDNT_RESOLVE_HOST:
        return {Kind::resolve, sent, "the portal's host name could not be resolved"};
    case CURLE_COULDNT_RESOLVE_PROXY:
        return {Kind::resolve, sent, "the proxy's host name could not be resolved"};
    case CURLE_OK: // and no connection all the same
    case CURLE_COULDNT_CONNECT:
        return {Kind::connect, sent, "the portal could not be connected to"};
    case CURLE_PROXY:
        return {Kind::connect, sent, "the proxy refused the connection"};
    case CURLE_OPERATION_TIMEDOUT:
        return timed_out(sent, deadline);
    case CURLE_PEER_FAILED_VERIFICATION:
        return {Kind::tls, sent, "the portal's certificate is not trusted (" + setup.trust_source() + ")"};
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return {Kind::tls, sent, "the portal's certificate has another key than pinned_public_key"};
    case CURLE_SSL_CERTPROBLEM:
        return {Kind::tls, sent, "client_certificate and client_key could not be used"};
    case CURLE_SSL_CACERT_BADFILE:
        return {Kind::tls, sent, "the trusted certificates could not be read (" + setup.trust_source() + ")"};
    case CURLE_SSL_CONNECT_ERROR:
        return {Kind::handshake, sent, "no encrypted connection with the portal could be set up"};
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_ISSUER_ERROR:
        return {Kind::tls, sent, "no encrypted connection with the portal could be set up"};
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return {Kind::malformed, sent,
                "the answer was cut off or not HTTP (" + std::string(curl_easy_strerror(code)) + ")"};
    case CURLE_URL_MALFORMAT:
        return {Kind::internal, sent, "the request's URL is none that can be sent"};
    case CURLE_FAILED_INIT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_NOT_BUILT_IN:
        return {Kind::internal, sent, curl_easy_strerror(code)};
    case CURLE_OUT_OF_MEMORY: // This is what curl also calls a single header beyond its own limit.
        if (!sent)
            throw std::bad_alloc();
        return {Kind::too_large, sent, "a header of the answer is too long, or there is no memory for it"};
    default:
        return {Kind::broken, sent, "the connection broke (" + std::string(curl_easy_strerror(code)) + ")"};
    }
}

} // namespace hostbill
