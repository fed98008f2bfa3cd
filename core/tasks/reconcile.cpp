#include "core/tasks/reconcile.hpp"

#include "core/base/portal_time.hpp"
#include "core/call/answer_parts.hpp"
#include "core/call/encode.hpp"
#include "core/tasks/compare.hpp"
#include "core/tasks/reconcile_rules.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace hostbill {
namespace {

enum class Verdict : std::uint8_t { happened, did_not_happen, ambiguous };

// Clocks differ by some minutes, and a request is on its way for some seconds.
constexpr std::int64_t clock_tolerance = 300;
constexpr std::int64_t travel_tolerance = 5;
constexpr std::size_t most_matches_shown = 20;
constexpr std::size_t most_details_read = 20;

const char *name_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::happened:
        return "happened";
    case Verdict::did_not_happen:
        return "did_not_happen";
    case Verdict::ambiguous:
        return "ambiguous";
    }
    return "";
}

const char *name_of(ReconcileTest test) {
    switch (test) {
    case ReconcileTest::created:
        return "created";
    case ReconcileTest::gone:
        return "gone";
    case ReconcileTest::reached:
        return "reached";
    case ReconcileTest::task:
        return "task";
    case ReconcileTest::look:
        return "look";
    case ReconcileTest::none:
        return "none";
    }
    return "";
}

struct Evidence {
    ReconcileTest test = ReconcileTest::none;
    std::string_view read = {};
    Verdict verdict = Verdict::ambiguous;
    json::Array matches = {};
    std::string why = {};
};

// --- The tests --------------------------------------------------------------------------------------------------------

class Reconciler {
public:
    Reconciler(const Unsettled &call, const RunRead &read) : call_(call), read_(read) {}

    Result<Evidence> run(const ReconcileStep &step) {
        Evidence evidence{.test = step.test, .read = step.read, .why = std::string(step.why)};
        if (step.test == ReconcileTest::none)
            return evidence;
        Result<json::Value> data = look(step);
        if (!data)
            return of_failed_read(step, std::move(evidence), std::move(data.error()));
        const bool looks_in_list = step.test == ReconcileTest::created || step.test == ReconcileTest::gone;
        if (looks_in_list && !has_items(*data, step.at)) {
            evidence.why = no_list(step.read).message;
            return evidence;
        }
        switch (step.test) {
        case ReconcileTest::created:
            if (std::optional<Error> error = created(step, *data, evidence))
                return std::move(*error);
            break;
        case ReconcileTest::gone:
            gone(step, *data, evidence);
            break;
        case ReconcileTest::reached:
            reached(step, *data, evidence);
            break;
        case ReconcileTest::task:
            task(step, *data, evidence);
            break;
        case ReconcileTest::look:
            evidence.matches.push_back(std::move(*data));
            break;
        case ReconcileTest::none:
            break;
        }
        return evidence;
    }

    // The keys of everything that is there.
    Result<json::Value> keys(const ReconcileStep &step) {
        Result<json::Value> data = look(step);
        if (!data)
            return std::move(data.error());
        if (!has_items(*data, step.at))
            return no_list(step.read);
        json::Array found;
        for (const json::Value &item : items_of(*data, step.at))
            found.push_back(key_of(item));
        return json::Value(std::move(found));
    }

private:
    struct Candidates {
        std::vector<json::Value> items;
        std::vector<json::Value> alike; // nearly match
        bool known = true;              // each is surely of that call: by a parameter of its own, or by an exact time
    };

    Result<json::Value> look(const ReconcileStep &step) {
        json::Object params;
        const Operation *read = find_operation(step.read);
        for (const Param &param : read->params) {
            if (param.place != Place::path || params.find(param.name) != nullptr)
                continue;
            if (step.test == ReconcileTest::task && param.name == "task_id")
                params.append(param.name, step.task);
            else if (const json::Value *value = call_.params.find(param.name))
                params.append(param.name, *value);
        }
        return read_(step.read, params);
    }

    static Result<Evidence> of_failed_read(const ReconcileStep &step, Evidence evidence, Error error) {
        switch (error.error_class) {
        case ErrorClass::not_found:
            // What is not there was deleted, or never made.
            if (step.test == ReconcileTest::gone)
                evidence.verdict = Verdict::happened;
            if (step.test == ReconcileTest::task)
                evidence.verdict = Verdict::did_not_happen;
            evidence.why = "the portal does not know what the read asks for";
            return evidence;
        case ErrorClass::unsupported:
            evidence.why = "this service does not have the operation that could tell";
            return evidence;
        default:
            return error;
        }
    }

