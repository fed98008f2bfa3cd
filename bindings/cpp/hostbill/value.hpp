// What portals take and answer: nothing, true or false, numbers, texts, lists, and objects that keep their order.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <limits>
#include <locale>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace hostbill {

// A value is not what the program takes it for, or cannot be sent.
class ValueError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

// A number with its digits as they were written: "19.90".
struct Decimal {
    std::string digits;

    friend bool operator==(const Decimal &one, const Decimal &other) { return one.digits == other.digits; }
    friend bool operator!=(const Decimal &one, const Decimal &other) { return !(one == other); }
};

class Value;
struct Member;

// The members of an object, in order. Names are looked for from the front, which is quick enough for what portals send.
class Object {
public:
    Object() = default;
    inline Object(std::initializer_list<Member> members);

    // The member's value; NULL if there is none of that name.
    inline const Value *find(std::string_view name) const;
    // The member's value, which is made if there is none.
    inline Value &operator[](std::string_view name);

    // The same without looking, for those who know that there is none of that name.
    inline void append(std::string name, Value value);

    std::size_t size() const { return members_.size(); }
    bool empty() const { return members_.empty(); }
    inline std::vector<Member>::const_iterator begin() const;
    inline std::vector<Member>::const_iterator end() const;

    inline friend bool operator==(const Object &one, const Object &other);
    friend bool operator!=(const Object &one, const Object &other) { return !(one == other); }

private:
    std::vector<Member> members_;
};

using List = std::vector<Value>;

class Value {
public:
    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool value) : data_(value) {}
    template <class Whole, std::enable_if_t<std::is_integral_v<Whole> && !std::is_same_v<Whole, bool>, int> = 0>
    Value(Whole value) {
        if (std::is_signed_v<Whole> || static_cast<std::uint64_t>(value) <= std::uint64_t{INT64_MAX})
            data_ = static_cast<std::int64_t>(value);
        else
            data_ = Decimal{std::to_string(value)};
    }
    inline Value(double value); // ValueError if it is not finite
    Value(const char *value) : data_(std::string(value == nullptr ? "" : value)) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(std::string_view value) : data_(std::string(value)) {}
    Value(Decimal value) : data_(std::move(value)) {}
    Value(List value) : data_(std::move(value)) {}
    Value(Object value) : data_(std::move(value)) {}
    template <class Item, std::enable_if_t<!std::is_same_v<Item, Value>, int> = 0>
    Value(const std::vector<Item> &items) : data_(List(items.begin(), items.end())) {}
    template <class Item>
    Value(const std::map<std::string, Item> &members) {
        Object object;
        for (const auto &[name, value] : members)
            object[name] = value;
        data_ = std::move(object);
    }

    bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    bool is_boolean() const { return std::holds_alternative<bool>(data_); }
    bool is_integer() const { return std::holds_alternative<std::int64_t>(data_); }
    bool is_decimal() const { return std::holds_alternative<Decimal>(data_); }
    bool is_text() const { return std::holds_alternative<std::string>(data_); }
    bool is_list() const { return std::holds_alternative<List>(data_); }
    bool is_object() const { return std::holds_alternative<Object>(data_); }

    // What it is; ValueError if it is something else.
    bool boolean() const { return as<bool>("true or false"); }
    std::int64_t integer() const { return as<std::int64_t>("a whole number"); }
    const List &list() const { return as<List>("a list"); }
    const Object &object() const { return as<Object>("an object"); }
    // A text, and of a number its digits.
    inline std::string text() const;

    // A member of an object, an item of a list: nothing where there is none, so that steps can follow each other.
    const Value &operator[](std::string_view name) const {
        const Object *object = std::get_if<Object>(&data_);
        const Value *found = object == nullptr ? nullptr : object->find(name);
        return found == nullptr ? nothing() : *found;
    }
    const Value &operator[](const char *name) const { return (*this)[std::string_view(name)]; }
    template <class Index, std::enable_if_t<std::is_integral_v<Index>, int> = 0>
    const Value &operator[](Index index) const {
        const List *list = std::get_if<List>(&data_);
        const auto position = static_cast<std::size_t>(index);
        return list == nullptr || position >= list->size() ? nothing() : (*list)[position];
    }

    // Of a list or an object: how many; else 0.
    std::size_t size() const {
        if (const List *list = std::get_if<List>(&data_))
            return list->size();
        const Object *object = std::get_if<Object>(&data_);
        return object == nullptr ? 0 : object->size();
    }
    bool empty() const { return size() == 0; }

    // The items of a list; of anything else there are none.
    List::const_iterator begin() const { return items().begin(); }
    List::const_iterator end() const { return items().end(); }

    friend bool operator==(const Value &one, const Value &other) { return one.data_ == other.data_; }
    friend bool operator!=(const Value &one, const Value &other) { return !(one == other); }

    // JSON text, for other libraries: nlohmann::json::parse(value.json()), Value::parse(other.dump()).
    inline std::string json() const;
    inline static Value parse(std::string_view text);

