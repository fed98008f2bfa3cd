// ASCII letters in lower case, whatever the locale.
#pragma once

#include <algorithm>
#include <string>

namespace hostbill {

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return lower(c); });
    return text;
}

} // namespace hostbill