    // Items that match and may have come with the call. Fails only where a detail cannot be read.
    Result<Candidates> candidates(const ReconcileStep &step, const json::Value &data) {
        Candidates result;
        const std::string zone = zone_of(data);
        const bool names_new = names_something_new(step);
        std::size_t details = 0;
        for (json::Value &item : items_of(data, step.at)) {
            const Age age = step.time.empty() ? Age::unknown : age_of(item, step.time);
            if (age == Age::old)
                continue;
            Matched matched;
            if (step.detail.read.empty()) {
                matched = match(step.match, item, call_.params, zone);
            } else if (++details > most_details_read) {
                matched.rows = 0; // Too many to tell them apart.
            } else {
                Result<Matched> inside = match_detail(step, item);
                if (!inside)
                    return std::move(inside.error());
                matched = *inside;
            }
            if (!matched.all) {
                if (matched.alike)
                    result.alike.push_back(std::move(item));
                continue;
            }
            // An exact time just before the call may be another call's.
            result.known =
                result.known && (age == Age::fresh || (age == Age::unknown && matched.rows > 0 && names_new));
            result.items.push_back(std::move(item));
        }
        return result;
    }

    // Whether what has to match tells the call's own from others. What a path names was there before, and may well have had
    // such an item by itself: a service has an invoice every month, upgraded or not.
    bool names_something_new(const ReconcileStep &step) const {
        const auto is_in_path = [&](std::string_view name) {
            return std::ranges::any_of(call_.operation->params, [&](const Param &param) {
                return param.place == Place::path && param.name == name;
            });
        };
        return std::ranges::any_of(step.match, [&](const ReconcileMatch &row) {
            return !row.param.empty() && !is_in_path(row.param) && wanted_value(row, call_.params).has_value();
        });
    }

    // Whether one of the parts of an item is what was wanted, or nearly.
    Result<Matched> match_detail(const ReconcileStep &step, const json::Value &item) {
        json::Object params;
        params.append(step.detail.param, key_of(item));
        Result<json::Value> detail = read_(step.detail.read, params);
        if (!detail)
            return std::move(detail.error());
        Matched best{.all = false, .alike = false, .rows = 0};
        for (const json::Value &line : items_of(part(*detail, step.detail.at), step.detail.list)) {
            const Matched matched = match(step.match, line, call_.params, {});
            best.rows = std::max(best.rows, matched.rows);
            best.all = best.all || matched.all;
            best.alike = best.alike || matched.alike;
        }
        return best;
    }

    enum class Age : std::uint8_t { old, unknown, recent, fresh };

    // Without a zone, a time says only what is surely older than the call.
    Age age_of(const json::Value &item, std::string_view field) const {
        const json::Value *value = item.find(field);
        const std::optional<PortalTime> time =
            value != nullptr && value->string() != nullptr ? parse_portal_time(*value->string()) : std::nullopt;
        if (!time)
            return Age::recent; // It has a time that nobody can read: nothing is known of its age.
        // Where the clocks differ, it is not known which of them was right, nor since when.
        const std::int64_t difference = call_.clock_difference ? call_.clock_difference() : 0;
        if (time->latest + clock_tolerance + difference < call_.since)
            return Age::old;
        if (time->earliest != time->latest)
            return Age::unknown;
        const std::int64_t surely_new = call_.since + (difference > travel_tolerance ? difference : 0);
        return time->earliest + travel_tolerance >= surely_new ? Age::fresh : Age::recent;
    }

    std::optional<Error> created(const ReconcileStep &step, const json::Value &data, Evidence &evidence) {
        const bool anything_to_match = std::any_of(step.match.begin(), step.match.end(), [&](const auto &row) {
            return wanted_value(row, call_.params).has_value();
        });
        if (!anything_to_match && step.time.empty()) {
            evidence.why = "none of the parameters that were given shows in the list";
            return std::nullopt;
        }
        Result<Candidates> looked = candidates(step, data);
        if (!looked)
            return std::move(looked.error());
        Candidates &found = *looked;
        const json::Value *before = call_.before.find(step.read);
        if (before != nullptr && before->array() != nullptr) {
            const auto was_there = [&](const json::Value &item) {
                const auto &known = *before->array();
                return std::find(known.begin(), known.end(), json::Value(key_of(item))) != known.end();
            };
            std::erase_if(found.items, was_there);
            std::erase_if(found.alike, was_there);
            found.known = true;
        }
        if (found.items.empty() && !found.alike.empty()) {
            evidence.why = "what is there is nearly what was sent";
            found.items = std::move(found.alike);
        } else if (found.items.empty()) {
            evidence.verdict = Verdict::did_not_happen;
        } else if (found.known && (found.items.size() == 1 || before != nullptr)) {
            evidence.verdict = Verdict::happened;
        } else {
            evidence.why = "what is there may have been there before";
        }
        show(std::move(found.items), evidence);
        return std::nullopt;
    }

