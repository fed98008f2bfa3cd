// Dates as HTTP headers write them (RFC 9110, section 5.6.7).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace hostbill {

// "Sun, 06 Nov 1994 08:49:37 GMT", and the two older forms "Sunday, 06-Nov-94 08:49:37 GMT" and
// "Sun Nov  6 08:49:37 1994". Nothing where the text is none of them. The name of the day is not checked.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

} // namespace hostbill
