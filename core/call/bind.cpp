#include "core/call/bind.hpp"

#include "core/base/ascii.hpp"
#include "core/call/encode.hpp"
#include "core/catalog/suggest.hpp"
#include "core/json/scalar_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <regex>
#include <string>

namespace hostbill {
namespace {

// Matching is recursive and patterns come with look-ahead, so the subject stays short.
constexpr std::size_t longest_matched_text = 1000;

std::string join(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty())
            text += ", ";
        text += word;
    }
    return text;
}

std::string join(const std::vector<std::string> &words) {
    const std::vector<std::string_view> views(words.begin(), words.end());
    return join(views);
}

std::string range_text(const Param &param) {
    const bool low = param.minimum != std::numeric_limits<std::int64_t>::min();
    const bool high = param.maximum != std::numeric_limits<std::int64_t>::max();
    if (low && high)
        return " from " + std::to_string(param.minimum) + " to " + std::to_string(param.maximum);
    if (low)
        return " of at least " + std::to_string(param.minimum);
    if (high)
        return " of at most " + std::to_string(param.maximum);
    return {};
}

std::string type_text(Type type) {
    switch (type) {
    case Type::any:
        return "any value";
    case Type::string:
        return "text";
    case Type::integer:
        return "a whole number";
    case Type::number:
        return "a number";
    case Type::boolean:
        return "true or false";
    case Type::array:
        return "a list";
    case Type::object:
        return "an object";
    }
    return {};
}

// What a value of the parameter may be, for people.
std::string expectation(const Param &param) {
    if (!param.allowed.empty()) {
        return (param.type == Type::array ? "a list of values out of " : "one of ") + join(param.allowed);
    }
    std::string text = type_text(param.type) + range_text(param);
    if (param.numeric)
        text += " or a whole number";
    if (param.type == Type::array && param.items != Type::any)
        text += ", each " + type_text(param.items);
    if (param.max_length != 0)
        text += " of at most " + std::to_string(param.max_length) + " characters";
    if (!param.pattern.empty()) {
        text += (param.pattern_is_extensions ? " that ends in one of " : " that matches ") + std::string(param.pattern);
    }
    if (param.or_array)
        text += ", or a list";
    return text;
}

bool has_extension(std::string_view text, std::string_view extensions) {
    while (!extensions.empty()) {
        const std::size_t semicolon = extensions.find(';');
        const std::string_view extension = extensions.substr(0, semicolon);
        if (!extension.empty() && text.size() > extension.size()) {
            const std::string_view end = text.substr(text.size() - extension.size());
            if (lower(end) == extension)
                return true;
        }
        extensions.remove_prefix(semicolon == std::string_view::npos ? extensions.size() : semicolon + 1);
    }
    return false;
}

bool matches_pattern(const Param &param, std::string_view text) {
    if (param.pattern_is_extensions)
        return has_extension(text, param.pattern);
    if (text.size() > longest_matched_text)
        return false;
    try {
        const std::regex pattern(param.pattern.begin(), param.pattern.end(), std::regex::ECMAScript);
        return std::regex_search(text.begin(), text.end(), pattern);
    } catch (const std::regex_error &) {
        return true; // A pattern that this matcher cannot use is left to the portal.
    }
}

// A whole number given as text. Signs other than a minus and blanks are not digits.
std::optional<std::int64_t> whole_from(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

// A decimal given as text, in JSON's notation and kept as written.
std::optional<json::Value> number_from(std::string_view text) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ')
        return std::nullopt;
    Result<json::Value, json::ParseError> parsed = json::parse(text);
    if (!parsed || !(parsed->integer() || parsed->number_text()))
        return std::nullopt;
    return std::move(*parsed);
}

