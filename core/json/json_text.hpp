// The text inside JSON: UTF-8, and runs of bytes that need no look of their own.
#pragma once

#include "core/json/json_out.hpp"
#include "core/json/small_text.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace hostbill::json {

// What begins at the first of the bytes: one character, or a part that belongs to none.
struct Sequence {
    std::size_t bytes; // at least one
    bool well_formed;
};

// `text` is not empty. An ill-formed part is as long as it could have been the beginning of a character.
Sequence sequence_at(std::string_view text) noexcept;

// Decodes the code point at `position` and moves past it. Ill-formed bytes give U+FFFD, one for each maximal part.
char32_t next_code_point(std::string_view text, std::size_t &position) noexcept;

constexpr std::ptrdiff_t unit_size = 6; // of \u00e9

// The value of the \uXXXX escape at `at`; negative where there is none.
long unit_at(const char *at, const char *end) noexcept;

#ifdef __SSE2__
// One bit for each of sixteen bytes.
inline unsigned bits_of(__m128i holds) noexcept { return static_cast<unsigned>(_mm_movemask_epi8(holds)); }

// Sixteen bytes at once.
struct Block {
    __m128i bytes;

    explicit Block(const char *at) noexcept : bytes(_mm_loadu_si128(reinterpret_cast<const __m128i *>(at))) {}

    void put(char *to) const noexcept { _mm_storeu_si128(reinterpret_cast<__m128i *>(to), bytes); }

    __m128i is(char c) const noexcept { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); }
    __m128i ends_or_escapes() const noexcept { return _mm_or_si128(is('"'), is('\\')); }
    __m128i is_control() const noexcept {
        const __m128i highest = _mm_set1_epi8(0x1F);
        return _mm_cmpeq_epi8(_mm_min_epu8(bytes, highest), bytes);
    }
    // What cannot simply be taken over.
    __m128i is_odd() const noexcept {
        // One more, and DEL and what is not ASCII are negative, or nothing.
        const __m128i more = _mm_add_epi8(bytes, _mm_set1_epi8(1));
        return _mm_or_si128(ends_or_escapes(), _mm_cmpgt_epi8(_mm_set1_epi8(0x21), more));
    }

    // Where text ends or is more than itself.
    unsigned text_stops() const noexcept { return bits_of(_mm_or_si128(ends_or_escapes(), is_control())); }
};
#endif

// Whether texts of less than sixteen bytes are the same, where sixteen can be read of both.
inline bool equal_near(const char *left, const char *right, std::size_t size) noexcept {
#ifdef __SSE2__
    const unsigned equal = bits_of(_mm_cmpeq_epi8(Block(left).bytes, Block(right).bytes));
    return (~equal & ((1U << size) - 1)) == 0;
#else
    return equal_bytes(left, right, size);
#endif
}

// The first byte at which text in JSON ends or is more than itself: a quote, a backslash or a control character; `end`
// where there is none.
inline const char *text_stop(const char *at, const char *end) noexcept {
#ifdef __SSE2__
    for (; end - at >= 16; at += 16) {
        if (const unsigned stops = Block(at).text_stops())
            return at + std::countr_zero(stops);
    }
#endif
    while (at != end && static_cast<unsigned char>(*at) >= 0x20 && *at != '"' && *at != '\\')
        ++at;
    return at;
}

// The first backslash or line break; `end` where there is none.
inline const char *escape_or_break(const char *at, const char *end) noexcept {
#ifdef __SSE2__
    for (; end - at >= 16; at += 16) {
        const Block block(at);
        if (const unsigned found = bits_of(_mm_or_si128(block.is('\\'), _mm_or_si128(block.is('\n'), block.is('\r')))))
            return at + std::countr_zero(found);
    }
#endif
    while (at != end && *at != '\\' && *at != '\n' && *at != '\r')
        ++at;
    return at;
}

