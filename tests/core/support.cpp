#include "support.hpp"

#include "core/base/base64.hpp"

#include <algorithm>

namespace hostbill::test {

json::Value parsed(std::string_view text) {
    Result<json::Value, json::ParseError> result = json::parse(text);
    if (!result) {
        ADD_FAILURE() << "not JSON: " << text;
        return {};
    }
    return std::move(*result);
}

std::unique_ptr<Client> make_client(const std::string &config_json) {
    Result<std::unique_ptr<Client>> client = Client::create(config_json);
    if (!client) {
        ADD_FAILURE() << error_document(client.error());
        return nullptr;
    }
    return std::move(*client);
}

std::unique_ptr<Client> basic_client(const TestServer &server, const std::string &portal, const std::string &more) {
    return make_client(R"({"portal":")" + portal + R"(","base_url":")" + server.url() +
                       R"(","auth":"basic","username":"user","password":"s3cret-word")" + more + "}");
}

std::unique_ptr<Client> jwt_client(const TestServer &server, const std::string &more) {
    return make_client(R"({"portal":"generic","base_url":")" + server.url() +
                       R"(","username":"user","password":"s3cret-word")" + more + "}");
}

json::Value answer(const Result<std::string> &result) {
    if (!result) {
        ADD_FAILURE() << error_document(result.error());
        return {};
    }
    return parsed(*result);
}

std::vector<std::string> field_names(const Error &error) {
    std::vector<std::string> names;
    for (const FieldProblem &problem : error.fields)
        names.push_back(problem.field);
    return names;
}

std::string token_ending_at(long long seconds, const std::string &id) {
    const auto part = [](const std::string &text) {
        std::string encoded = base64_encode(text);
        while (encoded.ends_with('='))
            encoded.pop_back();
        std::replace(encoded.begin(), encoded.end(), '+', '-');
        std::replace(encoded.begin(), encoded.end(), '/', '_');
        return encoded;
    };
    return part(R"({"alg":"RS256"})") + "." + part(R"({"jti":")" + id + R"(","exp":)" + std::to_string(seconds) + "}") +
           ".signature";
}

} // namespace hostbill::test
