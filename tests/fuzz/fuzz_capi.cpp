// Throws damaged input at the C ABI: fuzz_capi WIRE_FOLDER SECONDS [SEED]
//
// The golden requests of every portal are good input; each round damages some of it and makes a dry run, so that
// nothing is sent. Whatever comes in, one line of ASCII JSON has to come out, and nothing may be left. The sanitizers
// watch the rest. A failure prints the seed that repeats it.
#include "damage.hpp"
#include "hostbill.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Case {
    std::string portal;
    std::string operation;
    std::string params;
};

std::vector<Case> load(const std::filesystem::path &folder) {
    std::vector<Case> cases;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        rapidjson::Document document;
        document.Parse(text.c_str());
        for (const auto &row : document["cases"].GetArray()) {
            rapidjson::StringBuffer params;
            rapidjson::Writer<rapidjson::StringBuffer> writer(params);
            row["params"].Accept(writer);
            cases.push_back({document["portal"].GetString(), row["operation"].GetString(), params.GetString()});
        }
    }
    return cases;
}

// Frees the text; false when it is no document.
bool accepted(char *text) {
    if (text == nullptr) {
        return false;
    }
    const std::string copy = text;
    hostbill_string_free(text);
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(copy.c_str());
    return document.IsObject() && std::ranges::all_of(copy, [](char c) { return c >= ' ' && c <= '~'; });
}

bool round(const Case &good, Damage &damage) {
    std::string config = R"({"portal":")" + good.portal +
                         R"(","base_url":"https://portal.example/api","username":"me","password":"secret"})";
    std::string operation = good.operation;
    std::string params = good.params;
    std::string options = R"({"dry_run":true,"tag":"a \u20ac","timeout":2.5,"extra":{"x":[1,{"y":null}]}})";
    std::string *const texts[] = {&params, &params, &params, &options, &operation, &config};
    std::string &damaged = *texts[damage.below(std::size(texts))];
    damaged = damage.of(std::move(damaged));
    std::erase(damaged, '\0'); // It would only end the text.
    // What damage makes of "dry_run" must not become a request.
    const bool dry = options.find(R"("dry_run":true)") != std::string::npos;

    hostbill_client *client = nullptr;
    char *text = nullptr;
    if (hostbill_client_new(config.c_str(), &client, &text) != HOSTBILL_OK) {
        return client == nullptr && accepted(text);
    }
    bool good_answers = true;
    if (dry) {
        const int status = hostbill_client_call(client, operation.c_str(), params.c_str(), options.c_str(), &text);
        good_answers = status <= 0 && status != HOSTBILL_ERROR_INTERNAL && accepted(text);
    }
    hostbill_client_free(client);
    return good_answers;
}

} // namespace

int main(int count, char **arguments) {
    if (count < 3) {
        std::fprintf(stderr, "usage: fuzz_capi WIRE_FOLDER SECONDS [SEED]\n");
        return 2;
    }
    const std::vector<Case> cases = load(arguments[1]);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(std::atoi(arguments[2]));
    unsigned seed = count > 3 ? static_cast<unsigned>(std::atoi(arguments[3])) : std::random_device()();
    long rounds = 0;
    do {
        Damage damage(seed);
        if (!round(cases[damage.below(cases.size())], damage) || hostbill_live_objects() != 0) {
            std::fprintf(stderr, "failed; repeat with seed %u and 0 seconds\n", seed);
            return 1;
        }
        ++rounds;
        ++seed;
    } while (std::chrono::steady_clock::now() < end);
    std::printf("%ld rounds, nothing wrong\n", rounds);
    return 0;
}
