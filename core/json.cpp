#include "core/json.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <new>
#include <numeric>
#include <optional>
#include <stdexcept>

// A namespace of our own, so that a program with another RapidJSON build never mixes with this one.
#define RAPIDJSON_NAMESPACE hostbill_rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace hostbill_rapidjson {
#define RAPIDJSON_NAMESPACE_END }
#define RAPIDJSON_HAS_STDSTRING 0
#define RAPIDJSON_ASSERT(condition)                                                                                    \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            throw std::logic_error("RapidJSON: " #condition);                                                          \
    } while (false)
#define RAPIDJSON_NOEXCEPT_ASSERT(condition) static_cast<void>(0)

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#pragma GCC diagnostic pop

namespace hostbill::json {

// --- Values ---------------------------------------------------------------------------------------------------------

Object::Object() = default;
Object::Object(std::initializer_list<Member> members) : members_(members) {}
Object::Object(const Object &) = default;
Object::Object(Object &&) noexcept = default;
Object &Object::operator=(const Object &) = default;
Object &Object::operator=(Object &&) noexcept = default;
Object::~Object() = default;

const Value *Object::find(std::string_view key) const {
    for (const Member &member : members_) {
        if (member.key == key)
            return &member.value;
    }
    return nullptr;
}

Value *Object::find(std::string_view key) { return const_cast<Value *>(static_cast<const Object *>(this)->find(key)); }

Value &Object::set(std::string_view key, Value value) {
    if (Value *existing = find(key))
        return *existing = std::move(value);
    return append(key, std::move(value));
}

Value &Object::append(std::string_view key, Value value) {
    return members_.emplace_back(Member{std::string(key), std::move(value)}).value;
}

bool Object::erase(std::string_view key) {
    return std::erase_if(members_, [&](const Member &member) { return member.key == key; }) > 0;
}

std::size_t Object::size() const noexcept { return members_.size(); }
bool Object::empty() const noexcept { return members_.empty(); }
std::vector<Member>::const_iterator Object::begin() const noexcept { return members_.begin(); }
std::vector<Member>::const_iterator Object::end() const noexcept { return members_.end(); }
std::vector<Member>::iterator Object::begin() noexcept { return members_.begin(); }
std::vector<Member>::iterator Object::end() noexcept { return members_.end(); }

std::string_view kind_name(Kind kind) {
    switch (kind) {
    case Kind::null:
        return "null";
    case Kind::boolean:
        return "true or false";
    case Kind::integer:
        return "a whole number";
    case Kind::number:
        return "a number";
    case Kind::string:
        return "text";
    case Kind::array:
        return "a list";
    case Kind::object:
        return "an object";
    }
    return "";
}

Value Value::number(std::string text) {
    Value value;
    value.state_ = NumberText{std::move(text)};
    return value;
}

const std::string *Value::number_text() const noexcept {
    const auto *number = std::get_if<NumberText>(&state_);
    return number ? &number->text : nullptr;
}

const Value *Value::find(std::string_view key) const {
    const Object *members = object();
    return members ? members->find(key) : nullptr;
}

bool operator==(const Value &a, const Value &b) {
    if (const Object *members = a.object()) {
        const Object *others = b.object();
        return others && std::equal(members->begin(), members->end(), others->begin(), others->end());
    }
    return b.object() == nullptr && a.state_.index() == b.state_.index() &&
           std::visit(
               [&](const auto &left) {
                   using Alternative = std::decay_t<decltype(left)>;
                   if constexpr (std::is_same_v<Alternative, Object>) {
                       return false; // Compared above.
                   } else {
                       return left == *std::get_if<Alternative>(&b.state_);
                   }
               },
               a.state_);
}

namespace {

// --- Parsing --------------------------------------------------------------------------------------------------------

// The reader's own stacks start small and grow on the heap.
// RapidJSON's own allocator gives null when there is no memory, and its stack writes through that.
struct Allocator {
    static constexpr bool kNeedFree = true; // RapidJSON's name

