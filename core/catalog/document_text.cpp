#include "core/catalog/document_text.hpp"

#include "core/base/html_text.hpp"

#include <algorithm>
#include <utility>

namespace hostbill {
namespace {

constexpr std::size_t largest_repaired = std::size_t{16} << 20;

// "line 3, column 14" of a byte.
std::string place_of(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t start = before.rfind('\n');
    const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

// JSON wants control characters in texts escaped; these documents have them as they are.
std::string with_escaped_controls(std::string_view text, std::size_t &repaired) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(text.size());
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            in_text = !in_text;
        } else if (in_text && c == '\\' && i + 1 < text.size()) {
            out += c;
            out += text[++i];
            continue;
        } else if (in_text && static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += digits[static_cast<unsigned char>(c) >> 4U];
            out += digits[static_cast<unsigned char>(c) & 0xFU];
            ++repaired;
            continue;
        }
        out += c;
    }
    return out;
}

Result<json::Value, json::ParseError> parse_leniently(std::string_view text) {
    return json::parse(text, {.max_bytes = largest_repaired, .dialect = json::Dialect::lenient});
}

} // namespace

Result<json::Value, std::string> read_careless_json(std::string_view text, std::size_t &escaped_controls) {
    const std::string repaired = with_escaped_controls(text, escaped_controls);
    Result<json::Value, json::ParseError> parsed = parse_leniently(repaired);
    if (!parsed)
        return "not JSON at " + place_of(repaired, parsed.error().offset) + ": " + parsed.error().message;
    return std::move(*parsed);
}

std::optional<json::Value> careless_json_within(std::string_view words) {
    const std::size_t start = words.find_first_of("{[");
    const std::size_t end = words.find_last_of("}]");
    if (start == std::string_view::npos || end == std::string_view::npos || end < start)
        return std::nullopt;
    std::size_t controls = 0;
    Result<json::Value, json::ParseError> parsed =
        parse_leniently(with_escaped_controls(words.substr(start, end - start + 1), controls));
    return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

std::string words_of_html(std::string_view html) {
    std::string out;
    for (const char c : html_to_text(html)) {
        if (static_cast<unsigned char>(c) > ' ')
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.ends_with(' '))
        out.pop_back();
    return out;
}

std::string shortened(std::string text) {
    std::size_t length = std::min<std::size_t>(text.size(), 200);
    while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
        --length;
    text.resize(length);
    return text;
}

} // namespace hostbill
