#include "core/dns/dns_text.hpp"

#include "core/base/ascii.hpp"

#include <array>

namespace hostbill {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

} // namespace

std::optional<char> read_escape(std::string_view text, std::size_t &at) {
    if (at + 1 >= text.size())
        return std::nullopt;
    if (!is_digit(text[at + 1])) {
        at += 2;
        return text[at - 1];
    }
    if (at + 3 >= text.size() || !is_digit(text[at + 2]) || !is_digit(text[at + 3]))
        return std::nullopt;
    const int octet = (text[at + 1] - '0') * 100 + (text[at + 2] - '0') * 10 + (text[at + 3] - '0');
    if (octet > 255)
        return std::nullopt;
    at += 4;
    return static_cast<char>(octet);
}

void append_decimal_escape(std::string &out, char octet) {
    const auto value = static_cast<unsigned char>(octet);
    out += '\\';
    out += static_cast<char>('0' + value / 100);
    out += static_cast<char>('0' + value / 10 % 10);
    out += static_cast<char>('0' + value % 10);
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '\\') {
            out += text[at++];
            continue;
        }
        const std::optional<char> octet = read_escape(text, at);
        if (!octet)
            return std::nullopt;
        out += *octet;
    }
    return out;
}

std::string quoted(std::string_view text, Octets octets) {
    std::string out = "\"";
    for (const char c : text) {
        const auto value = static_cast<unsigned char>(c);
        if (value < ' ' || value == 127 || (value > 127 && octets == Octets::escaped)) {
            append_decimal_escape(out, c);
            continue;
        }
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

std::vector<std::string> character_strings(std::string_view text) {
    std::vector<std::string> strings;
    while (text.size() > longest_character_string) {
        std::size_t size = longest_character_string;
        while (size > longest_character_string - 4 && continues_character(text[size]))
            --size;
        strings.emplace_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    strings.emplace_back(text);
    return strings;
}

std::string quoted_strings(std::string_view text, Octets octets) {
    std::string out;
    for (const std::string &part : character_strings(text)) {
        if (!out.empty())
            out += ' ';
        out += quoted(part, octets);
    }
    return out;
}

std::optional<std::string> joined_strings(std::string_view text) {
    const Result<std::vector<Word>, Phrase> words = split_words(text);
    if (!words || words->empty())
        return std::nullopt;
    std::string out;
    for (const Word &word : *words) {
        const std::optional<std::string> part = unescaped(word.text);
        if (!word.quoted || !part)
            return std::nullopt;
        out += *part;
    }
    if (!is_utf8(out))
        return std::nullopt;
    return out;
}

std::string plain_text(std::string_view content) { return joined_strings(content).value_or(std::string(content)); }

std::string text_content(const std::string &text) {
    return joined_strings(text) ? quoted_strings(text, Octets::as_they_are) : text;
}

Result<std::vector<Word>, Phrase> split_words(std::string_view text) {
    std::vector<Word> words;
    std::size_t at = 0;
    while (true) {
        while (at < text.size() && is_blank(text[at]))
            ++at;
        if (at == text.size())
            return words;
        Word word{.text = {}, .quoted = text[at] == '"'};
        if (word.quoted)
            ++at;
        while (at < text.size() && (word.quoted ? text[at] != '"' : !is_blank(text[at]))) {
            if (!word.quoted && text[at] == '"')
                return Phrase{"holds a quote inside a word"};
            if (text[at] == '\\' && at + 1 < text.size())
                word.text += text[at++];
            word.text += text[at++];
        }
        if (word.quoted) {
            if (at == text.size())
                return Phrase{"holds a quote that is not closed"};
            ++at;
            if (at < text.size() && !is_blank(text[at]) && text[at] != '"')
                return Phrase{"holds a quote inside a word"};
        }
        words.push_back(std::move(word));
    }
}

bool is_utf8(std::string_view text) noexcept {
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const std::size_t size = first < 0x80   ? 1
                                 : first < 0xC2 ? 0
                                 : first < 0xE0 ? 2
                                 : first < 0xF0 ? 3
                                 : first < 0xF5 ? 4
                                                : 0;
        if (size == 0 || at + size > text.size())
            return false;
        std::uint32_t point = size == 1 ? first : first & (0xFFU >> (size + 1));
        for (std::size_t i = 1; i < size; ++i) {
            if (!continues_character(text[at + i]))
                return false;
            point = point << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
        }
        constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
        if (point < least[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
            return false;
        at += size;
    }
    return true;
}

std::string shown(std::string_view text) {
    constexpr std::size_t most = 40;
    const std::string safe = quoted(text.substr(0, most), Octets::escaped);
    return "'" + safe.substr(1, safe.size() - 2) + (text.size() > most ? ".." : "") + "'";
}

} // namespace hostbill
