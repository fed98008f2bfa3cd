// Reads one JSON text and tells a builder, piece by piece, what is in it. The builder makes the language's own values
// straight from that, without a tree in between:
//
//     struct Builder {
//         void null();
//         void boolean(bool value);
//         void integer(std::int64_t value);
//         void decimal(const char *text, std::size_t size);   a fraction, an exponent, or too large: exactly as written
//         void text(const char *utf8, std::size_t size);      may hold NUL; valid until the call returns
//         void begin_list();
//         void end_list();
//         void begin_object();
//         void key(const char *utf8, std::size_t size);
//         void end_object();
//         std::size_t expected_key(const char *at, const char *end);      may be left away
//     };
//
// A builder that guesses the next name may look whether the text goes on with it: "name":. It then takes that as the key, and
// gives its length with quotes and colon; else 0.
//
// A language whose functions leave by longjmp may do so from within the builder as long as reader and builder
// themselves live outside of what is jumped over: the frames of read() hold nothing that needs a destructor.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace hostbill_swig {

// How an envelope of success begins: {"ok":true,"data":..}
inline constexpr const char *data_follow = R"({"ok":true,"data":)";

inline bool has_data(const char *text, std::size_t size) {
    const std::size_t length = std::strlen(data_follow);
    return size > length && std::memcmp(text, data_follow, length) == 0;
}

template <class Builder, class = void>
inline constexpr bool guesses = false;
template <class Builder>
inline constexpr bool guesses<Builder, std::void_t<decltype(&Builder::expected_key)>> = true;

template <class Builder>
class JsonReader {
public:
    JsonReader(const char *begin, std::size_t size, Builder &builder)
        : at_(begin), end_(begin + size), builder_(builder) {}

    // False if the text is not JSON; the builder has then got a part of it.
    bool read() {
        if (!value(0))
            return false;
        space();
        return at_ == end_;
    }

    // Of an envelope of success the data alone: for callers who want no more, which are most. False, with nothing told, for any
    // other text.
    bool read_data() { return word(data_follow) && value(1); }

    static constexpr int max_depth = 512;
    static constexpr unsigned replacement = 0xfffd; // for half a surrogate pair, which portals send and no UTF-8 has

private:
    void space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r'))
            ++at_;
    }

    bool take(char wanted) {
        space();
        if (at_ == end_ || *at_ != wanted)
            return false;
        ++at_;
        return true;
    }

    bool word(const char *wanted) {
        const std::size_t size = std::strlen(wanted);
        if (static_cast<std::size_t>(end_ - at_) < size || std::memcmp(at_, wanted, size) != 0)
            return false;
        at_ += size;
        return true;
    }

    bool value(int depth) {
        space();
        if (at_ == end_ || depth > max_depth)
            return false;
        if (*at_ == '"') // As most are.
            return string(false);
        switch (*at_) {
        case '{':
            return object(depth);
        case '[':
            return list(depth);
        case 't':
            return word("true") && (builder_.boolean(true), true);
        case 'f':
            return word("false") && (builder_.boolean(false), true);
        case 'n':
            return word("null") && (builder_.null(), true);
        default:
            return number();
        }
    }

    bool object(int depth) {
        ++at_;
        builder_.begin_object();
        if (!take('}')) {
            do {
                space();
                if (!(guessed() || (at_ != end_ && *at_ == '"' && string(true) && take(':'))) || !value(depth + 1))
                    return false;
            } while (take(','));
            if (!take('}'))
                return false;
        }
        builder_.end_object();
        return true;
    }

    bool guessed() {
        if constexpr (guesses<Builder>) {
            const std::size_t size = builder_.expected_key(at_, end_);
            at_ += size;
            return size != 0;
        }
        return false;
    }

    bool list(int depth) {
        ++at_;
        builder_.begin_list();
        if (!take(']')) {
            do {
                if (!value(depth + 1))
                    return false;
            } while (take(','));
            if (!take(']'))
                return false;
        }
        builder_.end_list();
        return true;
    }

    static bool digit(char c) { return c >= '0' && c <= '9'; }

    bool digits() {
        const char *const begin = at_;
        while (at_ != end_ && digit(*at_))
            ++at_;
        return at_ != begin;
    }

    bool number() {
        const char *const begin = at_;
        if (*at_ == '-')
            ++at_;
        const bool zero = at_ != end_ && *at_ == '0';
        const char *const first = at_;
        if (!digits() || (zero && at_ - first > 1))
            return false;
        const bool whole = at_ == end_ || (*at_ != '.' && *at_ != 'e' && *at_ != 'E');
        if (at_ != end_ && *at_ == '.') {
            ++at_;
            if (!digits())
                return false;
        }
        if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
            ++at_;
            if (at_ != end_ && (*at_ == '+' || *at_ == '-'))
                ++at_;
            if (!digits())
                return false;
        }
        std::int64_t integer = 0;
        if (whole && std::from_chars(begin, at_, integer).ec == std::errc())
            builder_.integer(integer);
        else
            builder_.decimal(begin, static_cast<std::size_t>(at_ - begin));
        return true;
    }

    // Goes on to the next quotation mark, backslash or control character, or to the end.
    void plain_text() {
#ifdef __SSE2__
        const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
        for (; end_ - at_ >= 16; at_ += 16) {
            const __m128i some = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at_));
            const __m128i mark = _mm_or_si128(_mm_cmpeq_epi8(some, quote), _mm_cmpeq_epi8(some, backslash));
            const int found = _mm_movemask_epi8(_mm_or_si128(mark, _mm_cmpeq_epi8(_mm_min_epu8(some, control), some)));
            if (found != 0) {
                at_ += __builtin_ctz(static_cast<unsigned>(found));
                return;
            }
        }
