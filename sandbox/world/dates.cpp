#include "sandbox/world/dates.hpp"

#include <chrono>
#include <cstdio>

namespace hostbill::sandbox {
namespace {

using namespace std::chrono;

struct Parts {
    year_month_day day;
    hh_mm_ss<seconds> time;
};

Parts split(Seconds time) {
    sys_seconds moment{seconds(time)};
    auto midnight = floor<days>(moment);
    return {year_month_day(midnight), hh_mm_ss<seconds>(moment - midnight)};
}

// By hand: answers are full of dates, and printf takes long.
void append(std::string &out, unsigned number, int digits) {
    char text[10];
    for (int i = digits; i > 0; number /= 10)
        text[--i] = static_cast<char>('0' + number % 10);
    out.append(text, static_cast<std::size_t>(digits));
}

void append_day(std::string &out, const year_month_day &day) {
    append(out, static_cast<unsigned>(static_cast<int>(day.year())), 4);
    out += '-';
    append(out, static_cast<unsigned>(day.month()), 2);
    out += '-';
    append(out, static_cast<unsigned>(day.day()), 2);
}

void append_time(std::string &out, const hh_mm_ss<seconds> &time) {
    append(out, static_cast<unsigned>(time.hours().count()), 2);
    out += ':';
    append(out, static_cast<unsigned>(time.minutes().count()), 2);
    out += ':';
    append(out, static_cast<unsigned>(time.seconds().count()), 2);
}

std::string format(Seconds time, char separator, const char *zone) {
    const Parts parts = split(time);
    std::string text;
    append_day(text, parts.day);
    text += separator;
    append_time(text, parts.time);
    return text += zone;
}

} // namespace

std::string date(Seconds time) {
    std::string text;
    append_day(text, split(time).day);
    return text;
}

std::string date_time(Seconds time) { return format(time, ' ', ""); }
std::string iso_time(Seconds time) { return format(time, 'T', "+00:00"); }

std::string http_date(Seconds time) {
    static constexpr const char *weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char *month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Parts parts = split(time);
    std::string text = weekdays[weekday(sys_days(parts.day)).c_encoding()];
    text += ", ";
    append(text, static_cast<unsigned>(parts.day.day()), 2);
    text += ' ';
    text += month_names[static_cast<unsigned>(parts.day.month()) - 1];
    text += ' ';
    append(text, static_cast<unsigned>(static_cast<int>(parts.day.year())), 4);
    text += ' ';
    append_time(text, parts.time);
    return text += " GMT";
}

Seconds add_months(Seconds time, int count) {
    Parts parts = split(time);
    year_month_day later = parts.day + months(count);
    if (!later.ok())
        later = later.year() / later.month() / last;
    return duration_cast<seconds>(sys_days(later).time_since_epoch() + parts.time.to_duration()).count();
}

Seconds parse_date(const std::string &text) {
    int y = 0;
    unsigned m = 0, d = 0;
    if (std::sscanf(text.c_str(), "%4d-%2u-%2u", &y, &m, &d) != 3)
        return 0;
    year_month_day day{year(y), month(m), std::chrono::day(d)};
    return day.ok() ? duration_cast<seconds>(sys_days(day).time_since_epoch()).count() : 0;
}

std::optional<Seconds> parse_time(const std::string &text) {
    const bool with_time = text.size() == sizeof "2026-11-23T14:05:00Z" - 1;
    if (!with_time && text.size() != sizeof "2026-11-23" - 1)
        return std::nullopt;
    const Seconds day = parse_date(text);
    int hour = 0, minute = 0, second = 0;
    if (with_time && std::sscanf(text.c_str() + 10, "T%2d:%2d:%2dZ", &hour, &minute, &second) != 3)
        return std::nullopt;
    const Seconds time = day + hour * 3600 + minute * 60 + second;
    // Whatever was not digits where digits belong does not come out again as it went in.
    const std::string again = with_time ? iso_time(time).substr(0, 19) + 'Z' : date(time);
    return again == text && time >= 0 ? std::optional(time) : std::nullopt;
}

} // namespace hostbill::sandbox