double approximately(const json::Value &number) {
    if (const std::int64_t *whole = number.integer())
        return static_cast<double>(*whole);
    double value = 0;
    const std::string &text = *number.number_text();
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

class Binder {
public:
    Binder(PortalSet portal, std::vector<FieldProblem> &problems) : portal_(portal), problems_(problems) {}

    // `path` is where `given` stands, with its dot: "", "items[1].".
    std::vector<BoundParam> fields(std::span<const Param> rows, const json::Object &given, const std::string &path) {
        const std::vector<Given> sorted = sort_out(rows, given, path);
        std::vector<BoundParam> bound;
        for (const Param &row : rows) {
            if ((row.portals & portal_) == 0)
                continue;
            const auto found =
                std::find_if(sorted.begin(), sorted.end(), [&](const Given &each) { return each.row == &row; });
            if (found == sorted.end()) {
                if (row.required)
                    report(path + std::string(row.name), "is required", expectation(row));
            } else if (auto value = convert(row, *found->value, path + found->name)) {
                bound.push_back({&row, std::move(*value)});
            }
        }
        return bound;
    }

private:
    struct Given {
        const Param *row;
        std::string name; // as the caller wrote it
        const json::Value *value;
    };

    void report(std::string field, std::string problem, std::string expected = {}, std::string near = {}) {
        problems_.push_back({std::move(field), std::move(problem), std::move(expected), std::move(near)});
    }

    // Finds the row of every given name; null means not given.
    std::vector<Given> sort_out(std::span<const Param> rows, const json::Object &given, const std::string &path) {
        std::vector<Given> sorted;
        for (const json::Member &member : given) {
            const Param *row = find_param(rows, portal_, member.key);
            if (row == nullptr) {
                report_unknown(rows, member.key, path);
                continue;
            }
            if (member.value.is_null())
                continue;
            const auto twice =
                std::find_if(sorted.begin(), sorted.end(), [&](const Given &each) { return each.row == row; });
            if (twice != sorted.end()) {
                report(path + member.key, "is given twice: it is another name of " + twice->name);
                continue;
            }
            sorted.push_back({row, member.key, &member.value});
        }
        return sorted;
    }

    void report_unknown(std::span<const Param> rows, const std::string &name, const std::string &path) {
        if (const Param *elsewhere = find_param(rows, ~portal_, name)) {
            report(path + name,
                   "is a parameter on other portals only: " + join(portal_names(portals_with(rows, *elsewhere))));
            return;
        }
        std::vector<std::string_view> names;
        for (const Param &row : rows) {
            if ((row.portals & portal_) != 0)
                names.push_back(row.name);
        }
        report(path + name, "is unknown", names.empty() ? "no parameters at all" : "one of " + join(names),
               std::string(nearest_name(rows, name)));
    }

    // The other names of a parameter are near, too, but only its own is told.
    std::string_view nearest_name(std::span<const Param> rows, std::string_view name) const {
        std::vector<std::string_view> names;
        for (const Param &row : rows) {
            if ((row.portals & portal_) == 0)
                continue;
            names.insert(names.end(), {row.name, row.wire});
            names.insert(names.end(), row.aliases.begin(), row.aliases.end());
        }
        const std::string_view near = nearest(name, names);
        return near.empty() ? near : find_param(rows, portal_, near)->name;
    }

    // One name may have several rows.
    static PortalSet portals_with(std::span<const Param> rows, const Param &param) {
        PortalSet set = 0;
        for (const Param &row : rows) {
            if (row.name == param.name)
                set |= row.portals;
        }
        return set;
    }

    std::optional<json::Value> convert(const Param &row, const json::Value &value, const std::string &path) {
        if (row.type == Type::array || (row.or_array && value.array()))
            return convert_array(row, value, path);
        if (row.type == Type::object)
            return convert_object(row, value, path);
        std::optional<json::Value> converted = convert_scalar(row, row.type, value);
        if (!converted) {
            report(path, "must be " + expectation(row), expectation(row), near_allowed(row, value));
            return std::nullopt;
        }
        return check_scalar(row, *converted, path) ? std::move(converted) : std::nullopt;
    }

    std::optional<json::Value> convert_array(const Param &row, const json::Value &value, const std::string &path) {
        const json::Array *elements = value.array();
        if (elements == nullptr) {
            report(path, "must be " + expectation(row), expectation(row));
            return std::nullopt;
        }
        json::Array converted;
        const std::size_t problems_before = problems_.size();
        for (std::size_t i = 0; i < elements->size(); ++i) {
            const std::string place = path + "[" + std::to_string(i) + "]";
            if (auto element = convert_element(row, (*elements)[i], place))
                converted.push_back(std::move(*element));
        }
        if (problems_.size() != problems_before)
            return std::nullopt;
        return json::Value(std::move(converted));
    }

    std::optional<json::Value> convert_element(const Param &row, const json::Value &value, const std::string &place) {
        if (!row.fields.empty())
            return convert_fields(row, value, place);
        const Type type = row.type == Type::array ? row.items : Type::any;
        std::optional<json::Value> element = convert_scalar(row, type, value);
        if (!element) {
            report(place, "must be " + type_text(type), type_text(type));
        } else if (!is_allowed(row, *element)) {
            const std::string expected = "one of " + join(row.allowed);
            report(place, "must be " + expected, expected, near_allowed(row, value));
            return std::nullopt;
        }
        return element;
    }

    std::optional<json::Value> convert_object(const Param &row, const json::Value &value, const std::string &path) {
        if (value.object() == nullptr) {
            report(path, "must be " + expectation(row), expectation(row));
            return std::nullopt;
        }
        if (!row.fields.empty())
            return convert_fields(row, value, path);
        if (row.items == Type::any)
            return value;
        json::Object converted;
        const std::size_t problems_before = problems_.size();
        for (const json::Member &member : *value.object()) {
            if (auto element = convert_scalar(row, row.items, member.value)) {
                converted.append(member.key, std::move(*element));
            } else {
                report(path + "." + member.key, "must be " + type_text(row.items), type_text(row.items));
            }
        }
        if (problems_.size() != problems_before)
            return std::nullopt;
        return json::Value(std::move(converted));
    }

    // An object whose fields are known by name.
    std::optional<json::Value> convert_fields(const Param &row, const json::Value &value, const std::string &path) {
        const json::Object *object = value.object();
        if (object == nullptr) {
            report(path, "must be an object", "an object");
            return std::nullopt;
        }
        const std::size_t problems_before = problems_.size();
        json::Object converted;
        for (BoundParam &field : fields(row.fields, *object, path + ".")) {
            converted.append(field.param->wire, std::move(field.value));
        }
        if (problems_.size() != problems_before)
            return std::nullopt;
        return json::Value(std::move(converted));
    }

    // The value in the portal's form, judged by its type alone.
    static std::optional<json::Value> convert_scalar(const Param &row, Type type, const json::Value &value) {
        const json::Text *text = value.string();
        const bool number = value.integer() || value.number_text();
        switch (type) {
        case Type::any:
            return value;
        case Type::string:
            if (text)
                return value;
            if (row.numeric && value.integer())
                return json::Value(std::to_string(*value.integer()));
            return std::nullopt;
        case Type::integer:
            if (value.integer())
                return value;
            if (text) {
                if (const auto whole = whole_from(*text))
                    return json::Value(*whole);
            }
            return std::nullopt;
        case Type::number:
            if (number)
                return value;
            return text ? number_from(*text) : std::nullopt;
        case Type::boolean:
            return convert_boolean(row.boolean_form, value);
        case Type::array:
            return value.array() ? std::optional(value) : std::nullopt;
        case Type::object:
            return value.object() ? std::optional(value) : std::nullopt;
        }
        return std::nullopt;
    }

    static std::optional<json::Value> convert_boolean(BooleanForm form, const json::Value &value) {
        std::optional<bool> flag;
        if (value.boolean())
            flag = *value.boolean();
        if (const json::Text *text = value.string()) {
            if (*text == "true" || (form == BooleanForm::on_off && *text == "on"))
                flag = true;
            if (*text == "false" || (form == BooleanForm::on_off && *text == "off"))
                flag = false;
        }
        if (!flag)
            return std::nullopt;
        switch (form) {
        case BooleanForm::native:
            return json::Value(*flag);
        case BooleanForm::true_false:
            return json::Value(*flag ? "true" : "false");
        case BooleanForm::on_off:
            return json::Value(*flag ? "on" : "off");
        }
        return std::nullopt;
    }

    bool check_scalar(const Param &row, const json::Value &value, const std::string &path) {
        const auto wrong = [&](std::string problem) {
            report(path, std::move(problem), expectation(row), near_allowed(row, value));
            return false;
        };
        if (!is_allowed(row, value))
            return wrong("must be " + expectation(row));
        if (value.integer() || value.number_text()) {
            const double number = approximately(value);
            if (number < static_cast<double>(row.minimum) || number > static_cast<double>(row.maximum)) {
                return wrong("must be " + expectation(row));
            }
        }
        if (const json::Text *text = value.string()) {
            if (row.max_length != 0 && json::count_code_points(*text) > row.max_length)
                return wrong("is too long");
            if (!row.pattern.empty() && !matches_pattern(row, *text))
                return wrong("must be " + expectation(row));
        }
        if (row.place == Place::path) {
            const char *problem = path_text_problem(scalar_text(value));
            if (problem != nullptr)
                return wrong(problem);
        }
        return true;
    }

    static bool is_allowed(const Param &row, const json::Value &value) {
        if (row.allowed.empty() || value.array() || value.object())
            return true;
        const std::string text = scalar_text(value);
        return std::find(row.allowed.begin(), row.allowed.end(), text) != row.allowed.end();
    }

    static std::string near_allowed(const Param &row, const json::Value &value) {
        const json::Text *text = value.string();
        return text ? std::string(nearest(*text, row.allowed)) : std::string();
    }

    PortalSet portal_;
    std::vector<FieldProblem> &problems_;
};

} // namespace

std::vector<BoundParam> bind_params(const Operation &operation, PortalSet portal, const json::Object &params,
                                    std::vector<FieldProblem> &problems) {
    return Binder(portal, problems).fields(operation.params, params, "");
}

void check_extra(const Operation &operation, PortalSet portal, const json::Object &extra,
                 std::vector<FieldProblem> &problems) {
    for (const json::Member &member : extra) {
        if (find_param(operation, portal, member.key) == nullptr)
            continue;
        problems.push_back({.field = "options.extra." + member.key,
                            .problem = "is a parameter of the operation",
                            .expected = "only fields that the catalogue does not know",
                            .nearest = {}});
    }
}

std::vector<std::string> portal_names(PortalSet set) {
    std::vector<std::string> names;
    for (const Portal &portal : portals()) {
        if ((set & portal.bit) != 0)
            names.emplace_back(portal.id);
    }
    return names;
}

} // namespace hostbill