private:
    template <class Type>
    const Type &as(const char *expected) const {
        if (const Type *found = std::get_if<Type>(&data_))
            return *found;
        throw ValueError(std::string("the value is ") + kind() + ", not " + expected);
    }
    const char *kind() const {
        static constexpr const char *kinds[] = {"nothing", "true or false", "a whole number", "a decimal",
                                                "a text",  "a list",        "an object"};
        return kinds[data_.index()];
    }
    const List &items() const {
        static const List none;
        const List *list = std::get_if<List>(&data_);
        return list == nullptr ? none : *list;
    }
    static const Value &nothing() {
        static const Value value;
        return value;
    }

    std::variant<std::monostate, bool, std::int64_t, Decimal, std::string, List, Object> data_;
};

struct Member {
    std::string name;
    Value value;

    friend bool operator==(const Member &one, const Member &other) {
        return one.name == other.name && one.value == other.value;
    }
};

inline Object::Object(std::initializer_list<Member> members) : members_(members) {}

inline const Value *Object::find(std::string_view name) const {
    for (const Member &member : members_)
        if (member.name == name)
            return &member.value;
    return nullptr;
}

inline Value &Object::operator[](std::string_view name) {
    for (Member &member : members_)
        if (member.name == name)
            return member.value;
    members_.push_back({std::string(name), Value()});
    return members_.back().value;
}

inline void Object::append(std::string name, Value value) { members_.push_back({std::move(name), std::move(value)}); }

inline std::vector<Member>::const_iterator Object::begin() const { return members_.begin(); }
inline std::vector<Member>::const_iterator Object::end() const { return members_.end(); }
inline bool operator==(const Object &one, const Object &other) { return one.members_ == other.members_; }

inline Value::Value(double value) {
    if (!std::isfinite(value))
        throw ValueError("a number that is not finite");
    // As few digits as bring the same number back, whatever the program's locale.
    for (int digits = 15; digits <= 17; ++digits) {
        std::ostringstream out;
        out.imbue(std::locale::classic());
        out.precision(digits);
        out << value;
        std::istringstream in(out.str());
        in.imbue(std::locale::classic());
        double back = 0;
        data_ = Decimal{out.str()};
        if (in >> back && back == value)
            break;
    }
}

inline std::string Value::text() const {
    if (const auto *whole = std::get_if<std::int64_t>(&data_))
        return std::to_string(*whole);
    if (const auto *decimal = std::get_if<Decimal>(&data_))
        return decimal->digits;
    return as<std::string>("a text");
}

