#include "core/call/options.hpp"

#include "core/generated/settings.hpp"
#include "core/policy/retry.hpp"

#include <limits>

namespace hostbill {

Options parse_options(const CallerObject &given, std::vector<FieldProblem> &problems) {
    Options options;
    if (given.object == nullptr && given.text == R"({"raw":true})") { // without a detour what most who give any give
        options.raw = true;
        return options;
    }
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
