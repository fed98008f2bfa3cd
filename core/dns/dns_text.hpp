// The texts within DNS records: character strings with their quotes and escapes, and the words of a record's data.
#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

// Why a text is refused, as it goes on behind its name: "holds an empty label".
struct Phrase {
    std::string text;
};

// One string of a TXT record holds no more.
inline constexpr std::size_t longest_character_string = 255;

// Reads "\." or "\032" at `at`, which is the backslash, and moves behind it. nullopt: it is neither.
std::optional<char> read_escape(std::string_view text, std::size_t &at);

void append_decimal_escape(std::string &out, char octet); // "\032"

// A text with its escapes undone; nullopt where one is broken.
std::optional<std::string> unescaped(std::string_view text);

enum class Octets : std::uint8_t {
    as_they_are, // what is beyond ASCII stays
    escaped,     // ASCII alone, for zone files
};

// "\"v=spf1 -all\"": in quotes, with escapes where there have to be.
std::string quoted(std::string_view text, Octets octets);

// A text as the strings of one TXT record: each of at most 255 octets, none ending inside a UTF-8 character.
std::vector<std::string> character_strings(std::string_view text);

// Those strings, quoted, with blanks between them.
std::string quoted_strings(std::string_view text, Octets octets);

// What `"one " "two"` says: "one two". nullopt: the text is no such list of quoted strings, or says what is no UTF-8.
std::optional<std::string> joined_strings(std::string_view text);

// What a TXT record's content says: portals give it plain or in quotes.
std::string plain_text(std::string_view content);

// The content by which callers know a TXT record that says `text`: the text itself, in quotes only where it looks like
// quoted strings.
std::string text_content(const std::string &text);

struct Word {
    std::string text; // without its quotes; escapes are as they were
    bool quoted = false;
};

// The words of a record's data.
Result<std::vector<Word>, Phrase> split_words(std::string_view text);

bool is_utf8(std::string_view text) noexcept;

// What a message may show of a text from elsewhere: short, printable, on one line, in single quotes.
std::string shown(std::string_view text);

} // namespace hostbill
