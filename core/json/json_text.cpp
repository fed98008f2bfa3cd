#include "core/json/json_text.hpp"

#include "core/base/utf8.hpp"

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

} // namespace hostbill::json
