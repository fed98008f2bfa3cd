#include "core/call/answer_parts.hpp"

#include "core/base/ascii.hpp"
#include "core/json/scalar_text.hpp"

#include <algorithm>

namespace hostbill {
namespace {

// Where the items are; nullptr: nowhere.
const json::Value *list_in(const json::Value &data, std::string_view name) {
    return name.empty() || data.array() != nullptr ? &data : data.find(name);
}

} // namespace

const json::Value &part(const json::Value &data, std::string_view name) {
    if (name.empty())
        return data;
    if (const json::Value *found = data.find(name))
        return *found;
    // One machine may come as {"vm":{}}, as {"vms":{id:{}}} or bare.
    if (const json::Value *map = data.find(std::string(name) + "s"); map && map->object() && !map->object()->empty())
        return map->object()->begin()->value;
    return data;
}

std::vector<json::Value> items_of(const json::Value &data, std::string_view name) {
    const json::Value *list = list_in(data, name);
    std::vector<json::Value> items;
    if (list == nullptr)
        return items;
    if (const json::Array *array = list->array()) {
        items.assign(array->begin(), array->end());
    } else if (const json::Object *object = list->object()) {
        const bool is_map = !name.empty() && std::all_of(object->begin(), object->end(), [](const json::Member &m) {
            return m.value.object() != nullptr;
        });
        if (!is_map)
            return {*list};
        for (const json::Member &member : *object) {
            json::Value item = member.value;
            if (item.find("id") == nullptr)
                item.object()->append("id", member.key);
            items.push_back(std::move(item));
        }
    }
    return items;
}

bool has_items(const json::Value &data, std::string_view name) {
    const json::Value *list = list_in(data, name);
    if (list == nullptr)
        return false;
    if (const json::Array *array = list->array()) // A list in a list came with a wrapper that nobody knows.
        return std::none_of(array->begin(), array->end(),
                            [](const json::Value &item) { return item.array() != nullptr; });
    if (const bool *flag = list->boolean())
        return !*flag;
    if (const json::Text *text = list->string())
        return text->empty();
    return list->object() != nullptr || list->is_null();
}

Error no_list(std::string_view read) {
    return Error{.error_class = ErrorClass::protocol,
                 .message = "the portal's answer holds no list of what there is",
                 .step = std::string(read)};
}

std::string key_of(const json::Value &item) {
    for (const std::string_view name : {"id", "ticket_number", "domain_id", "key"}) {
        if (const json::Value *value = item.find(name))
            return scalar_text(*value);
    }
    return json::write_utf8(item);
}

std::string zone_of(const json::Value &data) {
    const json::Value *name = data.find("name");
    return name != nullptr && name->string() != nullptr ? lower(*name->string()) : std::string();
}

} // namespace hostbill