    void *Malloc(std::size_t size) { return Realloc(nullptr, 0, size); }
    void *Realloc(void *block, std::size_t, std::size_t size) {
        if (size == 0) {
            std::free(block);
            return nullptr;
        }
        void *larger = std::realloc(block, size);
        if (larger == nullptr)
            throw std::bad_alloc();
        return larger;
    }
    static void Free(void *block) noexcept { std::free(block); }
};

using Utf8 = hostbill_rapidjson::UTF8<>;
using Reader = hostbill_rapidjson::GenericReader<Utf8, Utf8, Allocator>;
constexpr unsigned parse_flags = hostbill_rapidjson::kParseIterativeFlag |
                                 hostbill_rapidjson::kParseValidateEncodingFlag |
                                 hostbill_rapidjson::kParseNumbersAsStringsFlag;

// Below this many members a plain double loop beats anything cleverer.
constexpr std::size_t few_members = 16;

// Text that prints back as the same 64-bit integer is an integer; the rest ("1.0", "-0", 20 digits) stays text.
Value number_from(std::string_view text) {
    std::int64_t integer = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (code == std::errc() && end == text.data() + text.size() && text != "-0")
        return Value(integer);
    return Value::number(std::string(text));
}

// Builds the value from the reader's events. Returning false stops the reader; `failure` then says why.
class Builder {
public:
    Builder(const ParseLimits &limits, std::string_view source, const hostbill_rapidjson::MemoryStream &stream)
        : limits_(limits), source_(source), stream_(stream) {}

    bool Null() { return add(Value()); }
    bool Bool(bool value) { return add(Value(value)); }
    // As the source has it: what the reader saw may be another number of the same length.
    bool RawNumber(const char *, unsigned length, bool) {
        return add(number_from(source_.substr(stream_.Tell() - length, length)));
    }
    bool String(const char *text, unsigned length, bool) {
        return check_text({text, length}) && add(Value(std::string(text, length)));
    }
    bool Key(const char *text, unsigned length, bool) {
        if (!check_text({text, length}))
            return false;
        open_.back().key.assign(text, length);
        return true;
    }
    bool StartObject() { return open(Value(Object())); }
    bool StartArray() { return open(Value(Array())); }
    bool EndObject(unsigned) { return resolve_repeats(*open_.back().value.object()) && close(); }
    bool EndArray(unsigned) { return close(); }

    // Numbers come as text only; the reader's interface wants these all the same.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

    Value take() { return std::move(root_); }
    const std::optional<ParseError::Kind> &failure() const { return failure_; }

private:
    struct Open {
        Value value;
        std::string key; // of the member that comes next
    };

    bool add(Value value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (Array *array = open_.back().value.array()) {
            array->push_back(std::move(value));
        } else {
            open_.back().value.object()->append(open_.back().key, std::move(value));
        }
        return true;
    }

    bool open(Value value) {
        if (open_.size() >= limits_.max_depth)
            return fail(ParseError::Kind::too_deep);
        open_.push_back({std::move(value), {}});
        return true;
    }

    bool close() {
        Value value = std::move(open_.back().value);
        open_.pop_back();
        return add(std::move(value));
    }

    bool resolve_repeats(Object &object) {
        const std::vector<std::size_t> repeated = overridden_members(object);
        if (repeated.empty())
            return true;
        if (limits_.dialect == Dialect::strict)
            return fail(ParseError::Kind::duplicate_key);
        Object kept;
        std::size_t index = 0;
        auto skip = repeated.begin();
        for (Member &member : object) {
            if (skip != repeated.end() && *skip == index) {
                ++skip;
            } else {
                kept.append(member.key, std::move(member.value));
            }
            ++index;
        }
        object = std::move(kept);
        return true;
    }

    // The places, in order, of members whose name comes again later.
    static std::vector<std::size_t> overridden_members(const Object &object) {
        std::vector<std::size_t> overridden;
        const auto members = object.begin();
        if (object.size() <= few_members) {
            for (std::size_t i = 0; i < object.size(); ++i) {
                for (std::size_t j = i + 1; j < object.size(); ++j) {
                    if (members[static_cast<std::ptrdiff_t>(i)].key == members[static_cast<std::ptrdiff_t>(j)].key) {
                        overridden.push_back(i);
                        break;
                    }
                }
            }
            return overridden;
        }
        std::vector<std::size_t> order(object.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const auto key_at = [&](std::size_t i) -> const std::string & {
            return members[static_cast<std::ptrdiff_t>(i)].key;
        };
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return key_at(a) < key_at(b); });
        for (std::size_t i = 0; i + 1 < order.size(); ++i) {
            if (key_at(order[i]) == key_at(order[i + 1]))
                overridden.push_back(order[i]);
        }
        std::sort(overridden.begin(), overridden.end());
        return overridden;
    }