namespace detail {

// Writes JSON text, and says in whose value what cannot be written is.
class Writer {
public:
    void value(const Value &value);
    void object(const Object &object) {
        char before = '{';
        for (const Member &member : object) {
            out_ += before;
            before = ',';
            if (depth_ == 0)
                where_ = member.name;
            text(member.name);
            out_ += ':';
            ++depth_;
            value(member.value);
            --depth_;
        }
        out_ += before == '{' ? "{}" : "}";
    }
    std::string take() { return std::move(out_); }

private:
    void text(std::string_view text) {
        out_ += '"';
        for (std::size_t at = 0; at < text.size();) {
            const auto byte = static_cast<unsigned char>(text[at]);
            if (byte < 0x20 || byte == '"' || byte == '\\') {
                char escaped[8];
                std::snprintf(escaped, sizeof escaped, "\\u%04x", unsigned{byte});
                out_ += escaped;
                ++at;
                continue;
            }
            const std::size_t length = sequence(text.substr(at));
            if (length == 0)
                throw ValueError(where_ + " is not valid UTF-8");
            out_ += text.substr(at, length);
            at += length;
        }
        out_ += '"';
    }

    // How many bytes the character has that the text begins with; 0 if that is none of UTF-8.
    static std::size_t sequence(std::string_view text) {
        const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
        const auto follows = [&](std::size_t at) { return (byte(at) & 0xC0U) == 0x80U; };
        const unsigned first = byte(0);
        if (first < 0x80)
            return 1;
        if (first >= 0xC2 && first <= 0xDF)
            return follows(1) ? 2 : 0;
        if (first >= 0xE0 && first <= 0xEF) {
            const unsigned least = first == 0xE0 ? 0xA0U : 0x80U;
            const unsigned most = first == 0xED ? 0x9FU : 0xBFU; // No halves of UTF-16 pairs.
            return byte(1) >= least && byte(1) <= most && follows(2) ? 3 : 0;
        }
        if (first >= 0xF0 && first <= 0xF4) {
            const unsigned least = first == 0xF0 ? 0x90U : 0x80U;
            const unsigned most = first == 0xF4 ? 0x8FU : 0xBFU;
            return byte(1) >= least && byte(1) <= most && follows(2) && follows(3) ? 4 : 0;
        }
        return 0;
    }

    static bool is_number(std::string_view text) {
        std::size_t at = 0;
        const auto digits = [&] {
            const std::size_t from = at;
            while (at < text.size() && text[at] >= '0' && text[at] <= '9')
                ++at;
            return at > from;
        };
        at += at < text.size() && text[at] == '-';
        const std::size_t whole = at;
        if (!digits() || (text[whole] == '0' && at > whole + 1))
            return false;
        if (at < text.size() && text[at] == '.' && (++at, !digits()))
            return false;
        if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
            ++at;
            at += at < text.size() && (text[at] == '+' || text[at] == '-');
            if (!digits())
                return false;
        }
        return at == text.size();
    }

    std::string out_;
    std::string where_ = "a text"; // the outermost member that is being written
    int depth_ = 0;
};

inline void Writer::value(const Value &value) {
    if (value.is_null()) {
        out_ += "null";
    } else if (value.is_boolean()) {
        out_ += value.boolean() ? "true" : "false";
    } else if (value.is_text()) {
        text(value.text());
    } else if (value.is_list()) {
        char before = '[';
        ++depth_;
        for (const Value &item : value) {
            out_ += before;
            before = ',';
            this->value(item);
        }
        --depth_;
        out_ += before == '[' ? "[]" : "]";
    } else if (value.is_object()) {
        object(value.object());
    } else {
        const std::string digits = value.text();
        if (!is_number(digits))
            throw ValueError(where_ + " is not a number: " + digits);
        out_ += digits;
    }
}

// Reads JSON text.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Value document() {
        Value out = value(0);
        blanks();
        if (at_ != text_.size())
            fail();
        return out;
    }

