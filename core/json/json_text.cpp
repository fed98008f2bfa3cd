#include "core/json/json_text.hpp"

#include "core/base/utf8.hpp"
#include "core/json/json.hpp"

#include <charconv>

namespace hostbill::json {

Sequence sequence_at(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return {1, true};
    if (first < 0xC2 || first > 0xF4)
        return {1, false};
    const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    for (std::size_t i = 1; i < bytes; ++i) {
        // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
        const unsigned char low = i == 1 && first == 0xE0 ? 0xA0 : i == 1 && first == 0xF0 ? 0x90 : 0x80;
        const unsigned char high = i == 1 && first == 0xED ? 0x9F : i == 1 && first == 0xF4 ? 0x8F : 0xBF;
        if (i == text.size() || byte(i) < low || byte(i) > high)
            return {i, false};
    }
    return {bytes, true};
}

char32_t next_code_point(std::string_view text, std::size_t &position) noexcept {
    const auto [bytes, well_formed] = sequence_at(text.substr(position));
    const std::string_view part = text.substr(position, bytes);
    position += bytes;
    if (!well_formed)
        return replacement;
    const auto first = static_cast<unsigned char>(part[0]);
    if (bytes == 1)
        return first;
    char32_t code = first & (0x7FU >> bytes);
    for (const char c : part.substr(1))
        code = (code << 6) | (static_cast<unsigned char>(c) & 0x3F);
    return code;
}

long unit_at(const char *at, const char *end) noexcept {
    if (end - at < unit_size || at[0] != '\\' || at[1] != 'u')
        return -1;
    unsigned unit = 0;
    const auto [stop, code] = std::from_chars(at + 2, at + unit_size, unit, 16);
    return code == std::errc() && stop == at + unit_size ? static_cast<long>(unit) : -1;
}

void make_portable(std::string &json_text) noexcept {
    // The first half of a pair, the second, or neither.
    const auto half_at = [](const char *at, const char *end) {
        const long unit = unit_at(at, end);
        return unit >= 0xD800 && unit < 0xDC00 ? 1 : unit >= 0xDC00 && unit < 0xE000 ? 2 : 0;
    };
    char *const begin = json_text.data();
    const char *const end = begin + json_text.size();
    for (const char *found = begin; (found = escape_or_break(found, end)) != end;) {
        char *const at = begin + (found - begin);
        const int half = half_at(at, end);
        const bool pair = half == 1 && half_at(at + unit_size, end) == 2;
        if (*at != '\\')
            *at = ' ';
        else if (half != 0 && !pair)
            std::memcpy(at, "\\ufffd", unit_size);
        found += pair ? 2 * unit_size : *at == '\\' ? 2 : 1;
    }
}

} // namespace hostbill::json
