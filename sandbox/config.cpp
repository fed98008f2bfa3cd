#include "sandbox/config.hpp"

#include "core/catalog/suggest.hpp"
#include "core/generated/settings.hpp"
#include "core/json/json.hpp"
#include "sandbox/world/money.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

namespace hostbill::sandbox {
namespace {

using Problems = std::vector<FieldProblem>;

void read_text(const json::Object &object, std::string_view key, std::string &place, Problems &problems) {
    const json::Value *value = object.find(key);
    if (value == nullptr || value->is_null())
        return;
    if (value->string() == nullptr || value->string()->view().find('\0') != std::string::npos)
        problems.push_back({std::string(key), "must be text", "text", ""});
    else
        place = *value->string();
}

std::int64_t read_number(const json::Object &object, std::string_view key, std::int64_t fallback, std::int64_t highest,
                         Problems &problems, std::int64_t lowest = 0) {
    const json::Value *value = object.find(key);
    if (value == nullptr || value->is_null())
        return fallback;
    if (const std::int64_t *number = value->integer(); number != nullptr && *number >= lowest && *number <= highest)
        return *number;
    const std::string expected = "a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest);
    problems.push_back({std::string(key), "must be " + expected, expected, ""});
    return fallback;
}

void read_portal(const json::Object &object, Config &config, Problems &problems) {
    std::vector<std::string_view> names;
    std::string expected;
    for (const Portal &portal : portals()) {
        names.push_back(portal.id);
        expected += (expected.empty() ? "" : ", ") + std::string(portal.id);
    }
    std::string name;
    read_text(object, "portal", name, problems);
    if (!problems.empty() && problems.back().field == "portal")
        return;
    config.portal = find_portal(name);
    if (name.empty())
        problems.push_back({"portal", "is required", expected, ""});
    else if (config.portal == nullptr)
        problems.push_back({"portal", "is not a known portal", expected, std::string(nearest(name, names))});
}

void read_tax(const json::Object &object, Config &config, Problems &problems) {
    const json::Value *value = object.find("tax_rate");
    if (value == nullptr || value->is_null())
        return;
    std::optional<Cents> rate;
    if (const std::int64_t *whole = value->integer())
        rate = *whole >= 0 && *whole <= 100 ? std::optional<Cents>(*whole * 100) : std::nullopt;
    else if (const json::Text *text = value->number_text() != nullptr ? value->number_text() : value->string())
        rate = parse_money(*text);
    if (!rate || *rate < 0 || *rate > 100 * 100)
        problems.push_back({"tax_rate", "must be a percentage", "0 to 100, with at most two decimals", ""});
    else
        config.tax_rate = *rate;
}

bool can_apply_credit(const Portal &portal) {
    const Operation *operation = find_operation("invoices.apply_credit");
    return operation != nullptr && (operation->portals & portal.bit) != 0;
}

void read_auto_credit(const json::Object &object, Config &config, Problems &problems) {
    const json::Value *value = object.find("auto_credit");
    if (value == nullptr || value->is_null())
        config.auto_credit = config.portal != nullptr && !can_apply_credit(*config.portal);
    else if (value->boolean() == nullptr)
        problems.push_back({"auto_credit", "must be true or false", "true, false", ""});
    else
        config.auto_credit = *value->boolean();
}

void read_seed(const json::Object &object, Config &config, Problems &problems) {
    const json::Value *data = object.find("seed_data");
    if (data != nullptr && !data->is_null()) {
        if (data->object() == nullptr)
            problems.push_back({"seed_data", "must be an object", "a seed document", ""});
        config.seed_data = std::make_shared<const json::Value>(*data);
    }
    std::string file;
    read_text(object, "seed_file", file, problems);
    if (file.empty())
        return;
    if (config.seed_data != nullptr)
        problems.push_back({"seed_file", "and seed_data exclude each other", "", ""});
    std::ifstream in(file);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in) {
        problems.push_back({"seed_file", "cannot be read", "the path of a seed document", ""});
        return;
    }
    auto document = json::parse(text);
    if (!document)
        problems.push_back(
            {"seed_file",
             "is not JSON: " + document.error().message + " at byte " + std::to_string(document.error().offset),
             "a seed document", ""});
    else if (document->object() == nullptr)
        problems.push_back({"seed_file", "must hold an object", "a seed document", ""});
    else
        config.seed_data = std::make_shared<const json::Value>(std::move(*document));
}

void read_control_token(const json::Object &object, Config &config, Problems &problems) {
    read_text(object, "control_token", config.control_token, problems);
    constexpr std::size_t longest = 200;
    const std::string &token = config.control_token;
    if (token.size() > longest ||
        std::any_of(token.begin(), token.end(), [](char byte) { return byte < '!' || byte > '~'; }))
        problems.push_back(
            {"control_token", "must be such that a header can hold it", "up to 200 visible ASCII characters", ""});
}

// In every language's tests alike: they need not know of it.
constexpr const char *quirks_variable = "HOSTBILL_SANDBOX_QUIRKS";

void read_quirks(const json::Object &object, Config &config, Problems &problems) {
    const json::Value *value = object.find("quirks");
    json::Value wanted = value != nullptr ? *value : json::Value();
    const char *variable = std::getenv(quirks_variable);
    if (value == nullptr && variable != nullptr && *variable != '\0') {
        auto parsed = json::parse(variable);
        if (!parsed || parsed->object() == nullptr)
            problems.push_back({quirks_variable, "must be a JSON object", R"({"hostile":7})", ""});
        else
            wanted = std::move(*parsed);
    }
    if (wanted.is_null())
        return;
    if (wanted.object() == nullptr) {
        problems.push_back({"quirks", "must be an object", "names of quirks with true or a value", ""});
        return;
    }
    for (FieldProblem &problem : config.quirks.set(*wanted.object())) {
        problem.field = "quirks." + problem.field;
        problems.push_back(std::move(problem));
    }
}

void read_clock(const json::Object &object, Config &config, Problems &problems) {
    constexpr std::string_view kinds[] = {"real", "virtual"};
    std::string kind = "real", start;
    read_text(object, "clock", kind, problems);
    read_text(object, "clock_start", start, problems);
    if (kind != "real" && kind != "virtual")
        problems.push_back(
            {"clock", "must be one of the allowed words", "real, virtual", std::string(nearest(kind, kinds))});
    config.virtual_clock = kind == "virtual";
    if (start.empty())
        return;
    const std::optional<Seconds> time = parse_time(start);
    if (!config.virtual_clock)
        problems.push_back({"clock_start", "is only for a virtual clock", "", ""});
    else if (!time || *time == 0)
        problems.push_back({"clock_start", "must be a time", "such as 2027-01-01T00:00:00Z", ""});
    else
        config.start = *time;
}

} // namespace