#endif
        while (at_ != end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20)
            ++at_;
    }

    // A text, or the name of a member. One without escapes is handed over where it stands.
    bool string(bool is_key) {
        const char *text = ++at_;
        plain_text();
        if (at_ == end_)
            return false;
        std::size_t size = static_cast<std::size_t>(at_ - text);
        if (*at_ != '"') {
            if (!without_escapes(text))
                return false;
            text = scratch_.data();
            size = scratch_.size();
        }
        ++at_;
        if (is_key)
            builder_.key(text, size);
        else
            builder_.text(text, size);
        return true;
    }

    // Goes on to the quotation mark that ends a text; what it means is in scratch_. Apart, which keeps the usual way short.
    [[gnu::noinline]] bool without_escapes(const char *begin) {
        scratch_.assign(begin, at_);
        while (at_ != end_ && *at_ != '"') {
            if (*at_ == '\\') {
                if (!escape())
                    return false;
            } else if (static_cast<unsigned char>(*at_) >= 0x20) {
                const char *const part = at_;
                plain_text();
                scratch_.append(part, at_);
            } else {
                return false;
            }
        }
        return at_ != end_;
    }

    bool escape() {
        if (++at_ == end_)
            return false;
        const char letter = *at_++;
        if (letter == 'u') {
            unsigned code = 0;
            if (!hex(code))
                return false;
            if (code >= 0xd800 && code < 0xdc00) {
                unsigned low = 0;
                const char *const after = at_;
                if (word("\\u") && hex(low) && low >= 0xdc00 && low <= 0xdfff) {
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                } else {
                    at_ = after;
                    code = replacement;
                }
            } else if (code >= 0xdc00 && code <= 0xdfff) {
                code = replacement;
            }
            utf8(code);
            return true;
        }
        static constexpr char letters[] = "\"\\/bfnrt";
        static constexpr char meant[] = "\"\\/\b\f\n\r\t";
        const char *const found = letter == '\0' ? nullptr : std::strchr(letters, letter);
        if (found == nullptr)
            return false;
        scratch_ += meant[found - letters];
        return true;
    }

    bool hex(unsigned &code) {
        if (end_ - at_ < 4)
            return false;
        for (int i = 0; i < 4; ++i) {
            const char c = *at_++;
            const int value = digit(c)               ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (value < 0)
                return false;
            code = code * 16 + static_cast<unsigned>(value);
        }
        return true;
    }

    void utf8(unsigned code) {
        const auto add = [this](unsigned byte) { scratch_ += static_cast<char>(byte); };
        if (code < 0x80) {
            add(code);
        } else if (code < 0x800) {
            add(0xc0 | code >> 6);
            add(0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
            add(0xe0 | code >> 12);
            add(0x80 | (code >> 6 & 0x3f));
            add(0x80 | (code & 0x3f));
        } else {
            add(0xf0 | code >> 18);
            add(0x80 | (code >> 12 & 0x3f));
            add(0x80 | (code >> 6 & 0x3f));
            add(0x80 | (code & 0x3f));
        }
    }

    const char *at_;
    const char *const end_;
    Builder &builder_;
    std::string scratch_;
};

// The names of members come again and again. A builder that keeps one of its own values for each finds it here: at the
// place that this gives, unless another name has taken it.
template <std::size_t places>
std::size_t place_of_name(const char *utf8, std::size_t size) {
    const auto at = [utf8](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
    return size == 0 ? 0 : (at(0) + at(size / 2) * 5U + at(size - 1) * 17U + size * 3U) % places;
}

struct NamePlace {
    std::size_t place;
    bool is_there; // Otherwise it goes there, over the one that is.
};

// The same with three more places behind that one, or two names of a row might drive each other out. kept_at: the text of
// the name at a place, with no data for none.
template <std::size_t places, class KeptAt>
NamePlace find_name(const char *utf8, std::size_t size, const KeptAt &kept_at) {
    const std::size_t first = place_of_name<places>(utf8, size);
    for (std::size_t i = first; i != first + 4; ++i) {
        const std::string_view kept = kept_at(i % places);
        if (kept.data() == nullptr)
            return {i % places, false};
        if (kept.size() == size && std::memcmp(kept.data(), utf8, size) == 0)
            return {i % places, true};
    }
    return {first, false};
}

// How long "name": is, if the text goes on with it; else 0. What expected_key() of a builder gives.
inline std::size_t passed_name(std::string_view name, const char *at, const char *end) {
    const std::size_t size = name.size();
    if (static_cast<std::size_t>(end - at) < size + 3 || at[0] != '"' || at[size + 1] != '"' || at[size + 2] != ':' ||
        std::memcmp(at + 1, name.data(), size) != 0)
        return 0;
    return size + 3;
}

} // namespace hostbill_swig
