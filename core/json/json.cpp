#include "core/json/json.hpp"

#include <algorithm>
#include <cstring>

namespace hostbill::json {

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
    return members_.emplace_back(Member{key, std::move(value)}).value;
}

bool Object::erase(std::string_view key) {
    return std::erase_if(members_, [&](const Member &member) { return member.key == key; }) > 0;
}

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

Value::Value(const Value &other) : kind_(other.kind_) {
    switch (kind_) {
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
        new (&text_) Text(other.text_);
        break;
    case Kind::array:
        new (&array_) Array(other.array_);
        break;
    case Kind::object:
        new (&object_) Object(other.object_);
        break;
    }
}

void Value::destroy() noexcept {
    if (kind_ == Kind::array)
        array_.~Array();
    else if (kind_ == Kind::object)
        object_.~Object();
    else if (kind_ >= Kind::number)
        text_.~Text();
    kind_ = Kind::null;
}

Value Value::number(std::string_view text) {
    Value value(text);
    value.kind_ = Kind::number;
    return value;
}

const Value *Value::find(std::string_view key) const {
    const Object *members = object();
    return members ? members->find(key) : nullptr;
}

bool operator==(const Value &a, const Value &b) {
    if (a.kind_ != b.kind_)
        return false;
    switch (a.kind_) {
    case Kind::null:
        return true;
    case Kind::boolean:
        return a.boolean_ == b.boolean_;
    case Kind::integer:
        return a.integer_ == b.integer_;
    case Kind::number:
    case Kind::string:
        return a.text_ == b.text_;
    case Kind::array:
        return a.array_ == b.array_;
    case Kind::object:
        return std::equal(a.object_.begin(), a.object_.end(), b.object_.begin(), b.object_.end());
    }
    return false;
}

std::size_t count_code_points(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

namespace {
// Not optimised away, unlike a plain memset before the memory is freed.
void wipe_text(Text &text) noexcept { explicit_bzero(text.data(), text.size()); }
} // namespace

void wipe(Value &value) noexcept {
    if (Text *text = value.string()) {
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
