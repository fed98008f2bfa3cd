// The text inside JSON: UTF-8, and runs of bytes that need no look of their own.
#pragma once

#include "core/json_out.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hostbill::json {

constexpr char32_t replacement = 0xFFFD; // for text that is none

// What begins at the first of the bytes: one character, or a part that belongs to none.
struct Sequence {
    std::size_t bytes; // at least one
    bool well_formed;
};

// `text` is not empty. An ill-formed part is as long as it could have been the beginning of a character.
Sequence sequence_at(std::string_view text) noexcept;

// Decodes the code point at `position` and moves past it. Ill-formed bytes give U+FFFD, one for each maximal part.
char32_t next_code_point(std::string_view text, std::size_t &position) noexcept;

void append_code_point(Out &out, char32_t code);

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

// The first byte that is not ASCII; `end` where there is none.
inline const char *ascii_end(const char *at, const char *end) noexcept {
    constexpr std::size_t words = 4;
    for (; end - at >= static_cast<std::ptrdiff_t>(sizeof(std::uint64_t[words])); at += sizeof(std::uint64_t[words])) {
        std::uint64_t block[words];
        std::memcpy(block, at, sizeof block);
        if (((block[0] | block[1] | block[2] | block[3]) & 0x8080808080808080) != 0)
            break;
    }
    while (at != end && static_cast<unsigned char>(*at) < 0x80)
        ++at;
    return at;
}

} // namespace hostbill::json
