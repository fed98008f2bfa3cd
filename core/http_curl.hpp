// HTTP by libcurl.
#pragma once

#include "core/http.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace hostbill {

struct CurlSettings {
    std::chrono::milliseconds connect_timeout;
    std::string ca_file; // empty: the system's
    std::string user_agent;
    std::size_t max_response_bytes;
    std::size_t pool_size; // idle connections that are kept
    bool loopback;         // the portal is on this machine: never through a proxy
};

std::unique_ptr<HttpTransport> make_curl_transport(CurlSettings settings);

// The proxy that the environment names for https, empty where there is none. Under CGI there is none: there, a client's
// "Proxy:" header looks like a variable.
std::string proxy_from_environment();

} // namespace hostbill
