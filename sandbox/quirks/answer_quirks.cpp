#include "sandbox/quirks/answer_quirks.hpp"

#include "core/answer/shape.hpp"
#include "core/answer/shape_value.hpp"

#include <algorithm>
#include <array>

namespace hostbill::sandbox {
namespace {

const ShapeField *field_of(const Shape &shape, std::string_view name) {
    const auto found = std::ranges::find(shape.fields, name, &ShapeField::sent);
    return found != shape.fields.end() ? &*found : nullptr;
}

bool is_number(ShapeKind kind) {
    return kind == ShapeKind::id || kind == ShapeKind::ref || kind == ShapeKind::integer || kind == ShapeKind::decimal;
}

bool is_messages(const ShapeType &type) { return type.item != nullptr && type.item->kind == ShapeKind::message; }

json::Value parsed(std::string_view text) {
    auto value = json::parse(text);
    return value ? std::move(*value) : json::Value();
}

// Changes values by what the catalogue says they are.
class Spoiler {
public:
    explicit Spoiler(const ActiveQuirks &quirks) : quirks_(quirks), turn_(quirks.turn()) {}

    void spoil(json::Value &value, const ShapeType &type) {
        switch (type.kind) {
        case ShapeKind::object:
            if (value.object() != nullptr)
                members(*value.object(), *type.shape);
            break;
        case ShapeKind::list:
            list(value, type);
            break;
        case ShapeKind::map:
            if (json::Object *object = value.object())
                for (json::Member &member : *object)
                    spoil(member.value, *type.item);
            break;
        case ShapeKind::flag:
            flag(value);
            break;
        case ShapeKind::date:
        case ShapeKind::datetime:
            date(value, type);
            break;
        case ShapeKind::text:
            text(value);
            break;
        default:
            if (is_number(type.kind))
                number(value);
        }
        empty(value, type);
    }

private:
    bool has(Quirk quirk) const { return quirks_.has(quirk); }

    template <std::size_t N>
    json::Value one_of(const std::array<const char *, N> &forms) {
        return parsed(forms[turn_++ % N]);
    }

    void members(json::Object &object, const Shape &shape) {
        for (json::Member &member : object) {
            const ShapeField *field = field_of(shape, member.key);
            if (field != nullptr)
                spoil(member.value, field->type);
            else if (shape.rest != nullptr)
                spoil(member.value, *shape.rest);
        }
        if (shape.has_content && has(Quirk::quoted_txt))
            quote(object);
        if (has(Quirk::unknown_fields) && shape.rest == nullptr)
            object.append("x_added_later", parsed(R"({"id":["1"],"on":"yes"})"));
    }

    static void quote(json::Object &record) {
        const json::Value *type = record.find("type");
        json::Value *content = record.find("content");
        if (type == nullptr || *type != json::Value("TXT") || content == nullptr || content->string() == nullptr ||
            content->string()->view().starts_with('"'))
            return;
        std::string quoted = "\"";
        for (const char letter : *content->string()) {
            if (letter == '"' || letter == '\\')
                quoted += '\\';
            quoted += letter;
        }
        *content = quoted + "\"";
    }

    void text(json::Value &value) {
        if (!has(Quirk::null_texts))
            return;
        if (value.string() != nullptr && value.string()->empty())
            value = nullptr;
        else if (value.is_null())
            value = "";
    }

    void number(json::Value &value) {
        if (has(Quirk::numbers_as_text)) {
            shape_value::to_text(value);
        } else if (has(Quirk::text_as_numbers) && value.string() != nullptr) {
            json::Value read = parsed(*value.string());
            if (read.integer() != nullptr || read.number_text() != nullptr)
                value = std::move(read);
        }
    }

    void flag(json::Value &value) {
        if (!has(Quirk::flags_in_other_forms) || !shape_value::to_flag(value))
            return;
        constexpr std::array yes = {"true", "1", "\"1\"", "\"true\"", "\"on\"", "\"yes\"", "\"True\""};
        constexpr std::array no = {"false", "0", "\"0\"", "\"false\"", "\"off\"", "\"no\"", "\"\""};
        value = *value.boolean() ? one_of(yes) : one_of(no);
    }

