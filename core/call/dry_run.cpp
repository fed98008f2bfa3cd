#include "core/call/dry_run.hpp"

#include "core/call/mask.hpp"

namespace hostbill {
namespace {

std::string host_of(const BaseUrl &base_url) { return base_url.origin.substr(base_url.origin.find("://") + 3); }

json::Object headers_of(const Config &config, const Operation &operation, const Request &masked, const Request &exact) {
    json::Object headers{
        {"Host", host_of(config.base_url)},
        {"User-Agent", config.user_agent},
        {"Accept", "application/json"},
        {"Accept-Encoding", "gzip, deflate"},
    };
    if (!operation.anonymous && config.auth != Auth::none) {
        headers.append("Authorization", config.auth == Auth::basic ? "Basic ***" : "Bearer ***");
    }
    if (masked.body)
        headers.append("Content-Type", masked.content_type);
    if (exact.body) {
        headers.append("Content-Length", std::to_string(exact.body->size()));
    } else if (masked.method == "POST" || masked.method == "PUT") {
        headers.append("Content-Length", "0");
    }
    return headers;
}

// The same request for a shell. Credentials are variables, so that the command works once they are set.
std::string curl_command(const Config &config, const Operation &operation, const Request &masked,
                         const std::string &url) {
    // Brackets and braces in the URL are meant as they are.
    std::string command =
        "curl --globoff --path-as-is --request " + std::string(masked.method) + " " + shell_quote(url);
    command += " --header 'Accept: application/json'";
    if (!operation.anonymous && config.auth == Auth::basic) {
        command += " --user \"$HOSTBILL_USERNAME:$HOSTBILL_PASSWORD\"";
    } else if (!operation.anonymous && config.auth != Auth::none) {
        command += " --header \"Authorization: Bearer $HOSTBILL_TOKEN\"";
    }
    if (masked.body) {
        command += " --header 'Content-Type: " + std::string(masked.content_type) + "'";
        command += " --data-raw " + shell_quote(*masked.body);
    }
    return command;
}

} // namespace

json::Value describe_request(const Config &config, const Prepared &prepared) {
    const Operation &operation = *prepared.operation;
    const Request masked = encode_masked(operation, operation.own_body.value_or(config.portal->body), prepared.params,
                                         prepared.options.extra);
    const std::string url = config.base_url.origin + config.base_url.path + masked.target;
    return json::Object{
        {"method", masked.method},
        {"url", url},
        {"headers", headers_of(config, operation, masked, prepared.request)},
        {"body", masked.body ? json::Value(*masked.body) : json::Value()},
        {"curl", curl_command(config, operation, masked, url)},
    };
}

} // namespace hostbill
