// JSON: a value type, a parser with limits and two writers.
//
// Text is UTF-8 throughout and may hold NUL. Numbers that are not plain 64-bit integers keep the exact text they
// were written with, so that money never passes through a double.
#pragma once

#include "core/base/result.hpp"
#include "core/json/json_memory.hpp"
#include "core/json/json_out.hpp"
#include "core/json/small_text.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hostbill::json {

class Value;
struct Member;

using Array = std::vector<Value, Blocks<Value>>;
using Members = std::vector<Member, Blocks<Member>>;

// An object's members in the order they were written. Look-up is linear: objects are small or walked in order.
class Object {
public:
    Object() noexcept;
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
    Member &add();                                    // appends a member without name or value
    void reserve(std::size_t members);
    bool erase(std::string_view key);

    std::size_t size() const noexcept;
    bool empty() const noexcept;
    Members::const_iterator begin() const noexcept;
    Members::const_iterator end() const noexcept;
    Members::iterator begin() noexcept;
    Members::iterator end() noexcept;

private:
    Members members_;
};

enum class Kind : std::uint8_t { null, boolean, integer, number, string, array, object };

// The name of a kind as people say it: "text", "whole number", ...
std::string_view kind_name(Kind kind);

class Value {
public:
    Value() noexcept {} // null
    Value(std::nullptr_t) noexcept {}
    Value(bool value) noexcept : kind_(Kind::boolean) { boolean_ = value; }
    Value(int value) noexcept : Value(std::int64_t{value}) {}
    Value(std::int64_t value) noexcept : kind_(Kind::integer) { integer_ = value; }
    Value(const char *value) : Value(std::string_view(value)) {}
    Value(const std::string &value) : Value(std::string_view(value)) {}
    Value(std::string_view value) { make_string().assign(value); }
    Value(Text value) noexcept { make_string() = std::move(value); }
    Value(Array value) noexcept { make_array() = std::move(value); }
    Value(Object value) noexcept;
    Value(const Value &other);
    Value(Value &&other) noexcept { take(other); }
    Value &operator=(const Value &other) { return *this = Value(other); }
    Value &operator=(Value &&other) noexcept {
        Value old; // `other` may be a part of it
        old.take(*this);
        take(other);
        return *this;
    }
    ~Value() { clear(); }
    // A number in JSON's own notation, kept as written. The caller answers for the notation.
    static Value number(std::string_view text);

    Kind kind() const noexcept { return kind_; }
    bool is_null() const noexcept { return kind_ == Kind::null; }

    // nullptr where the value is of another kind.
    const bool *boolean() const noexcept { return kind_ == Kind::boolean ? &boolean_ : nullptr; }
    const std::int64_t *integer() const noexcept { return kind_ == Kind::integer ? &integer_ : nullptr; }
    // Of a number that is not an `integer()`.
    const Text *number_text() const noexcept { return kind_ == Kind::number ? &text_ : nullptr; }
    const Text *string() const noexcept { return kind_ == Kind::string ? &text_ : nullptr; }
    Text *string() noexcept { return kind_ == Kind::string ? &text_ : nullptr; }
    const Array *array() const noexcept { return kind_ == Kind::array ? &array_ : nullptr; }
    Array *array() noexcept { return kind_ == Kind::array ? &array_ : nullptr; }
    const Object *object() const noexcept { return kind_ == Kind::object ? &object_ : nullptr; }
    Object *object() noexcept { return kind_ == Kind::object ? &object_ : nullptr; }

    // Becomes empty text, an empty list, an object without members.
    Text &make_string() noexcept;
    Array &make_array() noexcept;
    Object &make_object() noexcept;
    void make_integer(std::int64_t integer) noexcept; // as assigning it, in fewer steps

    // Member of an object; nullptr: none, or not an object.
    const Value *find(std::string_view key) const;

    friend bool operator==(const Value &, const Value &);

private:
    void clear() noexcept {
        if (kind_ >= Kind::array || (kind_ >= Kind::number && !text_.is_near()))
            destroy();
    }
    void destroy() noexcept;
    void take(Value &other) noexcept; // into a null

