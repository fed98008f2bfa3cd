// The contestants in C++: main NAME, with the settings in the environment.
#include <hostbill.hpp>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

namespace {

// What one call brought: how many invoices, and the id of the last one.
struct Result {
    std::size_t count = 0;
    std::string id;
};
using Call = std::function<Result()>;

std::string setting(const char *name) {
    const char *value = std::getenv(name);
    return value == nullptr ? "" : value;
}

hostbill::Config config() {
    hostbill::Config out;
    out.portal = "coloup";
    out.base_url = setting("BENCH_BASE");
    out.auth = "none";
    if (const std::string file = setting("BENCH_CA_FILE"); !file.empty())
        out.ca_file = file;
    return out;
}

Result result(const hostbill::Value &invoices) {
    const auto &list = invoices.list();
    const hostbill::Value &id = list.back()["id"];
    return {list.size(), id.is_text() ? id.text() : std::to_string(id.integer())};
}

Call hostbill_shaped() {
    const auto client = std::make_shared<hostbill::Client>(config());
    return [client] { return result(client->invoices.list()); };
}

Call hostbill_raw() {
    const auto client = std::make_shared<hostbill::Client>(config());
    hostbill::Options options;
    options.raw = true;
    return [client, options] { return result(client->invoices.list(options)["invoices"]); };
}

std::size_t keep(char *data, std::size_t size, std::size_t count, void *out) {
    static_cast<std::string *>(out)->append(data, size * count);
    return size * count;
}

Call libcurl_nlohmann() {
    CURL *handle = curl_easy_init();
    const auto text = std::make_shared<std::string>();
    curl_easy_setopt(handle, CURLOPT_URL, setting("BENCH_URL").c_str());
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, text.get());
    if (const std::string file = setting("BENCH_CA_FILE"); !file.empty())
        curl_easy_setopt(handle, CURLOPT_CAINFO, file.c_str());
    return [handle, text] {
        text->clear();
        long status = 0;
        if (curl_easy_perform(handle) != CURLE_OK)
            throw std::runtime_error("no answer");
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        if (status != 200)
            throw std::runtime_error("refused");
        const auto answer = nlohmann::json::parse(*text);
        const auto &list = answer["invoices"];
        return Result{list.size(), list.back()["id"].get<std::string>()};
    };
}

} // namespace

int main(int count, char **arguments) {
    const std::map<std::string, std::function<Call()>> contestants{
        {"hostbill", hostbill_shaped}, {"hostbill_raw", hostbill_raw}, {"libcurl_nlohmann", libcurl_nlohmann}};
    const Call call = contestants.at(count == 2 ? arguments[1] : "")();
    std::cout << R"({"nlohmann/json":")" << NLOHMANN_JSON_VERSION_MAJOR << '.' << NLOHMANN_JSON_VERSION_MINOR << '.'
              << NLOHMANN_JSON_VERSION_PATCH << R"(","g++":")" << __VERSION__ << "\"}" << std::endl;
    for (long calls; std::cin >> calls;) {
        std::size_t total = 0;
        Result one;
        while (calls-- > 0) {
            one = call();
            total += one.count;
        }
        std::cout << total << ' ' << one.id << std::endl;
    }
}
