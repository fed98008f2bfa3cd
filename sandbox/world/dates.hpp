// Dates and times as panels write them. Everything is UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hostbill::sandbox {

using Seconds = std::int64_t; // since 1970

inline constexpr Seconds one_day = 86400;

std::string date(Seconds time);      // "2026-11-23"
std::string date_time(Seconds time); // "2026-11-23 14:05:00"
std::string iso_time(Seconds time);  // "2026-11-23T14:05:00+00:00"
std::string http_date(Seconds time); // "Mon, 23 Nov 2026 14:05:00 GMT"

// The same day of a later month, or the month's last day where it is shorter.
Seconds add_months(Seconds time, int months);

Seconds parse_date(const std::string &date); // "2026-11-23"; 0 where it is none

// "2026-11-23" or "2026-11-23T14:05:00Z", from 1970 to 9999.
std::optional<Seconds> parse_time(const std::string &text);

} // namespace hostbill::sandbox
