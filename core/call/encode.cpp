#include "core/call/encode.hpp"

#include "core/base/ascii.hpp"
#include "core/call/mask.hpp"
#include "core/json/scalar_text.hpp"

#include <algorithm>

namespace hostbill {
namespace {

bool is_unreserved(char c) { return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

class Encoder {
public:
    Encoder(const Operation &operation, BodyForm form, bool masked)
        : operation_(operation), form_(form), masked_(masked) {}

    Request run(std::span<const BoundParam> params, const json::Object &extra) {
        Request request{.method = operation_.method, .target = path(params), .body = {}, .content_type = {}};
        std::string query;
        json::Object body;
        for (const BoundParam &bound : params) {
            json::Value value = masked_ ? mask(*bound.param, bound.value) : bound.value;
            if (bound.param->place == Place::query)
                add_pairs(query, form_encode(bound.param->wire), value);
            if (bound.param->place == Place::body)
                body.append(bound.param->wire, std::move(value));
        }
        const bool extra_in_query = operation_.method == "GET" || operation_.method == "DELETE";
        for (const json::Member &member : extra) {
            json::Value value = masked_ ? mask_unknown(member.key, member.value) : member.value;
            if (extra_in_query) {
                add_pairs(query, form_encode(member.key), value);
            } else {
                body.append(member.key, std::move(value));
            }
        }
        if (!query.empty())
            request.target += "?" + query;
        if (!body.empty())
            write_body(request, std::move(body));
        return request;
    }

private:
    std::string path(std::span<const BoundParam> params) const {
        std::string out;
        std::string_view rest = operation_.path;
        while (!rest.empty()) {
            const std::size_t open = rest.find('{');
            out += rest.substr(0, open);
            if (open == std::string_view::npos)
                break;
            const std::size_t close = rest.find('}', open);
            out += path_value(rest.substr(open + 1, close - open - 1), params);
            rest.remove_prefix(close + 1);
        }
        return out;
    }

    std::string path_value(std::string_view name, std::span<const BoundParam> params) const {
        const auto found = std::find_if(params.begin(), params.end(), [&](const BoundParam &bound) {
            return bound.param->place == Place::path && bound.param->name == name;
        });
        if (found == params.end())
            return {}; // Binding has refused that: every path parameter is required.
        if (masked_ && found->param->sensitive)
            return std::string(mask_text);
        return percent_encode(scalar_text(found->value));
    }

    // PHP's form of nested values: key[name], key[0]. What has no value, null or empty, has no pair either.
    void add_pairs(std::string &out, const std::string &key, const json::Value &value) const {
        if (value.is_null())
            return;
        if (const json::Object *object = value.object()) {
            for (const json::Member &member : *object) {
                add_pairs(out, key + "[" + form_encode(member.key) + "]", member.value);
            }
            return;
        }
        if (const json::Array *array = value.array()) {
            for (std::size_t i = 0; i < array->size(); ++i) {
                add_pairs(out, key + "[" + std::to_string(i) + "]", (*array)[i]);
            }
            return;
        }
        if (!out.empty())
            out += '&';
        const std::string text = scalar_text(value);
        // The mask is shown, never sent: it stays readable.
        out += key + "=" + (masked_ && text == mask_text ? text : form_encode(text));
    }

    void write_body(Request &request, json::Object members) const {
        if (form_ == BodyForm::json) {
            json::Value body(std::move(members));
            request.body = json::write_utf8(body);
            json::wipe(body);
            request.content_type = "application/json";
            return;
        }
        request.body.emplace();
        for (const json::Member &member : members)
            add_pairs(*request.body, form_encode(member.key), member.value);
        request.content_type = "application/x-www-form-urlencoded";
    }

    const Operation &operation_;
    BodyForm form_;
    bool masked_;
};

} // namespace

Request encode(const Operation &operation, BodyForm form, std::span<const BoundParam> params,
               const json::Object &extra) {
    return Encoder(operation, form, false).run(params, extra);
}

Request encode_masked(const Operation &operation, BodyForm form, std::span<const BoundParam> params,
                      const json::Object &extra) {
    return Encoder(operation, form, true).run(params, extra);
}

const char *path_text_problem(std::string_view text) {
    if (text.empty())
        return "must not be empty";
    if (text == "." || text == "..")
        return "must not be a step in the path";
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            return "must not hold control characters";
        if (c == '/' || c == '\\' || c == '?' || c == '#' || c == '%')
            return "must not hold any of / \\ ? # %";
    }
    return nullptr;
}

std::string percent_encode(std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 0xF];
        }
    }
    return out;
}

std::string form_encode(std::string_view text) {
    std::string out = percent_encode(text);
    for (std::size_t at = out.find("%20"); at != std::string::npos; at = out.find("%20", at))
        out.replace(at, 3, "+");
    return out;
}

} // namespace hostbill