// The first byte that JSON text cannot simply take over: a quote, a backslash, a control character (DEL too) or what
// is not ASCII; `end` where there is none.
inline const char *plain_end(const char *at, const char *end) noexcept {
    const auto is_plain = [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F && c != '"' && c != '\\';
    };
    if constexpr (std::endian::native == std::endian::little) {
        // Eight at a time. Of the bytes whose top bit stays, the lowest is right; a borrow may have set those above it.
        constexpr std::uint64_t ones = 0x0101010101010101, tops = ones * 0x80;
        const auto odd_bytes = [](std::uint64_t word) {
            return (word | (word - ones * 0x20) | ((word ^ (ones * '"')) - ones) | ((word ^ (ones * '\\')) - ones) |
                    ((word ^ (ones * 0x7F)) - ones)) &
                   tops;
        };
        const auto word_at = [](const char *place) {
            std::uint64_t word = 0;
            std::memcpy(&word, place, sizeof word);
            return word;
        };
        const auto half_at = [](const char *place) {
            std::uint32_t half = 0;
            std::memcpy(&half, place, sizeof half);
            return std::uint64_t{half};
        };
        const bool long_enough = end - at >= 8;
#ifdef __SSE2__
        for (; end - at >= 16; at += 16) {
            if (const unsigned stops = bits_of(Block(at).is_odd()))
                return at + std::countr_zero(stops);
        }
#endif
        for (; end - at >= 8; at += 8) {
            if (const std::uint64_t odd = odd_bytes(word_at(at)))
                return at + std::countr_zero(odd) / 8;
        }
        if (long_enough && at != end) { // The last eight bytes: those before `at` are plain.
            const std::uint64_t odd = odd_bytes(word_at(end - 8));
            return odd != 0 ? end - 8 + std::countr_zero(odd) / 8 : end;
        }
        // Less than eight in all: both halves, which overlap, at once.
        if (end - at >= 4 && odd_bytes(half_at(at) | half_at(end - 4) << 32) == 0)
            return end;
    }
    while (at != end && is_plain(*at))
        ++at;
    return at;
}

// How much of the text that begins there is plain, as far as is looked: so many bytes, less one, which have to be there.
constexpr std::size_t likely_room = 32;
inline std::size_t likely_size(const char *at) noexcept {
#ifdef __SSE2__
    const unsigned first = bits_of(Block(at).is_odd()), last = 1U << 15;
    if (first != 0)
        return static_cast<std::size_t>(std::countr_zero(first));
    return 16 + static_cast<std::size_t>(std::countr_zero(bits_of(Block(at + 16).is_odd()) | last));
#else
    return static_cast<std::size_t>(plain_end(at, at + likely_room - 1) - at);
#endif
}

// Whether it is plain text of that size and then a quote, where `likely_room` bytes can be read. To ask for an expected size
// is quicker than to ask for the size: the processor goes on with it before it has looked.
inline bool is_likely(const char *at, std::size_t size) noexcept {
    if (size >= likely_room || at[size] != '"')
        return false;
#ifdef __SSE2__
    unsigned odd = bits_of(Block(at).is_odd());
    if (size >= 16)
        odd |= bits_of(Block(at + 16).is_odd()) << 16;
    return (odd & ((1U << size) - 1)) == 0;
#else
    return plain_end(at, at + size) == at + size;
#endif
}

// The first byte that is not ASCII; `end` where there is none.
inline const char *ascii_end(const char *at, const char *end) noexcept {
#ifdef __SSE2__
    for (; end - at >= 64; at += 64) {
        const Block a(at), b(at + 16), c(at + 32), d(at + 48);
        if (bits_of(_mm_or_si128(_mm_or_si128(a.bytes, b.bytes), _mm_or_si128(c.bytes, d.bytes))) != 0)
            break;
    }
#endif
    for (; end - at >= 8; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        if ((word & 0x8080808080808080) != 0)
            break;
    }
    while (at != end && static_cast<unsigned char>(*at) < 0x80)
        ++at;
    return at;
}

// Copies what comes before the first byte that is not ASCII, of `size` bytes; how many that are.
inline std::size_t copy_ascii(char *to, const char *from, std::size_t size) noexcept {
    std::size_t at = 0;
#ifdef __SSE2__
    for (; size - at >= 64; at += 64) {
        const Block a(from + at), b(from + at + 16), c(from + at + 32), d(from + at + 48);
        if (bits_of(_mm_or_si128(_mm_or_si128(a.bytes, b.bytes), _mm_or_si128(c.bytes, d.bytes))) != 0)
            break;
        a.put(to + at), b.put(to + at + 16), c.put(to + at + 32), d.put(to + at + 48);
    }
#endif
    for (; size - at >= 8; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, from + at, sizeof word);
        if ((word & 0x8080808080808080) != 0)
            break;
        std::memcpy(to + at, &word, sizeof word);
    }
    for (; at < size && static_cast<unsigned char>(from[at]) < 0x80; ++at)
        to[at] = from[at];
    return at;
}

} // namespace hostbill::json
