#include "core/catalog/caller_json.hpp"

#include "core/catalog/suggest.hpp"

#include <algorithm>
#include <charconv>
#include <locale>
#include <sstream>

namespace hostbill {
namespace {

std::optional<double> double_of(const json::Value &value) {
    if (const std::int64_t *whole = value.integer())
        return static_cast<double>(*whole);
    double number = 0;
    const json::Text *text = value.number_text();
    if (text == nullptr || std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc())
        return std::nullopt;
    return number;
}

} // namespace

Result<json::Object, FieldProblem> parse_caller_object(std::string_view what, const CallerObject &given) {
    if (given.object != nullptr)
        return *given.object;
    if (given.text.empty())
        return json::Object();
    Result<json::Value, json::ParseError> parsed = json::parse(given.text);
    if (!parsed) {
        const json::ParseError &error = parsed.error();
        return FieldProblem{.field = std::string(what),
                            .problem = error.message + " (byte " + std::to_string(error.offset) + ")",
                            .expected = "a JSON object",
                            .nearest = {}};
    }
    if (json::Object *object = parsed->object())
        return std::move(*object);
    return FieldProblem{.field = std::string(what),
                        .problem = "is " + std::string(json::kind_name(parsed->kind())),
                        .expected = "a JSON object",
                        .nearest = {}};
}

ObjectReader::ObjectReader(const json::Object &object, std::string_view prefix, std::span<const std::string_view> known,
                           std::vector<FieldProblem> &problems)
    : object_(object), prefix_(prefix), problems_(problems) {
    for (const json::Member &member : object) {
        if (std::find(known.begin(), known.end(), member.key) != known.end())
            continue;
        report(member.key, "is unknown", {}, std::string(nearest(member.key, known)));
    }
}

void ObjectReader::report(std::string_view key, std::string problem, std::string expected, std::string nearest_name) {
    problems_.push_back({.field = prefix_ + std::string(key),
                         .problem = std::move(problem),
                         .expected = std::move(expected),
                         .nearest = std::move(nearest_name)});
}

void ObjectReader::require(std::string_view key, std::string expected) {
    const json::Value *value = find(key);
    if (value == nullptr || (value->string() && value->string()->empty())) {
        report(key, "is required", std::move(expected));
    }
}

const json::Value *ObjectReader::find(std::string_view key) const {
    const json::Value *value = object_.find(key);
    return value && !value->is_null() ? value : nullptr;
}

std::optional<std::string_view> ObjectReader::text(std::string_view key) {
    const json::Value *value = find(key);
    if (!value)
        return std::nullopt;
    if (const json::Text *text = value->string())
        return *text;
    report(key, "must be text", "text");
    return std::nullopt;
}

std::optional<bool> ObjectReader::flag(std::string_view key) {
    const json::Value *value = find(key);
    if (!value)
        return std::nullopt;
    if (const bool *flag = value->boolean())
        return *flag;
    report(key, "must be true or false", "true or false");
    return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::whole(std::string_view key, std::int64_t minimum, std::int64_t maximum) {
    const json::Value *value = find(key);
    if (!value)
        return std::nullopt;
    const std::int64_t *number = value->integer();
    if (number && *number >= minimum && *number <= maximum)
        return *number;
    const std::string expected = "a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum);
    report(key, "must be " + expected, expected);
    return std::nullopt;
}

std::optional<double> ObjectReader::number(std::string_view key, double minimum, double maximum) {
    const json::Value *value = find(key);
    if (!value)
        return std::nullopt;
    const std::optional<double> number = double_of(*value);
    if (number && *number >= minimum && *number <= maximum)
        return number;
    std::ostringstream expected;
    expected.imbue(std::locale::classic());
    expected << "a number from " << minimum << " to " << maximum;
    report(key, "must be " + expected.str(), expected.str());
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> ObjectReader::seconds(std::string_view key) {
    const json::Value *value = find(key);
    if (!value)
        return std::nullopt;
    const double seconds = double_of(*value).value_or(0);
    constexpr double day = 24 * 60 * 60;
    if (seconds >= 0.001 && seconds <= day) {
        return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    }
    report(key, "must be a number of seconds from 0.001 to 86400", "a number of seconds from 0.001 to 86400");
    return std::nullopt;
}

const json::Object *ObjectReader::object(std::string_view key) {
    const json::Value *value = find(key);
    if (!value)
        return nullptr;
    if (const json::Object *object = value->object())
        return object;
    report(key, "must be an object", "an object");
    return nullptr;
}

} // namespace hostbill