Result<Config> parse_config(std::string_view json_text) {
    auto parsed = json::parse(json_text);
    if (!parsed)
        return usage_error("the sandbox's config is not JSON: " + parsed.error().message);
    const json::Object *object = parsed->object();
    if (object == nullptr)
        return usage_error("the sandbox's config must be a JSON object");
    Config config;
    Problems problems;
    for (const json::Member &member : *object)
        if (std::ranges::find(settings::sandbox_names, member.key.view()) == std::end(settings::sandbox_names))
            problems.push_back({member.key, "is not a key of the sandbox's config", "",
                                std::string(nearest(member.key, settings::sandbox_names))});
    read_portal(*object, config, problems);
    read_text(*object, "database", config.database, problems);
    read_text(*object, "username", config.username, problems);
    read_text(*object, "password", config.password, problems);
    if (config.database.empty())
        problems.push_back({"database", "must not be empty", "\":memory:\" or a file", ""});
    if (config.username.empty() || config.username.find(':') != std::string::npos)
        problems.push_back({"username", "must not be empty or hold a colon", "", ""});
    constexpr std::int64_t a_lot = 1'000'000'000;
    config.port = static_cast<std::uint16_t>(read_number(*object, "port", 0, 65535, problems));
    config.seed = read_number(*object, "seed", config.seed, a_lot, problems);
    config.task_polls = read_number(*object, "task_polls", config.task_polls, a_lot, problems);
    config.task_seconds = read_number(*object, "task_seconds", config.task_seconds, a_lot, problems);
    config.vm_polls = read_number(*object, "vm_polls", config.vm_polls, a_lot, problems);
    config.token_lifetime = read_number(*object, "token_lifetime", config.token_lifetime, a_lot, problems);
    config.refresh_lifetime = read_number(*object, "refresh_lifetime", config.refresh_lifetime, a_lot, problems);
    config.clock_skew = read_number(*object, "clock_skew", config.clock_skew, a_lot, problems, -a_lot);
    if (const json::Value *tls = object->find("tls"); tls != nullptr && !tls->is_null())
        config.tls = read_tls_config(*tls, problems);
    read_seed(*object, config, problems);
    read_control_token(*object, config, problems);
    read_quirks(*object, config, problems);
    read_clock(*object, config, problems);
    read_tax(*object, config, problems);
    read_auto_credit(*object, config, problems);
    if (!problems.empty())
        return usage_error("the sandbox's config", std::move(problems));
    return config;
}

} // namespace hostbill::sandbox
