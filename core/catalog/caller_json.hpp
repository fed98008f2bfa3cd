// Reads the small JSON objects that callers give: configuration and options. Every mistake is collected, none is
// fatal by itself.
#pragma once

#include "core/base/result.hpp"
#include "core/catalog/error.hpp"
#include "core/json/json.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

// What a caller gives, borrowed: JSON text, or the object that a language has made of its own values already.
struct CallerObject {
    CallerObject(std::string_view json) : text(json) {}
    CallerObject(const char *json) : text(json) {}
    CallerObject(const std::string &json) : text(json) {}
    CallerObject(const json::Object &given) : object(&given) {}

    std::string_view text = {};
    const json::Object *object = nullptr; // instead of the text
};

// Parses a text that has to be a JSON object; empty text is an empty object. What is an object already is copied. `what`
// names it in the error.
Result<json::Object, FieldProblem> parse_caller_object(std::string_view what, const CallerObject &given);

// Typed access to the members of one object. A member of the wrong form, or out of range, becomes a problem and reads
// as absent; so does null, without a problem.
class ObjectReader {
public:
    // Names that are not `known` become problems at once. `object` and `problems` have to outlive the reader.
    ObjectReader(const json::Object &object, std::string_view prefix, std::span<const std::string_view> known,
                 std::vector<FieldProblem> &problems);

    std::optional<std::string_view> text(std::string_view key);
    std::optional<bool> flag(std::string_view key);
    std::optional<std::int64_t> whole(std::string_view key, std::int64_t minimum, std::int64_t maximum);
    std::optional<double> number(std::string_view key, double minimum, double maximum);
    std::optional<std::chrono::milliseconds> seconds(std::string_view key); // fractions too, up to a day
    const json::Object *object(std::string_view key);

    // A problem where the member is absent, null or empty text.
    void require(std::string_view key, std::string expected);
    void report(std::string_view key, std::string problem, std::string expected = {}, std::string nearest = {});

private:
    const json::Value *find(std::string_view key) const;

    const json::Object &object_;
    std::string prefix_;
    std::vector<FieldProblem> &problems_;
};

} // namespace hostbill
