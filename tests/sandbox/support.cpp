#include "support.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace hostbill::sandbox::test {
namespace {

std::size_t take_body(char *data, std::size_t size, std::size_t count, void *place) {
    static_cast<std::string *>(place)->append(data, size * count);
    return size * count;
}

std::size_t take_header(char *data, std::size_t size, std::size_t count, void *place) {
    std::string line(data, size * count);
    if (std::size_t colon = line.find(':'); colon != std::string::npos) {
        std::string name = line.substr(0, colon);
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
        std::string value = line.substr(colon + 1);
        value.erase(0, value.find_first_not_of(' '));
        value.erase(value.find_last_not_of("\r\n") + 1);
        (*static_cast<std::map<std::string, std::string> *>(place))[name] = value;
    }
    return size * count;
}

const json::Value nothing;

} // namespace

const json::Value &Answer::at(std::initializer_list<std::string_view> path) const {
    const json::Value *value = &body;
    for (std::string_view step : path) {
        if (const json::Array *list = value->array()) {
            bool number = step.find_first_not_of("0123456789") == step.npos;
            std::size_t index = number ? std::stoul(std::string(step)) : list->size();
            value = index < list->size() ? &(*list)[index] : nullptr;
        } else {
            value = value->find(step);
        }
        if (value == nullptr)
            return nothing;
    }
    return *value;
}

std::string Answer::word(std::initializer_list<std::string_view> path) const {
    const json::Value &value = at(path);
    return value.string() != nullptr ? std::string(*value.string()) : json::write_utf8(value);
}

std::string Answer::error() const {
    const json::Value &first = at({"error", "0"});
    return first.string() != nullptr ? std::string(*first.string()) : std::string();
}

Answer send(const Request &request) {
    Answer answer = try_send(request);
    EXPECT_NE(answer.status, 0) << answer.text << " for " << request.url;
    return answer;
}

Answer try_send(const Request &request) {
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    curl_slist *headers = nullptr;
    for (const std::string &header : request.headers)
        headers = curl_slist_append(headers, header.c_str());
    Answer answer;
    curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.text);
    curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &answer.headers);
    if (!request.user.empty())
        curl_easy_setopt(curl.get(), CURLOPT_USERPWD, request.user.c_str());
    if (!request.body.empty()) {
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, request.body.c_str());
    }
    CURLcode code = curl_easy_perform(curl.get());
    curl_slist_free_all(headers);
    if (code != CURLE_OK)
        return {.body = {}, .text = curl_easy_strerror(code), .headers = {}};
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    if (auto parsed = json::parse(answer.text))
        answer.body = std::move(*parsed);
    return answer;
}

Box::Box(std::string_view portal, std::string_view more_config) {
    std::string config = R"({"portal":")" + std::string(portal) + '"';
    if (!more_config.empty())
        config += "," + std::string(more_config);
    config += '}';
    char *error = nullptr;
    int status = hostbill_sandbox_new(config.c_str(), &box_, &error);
    EXPECT_EQ(status, 0) << (error != nullptr ? error : "");
    hostbill_sandbox_string_free(error);
}

Box::~Box() { hostbill_sandbox_free(box_); }

json::Value Box::control(std::string_view command) const {
    char *text = hostbill_sandbox_control(box_, std::string(command).c_str());
    auto parsed = json::parse(text);
    EXPECT_TRUE(parsed) << text;
    hostbill_sandbox_string_free(text);
    return parsed ? std::move(*parsed) : json::Value();
}

std::string Box::info(std::string_view key) const {
    json::Value info = control(R"({"command":"info"})");
    const json::Value *value = info.find(key);
    return value != nullptr && value->string() != nullptr ? std::string(*value->string()) : std::string();
}

std::int64_t Box::ledger(std::string_view effect) const {
    json::Value ledger = control(R"({"command":"ledger"})");
    const json::Value *count = ledger.find(effect);
    return count != nullptr && count->integer() != nullptr ? *count->integer() : 0;
}

Answer Box::get(const std::string &path) const { return send_json("GET", path); }

Answer Box::send_json(const std::string &method, const std::string &path, const std::string &json_body) const {
    Request request{.method = method, .url = url() + path, .headers = {}, .body = json_body, .user = user()};
    if (!json_body.empty())
        request.headers = {"Content-Type: application/json"};
    return send(request);
}

Answer Box::post(const std::string &path, const std::string &json_body) const {
    return send_json("POST", path, json_body);
}
Answer Box::put(const std::string &path, const std::string &json_body) const {
    return send_json("PUT", path, json_body);
}
Answer Box::del(const std::string &path) const { return send_json("DELETE", path); }

Answer Box::post_form(const std::string &path, const std::string &form) const {
    return send({.method = "POST",
                 .url = url() + path,
                 .headers = {"Content-Type: application/x-www-form-urlencoded"},
                 .body = form,
                 .user = user()});
}

Answer Box::bearer(const std::string &method, const std::string &path, const std::string &token) const {
    return send(
        {.method = method, .url = url() + path, .headers = {"Authorization: Bearer " + token}, .body = "", .user = ""});
}

Answer Customer::ask(const std::string &method, const std::string &path, const std::string &json_body) const {
    Request request{.method = method, .url = url + path, .headers = {}, .body = json_body, .user = user};
    if (!json_body.empty())
        request.headers = {"Content-Type: application/json"};
    return send(request);
}

Customer create_world(const Box &box, std::string_view members) {
    const std::string more = members.empty() ? "" : "," + std::string(members);
    const Answer made{.body = box.control(R"({"command":"world_create")" + more + "}")};
    EXPECT_EQ(error_message(made.body), "");
    return {made.word({"world"}), box.url(), made.word({"url"}),
            made.word({"username"}) + ":" + made.word({"password"})};
}

std::string error_message(const json::Value &answer) {
    const json::Value *error = answer.find("error");
    return error != nullptr ? json::write_utf8(*error) : std::string();
}

} // namespace hostbill::sandbox::test
