#include "core/json/json.hpp"
#include "core/json/json_text.hpp"

#include <charconv>

namespace hostbill::json {
namespace {

void append_unit_escape(Out &out, char32_t unit) {
    constexpr char digits[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[(unit >> shift) & 0xF];
}

void append_escape(Out &out, char32_t code) {
    if (code < 0x10000) {
        append_unit_escape(out, code);
    } else {
        append_unit_escape(out, 0xD800 + ((code - 0x10000) >> 10));
        append_unit_escape(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
    }
}

constexpr std::int64_t largest_exact = std::int64_t{1} << 53; // in a double

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

// Text without the bytes that need more than a copy.
void append_plain(Out &out, const char *from, const char *to) {
    const auto size = static_cast<std::size_t>(to - from);
    copy_bytes(out.room_for(size), from, size);
    out.advance(size);
}

void append_odd_text(Out &out, std::string_view text, bool ascii) {
    const char *at = text.data();
    const char *const end = at + text.size();
    out += '"';
    for (;;) {
        const char *plain = plain_end(at, end);
        append_plain(out, at, plain);
        if (plain == end)
            break;
        at = plain + 1;
        if (static_cast<unsigned char>(*plain) < 0x80) {
            const char escape = escape_of(*plain);
            if (escape == 'u') {
                append_unit_escape(out, static_cast<unsigned char>(*plain));
            } else {
                out += '\\';
                out += escape;
            }
            continue;
        }
        const std::string_view rest(plain, static_cast<std::size_t>(end - plain));
        std::size_t bytes = 0;
        const char32_t code = next_code_point(rest, bytes);
        if (ascii)
            append_escape(out, code);
        else
            out += rest.substr(0, bytes);
        at = plain + bytes;
    }
    out += '"';
}

void append_text(Out &out, std::string_view text, bool ascii) {
    const char *const end = text.data() + text.size();
    if (plain_end(text.data(), end) != end)
        return append_odd_text(out, text, ascii);
    char *const to = out.room_for(text.size() + 2);
    to[0] = '"';
    copy_bytes(to + 1, text.data(), text.size());
    to[text.size() + 1] = '"';
    out.advance(text.size() + 2);
}

// A short text in its quotes, as most are, for which there has to be that much room. Where it ends; nullptr: it is long,
// or some of it has to be escaped.
constexpr std::size_t short_room = Text::room + 2;
char *put_short([[maybe_unused]] char *to, [[maybe_unused]] const Text &text) {
#ifdef __SSE2__
    const std::size_t size = text.size();
    if (size > Text::most_near)
        return nullptr;
    const Block block(text.data());
    // What lies behind it is odd, too: the zeros that fill it up, or its size.
    if (static_cast<std::size_t>(std::countr_zero(bits_of(block.is_odd()))) != size)
        return nullptr;
    to[0] = '"';
    _mm_storeu_si128(reinterpret_cast<__m128i *>(to + 1), block.bytes);
    to[size + 1] = '"';
    return to + size + 2;
#else
    return nullptr;
#endif
}

void append_text(Out &out, const Text &text, bool ascii) {
    char *const to = out.room_for(short_room);
    if (const char *const end = put_short(to, text))
        out.advance(static_cast<std::size_t>(end - to));
    else
        append_text(out, text.view(), ascii);
}

// A name and its text, with what stands before and between, where both are short and need no escape. Whether they do.
bool append_short_member([[maybe_unused]] Out &out, [[maybe_unused]] char before, [[maybe_unused]] const Text &name,
                         [[maybe_unused]] const Text &text) {
#ifdef __SSE2__
    char *const to = out.room_for(2 * short_room + 2);
    if (char *const colon = put_short(to + 1, name)) {
        *to = before;
        *colon = ':';
        if (const char *const end = put_short(colon + 1, text)) {
            out.advance(static_cast<std::size_t>(end - to));
            return true;
        }
    }
#endif
    return false;
}

// With what stands before and after it.
void append_name(Out &out, char before, const Text &name, bool ascii) {
    char *const to = out.room_for(short_room + 2);
    *to = before;
    if (char *const end = put_short(to + 1, name)) {
        *end = ':';
        out.advance(static_cast<std::size_t>(end + 1 - to));
    } else {
        out.advance(1);
        append_text(out, name.view(), ascii);
        out += ':';
    }
}

void append_value(Out &out, const Value &value, bool ascii) {
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
        append_number(out, *value.integer());
        if (quoted)
            out += '"';
        break;
    }
    case Kind::number: {
        // "-0" is the one whole number kept as text that a double holds exactly.
        const std::string_view text = *value.number_text();
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
        char before = '[';
        for (const Value &element : *value.array()) {
            out += before;
            append_value(out, element, ascii);
            before = ',';
        }
        out += before == '[' ? "[]" : "]";
        break;
    }
    case Kind::object: {
        char before = '{';
        for (const Member &member : *value.object()) {
            const Text *const text = member.value.string();
            if (text == nullptr || !append_short_member(out, before, member.key, *text)) {
                append_name(out, before, member.key, ascii);
                append_value(out, member.value, ascii);
            }
            before = ',';
        }
        out += before == '{' ? "{}" : "}";
        break;
    }
    }
}

} // namespace

std::string write_ascii(const Value &value) {
    Out out;
    append_value(out, value, true);
    return std::string(out.view());
}

void append_ascii(Out &out, const Value &value) { append_value(out, value, true); }

void append_ascii_text(Out &out, std::string_view text) { append_text(out, text, true); }

void append_number(Out &out, std::int64_t number) {
    constexpr std::size_t most_digits = 20;
    char *const at = out.room_for(most_digits);
    out.advance(static_cast<std::size_t>(std::to_chars(at, at + most_digits, number).ptr - at));
}

void append_raw_ascii(Out &out, std::string_view json_text) {
    if (json_text.starts_with("\xEF\xBB\xBF"))
        json_text.remove_prefix(3);
    for (std::size_t at = 0; at < json_text.size();) {
        const std::string_view rest = json_text.substr(at);
        const std::size_t plain = copy_ascii(out.room_for(rest.size()), rest.data(), rest.size());
        out.advance(plain);
        at += plain;
        if (at < json_text.size())
            append_escape(out, next_code_point(json_text, at));
    }
}

std::string write_utf8(const Value &value) {
    Out out;
    append_value(out, value, false);
    return std::string(out.view());
}

} // namespace hostbill::json
