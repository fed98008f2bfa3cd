#include "sandbox/areas/sms_parts.hpp"

namespace hostbill::sandbox {
namespace {

constexpr std::u32string_view basic =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    U"abcdefghijklmnopqrstuvwxyzäöñüà";
constexpr std::u32string_view escaped = U"\f^{}\\[~]|€"; // take two places

// The letter that begins there. What is no UTF-8 counts as a letter that no telephone has.
char32_t next_letter(std::string_view &text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    char32_t letter = size == 1 ? first : first & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size && i < text.size(); ++i)
        letter = letter << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
    text.remove_prefix(size < text.size() ? size : text.size());
    return letter;
}

std::size_t parts(std::size_t places, std::size_t alone, std::size_t each) {
    return places <= alone ? 1 : (places + each - 1) / each;
}

} // namespace

std::size_t sms_parts(std::string_view utf8) {
    std::size_t septets = 0, units = 0;
    bool plain = true;
    while (!utf8.empty()) {
        const char32_t letter = next_letter(utf8);
        units += letter > 0xffff ? 2 : 1;
        septets += escaped.find(letter) != escaped.npos ? 2 : 1;
        plain = plain && (basic.find(letter) != basic.npos || escaped.find(letter) != escaped.npos);
    }
    return plain ? parts(septets, 160, 153) : parts(units, 70, 67);
}

} // namespace hostbill::sandbox
