#include "core/call/options.hpp"

#include "core/generated/settings.hpp"
#include "core/policy/retry.hpp"

#include <charconv>
#include <limits>

namespace hostbill {
namespace {

bool take(std::string_view &text, std::string_view wanted) {
    if (!text.starts_with(wanted))
        return false;
    text.remove_prefix(wanted.size());
    return true;
}

// What nearly all options are, without a detour: {"raw":true}, {"cancel_key":17}, which bindings add, or both in this order.
bool parse_usual(std::string_view text, Options &options) {
    const bool raw = take(text, R"({"raw":true)");
    std::int64_t key = 0;
    if (take(text, raw ? R"(,"cancel_key":)" : R"({"cancel_key":)")) {
        const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), key);
        if (error != std::errc() || key < 1 || text.front() == '0')
            return false;
        text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    } else if (!raw) {
        return false;
    }
    if (text != "}")
        return false;
    options.raw = raw;
    options.cancel_key = key;
    return true;
}

} // namespace

Options parse_options(const CallerObject &given, std::vector<FieldProblem> &problems) {
    Options options;
    if (given.object == nullptr && parse_usual(given.text, options))
        return options;
    Result<json::Object, FieldProblem> parsed = parse_caller_object("options", given);
    if (!parsed) {
        problems.push_back(std::move(parsed.error()));
        return options;
    }
    if (parsed->empty())
        return options;
    ObjectReader reader(*parsed, "options.", settings::options_names, problems);
    options.timeout = reader.seconds("timeout");
    options.raw = reader.flag("raw").value_or(false);
    options.dry_run = reader.flag("dry_run").value_or(false);
    if (const auto attempts = reader.whole("max_attempts", 1, most_attempts)) {
        options.max_attempts = static_cast<int>(*attempts);
    }
    options.baseline = reader.flag("baseline").value_or(false);
    options.progress = reader.flag("progress").value_or(false);
    options.cancel_key = reader.whole("cancel_key", 1, std::numeric_limits<std::int64_t>::max()).value_or(0);
    options.tag = reader.text("tag").value_or("");
    if (const json::Object *extra = reader.object("extra"))
        options.extra = *extra;
    return options;
}

} // namespace hostbill
