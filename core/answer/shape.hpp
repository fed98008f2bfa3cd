// Shapes: one form for what portals send in many.
//
// The tables are generated from api/shapes and api/results (core/generated/shape_data.cpp); docs/results.md has the
// rules. Whatever does not fit stays as it was sent and is noted; nothing here fails.
#pragma once

#include "core/json/json.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

struct Shape;

enum class ShapeKind : std::uint8_t {
    any,
    text,
    secret,
    content,
    message,
    id,
    ref,
    integer,
    decimal,
    flag,
    date,
    datetime,
    object,
    list,
    map
};

struct ShapeType {
    ShapeKind kind;
    bool nullable = false;           // there may be none: null instead of a note
    const Shape *shape = nullptr;    // of an object
    const ShapeType *item = nullptr; // of a list or a map
};

struct ShapeField {
    std::string_view sent; // as the portal calls it: the name itself or an alias
    std::string_view name;
    ShapeType type;
};

// Fields that hold a way in, or a text that may name some. Empty: there is no such field.
struct CredentialSource {
    std::string_view username;
    std::string_view password;
    std::string_view shared_key;
    std::string_view text;
    std::string_view bare;          // a field that tells whether a text of one word is a password by itself
    std::string_view bare_contains; // what that field has to contain then
};

struct Shape {
    std::string_view name;
    std::span<const ShapeField> fields; // sorted by length of `sent`, then by its bytes
    std::string_view key;            // takes the name under which a map had the element; empty: the name says nothing
    std::string_view scalar;         // takes an element that is no object; empty: there is none
    const ShapeType *rest = nullptr; // of members that have no field; nullptr: they stay as they are
    std::span<const CredentialSource> credentials;
    bool has_content = false; // of a DNS record
};

struct AnswerShape {
    std::string_view operation;
    ShapeType type;
    std::span<const std::string_view> unwrap; // wrappers, the likeliest first
    std::span<const std::string_view> adopt;  // members beside the wrapper that belong into what it holds
    std::span<const ShapeField> beside;       // known members beside the wrapper, sorted as in Shape
    std::string_view when_empty = {};         // JSON of what an empty answer stands for; empty: for nothing
};

std::span<const AnswerShape> answer_shapes(); // sorted by operation
// nullptr: nothing is known of what it answers.
const AnswerShape *find_answer_shape(std::string_view operation);

struct Shaped {
    json::Value data;
    json::Object extra;                // what stood beside the wrapper and says more than that all went well
    std::vector<std::string> unshaped; // what did not fit: "data[3].total: expected an amount, found a list"
};

Shaped shape_answer(const AnswerShape &answer, json::Value body);

} // namespace hostbill
