#include "core/policy/retry_after.hpp"

#include "core/base/ascii.hpp"
#include "core/base/http_date.hpp"

#include <algorithm>
#include <charconv>

namespace hostbill {
namespace {

using std::chrono::milliseconds;

bool is_decimal(std::string_view text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto digits = [](std::string_view part) {
        return !part.empty() && std::all_of(part.begin(), part.end(), is_digit);
    };
    return digits(text.substr(0, point)) && (point == text.size() || digits(text.substr(point + 1)));
}

milliseconds from_decimal(std::string_view text) {
    constexpr double most = std::chrono::duration<double>(longest_retry_after).count();
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    // So many digits that no double holds it is simply very long.
    if (error != std::errc() || seconds > most)
        return longest_retry_after;
    return std::chrono::ceil<milliseconds>(std::chrono::duration<double>(seconds));
}

} // namespace

std::optional<milliseconds> parse_retry_after(std::string_view header, std::string_view date,
                                              std::chrono::system_clock::time_point now) {
    if (is_decimal(header))
        return from_decimal(header);
    const auto until = parse_http_date(header);
    if (!until)
        return std::nullopt;
    const auto answered = parse_http_date(date).value_or(std::chrono::time_point_cast<std::chrono::seconds>(now));
    if (*until < answered)
        return std::nullopt;
    return std::min<milliseconds>(*until - answered, longest_retry_after);
}

std::optional<milliseconds> retry_after(const HttpResponse &response) {
    if (response.retry_after.empty())
        return std::nullopt;
    return parse_retry_after(response.retry_after, response.date, std::chrono::system_clock::now());
}

} // namespace hostbill