    // The reader lets the escape of a lone low surrogate through; its three bytes are no UTF-8.
    bool check_text(std::string_view text) {
        for (std::size_t at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1)) {
            if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0)
                return fail(ParseError::Kind::bad_text);
        }
        return true;
    }

    bool fail(ParseError::Kind kind) {
        failure_ = kind;
        return false;
    }

    const ParseLimits &limits_;
    std::string_view source_;
    const hostbill_rapidjson::MemoryStream &stream_;
    Value root_;
    std::vector<Open> open_;
    std::optional<ParseError::Kind> failure_;
};

const char *message_of(ParseError::Kind kind) {
    switch (kind) {
    case ParseError::Kind::empty:
        return "is empty";
    case ParseError::Kind::syntax:
        return "is not valid JSON";
    case ParseError::Kind::truncated:
        return "ends in the middle of the JSON";
    case ParseError::Kind::too_deep:
        return "is nested too deeply";
    case ParseError::Kind::too_large:
        return "is too large";
    case ParseError::Kind::duplicate_key:
        return "has a name twice in one object";
    case ParseError::Kind::bad_text:
        return "holds text that is not valid Unicode";
    }
    return "";
}

ParseError parse_error(ParseError::Kind kind, std::size_t offset) { return {kind, offset, message_of(kind)}; }

ParseError::Kind kind_of(hostbill_rapidjson::ParseErrorCode code, bool at_end) {
    switch (code) {
    case hostbill_rapidjson::kParseErrorDocumentEmpty:
        return ParseError::Kind::empty;
    case hostbill_rapidjson::kParseErrorStringInvalidEncoding:
    case hostbill_rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
        return ParseError::Kind::bad_text;
    default:
        return at_end ? ParseError::Kind::truncated : ParseError::Kind::syntax;
    }
}

// Where the number that begins at `start` ends; `start` where it is none.
std::size_t number_end(std::string_view text, std::size_t start) {
    std::size_t at = start;
    const auto digits = [&] {
        const std::size_t first = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            ++at;
        return at > first;
    };
    if (at < text.size() && text[at] == '-')
        ++at;
    const bool zero = at < text.size() && text[at] == '0';
    const std::size_t whole = at;
    if (!digits() || (zero && at > whole + 1))
        return start;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (!digits())
            return start;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-'))
            ++at;
        if (!digits())
            return start;
    }
    return at;
}

// The reader refuses numbers that no double holds, even where it only passes their text on. The same text with zeros
// of the same length for every long number, which leaves everything in its place.
std::string with_small_numbers(std::string_view text) {
    std::string out(text);
    bool inside = false; // a string
    for (std::size_t i = 0; i < out.size(); ++i) {
        const char c = out[i];
        if (inside && c == '\\') {
            ++i;
        } else if (c == '"') {
            inside = !inside;
        } else if (!inside && (c == '-' || (c >= '0' && c <= '9'))) {
            const std::size_t first = c == '-' ? i + 1 : i;
            const std::size_t end = std::max(number_end(text, i), i + 1);
            if (end > first + 2)
                out.replace(first, end - first, "0." + std::string(end - first - 2, '0'));
            i = end - 1;
        }
    }
    return out;
}

// Parses `text`, with numbers as `source` has them: the same text but for numbers.
Result<Value, ParseError> parse_as(std::string_view text, std::string_view source, const ParseLimits &limits) {
    // The reader takes NUL for the end of its input.
    const std::size_t nul = text.find('\0');
    hostbill_rapidjson::MemoryStream stream(text.data(), std::min(nul, text.size()));
    Reader reader;
    Builder builder(limits, source, stream);
    reader.Parse<parse_flags>(stream, builder);
    if (text.data() == source.data() && reader.GetParseErrorCode() == hostbill_rapidjson::kParseErrorNumberTooBig)
        return parse_as(with_small_numbers(text), source, limits);
    if (builder.failure())
        return parse_error(*builder.failure(), std::min(stream.Tell(), text.size()));
    if (reader.HasParseError()) {
        const std::size_t offset = std::min(reader.GetErrorOffset(), text.size());
        const auto code = reader.GetParseErrorCode();
        // A text cut inside a string is reported at the string's start, hence the second look.
        const bool at_end = nul == std::string_view::npos &&
                            (offset >= text.size() || code == hostbill_rapidjson::kParseErrorStringMissQuotationMark);
        return parse_error(nul == 0 ? ParseError::Kind::syntax : kind_of(code, at_end), offset);
    }
    if (nul != std::string_view::npos)
        return parse_error(ParseError::Kind::syntax, nul);
    return builder.take();
}

