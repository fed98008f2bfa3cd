#include "core/base/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace hostbill {
namespace {

constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads digits only: no sign, no blanks.
std::optional<int> number(std::string_view digits) {
    int value = 0;
    if (digits.empty() || digits[0] < '0' || digits[0] > '9')
        return std::nullopt;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

std::optional<unsigned> month(std::string_view name) {
    const auto *found = std::find(std::begin(months), std::end(months), name);
    if (found == std::end(months))
        return std::nullopt;
    return static_cast<unsigned>(found - std::begin(months)) + 1;
}

// "08:49:37". A leap second counts as the one after it.
std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':')
        return std::nullopt;
    const auto hour = number(text.substr(0, 2));
    const auto minute = number(text.substr(3, 2));
    const auto second = number(text.substr(6, 2));
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<std::chrono::sys_seconds> instant(std::string_view year, std::string_view month_name,
                                                std::string_view day, std::string_view time) {
    const auto y = number(year);
    const auto m = month(month_name);
    const auto d = number(day);
    const auto t = time_of_day(time);
    if (!y || !m || !d || !t)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*y), std::chrono::month(*m),
                                           std::chrono::day(static_cast<unsigned>(*d))};
    if (!date.ok())
        return std::nullopt;
    return std::chrono::sys_days(date) + *t;
}

// Two digits mean the nearest such year: these dates are never far from now, and now is past 2000.
std::string full_year(std::string_view two_digits) {
    return (two_digits < "70" ? "20" : "19") + std::string(two_digits);
}

// Splits at blanks; more than six words are none of the forms.
std::array<std::string_view, 7> words_of(std::string_view text, std::size_t &count) {
    std::array<std::string_view, 7> words;
    count = 0;
    while (count < words.size()) {
        const std::size_t start = text.find_first_not_of(' ');
        if (start == std::string_view::npos)
            break;
        text.remove_prefix(start);
        const std::size_t end = std::min(text.find(' '), text.size());
        words[count++] = text.substr(0, end);
        text.remove_prefix(end);
    }
    return words;
}

} // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    std::size_t count = 0;
    const auto words = words_of(text, count);
    if (count == 6 && words[0].ends_with(',') && words[3].size() == 4 && words[5] == "GMT")
        return instant(words[3], words[2], words[1], words[4]);
    if (count == 4 && words[0].ends_with(',') && words[1].size() == 9 && words[1][2] == '-' && words[1][6] == '-' &&
        words[3] == "GMT")
        return instant(full_year(words[1].substr(7)), words[1].substr(3, 3), words[1].substr(0, 2), words[2]);
    if (count == 5 && words[4].size() == 4)
        return instant(words[4], words[1], words[2], words[3]);
    return std::nullopt;
}

} // namespace hostbill
