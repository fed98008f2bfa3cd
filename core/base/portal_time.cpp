#include "core/base/portal_time.hpp"

#include <chrono>
#include <cstdio>
#include <string>

namespace hostbill {
namespace {

constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;
// The zones of the world lie between UTC-12 and UTC+14.
constexpr std::int64_t furthest_west = 12 * hour;
constexpr std::int64_t furthest_east = 14 * hour;

std::optional<std::int64_t> parse_zone(std::string_view text) {
    if (text == "Z")
        return 0;
    int hours = 0;
    int minutes = 0;
    char sign = 0;
    int used = 0;
    const std::string copy(text);
    const bool colon = std::sscanf(copy.c_str(), "%c%2d:%2d%n", &sign, &hours, &minutes, &used) == 3;
    if (!colon && std::sscanf(copy.c_str(), "%c%2d%2d%n", &sign, &hours, &minutes, &used) != 3)
        return std::nullopt;
    if ((sign != '+' && sign != '-') || static_cast<std::size_t>(used) != text.size())
        return std::nullopt;
    const std::int64_t offset = hours * hour + minutes * std::int64_t{60};
    return sign == '-' ? -offset : offset;
}

} // namespace

std::optional<PortalTime> parse_portal_time(std::string_view text) {
    const std::string copy(text);
    int year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    int used = 0;
    if (std::sscanf(copy.c_str(), "%4d-%2u-%2u%n", &year, &month, &day_of_month, &used) != 3)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day_of_month)};
    if (!date.ok())
        return std::nullopt; // "0000-00-00" among others
    const std::int64_t midnight = std::chrono::sys_days(date).time_since_epoch().count() * day;
    std::string_view rest = text.substr(static_cast<std::size_t>(used));
    if (rest.empty())
        return PortalTime{midnight - furthest_east, midnight + day + furthest_west};

    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    const std::string clock(rest.substr(1));
    if ((rest[0] != ' ' && rest[0] != 'T') ||
        std::sscanf(clock.c_str(), "%2d:%2d:%2d%n", &hours, &minutes, &seconds, &used) != 3)
        return std::nullopt;
    const std::int64_t time = midnight + hours * hour + minutes * std::int64_t{60} + seconds;
    rest.remove_prefix(1 + static_cast<std::size_t>(used));
    if (rest.starts_with('.')) // Fractions of a second do not matter here.
        rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of("0123456789", 1)));
    if (rest.empty())
        return PortalTime{time - furthest_east, time + furthest_west};
    const std::optional<std::int64_t> zone = parse_zone(rest);
    if (!zone)
        return std::nullopt;
    return PortalTime{time - *zone, time - *zone};
}

} // namespace hostbill
