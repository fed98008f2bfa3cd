#include "core/session/jwt.hpp"

#include "core/base/base64.hpp"
#include "core/json/json.hpp"

#include <charconv>

namespace hostbill {

std::optional<std::chrono::system_clock::time_point> token_expiry(std::string_view token) {
    const std::size_t first = token.find('.');
    if (first == std::string_view::npos)
        return std::nullopt;
    const std::size_t second = token.find('.', first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    const std::optional<std::string> claims = base64url_decode(token.substr(first + 1, second - first - 1));
    if (!claims)
        return std::nullopt;
    const Result<json::Value, json::ParseError> parsed = json::parse(*claims, {.dialect = json::Dialect::lenient});
    const json::Value *expiry = parsed ? parsed->find("exp") : nullptr;
    if (expiry == nullptr)
        return std::nullopt;
    // Seconds since 1970, as a whole number or a decimal.
    double seconds = 0;
    if (const std::int64_t *whole = expiry->integer())
        seconds = static_cast<double>(*whole);
    if (const json::Text *text = expiry->number_text()) {
        std::from_chars(text->data(), text->data() + text->size(), seconds);
    }
    constexpr double year_2200 = 7.3e9;
    if (seconds <= 0 || seconds > year_2200)
        return std::nullopt;
    return std::chrono::system_clock::time_point(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

} // namespace hostbill