private:
    static constexpr int deepest = 1000;

    [[noreturn]] void fail() const { throw ValueError("not JSON, at byte " + std::to_string(at_)); }

    void blanks() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
            ++at_;
    }
    bool skip(std::string_view what) {
        if (text_.substr(at_, what.size()) != what)
            return false;
        at_ += what.size();
        return true;
    }

    Value value(int depth) {
        blanks();
        if (depth > deepest || at_ >= text_.size())
            fail();
        switch (text_[at_]) {
        case '{':
            return object(depth);
        case '[':
            return list(depth);
        case '"':
            return text();
        case 'n':
            return skip("null") ? Value() : (fail(), Value());
        case 't':
            return skip("true") ? Value(true) : (fail(), Value());
        case 'f':
            return skip("false") ? Value(false) : (fail(), Value());
        default:
            return number();
        }
    }

    Value object(int depth) {
        Object out;
        ++at_;
        blanks();
        if (skip("}"))
            return out;
        do {
            blanks();
            if (at_ >= text_.size() || text_[at_] != '"')
                fail();
            std::string name = text();
            blanks();
            if (!skip(":"))
                fail();
            out.append(std::move(name), value(depth + 1));
            blanks();
        } while (skip(","));
        if (!skip("}"))
            fail();
        return out;
    }

    Value list(int depth) {
        List out;
        ++at_;
        blanks();
        if (skip("]"))
            return out;
        do {
            out.push_back(value(depth + 1));
            blanks();
        } while (skip(","));
        if (!skip("]"))
            fail();
        return out;
    }

    Value number() {
        const std::size_t from = at_;
        while (at_ < text_.size() && std::string_view("+-.0123456789eE").find(text_[at_]) != std::string_view::npos)
            ++at_;
        const std::string digits(text_.substr(from, at_ - from));
        if (digits.empty())
            fail();
        if (digits.find_first_of(".eE") == std::string::npos && digits.size() <= 18)
            return Value(std::stoll(digits));
        return Value(Decimal{digits});
    }

    std::string text() {
        std::string out;
        ++at_;
        while (true) {
            const std::size_t end = text_.find_first_of("\"\\", at_);
            if (end == std::string_view::npos)
                fail();
            out += text_.substr(at_, end - at_);
            at_ = end + 1;
            if (text_[end] == '"')
                return out;
            escape(out);
        }
    }

    void escape(std::string &out) {
        if (at_ >= text_.size())
            fail();
        const char kind = text_[at_++];
        const std::size_t known = std::string_view("\"\\/bfnrt").find(kind);
        if (known != std::string_view::npos) {
            out += "\"\\/\b\f\n\r\t"[known];
            return;
        }
        if (kind != 'u')
            fail();
        std::uint32_t code = unit();
        if (code >= 0xD800 && code <= 0xDBFF && text_.substr(at_, 2) == "\\u") {
            const std::size_t before = at_;
            at_ += 2;
            const std::uint32_t low = unit();
            if (low >= 0xDC00 && low <= 0xDFFF)
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            else
                at_ = before;
        }
        if (code >= 0xD800 && code <= 0xDFFF)
            code = 0xFFFD; // Half a pair is no character.
        append(out, code);
    }

    std::uint32_t unit() {
        std::uint32_t out = 0;
        for (int n = 0; n < 4; ++n, ++at_) {
            const std::size_t digit = at_ < text_.size() ? std::string_view("0123456789abcdefABCDEF").find(text_[at_])
                                                         : std::string_view::npos;
            if (digit == std::string_view::npos)
                fail();
            out = out * 16 + static_cast<std::uint32_t>(digit > 15 ? digit - 6 : digit);
        }
        return out;
    }

    static void append(std::string &out, std::uint32_t code) {
        const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xC0 | code >> 6);
            put(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            put(0xE0 | code >> 12);
            put(0x80 | (code >> 6 & 0x3F));
            put(0x80 | (code & 0x3F));
        } else {
            put(0xF0 | code >> 18);
            put(0x80 | (code >> 12 & 0x3F));
            put(0x80 | (code >> 6 & 0x3F));
            put(0x80 | (code & 0x3F));
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace detail

inline std::string Value::json() const {
    detail::Writer writer;
    writer.value(*this);
    return writer.take();
}

inline Value Value::parse(std::string_view text) { return detail::Reader(text).document(); }

} // namespace hostbill
