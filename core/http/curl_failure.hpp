// What libcurl's codes mean to the caller.
#pragma once

#include "core/http/curl_easy.hpp"
#include "core/http/http.hpp"

#include <chrono>

namespace hostbill {

// Of a transfer on `easy`, or of opening its connection, that failed with `code`.
HttpFailure curl_failure(CURLcode code, CURL *easy, const CurlSetup &setup, bool sent, Clock::time_point deadline);

HttpFailure stalled_failure(bool sent, std::chrono::milliseconds limit);

} // namespace hostbill
