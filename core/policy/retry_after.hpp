// When a portal wants to be asked again.
#pragma once

#include "core/http/http.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace hostbill {

// The longest wait that is told apart from longer ones.
inline constexpr std::chrono::milliseconds longest_retry_after = std::chrono::hours(24) * 366;

// What a Retry-After header asks for: seconds, with a fraction too, or an HTTP date. A date counts from the answer's own
// Date header, so that it does not matter whose clock is wrong, and from `now` where there is none. Nothing where the
// header is absent, negative, in the past or nonsense: who cannot say when has said nothing.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view header, std::string_view date,
                                                           std::chrono::system_clock::time_point now);

// The same of an answer.
std::optional<std::chrono::milliseconds> retry_after(const HttpResponse &response);

} // namespace hostbill
