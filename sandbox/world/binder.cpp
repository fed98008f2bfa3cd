#include "sandbox/world/binder.hpp"

#include "core/base/ascii.hpp"
#include "sandbox/areas/area.hpp"
#include "sandbox/http/form.hpp"

#include <algorithm>
#include <regex>

namespace hostbill::sandbox {
namespace {

// Regular expressions are only tried on texts of a length that makes sense for them.
constexpr std::size_t longest_pattern_text = 256;
constexpr std::size_t max_body_depth = 32;

bool looks_like_json(const Request &request) {
    if (request.content_type.find("json") != std::string::npos)
        return true;
    return request.content_type.find("form") == std::string::npos &&
           (request.body.starts_with('{') || request.body.starts_with('['));
}

// PHP ends some texts there, SQL others.
bool holds_nul(const json::Value &value) {
    if (const json::Text *text = value.string())
        return text->view().find('\0') != std::string::npos;
    if (const json::Array *list = value.array())
        return std::ranges::any_of(*list, holds_nul);
    const json::Object *object = value.object();
    return object != nullptr && std::ranges::any_of(*object, [](const json::Member &member) {
               return member.key.view().find('\0') != std::string::npos || holds_nul(member.value);
           });
}

json::Object read_body(const Request &request) {
    if (request.body.empty())
        return {};
    if (!looks_like_json(request)) {
        auto form = decode_form(request.body);
        if (!form)
            throw Refusal{{"The form in the request cannot be read"}, 400};
        return std::move(*form);
    }
    auto body = json::parse(request.body, {.max_bytes = max_body_bytes, .max_depth = max_body_depth});
    if (!body)
        throw Refusal{{"The JSON in the request cannot be read: " + body.error().message}, 400};
    if (holds_nul(*body))
        throw Refusal{{"The JSON in the request holds a NUL character"}, 400};
    if (body->array() != nullptr && body->array()->empty())
        return {}; // PHP's way to write an empty map.
    if (body->object() == nullptr)
        throw Refusal{{"The JSON in the request must be an object"}, 400};
    return std::move(*body->object());
}

bool is_whole_number(std::string_view text) {
    if (text.starts_with('-'))
        text.remove_prefix(1);
    return !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == text.npos;
}

bool is_decimal(std::string_view text) {
    static const std::regex form("-?[0-9]{1,15}([.][0-9]{1,6})?");
    return text.size() <= longest_pattern_text && std::regex_match(text.begin(), text.end(), form);
}

bool is_boolean(std::string_view text) {
    static constexpr std::string_view words[] = {"true", "false", "1", "0", "on", "off", "yes", "no"};
    return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

// ".jpg;.png", whatever the case of the letters.
bool ends_in_one_of(std::string_view given, std::string_view extensions) {
    const std::string name = lower(given);
    while (!extensions.empty()) {
        std::string_view extension = extensions.substr(0, extensions.find(';'));
        if (name.size() > extension.size() && name.ends_with(extension))
            return true;
        extensions.remove_prefix(std::min(extensions.size(), extension.size() + 1));
    }
    return false;
}

bool fits_pattern(const Param &param, const std::string &text) {
    if (param.pattern.empty() || text.empty())
        return true;
    if (param.pattern_is_extensions)
        return ends_in_one_of(text, param.pattern);
    return text.size() <= longest_pattern_text &&
           std::regex_search(text, std::regex(param.pattern.begin(), param.pattern.end()));
}

std::string join(std::span<const std::string_view> words) {
    std::string text;
    for (std::string_view word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

class Checker {
public:
    explicit Checker(const Portal &portal) : portal_(portal) {}

    void check(const Param &param, const std::string &name, const json::Value &value) {
        if (param.type == Type::array)
            check_list(param, name, value);
        else if (param.type == Type::object)
            check_members(param, name, value);
        else if (auto text = scalar_text(value))
            check_scalar(param, param.type, name, *text);
        else if (param.type != Type::any && param.type != Type::string)
            complain(name, "must be a single value");
    }

    // Where a flag has to be written as its words.
    void check_words(const Param &param, const json::Value &value) {
        const bool true_false = param.boolean_form == BooleanForm::true_false;
        if (value != json::Value(true_false ? "true" : "on") && value != json::Value(true_false ? "false" : "off"))
            complain(std::string(param.wire), true_false ? "must be 'true' or 'false'" : "must be 'on' or 'off'");
    }

    void missing(const std::string &name) { complain(name, "is required"); }

    const std::vector<std::string> &errors() const { return errors_; }

private:
    void complain(const std::string &name, const std::string &problem) {
        errors_.push_back("Parameter " + name + " " + problem);
    }

    void check_list(const Param &param, const std::string &name, const json::Value &value) {
        const json::Array *list = value.array();
        if (list == nullptr && value.object() == nullptr) {
            complain(name, "must be a list");
            return;
        }
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            std::string place = name + "[" + std::to_string(i) + "]";
            if (!param.fields.empty())
                check_fields(param, place, (*list)[i]);
            else if (auto text = scalar_text((*list)[i]))
                check_scalar(param, param.items, place, *text);
        }
    }

    void check_members(const Param &param, const std::string &name, const json::Value &value) {
        if (value.object() == nullptr && value.array() == nullptr)
            complain(name, "must be a map");
        else if (!param.fields.empty())
            check_fields(param, name, value);
    }

    void check_fields(const Param &param, const std::string &name, const json::Value &value) {
        if (value.object() == nullptr) {
            complain(name, "must be a map");
            return;
        }
        for (const Param &field : param.fields) {
            if ((field.portals & portal_.bit) == 0)
                continue;
            std::string place = name + "[" + std::string(field.wire) + "]";
            const json::Value *given = value.find(field.wire);
            if (given != nullptr && !given->is_null())
                check(field, place, *given);
            else if (field.required)
                missing(place);
        }
    }

    void check_scalar(const Param &param, Type type, const std::string &name, const std::string &text) {
        if (type == Type::integer && !is_whole_number(text))
            complain(name, "must be a whole number");
        else if (type == Type::integer && (std::stoll(text) < param.minimum || std::stoll(text) > param.maximum))
            complain(name, "is out of range");
        else if (type == Type::number && !is_decimal(text))
            complain(name, "must be a number");
        else if (type == Type::boolean && !is_boolean(text))
            complain(name, "must be true or false");
        else if (type != Type::boolean && !param.allowed.empty() && !text.empty() &&
                 std::find(param.allowed.begin(), param.allowed.end(), text) == param.allowed.end())
            complain(name, "must be one of: " + join(param.allowed));
        else if (!fits_pattern(param, text))
            complain(name, "has an invalid value");
        else if (param.max_length != 0 && letters(text) > param.max_length)
            complain(name, "is too long");
    }

    static std::size_t letters(std::string_view text) {
        return static_cast<std::size_t>(
            std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
    }

    const Portal &portal_;
    std::vector<std::string> errors_;
};

// The panel's name, ours, or any the documents use.
const json::Value *find_given(const json::Object &given, const Param &param) {
    if (const json::Value *value = given.find(param.wire))
        return value;
    if (const json::Value *value = given.find(param.name))
        return value;
    for (std::string_view alias : param.aliases)
        if (const json::Value *value = given.find(alias))
            return value;
    return nullptr;
}

// Forms send what was left open as empty text.
bool is_empty(const Param &param, const json::Value *value) {
    if (value == nullptr || value->is_null())
        return true;
    return param.type != Type::string && value->string() != nullptr && value->string()->empty();
}

} // namespace

json::Object read_given(const Request &request, std::string_view query) {
    auto in_query = decode_form(query);
    if (!in_query)
        throw Refusal{{"The query cannot be read"}, 400};
    json::Object given = std::move(*in_query);
    for (json::Member &member : read_body(request))
        given.set(member.key, std::move(member.value));
    return given;
}

void bind_parameters(Call &call, const Route &route, std::string_view query, const Request &request) {
    call.given = read_given(request, query);

    Checker checker(call.portal);
    for (const auto &[name, text] : route.values) {
        call.params.set(name, json::Value(text));
        if (const Param *param = find_param(call.operation, call.portal.bit, name))
            if (!text.empty())
                checker.check(*param, std::string(name), json::Value(text));
    }
    for (const Param &param : call.operation.params) {
        if (param.place == Place::path || (param.portals & call.portal.bit) == 0)
            continue;
        const json::Value *value = find_given(call.given, param);
        if (!is_empty(param, value)) {
            if (call.quirks.has(Quirk::text_flags) && param.boolean_form != BooleanForm::native)
                checker.check_words(param, *value);
            checker.check(param, std::string(param.wire), *value);
            call.params.set(param.name, *value);
        } else if (param.required) {
            checker.missing(std::string(param.wire));
        }
    }
    if (!checker.errors().empty())
        throw Refusal{checker.errors()};
}

void check_path_ids(Call &call) {
    // Services first: what belongs to one is looked for there.
    for (const Area *area : areas())
        for (const PathId &id : area->ids) {
            if (!call.has(id.parameter))
                continue;
            std::string text = call.text(id.parameter);
            bool known = id.in_service ? call.db.exists(id.query, text, call.text("service_id"))
                                       : call.db.exists(id.query, text);
            if (!known)
                not_found(id.what, text);
        }
}

} // namespace hostbill::sandbox