    void date(json::Value &value, const ShapeType &type) {
        json::Value read = value;
        if (!(type.kind == ShapeKind::date ? shape_value::to_date(read) : shape_value::to_datetime(read)) &&
            !value.is_null())
            return;
        if (value.is_null() || read.is_null()) {
            constexpr std::array none = {"null", "\"\"", "\"0000-00-00\"", "\"0000-00-00 00:00:00\""};
            if (has(Quirk::dates_missing_in_other_forms) && type.nullable)
                value = one_of(none);
            return;
        }
        if (!has(Quirk::times_in_other_forms) || value.string() == nullptr)
            return;
        std::string moment = *value.string();
        if (moment.size() == 10)
            moment += " 00:00:00";
        else
            moment[10] = moment[10] == ' ' ? 'T' : ' ';
        value = std::move(moment);
    }

    void list(json::Value &value, const ShapeType &type) {
        json::Array *array = value.array();
        if (array == nullptr)
            return;
        const ShapeType &item = *type.item;
        for (json::Value &element : *array)
            spoil(element, item);
        if (is_messages(type)) {
            remarks(*array);
        } else if (has(Quirk::lone_element_bare) && array->size() == 1 && item.kind == ShapeKind::object) {
            json::Value lone = std::move(array->front());
            value = std::move(lone);
        } else if (becomes_map(item) && !array->empty()) {
            json::Object map;
            if (as_map(*array, item, map))
                value = std::move(map);
        }
    }

    bool becomes_map(const ShapeType &item) const {
        const bool records = item.kind == ShapeKind::object && item.shape->has_content;
        return (has(Quirk::lists_as_maps) && item.kind != ShapeKind::any) || (has(Quirk::records_as_map) && records);
    }

    // ["key", "argument"] becomes [["key", "argument"]]; a lone text stays what it is.
    void remarks(json::Array &array) {
        const bool texts = std::ranges::all_of(array, [](const json::Value &one) { return one.string() != nullptr; });
        if (has(Quirk::info_with_arguments) && array.size() == 2 && texts)
            array = json::Array{json::Value(std::move(array))};
    }

    // The names of a map are its elements' keys. False: they have none, or one of them twice.
    bool as_map(const json::Array &array, const ShapeType &item, json::Object &map) const {
        int index = 0;
        for (const json::Value &element : array) {
            json::Value key(std::to_string(index++));
            json::Value inner = element;
            if (item.kind == ShapeKind::object && !item.shape->key.empty()) {
                const json::Value *own = element.find(item.shape->key);
                if (own == nullptr)
                    return false;
                key = *own;
                if (!shape_value::to_text(key))
                    return false;
                if (has(Quirk::ids_only_as_keys))
                    inner.object()->erase(item.shape->key);
            }
            if (map.find(*key.string()) != nullptr)
                return false;
            map.append(*key.string(), std::move(inner));
        }
        return true;
    }

    void empty(json::Value &value, const ShapeType &type) const {
        const bool either =
            type.kind == ShapeKind::object || type.kind == ShapeKind::list || type.kind == ShapeKind::map;
        if (!has(Quirk::empty_in_other_form) || !either)
            return;
        if (value.object() != nullptr && value.object()->empty())
            value = json::Array();
        else if (value.array() != nullptr && value.array()->empty() && !is_messages(type))
            value = json::Object();
    }