    void gone(const ReconcileStep &step, const json::Value &data, Evidence &evidence) const {
        for (json::Value &item : items_of(data, step.at)) {
            if (match(step.match, item, call_.params, zone_of(data)).all)
                evidence.matches.push_back(std::move(item));
        }
        evidence.verdict = evidence.matches.empty() ? Verdict::happened : Verdict::did_not_happen;
    }

    void reached(const ReconcileStep &step, const json::Value &data, Evidence &evidence) const {
        const json::Value &item = part(data, step.at);
        const Matched wanted = match(step.match, item, call_.params, {});
        const Matched untouched = match(step.untouched, item, call_.params, {});
        if (wanted.rows > 0 && wanted.all)
            evidence.verdict = Verdict::happened;
        else if (untouched.rows > 0 && untouched.all)
            evidence.verdict = Verdict::did_not_happen;
        else
            evidence.why = "the state is not the one that was wanted, yet it may be on its way";
        evidence.matches.push_back(item);
    }

    void task(const ReconcileStep &step, const json::Value &data, Evidence &evidence) const {
        const Age age = age_of(data, step.time);
        if (age == Age::fresh)
            evidence.verdict = Verdict::happened;
        else if (age == Age::old)
            evidence.verdict = Verdict::did_not_happen;
        else
            evidence.why = "the task that is there may be an earlier one";
        evidence.matches.push_back(data);
    }

    static void show(std::vector<json::Value> items, Evidence &evidence) {
        items.resize(std::min(items.size(), most_matches_shown));
        for (json::Value &item : items)
            evidence.matches.push_back(std::move(item));
    }

    const Unsettled &call_;
    const RunRead &read_;
};

json::Value to_json(Evidence evidence) {
    json::Object object{{"test", name_of(evidence.test)}, {"verdict", name_of(evidence.verdict)}};
    if (!evidence.read.empty())
        object.append("read", evidence.read);
    if (!evidence.matches.empty())
        object.append("matches", std::move(evidence.matches));
    if (!evidence.why.empty())
        object.append("why", std::move(evidence.why));
    return object;
}

// Tests that contradict each other prove nothing.
Verdict sum_up(const std::vector<Verdict> &verdicts) {
    const auto count = [&](Verdict verdict) { return std::count(verdicts.begin(), verdicts.end(), verdict); };
    if (count(Verdict::did_not_happen) == static_cast<std::ptrdiff_t>(verdicts.size()))
        return Verdict::did_not_happen;
    if (count(Verdict::happened) > 0 && count(Verdict::did_not_happen) == 0)
        return Verdict::happened;
    return Verdict::ambiguous;
}

} // namespace

const ReconcileRule *find_reconcile_rule(std::string_view operation) {
    const auto rules = reconcile_rules();
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const ReconcileRule &rule) { return rule.operation == operation; });
    return found != rules.end() ? &*found : nullptr;
}

Result<json::Value> reconcile(const Unsettled &call, const RunRead &read) {
    Reconciler reconciler(call, read);
    std::vector<Verdict> verdicts;
    json::Array evidence;
    for (const ReconcileStep &step : find_reconcile_rule(call.operation->id)->steps) {
        Result<Evidence> outcome = reconciler.run(step);
        if (!outcome)
            return std::move(outcome.error());
        verdicts.push_back(outcome->verdict);
        evidence.push_back(to_json(std::move(*outcome)));
    }
    return json::Value(json::Object{
        {"verdict", name_of(sum_up(verdicts))},
        {"operation", call.operation->id},
        {"evidence", std::move(evidence)},
    });
}

Result<json::Object> note_before(const Operation &operation, const json::Object &params, const RunRead &read) {
    const Unsettled call{&operation, params, 0, {}};
    Reconciler reconciler(call, read);
    json::Object before;
    for (const ReconcileStep &step : find_reconcile_rule(operation.id)->steps) {
        if (step.test != ReconcileTest::created)
            continue;
        Result<json::Value> keys = reconciler.keys(step);
        if (!keys)
            return std::move(keys.error());
        before.append(step.read, std::move(*keys));
    }
    return before;
}

} // namespace hostbill
