#include "canary.hpp"

#include <algorithm>
#include <cstdio>

namespace hostbill::faults {
namespace {

// Each byte as its number in hex, behind a prefix.
std::string in_hex(std::string_view prefix) {
    std::string out;
    for (const char c : canary_core) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(c));
        out += std::string(prefix) + digits;
    }
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

// What base64 makes of the letters when `before` bytes stand in front of them, without the digits that their
// neighbours have a share in. Letters and figures are the same in both alphabets.
std::string base64_inside(std::size_t before) {
    const std::string encoded = base64(std::string(before, 'x') + std::string(canary_core));
    const std::size_t first = (before * 4 + 2) / 3;
    const std::size_t last = (before + canary_core.size()) * 8 / 6;
    return encoded.substr(first, last - first);
}

} // namespace

std::string base64(std::string_view text) {
    static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t j = i; j < i + 3; ++j)
            group = group << 8 | (j < text.size() ? static_cast<unsigned char>(text[j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            out += i + j <= text.size() ? letters[group >> (18 - 6 * j) & 63U] : '=';
    }
    return out;
}

CanaryFinder::CanaryFinder()
    : forms_{{"plain", std::string(canary_core), false},
             {"hex", in_hex(""), true},
             {"percent", in_hex("%"), true},
             {"JSON escapes", in_hex("\\u00"), true},
             {"base64", base64_inside(0), false},
             {"base64", base64_inside(1), false},
             {"base64", base64_inside(2), false}} {}

std::string_view CanaryFinder::find(std::string_view text) const {
    const std::string folded = lower(text);
    for (const Form &form : forms_) {
        if ((form.any_case ? std::string_view(folded) : text).find(form.text) != std::string_view::npos)
            return form.name;
    }
    return {};
}

} // namespace hostbill::faults
