// Numbers that JavaScript would round.
#pragma once

#include <cstring>
#include <string>

namespace hostbill_swig {

// The same JSON document with each number as a text that has a fraction or an exponent, or that is beyond 2^53. Empty if
// there are none, so that the document can go on as it is.
inline std::string decimals_as_text(const char *json, std::size_t size) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto inexact = [](const char *begin, const char *after) {
        begin += *begin == '-' ? 1 : 0;
        return after - begin > 16 || (after - begin == 16 && std::memcmp(begin, "9007199254740991", 16) > 0);
    };
    std::string out;
    const char *const end = json + size;
    const char *kept = json; // All before it is in `out`.
    for (const char *at = json; at != end;) {
        if (*at == '"') {
            for (++at; at != end && *at != '"'; ++at)
                at += *at == '\\' && at + 1 != end ? 1 : 0;
            at += at != end ? 1 : 0;
        } else if (*at == '-' || digit(*at)) {
            const char *const begin = at;
            bool decimal = false;
            for (; at != end && (digit(*at) || *at == '-' || *at == '+' || *at == '.' || *at == 'e' || *at == 'E');
                 ++at)
                decimal = decimal || *at == '.' || *at == 'e' || *at == 'E';
            if (decimal || inexact(begin, at)) {
                if (out.empty())
                    out.reserve(size + size / 16);
                out.append(kept, begin).append(1, '"').append(begin, at).append(1, '"');
                kept = at;
            }
        } else {
            ++at;
        }
    }
    return kept == json ? out : out.append(kept, end);
}

} // namespace hostbill_swig
