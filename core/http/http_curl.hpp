// HTTP by libcurl.
#pragma once

#include "core/http/http.hpp"
#include "core/http/proxy.hpp"
#include "core/http/tls_config.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace hostbill {

struct CurlSettings {
    std::chrono::milliseconds connect_timeout;
    std::chrono::milliseconds stall_timeout; // without a byte in each second of it on average
    TlsConfig tls;
    Proxy proxy;
    std::string user_agent;
    std::size_t max_response_bytes;
    std::size_t pool_size; // idle connections that are kept
};

std::unique_ptr<HttpTransport> make_curl_transport(CurlSettings settings);

} // namespace hostbill