    ActiveQuirks quirks_;
    unsigned turn_;
};

bool says_only_success(std::string_view key) { return key == "success" || key == "info" || key == "error"; }

// {"vm":{..}} as {"vms":{"7":{..}}}, where the catalogue knows both wrappers.
void rename_wrapper(json::Object &body, const AnswerShape &answer, json::Value &inner) {
    if (answer.unwrap.size() < 2 || answer.type.kind != ShapeKind::object || body.begin()->key != answer.unwrap.front())
        return;
    const json::Value *id = inner.find(answer.type.shape->key);
    if (id == nullptr)
        return;
    json::Value key = *id;
    if (!shape_value::to_text(key))
        return;
    json::Object by_id;
    by_id.append(*key.string(), std::move(inner));
    json::Object renamed;
    renamed.append(answer.unwrap[1], std::move(by_id));
    for (auto member = body.begin() + 1; member != body.end(); ++member)
        renamed.append(member->key, std::move(member->value));
    body = std::move(renamed);
}

// True: the wrapper was taken off, and `body` is what it held.
bool spoil_wrapped(const ActiveQuirks &quirks, Spoiler &spoiler, const AnswerShape &answer, json::Value &body) {
    json::Object *object = body.object();
    for (const std::string_view name : answer.unwrap) {
        json::Value *inner = object != nullptr ? object->find(name) : nullptr;
        if (inner == nullptr)
            continue;
        spoiler.spoil(*inner, answer.type);
        for (json::Member &member : *object) {
            const ShapeField *field = answer.type.shape != nullptr ? field_of(*answer.type.shape, member.key) : nullptr;
            if (&member.value != inner && field != nullptr)
                spoiler.spoil(member.value, field->type);
        }
        // What is beside the wrapper would be lost with it.
        const bool alone = std::ranges::all_of(*object, [&](const json::Member &member) {
            return &member.value == inner || says_only_success(member.key);
        });
        if (quirks.has(Quirk::no_wrapper) && alone && answer.type.kind != ShapeKind::map) {
            json::Value bare = std::move(*inner);
            body = std::move(bare);
            return true;
        }
        if (quirks.has(Quirk::other_wrapper))
            rename_wrapper(*object, answer, *inner);
        return false;
    }
    if (answer.unwrap.empty())
        spoiler.spoil(body, answer.type);
    return false;
}

void name_records_in_full(json::Value &body) {
    const json::Value *zone = body.find("name");
    json::Value *records = body.object() != nullptr ? body.object()->find("records") : nullptr;
    if (zone == nullptr || zone->string() == nullptr || records == nullptr || records->array() == nullptr)
        return;
    const std::string suffix = "." + *zone->string();
    for (json::Value &record : *records->array()) {
        json::Value *name = record.object() != nullptr ? record.object()->find("name") : nullptr;
        if (name == nullptr || name->string() == nullptr || *name == *zone || name->string()->view().ends_with(suffix))
            continue;
        *name = name->string()->empty() || *name == json::Value("@") ? std::string(*zone->string())
                                                                     : *name->string() + suffix;
    }
}

void rename_token(json::Value &body) {
    json::Object renamed;
    for (json::Member &member : *body.object())
        renamed.append(member.key == "token" ? "access_token" : std::string_view(member.key), std::move(member.value));
    body = std::move(renamed);
}

} // namespace

json::Value with_quirks(const ActiveQuirks &quirks, const Operation &operation, json::Value body) {
    if (quirks.none())
        return body;
    if (quirks.has(Quirk::full_record_names) && operation.id == "dns.zones.get")
        name_records_in_full(body);
    if (quirks.has(Quirk::no_currency) && operation.id == "account.balance")
        if (json::Value *details = body.object()->find("details"); details != nullptr && details->object() != nullptr)
            details->object()->set("currency", "");
    if (quirks.has(Quirk::access_token) && (operation.id == "auth.login" || operation.id == "auth.refresh") &&
        body.find("token") != nullptr && body.find("token")->string() != nullptr)
        rename_token(body);
    Spoiler spoiler(quirks);
    const AnswerShape *answer = find_answer_shape(operation.id);
    const bool bare = answer != nullptr && spoil_wrapped(quirks, spoiler, *answer, body);
    json::Object *object = body.object();
    // Only beside a wrapper do they say nothing of the thing itself.
    if (object == nullptr || bare || answer == nullptr || answer->unwrap.empty())
        return body;
    if (quirks.has(Quirk::empty_error) && object->find("error") == nullptr)
        object->append("error", json::Array());
    if (quirks.has(Quirk::success_flag) && object->find("success") == nullptr)
        object->append("success", true);
    return body;
}

} // namespace hostbill::sandbox
