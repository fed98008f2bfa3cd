#include "core/call/mask.hpp"

#include "core/answer/classify.hpp"
#include "core/base/base64.hpp"
#include "core/base/secret.hpp"
#include "core/base/secret_name.hpp"
#include "core/call/encode.hpp"

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

// A JSON string without its quotes.
std::string within_json(std::string text) {
    std::string inner = text.substr(1, text.size() - 2);
    wipe(text);
    return inner;
}

// As PHP writes JSON: with a backslash before each slash.
std::string with_slashes_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '/')
            out += '\\';
        out += c;
    }
    return out;
}

std::string within_html(std::string_view text, std::string_view apostrophe) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += apostrophe;
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string in_hex(std::string_view text, const char *digits) {
    std::string out;
    for (const char c : text) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 0xF];
    }
    return out;
}

// As a portal's words are shown: on one line.
std::string on_one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return text;
}

constexpr std::size_t shortest = 4; // that is hidden

// How much of the secret's beginning the text ends with, where that is worth hiding.
std::size_t beginning_at_end(std::string_view text, std::string_view secret) {
    for (std::size_t size = std::min(text.size(), secret.size()); size >= shortest; --size) {
        if (text.ends_with(secret.substr(0, size)))
            return size;
    }
    return 0;
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

void add_spellings(std::vector<std::string> &secrets) {
    for (std::size_t i = 0, given = secrets.size(); i < given; ++i) {
        std::string secret = secrets[i];
        // A request that is repeated inside an answer is JSON within JSON.
        std::string utf8 = secret;
        std::string ascii = secret;
        std::string php = secret;
        for (int level = 0; level < 2; ++level) {
            utf8 = within_json(json::write_utf8(json::Value(utf8)));
            ascii = within_json(json::write_ascii(json::Value(ascii)));
            php = with_slashes_escaped(within_json(json::write_ascii(json::Value(php))));
            secrets.push_back(utf8);
            secrets.push_back(ascii);
            secrets.push_back(php);
        }
        wipe(utf8);
        wipe(ascii);
        wipe(php);
        for (const std::string_view apostrophe : {"'", "&#039;", "&#39;", "&#x27;"})
            secrets.push_back(on_one_line(within_html(secret, apostrophe)));
        secrets.push_back(on_one_line(secret));
        secrets.push_back(percent_encode(secret));
        secrets.push_back(form_encode(secret));
        secrets.push_back(base64_encode(secret));
        for (const char *digits : {"0123456789abcdef", "0123456789ABCDEF"})
            secrets.push_back(in_hex(secret, digits));
        wipe(secret);
    }
    // The longest first, so that none leaves a rest behind.
    std::sort(secrets.begin(), secrets.end(), [](const auto &a, const auto &b) { return a.size() > b.size(); });
}

std::string scrub(std::string text, std::span<const std::string> secrets) {
    for (const std::string &secret : secrets) {
        if (secret.size() < shortest)
            continue;
        for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
            text.replace(at, secret.size(), mask_text);
            at += mask_text.size();
        }
    }
    for (std::size_t cut = text.find(cut_text); cut != std::string::npos; cut = text.find(cut_text, cut + 1)) {
        std::size_t shown = 0;
        for (const std::string &secret : secrets)
            shown = std::max(shown, beginning_at_end(std::string_view(text).substr(0, cut), secret));
        if (shown == 0)
            continue;
        text.replace(cut - shown, shown, mask_text);
        cut = cut - shown + mask_text.size();
    }
    return text;
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
