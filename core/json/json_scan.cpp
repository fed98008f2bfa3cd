#include "core/json/json_scan.hpp"

#include "core/base/ascii.hpp"
#include "core/json/json_text.hpp"

#include <algorithm>

namespace hostbill::json {
namespace {

// One comparison for two bytes.
bool is_pair(const char *at, char first, char second) {
    const char pair[] = {first, second};
    return std::memcmp(at, pair, sizeof pair) == 0;
}

} // namespace

const char *Scanner::blanks_end(const char *at) {
    for (; at != end_ && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'); ++at)
        portable_ = portable_ && (*at == ' ' || *at == '\t');
    return at;
}

bool Scanner::pass_value() {
    switch (seen(at_)) {
    case '"':
        at_ = text_end(at_);
        return at_ != nullptr;
    case '{':
        return pass_object();
    case '[':
        return pass_array();
    case 't':
        return pass_word("true");
    case 'f':
        return pass_word("false");
    case 'n':
        return pass_word("null");
    default:
        return pass_number();
    }
}

inline const char *Scanner::short_text_stop([[maybe_unused]] const char *at,
                                            [[maybe_unused]] std::uint8_t &size) const {
#ifdef __SSE2__
    constexpr unsigned block = 16, opening = 1;
    if (at < short_end_ && *at == '"') [[likely]] {
        const unsigned expected = size;
        unsigned stops = Block(at).text_stops();
        if (expected >= block)
            stops |= Block(at + block).text_stops() << block;
        if ((stops & ((2U << expected) - 1)) == (opening | 1U << expected)) [[likely]]
            return at + expected;
        if (stops == opening && expected < block)
            stops |= Block(at + block).text_stops() << block;
        if (stops != opening) {
            size = static_cast<std::uint8_t>(std::countr_zero(stops & ~opening));
            return at + size;
        }
    }
#endif
    return nullptr;
}

// What follows a name and its colon: the name is expected at `at`, after blanks.
inline const char *Scanner::after_name(const char *at, std::uint8_t &size) {
    if (const char *stop = short_text_stop(at, size); stop != nullptr && is_pair(stop, '"', ':')) [[likely]]
        return stop + 2;
    at = past_blanks(at);
    if (seen(at) != '"')
        return unexpected(at), nullptr;
    if (at = text_end(at); at == nullptr)
        return nullptr;
    at = past_blanks(at);
    if (seen(at) != ':')
        return unexpected(at), nullptr;
    return at + 1;
}

// What follows a value, which is expected at `at`, after blanks.
inline const char *Scanner::after_value(const char *at) {
    at = past_blanks(at);
    if (seen(at) == '"')
        return text_end(at);
    at_ = at;
    return pass_value() ? at_ : nullptr;
}

// What follows an object, whose bracket is at `at`.
inline const char *Scanner::after_object(const char *at, Sizes &sizes) {
    if (depth_++ >= max_depth_)
        return fail(Problem::too_deep, at), nullptr;
    if (seen(++at) != '"') {
        at = past_blanks(at);
        if (seen(at) == '}')
            return --depth_, at + 1;
    }
    for (std::size_t member = 0;; ++member) {
        std::uint8_t *const expected = &sizes.of[2 * std::min(member, Sizes::members - 1)];
        if (at = after_name(at, expected[0]); at == nullptr)
            return nullptr;
        const char *const stop = short_text_stop(at, expected[1]);
        if (stop != nullptr && is_pair(stop, '"', ',')) [[likely]] {
            at = stop + 2;
            continue;
        }
        if (stop != nullptr && is_pair(stop, '"', '}'))
            return --depth_, stop + 2;
        if (at = after_value(at); at == nullptr)
            return nullptr;
        at = past_blanks(at);
        if (seen(at) == '}')
            return --depth_, at + 1;
        if (seen(at) != ',')
            return unexpected(at), nullptr;
        ++at;
    }
}

bool Scanner::pass_object() {
    Sizes sizes;
    if (const char *const after = after_object(at_, sizes); after != nullptr)
        return at_ = after, true;
    return false;
}

bool Scanner::pass_array() {
    if (!go_deeper())
        return false;
    const char *at = past_blanks(at_);
    if (seen(at) != ']') {
        Sizes sizes;
        for (;; ++at) {
            if (at = seen(at) == '{' ? after_object(at, sizes) : after_value(at); at == nullptr)
                return false;
            if (seen(at) == ',')
                continue;
            at = past_blanks(at);
            if (seen(at) != ',')
                break;
        }
        if (seen(at) != ']')
            return unexpected(at);
    }
    --depth_;
    at_ = at + 1;
    return true;
}

// The end of the text whose opening quote is at `at`; nullptr: there is something wrong with it.
inline const char *Scanner::text_end(const char *at) {
    ++at;
    for (;;) {
        at = text_stop(at, end_);
        const char stop = seen(at);
        if (stop == '"')
            return at + 1;
        if (stop != '\\')
            return unexpected(at), nullptr;
        if (at = escape_end(at); at == nullptr)
            return nullptr;
    }
}

const char *Scanner::escape_end(const char *at) {
    if (end_ - at < 2)
        return unexpected(end_), nullptr;
    switch (at[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return at + 2;
    case 'u':
        if (const long unit = unit_at(at, end_); unit >= 0) {
            portable_ = portable_ && (unit < 0xD800 || unit >= 0xE000);
            return at + unit_size;
        }
        [[fallthrough]];
    default:
        return fail(Problem::syntax, at), nullptr;
    }
}

bool Scanner::pass_word(std::string_view word) {
    for (const char c : word) {
        if (!next_is(c))
            return unexpected(at_);
    }
    return true;
}

bool Scanner::pass_number() {
    next_is('-');
    if (!next_is('0') && !pass_digits())
        return false;
    if (next_is('.') && !pass_digits())
        return false;
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
        ++at_;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-'))
            ++at_;
        if (!pass_digits())
            return false;
    }
    return true;
}

bool Scanner::pass_digits() {
    if (at_ == end_ || !is_digit(*at_))
        return unexpected(at_);
    do {
        ++at_;
    } while (at_ != end_ && is_digit(*at_));
    return true;
}

} // namespace hostbill::json
