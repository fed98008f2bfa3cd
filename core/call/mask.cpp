#include "core/call/mask.hpp"

#include "core/base/secret.hpp"
#include "core/base/secret_name.hpp"

#include <algorithm>

namespace hostbill {
namespace {

const Param *field_on_wire(const Param &param, std::string_view wire) {
    for (const Param &field : param.fields) {
        if (field.wire == wire)
            return &field;
    }
    return nullptr;
}

// Walks a bound value and calls `secret` on every part that must be hidden.
// `Value` is json::Value, const or not.
template <class Value, class Visit>
void visit_secrets(const Param *param, std::string_view name, Value &value, const Visit &secret) {
    if (param != nullptr ? param->sensitive : is_secret_name(name)) {
        secret(value);
    } else if (auto *array = value.array()) {
        for (auto &element : *array)
            visit_secrets(param, name, element, secret);
    } else if (auto *object = value.object()) {
        for (auto &member : *object) {
            visit_secrets(param != nullptr ? field_on_wire(*param, member.key) : nullptr, member.key, member.value,
                          secret);
        }
    }
}

void collect_texts(const json::Value &value, std::vector<std::string> &texts) {
    if (const json::Text *text = value.string())
        texts.push_back(*text);
    if (const std::int64_t *integer = value.integer())
        texts.push_back(std::to_string(*integer));
    if (const json::Text *number = value.number_text())
        texts.push_back(*number);
    if (const json::Array *array = value.array()) {
        for (const json::Value &element : *array)
            collect_texts(element, texts);
    }
    if (const json::Object *object = value.object()) {
        for (const json::Member &member : *object)
            collect_texts(member.value, texts);
    }
}

json::Value masked_copy(const Param *param, std::string_view name, const json::Value &value) {
    json::Value copy = value;
    const auto hide = [](json::Value &part) {
        json::wipe(part);
        part = json::Value(mask_text);
    };
    visit_secrets(param, name, copy, hide);
    return copy;
}

} // namespace

json::Value mask(const Param &param, const json::Value &value) { return masked_copy(&param, param.name, value); }

json::Value mask_unknown(std::string_view name, const json::Value &value) { return masked_copy(nullptr, name, value); }

void collect_secrets(const Param &param, const json::Value &value, std::vector<std::string> &secrets) {
    const auto collect = [&](const json::Value &part) { collect_texts(part, secrets); };
    visit_secrets(&param, param.name, value, collect);
}

void collect_unknown_secrets(std::string_view name, const json::Value &value, std::vector<std::string> &secrets) {
    const auto collect = [&](const json::Value &part) { collect_texts(part, secrets); };
    visit_secrets(nullptr, name, value, collect);
}

std::string shell_quote(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

} // namespace hostbill
