#include "requests.hpp"

#include <cctype>

namespace hostbill::sandbox::test {
namespace {

std::string encode(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (unsigned char byte : text) {
        if (std::isalnum(byte) || byte == '-' || byte == '.' || byte == '_' || byte == '~') {
            out += static_cast<char>(byte);
        } else {
            out += '%';
            out += digits[byte / 16];
            out += digits[byte % 16];
        }
    }
    return out;
}

std::string scalar(const json::Value &value) {
    return value.string() != nullptr ? std::string(*value.string()) : json::write_utf8(value);
}

void append_form(std::string &out, const std::string &name, const json::Value &value) {
    if (const json::Object *object = value.object()) {
        for (const json::Member &member : *object)
            append_form(out, name + "[" + member.key + "]", member.value);
    } else if (const json::Array *list = value.array()) {
        for (std::size_t i = 0; i < list->size(); ++i)
            append_form(out, name + "[" + std::to_string(i) + "]", (*list)[i]);
    } else {
        out += (out.empty() ? "" : "&") + name + "=" + encode(scalar(value));
    }
}

} // namespace

Request make_request(const Operation &operation, const Portal &portal, const json::Object &params) {
    Request request{.method = std::string(operation.method),
                    .url = std::string(operation.path),
                    .headers = {},
                    .body = "",
                    .user = ""};
    std::string query;
    json::Object body;
    for (const json::Member &member : params) {
        const Param *param = find_param(operation, portal.bit, member.key);
        if (param == nullptr) {
            ADD_FAILURE() << operation.id << " has no parameter " << member.key.view();
        } else if (param->place == Place::path) {
            std::string placeholder = "{" + std::string(param->name) + "}";
            request.url.replace(request.url.find(placeholder), placeholder.size(), encode(scalar(member.value)));
        } else if (param->place == Place::query) {
            append_form(query, std::string(param->wire), member.value);
        } else {
            body.append(param->wire, member.value);
        }
    }
    EXPECT_EQ(request.url.find('{'), std::string::npos) << operation.id << " lacks a path parameter";
    if (!query.empty())
        request.url += "?" + query;
    if (!body.empty() && portal.body == BodyForm::form) {
        for (const json::Member &member : body)
            append_form(request.body, member.key, member.value);
        request.headers = {"Content-Type: application/x-www-form-urlencoded"};
    } else if (!body.empty()) {
        request.body = json::write_utf8(body);
        request.headers = {"Content-Type: application/json"};
    }
    return request;
}

} // namespace hostbill::sandbox::test
