// The transport by itself, and a request for it.
#pragma once

#include "core/http/http_curl.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace hostbill::test {

inline CurlSettings transport_settings(std::size_t max_response_bytes = 1 << 20) {
    return {.connect_timeout = std::chrono::seconds(5),
            .stall_timeout = std::chrono::seconds(20),
            .tls = {},
            .proxy = {},
            .user_agent = "test/1",
            .max_response_bytes = max_response_bytes,
            .pool_size = 4};
}

inline std::unique_ptr<HttpTransport> transport(std::size_t max_response_bytes = 1 << 20) {
    return make_curl_transport(transport_settings(max_response_bytes));
}

inline HttpRequest get(const std::string &url, std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    return {.method = "GET",
            .url = url,
            .authorization = {},
            .body = {},
            .content_type = {},
            .fresh_connection = false,
            .deadline = Clock::now() + timeout};
}

} // namespace hostbill::test
