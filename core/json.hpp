// JSON: a value type, a parser with limits and two writers.
//
// Text is UTF-8 throughout and may hold NUL. Numbers that are not plain 64-bit integers keep the exact text they
// were written with, so that money never passes through a double.
#pragma once

#include "core/result.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hostbill::json {

class Value;
struct Member;

using Array = std::vector<Value>;

// An object's members in the order they were written. Look-up is linear: objects are small or walked in order.
class Object {
public:
    Object();
    Object(std::initializer_list<Member> members);
    Object(const Object &);
    Object(Object &&) noexcept;
    Object &operator=(const Object &);
    Object &operator=(Object &&) noexcept;
    ~Object();

    const Value *find(std::string_view key) const; // nullptr: no such member
    Value *find(std::string_view key);
    Value &set(std::string_view key, Value value);    // replaces a member of that name, or appends
    Value &append(std::string_view key, Value value); // appends without looking; the key must be new
    bool erase(std::string_view key);

    std::size_t size() const noexcept;
    bool empty() const noexcept;
    std::vector<Member>::const_iterator begin() const noexcept;
    std::vector<Member>::const_iterator end() const noexcept;
    std::vector<Member>::iterator begin() noexcept;
    std::vector<Member>::iterator end() noexcept;

private:
    std::vector<Member> members_;
};

enum class Kind : std::uint8_t { null, boolean, integer, number, string, array, object };

// The name of a kind as people say it: "text", "whole number", ...
std::string_view kind_name(Kind kind);

class Value {
public:
    Value() noexcept = default; // null
    Value(std::nullptr_t) noexcept {}
    Value(bool value) noexcept : state_(value) {}
    Value(int value) noexcept : state_(std::int64_t{value}) {}
    Value(std::int64_t value) noexcept : state_(value) {}
    Value(const char *value) : state_(std::string(value)) {}
    Value(std::string_view value) : state_(std::string(value)) {}
    Value(std::string value) noexcept : state_(std::move(value)) {}
    Value(Array value) noexcept : state_(std::move(value)) {}
    Value(Object value) noexcept : state_(std::move(value)) {}
    // A number in JSON's own notation, kept as written. The caller answers for the notation.
    static Value number(std::string text);

    Kind kind() const noexcept { return static_cast<Kind>(state_.index()); }
    bool is_null() const noexcept { return kind() == Kind::null; }

    // nullptr where the value is of another kind.
    const bool *boolean() const noexcept { return std::get_if<bool>(&state_); }
    const std::int64_t *integer() const noexcept { return std::get_if<std::int64_t>(&state_); }
    const std::string *number_text() const noexcept; // of a number that is not an `integer()`
    const std::string *string() const noexcept { return std::get_if<std::string>(&state_); }
    std::string *string() noexcept { return std::get_if<std::string>(&state_); }
    const Array *array() const noexcept { return std::get_if<Array>(&state_); }
    Array *array() noexcept { return std::get_if<Array>(&state_); }
    const Object *object() const noexcept { return std::get_if<Object>(&state_); }
    Object *object() noexcept { return std::get_if<Object>(&state_); }

    // Member of an object; nullptr: none, or not an object.
    const Value *find(std::string_view key) const;

    friend bool operator==(const Value &, const Value &);

private:
    struct NumberText {
        std::string text;
        bool operator==(const NumberText &) const = default;
    };
    // The alternatives are in the order of Kind.
    std::variant<std::monostate, bool, std::int64_t, NumberText, std::string, Array, Object> state_;
};

struct Member {
    std::string key;
    Value value;
    friend bool operator==(const Member &, const Member &) = default;
};

struct ParseError {
    enum class Kind : std::uint8_t { empty, syntax, truncated, too_deep, too_large, duplicate_key, bad_text };
    Kind kind;
    std::size_t offset;  // in bytes, from the start of the text
    std::string message; // one line, without the offset and without any of the text
};

enum class Dialect : std::uint8_t {
    // What a caller gives: a repeated member, invalid UTF-8 and half a surrogate pair are errors.
    strict,
    // What a portal answers: the last of repeated members counts, text that is no text becomes U+FFFD, and a byte
    // order mark in front is skipped.
    lenient,
};

struct ParseLimits {
    std::size_t max_bytes = std::size_t{32} << 20;
    std::size_t max_depth = 64; // nested arrays and objects
    Dialect dialect = Dialect::strict;
};

Result<Value, ParseError> parse(std::string_view text, const ParseLimits &limits = {});

// For the callers of the library: ASCII only, and whole numbers beyond 2^53 as strings.
std::string write_ascii(const Value &value);
void append_ascii(std::string &out, const Value &value);
void append_ascii_text(std::string &out, std::string_view text); // as a JSON string

// JSON text made ASCII by escaping alone; everything else, numbers and blanks included, stays as it is.
void append_raw_ascii(std::string &out, std::string_view json_text);

// For portals: compact UTF-8, numbers as they came.
std::string write_utf8(const Value &value);

// Of valid UTF-8.
std::size_t count_code_points(std::string_view text) noexcept;

// Overwrites every text in the value, for those that may hold secrets.
void wipe(Value &value) noexcept;

} // namespace hostbill::json
