#include "core/session/config.hpp"

#include "core/base/totp.hpp"
#include "core/catalog/caller_json.hpp"
#include "core/catalog/portal_import.hpp"
#include "core/catalog/suggest.hpp"
#include "core/generated/settings.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace hostbill {
namespace {

constexpr std::string_view auth_words[] = {"auto", "basic", "jwt", "bearer", "none"};

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// What may stand in a header as it is.
bool is_visible_ascii(std::string_view text, bool blanks) {
    return std::all_of(text.begin(), text.end(), [&](char c) { return (c > ' ' && c < 0x7F) || (blanks && c == ' '); });
}

void read_portal(ObjectReader &reader, const json::Object &object, Config &config) {
    if (const json::Value *given = object.find("portal"); given != nullptr && given->object() != nullptr) {
        Result<std::shared_ptr<const PortalProfile>> profile = import_portal(*given->object());
        if (profile) {
            config.profile = std::move(*profile);
            config.portal = &config.profile->portal();
        } else {
            for (FieldProblem &mistake : profile.error().fields)
                reader.report(mistake.field, mistake.problem, mistake.expected, mistake.nearest);
        }
        return;
    }
    const std::optional<std::string_view> id = reader.text("portal");
    if (!id) {
        reader.require("portal", "a portal's name, such as time4vps, or generic");
        return;
    }
    config.portal = find_portal(*id);
    if (config.portal == nullptr) {
        const Error error = unknown_portal("portal", *id);
        reader.report("portal", error.fields[0].problem, error.fields[0].expected, error.fields[0].nearest);
    }
}

void read_base_url(ObjectReader &reader, Config &config) {
    const std::optional<std::string_view> given = reader.text("base_url");
    if (!given && (config.portal == nullptr || !config.portal->base_url.empty())) {
        if (config.portal == nullptr)
            return;
        Result<BaseUrl, std::string> known = parse_base_url(config.portal->base_url);
        if (known)
            config.base_url = std::move(*known);
        else
            reader.report("base_url", "is required, as the portal's document has none that can be used",
                          "an https URL, such as https://portal.example/api");
        return;
    }
    if (!given) {
        reader.require("base_url", "the URL at which the portal's API begins, such as https://portal.example/api");
        return;
    }
    Result<BaseUrl, std::string> parsed = parse_base_url(*given);
    if (parsed) {
        config.base_url = std::move(*parsed);
    } else {
        reader.report("base_url", parsed.error(), "an https URL, such as https://portal.example/api");
    }
}

// The way to authenticate that the word stands for; nothing where it is no such word.
std::optional<Auth> auth_of(std::string_view word, const Config &config) {
    if (word == "none")
        return Auth::none;
    if (word == "basic")
        return Auth::basic;
    if (word == "jwt")
        return Auth::jwt;
    if (word == "bearer")
        return Auth::bearer;
    if (word != "auto")
        return std::nullopt;
    if (!config.token.empty())
        return Auth::bearer;
    const bool jwt =
        config.portal != nullptr && !config.portal->auth.empty() && config.portal->auth[0] == AuthMode::jwt;
    return jwt ? Auth::jwt : Auth::basic;
}

// Whether RFC 7617 can carry the credentials: the first colon ends the user name, and control characters have no place.
bool fit_for_basic(const Config &config) {
    return config.username.find(':') == std::string::npos && !has_control(config.username) &&
           !has_control(config.password.view());
}

bool takes_basic(const Portal *portal) {
    return portal != nullptr &&
           std::find(portal->auth.begin(), portal->auth.end(), AuthMode::basic) != portal->auth.end();
}

void check_credentials(ObjectReader &reader, const Config &config) {
    if (config.auth == Auth::bearer) {
        reader.require("token", "the access token");
        if (!is_visible_ascii(config.token.view(), false))
            reader.report("token", "must be ASCII without blanks");
        return;
    }
    if (config.auth == Auth::none)
        return;
    reader.require("username", "the account's user name");
    reader.require("password", "the account's password");
    if (config.auth != Auth::basic || fit_for_basic(config))
        return;
    if (config.username.find(':') != std::string::npos) {
        reader.report("username", "must have no colon for Basic authentication");
    }
    if (has_control(config.username))
        reader.report("username", "must have no control characters");
    if (has_control(config.password.view()))
        reader.report("password", "must have no control characters");
}

void read_credentials(ObjectReader &reader, Config &config) {
    config.username = reader.text("username").value_or("");
    config.password = Secret(reader.text("password").value_or(""));
    config.token = Secret(reader.text("token").value_or(""));
    const std::string_view word = reader.text("auth").value_or("auto");
    if (const std::optional<Auth> auth = auth_of(word, config)) {
        config.auth = *auth;
        config.basic_fallback =
            word == "auto" && *auth == Auth::jwt && takes_basic(config.portal) && fit_for_basic(config);
        check_credentials(reader, config);
    } else {
        reader.report("auth", "is not a way to authenticate", "one of auto, basic, jwt, bearer, none",
                      std::string(nearest(word, auth_words)));
    }
}

// What sessions need besides the credentials. It may be given where no session is used: the portal's ways may change.
void read_session(ObjectReader &reader, Config &config) {
    if (const auto given = reader.text("totp_secret"); given && !given->empty()) {
        if (auto secret = read_totp_secret(*given)) {
            config.totp_secret = std::move(*secret);
        } else {
            reader.report("totp_secret", "is not base32", "the secret as authenticator programs show it");
        }
    }
    const std::string path(reader.text("token_cache").value_or(""));
    if (path.find('\0') != std::string::npos || path.ends_with('/')) {
        reader.report("token_cache", "must be the path of a file");
    } else if (!path.empty()) {
        // The program may change its folder later.
        std::error_code failure;
        config.token_cache = std::filesystem::absolute(path, failure).string();
        if (failure)
            reader.report("token_cache", "must be an absolute path, as there is no current folder");
    }
}

void read_proxy(ObjectReader &reader, Config &config) {
    const std::optional<std::string_view> given = reader.text("proxy");
    Result<Proxy, std::string> proxy = !given           ? proxy_from_environment()
                                       : given->empty() ? Result<Proxy, std::string>(Proxy())
                                                        : parse_proxy(*given);
    // What is on this machine is never sent through another one.
    if (proxy && !config.base_url.loopback)
        config.proxy = std::move(*proxy);
    if (!proxy && (given || !config.base_url.loopback)) {
        const std::string where = given ? "" : "(https_proxy in the environment) ";
        reader.report("proxy", where + proxy.error(), "a URL such as http://proxy.example:3128, or empty for none");
    }
}

void read_limits(ObjectReader &reader, Config &config) {
    constexpr std::int64_t largest_body = std::int64_t{1} << 31;
    const auto bytes = [&](std::string_view key, std::size_t &limit) {
        if (const auto given = reader.whole(key, 1, largest_body))
            limit = static_cast<std::size_t>(*given);
    };
    bytes("max_response_bytes", config.max_response_bytes);
    bytes("max_request_bytes", config.max_request_bytes);
    if (const auto given = reader.whole("pool_size", 1, 1024))
        config.pool_size = static_cast<std::size_t>(*given);
    if (const auto given = reader.whole("in_flight", 1, 1024))
        config.in_flight = static_cast<std::size_t>(*given);
    if (const auto given = reader.seconds("timeout"))
        config.timeout = *given;
    if (const auto given = reader.seconds("connect_timeout"))
        config.connect_timeout = *given;
    if (const auto given = reader.seconds("stall_timeout"))
        config.stall_timeout = *given;
}

void read_pace(ObjectReader &reader, Config &config, std::vector<FieldProblem> &problems) {
    if (const json::Object *retry = reader.object("retry"))
        config.retry = read_retry_settings(*retry, problems);
    if (const json::Object *rate_limit = reader.object("rate_limit"))
        config.rate_limit = read_rate_limit_settings(*rate_limit, problems);
}

void read_rest(ObjectReader &reader, Config &config) {
    config.read_only = reader.flag("read_only").value_or(false);
    config.tls = read_tls_config(reader);
    const std::string_view agent = reader.text("user_agent").value_or("");
    config.user_agent = "hostbill/" HOSTBILL_VERSION;
    if (!is_visible_ascii(agent, true)) {
        reader.report("user_agent", "must be printable ASCII");
    } else if (!agent.empty()) {
        config.user_agent.append(" ").append(agent);
    }
}

Result<Config> read_config(const json::Object &object) {
    std::vector<FieldProblem> problems;
    ObjectReader reader(object, "", settings::client_names, problems);
    Config config;
    read_portal(reader, object, config);
    read_base_url(reader, config);
    read_credentials(reader, config);
    read_session(reader, config);
    read_proxy(reader, config);
    read_limits(reader, config);
    read_pace(reader, config, problems);
    read_rest(reader, config);
    if (!problems.empty())
        return usage_error("configuration", std::move(problems));
    return config;
}

} // namespace

const Operation *find_operation(const Config &config, std::string_view name) {
    const Operation *own = config.profile != nullptr ? config.profile->find_operation(name) : nullptr;
    return own != nullptr ? own : find_operation(name);
}

Result<Config> parse_config(const CallerObject &given) {
    Result<json::Object, FieldProblem> parsed = parse_caller_object("config", given);
    if (!parsed)
        return usage_error("configuration", {std::move(parsed.error())});
    json::Value object(std::move(*parsed));
    Result<Config> config = read_config(*object.object());
    json::wipe(object);
    return config;
}

} // namespace hostbill
