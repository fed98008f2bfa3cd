#include "core/json.hpp"
#include "core/json_text.hpp"

#include <charconv>

namespace hostbill::json {
namespace {

void append_unit_escape(std::string &out, char32_t unit) {
    constexpr char digits[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[(unit >> shift) & 0xF];
}

void append_escape(std::string &out, char32_t code) {
    if (code < 0x10000) {
        append_unit_escape(out, code);
    } else {
        append_unit_escape(out, 0xD800 + ((code - 0x10000) >> 10));
        append_unit_escape(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
    }
}

constexpr std::int64_t largest_exact = std::int64_t{1} << 53; // in a double

void append_integer(std::string &out, std::int64_t value) {
    char buffer[24];
    const auto [end, code] = std::to_chars(std::begin(buffer), std::end(buffer), value);
    out.append(buffer, end);
}

bool is_whole(std::string_view number) { return number.find_first_of(".eE") == std::string_view::npos; }

// Whether every reader of JSON takes it for a finite number.
bool fits_double(std::string_view number) {
    constexpr std::size_t most_digits = 100; // with an exponent below 200 there is room
    const std::size_t e = number.find_first_of("eE");
    std::string_view exponent = e == std::string_view::npos ? "0" : number.substr(e + 1);
    if (exponent.starts_with('+') || exponent.starts_with('-'))
        exponent.remove_prefix(1);
    const bool small = exponent.size() < 3 || (exponent.size() == 3 && exponent.front() < '2');
    return number.size() <= most_digits && small;
}

// One table for both writers: 0 goes out as it is, 'u' as \u00XX, anything else after a backslash.
char escape_of(char character) {
    switch (character) {
    case '"':
        return '"';
    case '\\':
        return '\\';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return static_cast<unsigned char>(character) < 0x20 || character == 0x7F ? 'u' : '\0';
    }
}

void append_text(std::string &out, std::string_view text, bool ascii) {
    out += '"';
    std::size_t plain = 0; // start of what can be copied in one piece
    for (std::size_t i = 0; i < text.size();) {
        const char character = text[i];
        const bool wide = static_cast<unsigned char>(character) >= 0x80;
        const char escape = wide ? '\0' : escape_of(character);
        if (!(wide && ascii) && escape == '\0') {
            ++i;
            continue;
        }
        out.append(text, plain, i - plain);
        if (wide) {
            append_escape(out, next_code_point(text, i));
        } else {
            ++i;
            if (escape == 'u') {
                append_unit_escape(out, static_cast<unsigned char>(character));
            } else {
                out += '\\';
                out += escape;
            }
        }
        plain = i;
    }
    out.append(text, plain, text.size() - plain);
    out += '"';
}

void append_value(std::string &out, const Value &value, bool ascii) {
    switch (value.kind()) {
    case Kind::null:
        out += "null";
        break;
    case Kind::boolean:
        out += *value.boolean() ? "true" : "false";
        break;
    case Kind::integer: {
        const bool quoted = ascii && (*value.integer() > largest_exact || *value.integer() < -largest_exact);
        if (quoted)
            out += '"';
        append_integer(out, *value.integer());
        if (quoted)
            out += '"';
        break;
    }
    case Kind::number: {
        // "-0" is the one whole number kept as text that a double holds exactly.
        const std::string &text = *value.number_text();
        const bool quoted = ascii && (is_whole(text) ? text != "-0" : !fits_double(text));
        if (quoted)
            out += '"';
        out += text;
        if (quoted)
            out += '"';
        break;
    }
    case Kind::string:
        append_text(out, *value.string(), ascii);
        break;
    case Kind::array: {
        out += '[';
        bool first = true;
        for (const Value &element : *value.array()) {
            if (!first)
                out += ',';
            first = false;
            append_value(out, element, ascii);
        }
        out += ']';
        break;
    }
    case Kind::object: {
        out += '{';
        bool first = true;
        for (const Member &member : *value.object()) {
            if (!first)
                out += ',';
            first = false;
            append_text(out, member.key, ascii);
            out += ':';
            append_value(out, member.value, ascii);
        }
        out += '}';
        break;
    }
    }
}

} // namespace

std::string write_ascii(const Value &value) {
    std::string out;
    append_value(out, value, true);
    return out;
}

void append_ascii(std::string &out, const Value &value) { append_value(out, value, true); }

void append_ascii_text(std::string &out, std::string_view text) { append_text(out, text, true); }

void append_raw_ascii(std::string &out, std::string_view json_text) {
    if (json_text.starts_with("\xEF\xBB\xBF"))
        json_text.remove_prefix(3);
    for (std::size_t i = 0; i < json_text.size();) {
        const std::size_t start = i;
        while (i < json_text.size() && static_cast<unsigned char>(json_text[i]) < 0x80)
            ++i;
        out.append(json_text, start, i - start);
        if (i < json_text.size())
            append_escape(out, next_code_point(json_text, i));
    }
}

std::string write_utf8(const Value &value) {
    std::string out;
    append_value(out, value, false);
    return out;
}

} // namespace hostbill::json