    union { // which one counts says `kind_`
        bool boolean_;
        std::int64_t integer_;
        Text text_; // of a number too
        Array array_;
        Object object_;
    };
    Kind kind_ = Kind::null;
};

struct Member {
    Text key = {};
    Value value = {};
    friend bool operator==(const Member &, const Member &) = default;
};

inline Object::Object() noexcept = default;
inline Object::Object(std::initializer_list<Member> members) : members_(members) {}
inline Object::Object(const Object &) = default;
inline Object::Object(Object &&) noexcept = default;
inline Object &Object::operator=(const Object &) = default;
inline Object &Object::operator=(Object &&) noexcept = default;
inline Object::~Object() = default;
inline Member &Object::add() { return members_.emplace_back(); }
inline void Object::reserve(std::size_t members) { members_.reserve(members); }
inline std::size_t Object::size() const noexcept { return members_.size(); }
inline bool Object::empty() const noexcept { return members_.empty(); }
inline Members::const_iterator Object::begin() const noexcept { return members_.begin(); }
inline Members::const_iterator Object::end() const noexcept { return members_.end(); }
inline Members::iterator Object::begin() noexcept { return members_.begin(); }
inline Members::iterator Object::end() noexcept { return members_.end(); }

inline Value::Value(Object value) noexcept { make_object() = std::move(value); }

inline void Value::take(Value &other) noexcept {
    switch (kind_ = std::exchange(other.kind_, Kind::null)) {
    case Kind::null:
        break;
    case Kind::boolean:
        boolean_ = other.boolean_;
        break;
    case Kind::integer:
        integer_ = other.integer_;
        break;
    case Kind::number:
    case Kind::string:
        new (&text_) Text(std::move(other.text_));
        break;
    case Kind::array:
        new (&array_) Array(std::move(other.array_));
        break;
    case Kind::object:
        new (&object_) Object(std::move(other.object_));
        break;
    }
}

inline Text &Value::make_string() noexcept {
    clear();
    kind_ = Kind::string;
    return *new (&text_) Text();
}

inline Array &Value::make_array() noexcept {
    clear();
    kind_ = Kind::array;
    return *new (&array_) Array();
}

inline Object &Value::make_object() noexcept {
    clear();
    kind_ = Kind::object;
    return *new (&object_) Object();
}

inline void Value::make_integer(std::int64_t integer) noexcept {
    clear();
    kind_ = Kind::integer;
    integer_ = integer;
}

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
    bool unique_names = false; // a repeated member is an error whatever the dialect
    // Not empty: what the outermost value is worth keeping for. Of an object the members of these names, of a list
    // nothing; the rest is checked all the same, at a fraction of the cost. For the lenient dialect.
    std::span<const std::string_view> members = {};
};

// `is_portable` tells of valid text whether make_portable() would leave it as it is for certain.
Result<Value, ParseError> parse(std::string_view text, const ParseLimits &limits = {}, bool *is_portable = nullptr);

// For the callers of the library: ASCII only, and whole numbers beyond 2^53 as strings.
std::string write_ascii(const Value &value);
void append_ascii(Out &out, const Value &value);
void append_ascii_text(Out &out, std::string_view text); // as a JSON string
void append_number(Out &out, std::int64_t number);

// JSON text made ASCII by escaping alone; everything else, numbers and blanks included, stays as it is.
void append_raw_ascii(Out &out, std::string_view json_text);

// Makes JSON text one line that every reader takes, in its place: breaks between values become blanks, and half a surrogate
// pair U+FFFD, as parse() has it.
void make_portable(std::string &json_text) noexcept;

// For portals: compact UTF-8, numbers as they came.
std::string write_utf8(const Value &value);

// Of valid UTF-8.
std::size_t count_code_points(std::string_view text) noexcept;

// Overwrites every text in the value, for those that may hold secrets.
void wipe(Value &value) noexcept;

} // namespace hostbill::json