Result<Value, ParseError> parse_once(std::string_view text, const ParseLimits &limits) {
    return parse_as(text, text, limits);
}

// --- Text -----------------------------------------------------------------------------------------------------------

constexpr char32_t replacement = 0xFFFD;

// Decodes the code point at `position` and moves past it. Ill-formed bytes give U+FFFD, one for each maximal part.
char32_t next_code_point(std::string_view text, std::size_t &position) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(position++);
    if (first < 0x80)
        return first;
    const unsigned length = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1; // bytes that have to follow
    if (first < 0xC2 || first > 0xF4)
        return replacement;
    char32_t code = static_cast<char32_t>(first & (0x3F >> length));
    for (unsigned i = 0; i < length; ++i) {
        if (position == text.size())
            return replacement;
        const unsigned char next = byte(position);
        // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
        const unsigned char low = i == 0 && first == 0xE0 ? 0xA0 : i == 0 && first == 0xF0 ? 0x90 : 0x80;
        const unsigned char high = i == 0 && first == 0xED ? 0x9F : i == 0 && first == 0xF4 ? 0x8F : 0xBF;
        if (next < low || next > high)
            return replacement;
        code = (code << 6) | (next & 0x3F);
        ++position;
    }
    return code;
}

void append_code_point(std::string &out, char32_t code) {
    const auto put = [&](char32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

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

// The value of the \uXXXX escape at `position`; negative where there is none.
long unit_escape_at(std::string_view text, std::size_t position) {
    if (position + 6 > text.size() || text[position] != '\\' || text[position + 1] != 'u')
        return -1;
    unsigned unit = 0;
    const char *end = text.data() + position + 6;
    const auto [stop, code] = std::from_chars(end - 4, end, unit, 16);
    return code == std::errc() && stop == end ? static_cast<long>(unit) : -1;
}

// The same JSON with every ill-formed byte and every unpaired surrogate escape replaced by U+FFFD.
std::string repair_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '\\') {
            append_code_point(out, next_code_point(text, i));
            continue;
        }
        const long unit = unit_escape_at(text, i);
        if (unit < 0) { // Another escape, such as \\ or \": its second character is not an escape's start.
            out += text[i++];
            if (i < text.size() && text[i] != 'u')
                append_code_point(out, next_code_point(text, i));
            continue;
        }
        const bool high = unit >= 0xD800 && unit < 0xDC00;
        const long low = high ? unit_escape_at(text, i + 6) : -1;
        if (high && low >= 0xDC00 && low < 0xE000) {
            out += text.substr(i, 12);
            i += 12;
        } else {
            out += unit >= 0xD800 && unit < 0xE000 ? std::string_view("\\ufffd") : text.substr(i, 6);
            i += 6;
        }
    }
    return out;
}

// --- Writing --------------------------------------------------------------------------------------------------------

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

Result<Value, ParseError> parse(std::string_view text, const ParseLimits &limits) {
    if (text.size() > limits.max_bytes)
        return parse_error(ParseError::Kind::too_large, limits.max_bytes);
    const bool lenient = limits.dialect == Dialect::lenient;
    if (lenient && text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    Result<Value, ParseError> parsed = parse_once(text, limits);
    if (!parsed && lenient && parsed.error().kind == ParseError::Kind::bad_text) {
        return parse_once(repair_text(text), limits);
    }
    return parsed;
}

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

std::size_t count_code_points(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

namespace {
// Not optimised away, unlike a plain memset before the memory is freed.
void wipe_text(std::string &text) noexcept { explicit_bzero(text.data(), text.size()); }
} // namespace

void wipe(Value &value) noexcept {
    if (std::string *text = value.string()) {
        wipe_text(*text);
    } else if (Array *array = value.array()) {
        for (Value &element : *array)
            wipe(element);
    } else if (Object *object = value.object()) {
        for (Member &member : *object)
            wipe(member.value);
    }
}

} // namespace hostbill::json
