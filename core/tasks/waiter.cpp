#include "core/tasks/waiter.hpp"

#include "core/base/ascii.hpp"
#include "core/call/answer_parts.hpp"
#include "core/json/scalar_text.hpp"
#include "core/tasks/compare.hpp"
#include "core/tasks/wait_state.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace hostbill {
namespace {

using std::chrono::milliseconds;

constexpr double growth = 1.5;
constexpr double jitter = 0.2; // of an interval, around it
constexpr double longest_interval_s = 86'400;
constexpr std::size_t most_shown = 100; // characters of one field

const Waiter &waiter_of(const CompositionCall &call) {
    const auto all = waiters();
    return *std::find_if(all.begin(), all.end(), [&](const Waiter &row) { return row.id == call.composition.id; });
}

// The caller's own interval; 0 s and more than a day are none.
std::optional<milliseconds> interval_of(const json::Value &value) {
    const std::string text = scalar_text(value);
    double seconds = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (code != std::errc() || end != text.data() + text.size() || !(seconds >= 0.001 && seconds <= longest_interval_s))
        return std::nullopt;
    return milliseconds(std::llround(seconds * 1000));
}

bool is_empty(const json::Value *value) {
    if (value == nullptr || value->is_null())
        return true;
    if (const bool *flag = value->boolean())
        return !*flag;
    if (value->array() != nullptr || value->object() != nullptr)
        return value->array() != nullptr ? value->array()->empty() : value->object()->empty();
    const std::string text = scalar_text(*value);
    return text.empty() || text == "0" || text.starts_with("0000-00-00");
}

// Where an answer is nothing but the value that is meant.
const json::Value *field_of(const json::Value &thing, std::string_view name) {
    return thing.object() != nullptr ? thing.find(name) : &thing;
}

std::string text_of_field(const json::Value &thing, std::string_view name) {
    const json::Value *value = field_of(thing, name);
    if (value == nullptr || value->is_null() || value->array() != nullptr || value->object() != nullptr)
        return {};
    return scalar_text(*value);
}

// What one poll has shown.
struct Look {
    enum class Verdict : std::uint8_t { nothing, waiting, done, failed } verdict = Verdict::nothing;
    json::Value thing = {};   // what is meant; of a list, the item that decided
    std::string problem = {}; // of a failure: "status is Fraud"
};

class Wait {
public:
    Wait(const Waiter &waiter, const CompositionCall &call, Run &run)
        : waiter_(waiter), call_(call), run_(run), started_(run.now()) {
        std::vector<FieldProblem> none;
        state_ = read_wait_state(waiter, call, none);
        if (const json::Value *given = call.param("interval"))
            interval_ = interval_of(*given);
        if (const std::int64_t *polls = call.integer("max_polls"))
            polls_left_ = *polls;
    }

    Result<json::Value> go() {
        if (!polls_left_ && state_.polls == 0 && !pause(delay()))
            return stopped();
        for (; state_.link < waiter_.links.size(); next_link()) {
            const WaitLink &link = waiter_.links[state_.link];
            if (!applies(link))
                continue;
            Result<bool> passed = pass(link);
            if (!passed)
                return std::move(passed.error());
            if (!*passed)
                return unfinished(link);
        }
        json::Object answer{{"done", true}, {"polls", state_.polls}, {"waited_ms", waited()}};
        answer.append("result", std::move(last_.thing));
        answer.append("values", std::move(kept_));
        if (!skipped_.empty())
            answer.append("skipped", std::move(skipped_));
        return json::Value(std::move(answer));
    }

private:
    // --- Which links ---

    bool known(std::string_view name) const {
        const json::Value *value = state_.values.find(name);
        return value != nullptr && !value->is_null();
    }

    bool applies(const WaitLink &link) {
        if ((!link.where.empty() && !known(link.where)) || (!link.unless.empty() && known(link.unless)))
            return false;
        // What was asked for may be an earlier link's name.
        const std::string until = wanted();
        const auto named = [&](const WaitLink &row) { return row.name == until; };
        if (link.name != until && std::any_of(waiter_.links.begin(), waiter_.links.begin() + position(link), named))
            return false;
        if (!link.optional || call_.portal_has(link.operation))
            return true;
        return false;
    }

    std::ptrdiff_t position(const WaitLink &link) const { return &link - waiter_.links.data(); }

    void next_link() {
        ++state_.link;
        state_.rounds = 0;
        state_.seen = false;
    }

    // --- One link ---

    // False: it has been asked as often as it may be.
    Result<bool> pass(const WaitLink &link) {
        for (;;) {
            if (polls_left_ && *polls_left_ == 0)
                return false;
            Result<json::Value> data = run_.call(link.operation, params_of(link), {.shaped = true});
            ++state_.polls;
            ++state_.rounds;
            if (polls_left_)
                --*polls_left_;
            std::optional<milliseconds> not_before;
            problem_.clear();
            if (data) {
                Look look = look_at(link, *data);
                if (look.verdict == Look::Verdict::done)
                    return finish(link, std::move(look));
                if (std::optional<Error> error = end_of(link, look))
                    return std::move(*error);
                last_ = std::move(look);
            } else {
                Error &error = data.error();
                if (error.error_class == ErrorClass::unsupported && link.optional)
                    return skip(link);
                if (error.error_class == ErrorClass::not_found) {
                    if (waits_for_absence(link))
                        return finish(link, {});
                    if (std::optional<Error> ended = end_of_missing(link, std::move(error)))
                        return std::move(*ended);
                    last_ = {};
                } else if (goes_on_after(error)) {
                    problem_ = error.message;
                    if (error.retry_after_s)
                        not_before = std::chrono::seconds(*error.retry_after_s);
                } else {
                    return with_state(std::move(error));
                }
            }
            milliseconds wait = next_interval();
            if (not_before)
                wait = std::max(wait, *not_before);
            next_in_ = wait;
            run_.report(progress(link));
            if (polls_left_ && *polls_left_ == 0)
                return false;
            // One more look just before the time is over is worth more than a whole interval.
            const Clock::time_point now = run_.now(), latest = run_.deadline() - margin();
            if (now >= latest)
                return out_of_time(link);
            if (!run_.wait_until(std::min(now + wait, latest)))
                return stopped();
        }
    }

    json::Object params_of(const WaitLink &link) const {
        json::Object params;
        for (const WaitName &row : link.params) {
            if (const json::Value *value = state_.values.find(row.value))
                params.append(row.name, *value);
        }
        return params;
    }

    Look look_at(const WaitLink &link, const json::Value &data) const {
        if (!link.list)
            return judge(link, part(data, link.at));
        Look best;
        const std::string zone = zone_name(data);
        bool all_failed = true;
        for (const json::Value &item : items_of(data, link.at)) {
            if (!match(link.match, item, state_.values, zone).all)
                continue;
            Look look = judge(link, item);
            if (look.verdict == Look::Verdict::done)
                return look;
            if (best.verdict == Look::Verdict::nothing || (all_failed && look.verdict == Look::Verdict::waiting)) {
                all_failed = look.verdict == Look::Verdict::failed;
                best = std::move(look);
            }
        }
        if (best.verdict == Look::Verdict::nothing && waits_for_absence(link) && has_items(data, link.at))
            best.verdict = Look::Verdict::done;
        return best;
    }

    // A list of records may not say whose they are.
    std::string zone_name(const json::Value &data) const {
        const std::string own = zone_of(data);
        const json::Value *known = own.empty() ? state_.values.find("zone") : nullptr;
        return known != nullptr && known->string() != nullptr ? lower(*known->string()) : own;
    }

    Look judge(const WaitLink &link, const json::Value &thing) const {
        Look look{.verdict = Look::Verdict::waiting, .thing = thing};
        if (waits_for_absence(link))
            return look;
        const bool done =
            std::all_of(link.done.begin(), link.done.end(), [&](const auto &row) { return holds(row, thing); });
        if (done)
            look.verdict = Look::Verdict::done;
        for (const WaitCondition &row : link.failed) {
            // A word that is waited for is no failure; one of another field is: a completed task may have failed.
            const bool waited_for = done && std::any_of(link.done.begin(), link.done.end(),
                                                        [&](const auto &other) { return other.field == row.field; });
            if (!waited_for && holds(row, thing)) {
                look.verdict = Look::Verdict::failed;
                look.problem = std::string(row.field) +
                               (row.test == WaitTest::set ? " is set" : " is " + text_of_field(thing, row.field));
            }
        }
        return look;
    }

    bool holds(const WaitCondition &row, const json::Value &thing) const {
        const json::Value *value = field_of(thing, row.field);
        switch (row.test) {
        case WaitTest::set:
            return !is_empty(value);
        case WaitTest::empty:
            return is_empty(value);
        case WaitTest::words:
            return is_one_of(thing, row.field, row.words);
        case WaitTest::asked:
            break;
        }
        std::string asked = wanted();
        if (asked.empty())
            asked = row.otherwise;
        const auto words = std::find_if(waiter_.words.begin(), waiter_.words.end(),
                                        [&](const WaitWords &each) { return each.value == asked; });
        return words != waiter_.words.end() && is_one_of(thing, row.field, words->words);
    }

    static bool is_one_of(const json::Value &thing, std::string_view field, std::span<const std::string_view> words) {
        const std::string text = lower(text_of_field(thing, field));
        return std::find(words.begin(), words.end(), text) != words.end();
    }

    std::string wanted() const {
        const json::Value *until = state_.values.find("until");
        return until != nullptr && until->string() != nullptr ? std::string(*until->string()) : std::string();
    }

    bool waits_for_absence(const WaitLink &link) const {
        const json::Value *value = link.absent.name.empty() ? nullptr : state_.values.find(link.absent.name);
        return value != nullptr && value->string() != nullptr && *value->string() == link.absent.value;
    }

    bool finish(const WaitLink &link, Look look) {
        for (const WaitName &row : link.keep) {
            if (const json::Value *value = field_of(look.thing, row.value)) {
                state_.values.set(row.name, *value);
                kept_.set(row.name, *value);
            }
        }
        last_ = std::move(look);
        return true;
    }

    bool skip(const WaitLink &link) {
        skipped_.emplace_back(
            json::Object{{"link", link.name}, {"why", std::string(link.operation) + " is not there for this service"}});
        return true;
    }

    // --- When ---

    milliseconds delay() const { return interval_ ? std::min<milliseconds>(*interval_, waiter_.delay) : waiter_.delay; }

    bool pause(milliseconds time) {
        return time.count() == 0 || run_.wait_until(std::min(run_.now() + time, run_.deadline() - margin()));
    }

    milliseconds margin() const {
        const auto whole = std::chrono::duration_cast<milliseconds>(run_.deadline() - started_);
        return std::clamp<milliseconds>(whole / 10, milliseconds(0), milliseconds(2'000));
    }

    milliseconds next_interval() {
        const milliseconds first = interval_.value_or(waiter_.interval);
        const double most = static_cast<double>(std::max<milliseconds>(first, waiter_.max_interval).count());
        const double rounds = static_cast<double>(std::min<std::int64_t>(state_.rounds - 1, 60));
        const double interval = std::min(static_cast<double>(first.count()) * std::pow(growth, rounds), most);
        return milliseconds(std::llround(interval * (1 - jitter / 2 + jitter * run_.random_fraction())));
    }

    std::int64_t waited() const { return std::chrono::duration_cast<milliseconds>(run_.now() - started_).count(); }

    // --- What is said ---

    json::Object progress(const WaitLink &link) const {
        json::Object object{{"link", link.name},
                            {"operation", link.operation},
                            {"polls", state_.polls},
                            {"waited_ms", waited()},
                            {"next_in_ms", std::int64_t{next_in_.count()}}};
        if (const std::string percent = text_of_field(last_.thing, link.progress);
            !percent.empty() && last_.thing.object() != nullptr)
            object.append("percent", *last_.thing.find(link.progress));
        object.append("shown", shown(link));
        if (!problem_.empty())
            object.append("problem", problem_);
        object.append("state", to_json(waiter_, state_));
        return object;
    }

    json::Object shown(const WaitLink &link) const {
        json::Object object;
        for (const std::string_view name : link.shows) {
            std::string text = last_.thing.object() != nullptr ? text_of_field(last_.thing, name) : std::string();
            if (!text.empty() && text.size() <= most_shown)
                object.append(name, std::move(text));
        }
        return object;
    }

    json::Value unfinished(const WaitLink &link) const {
        return json::Object{{"done", false},
                            {"polls", state_.polls},
                            {"waited_ms", waited()},
                            {"next_in_ms", std::int64_t{next_in_.count()}},
                            {"progress", progress(link)},
                            {"state", to_json(waiter_, state_)}};
    }

    // --- How it ends otherwise ---

    bool goes_on_after(const Error &error) const {
        return error.retryable && error.error_class != ErrorClass::cancelled;
    }

    Error with_state(Error error) const {
        error.state = to_json(waiter_, state_);
        return error;
    }

    Error ended(const WaitLink &link, ErrorClass error_class, std::string_view reason, const std::string &what) const {
        return Error{.error_class = error_class,
                     .message = std::string(waiter_.id) + ": " + what,
                     .step = std::string(link.operation),
                     .reason = std::string(reason)};
    }

    std::optional<Error> end_of(const WaitLink &link, const Look &look) {
        if (look.verdict == Look::Verdict::failed)
            return ended(link, ErrorClass::portal_error, "failed", "it failed: " + look.problem);
        if (look.verdict == Look::Verdict::waiting)
            state_.seen = true;
        else if (state_.seen)
            return ended(link, ErrorClass::not_found, "gone", "it was there and is there no more");
        return std::nullopt;
    }

    // What the portal does not know is gone, or never was, or is still to come.
    std::optional<Error> end_of_missing(const WaitLink &link, Error error) {
        if (!state_.seen && link.appears)
            return std::nullopt;
        Error result = state_.seen ? ended(link, ErrorClass::not_found, "gone", "it was there and is there no more")
                                   : ended(link, ErrorClass::not_found, "absent", error.message);
        result.http_status = error.http_status;
        result.portal_errors = std::move(error.portal_errors);
        return result;
    }

    Error out_of_time(const WaitLink &link) {
        std::string what = "not " + std::string(link.name) + " in the time it had";
        for (const json::Member &member : shown(link))
            what += "; " + member.key + ": " + *member.value.string();
        if (!problem_.empty())
            what += "; the last request failed: " + problem_;
        Error error = ended(link, ErrorClass::timeout, "deadline", what);
        error.retryable = true;
        return with_state(std::move(error));
    }

    Error stopped() {
        return with_state(Error{.error_class = ErrorClass::cancelled,
                                .message = std::string(waiter_.id) + ": the wait was cancelled"});
    }

    const Waiter &waiter_;
    const CompositionCall &call_;
    Run &run_;
    const Clock::time_point started_;
    WaitState state_;
    std::optional<milliseconds> interval_ = std::nullopt;   // the caller's
    std::optional<std::int64_t> polls_left_ = std::nullopt; // nothing: as many as it takes
    Look last_ = {};
    std::string problem_ = {}; // why the last poll showed nothing
    milliseconds next_in_{};
    json::Object kept_ = {};
    json::Array skipped_ = {};
};

void require(std::vector<FieldProblem> &problems, std::string_view field, std::string expected) {
    problems.push_back(
        {.field = std::string(field), .problem = "is required", .expected = std::move(expected), .nearest = {}});
}

} // namespace

Result<json::Value> wait_for(const Waiter &waiter, const CompositionCall &call, Run &run) {
    return Wait(waiter, call, run).go();
}

Result<json::Value> run_waiter(const CompositionCall &call, Run &run) { return wait_for(waiter_of(call), call, run); }

void check_waiter(const CompositionCall &call, std::vector<FieldProblem> &problems) {
    const Waiter &waiter = waiter_of(call);
    const WaitState state = read_wait_state(waiter, call, problems);
    if (const json::Value *interval = call.param("interval"); interval != nullptr && !interval_of(*interval)) {
        problems.push_back(
            {.field = "interval", .problem = "must be seconds", .expected = "0.001 to 86400", .nearest = {}});
    }
    if (!problems.empty())
        return;
    std::vector<std::string_view> known, alternatives;
    for (const json::Member &member : state.values)
        known.push_back(member.key);
    const auto is_known = [&](std::string_view name) {
        return std::find(known.begin(), known.end(), name) != known.end();
    };
    bool any = false;
    for (const WaitLink &link : waiter.links) {
        if (!call.portal_has(link.operation))
            continue;
        if (!link.where.empty() && !is_known(link.where)) {
            alternatives.push_back(link.where);
            continue;
        }
        any = true;
        if (link.unless.empty() || !is_known(link.unless)) {
            for (const WaitName &row : link.params) {
                if (!is_known(row.value)) {
                    require(problems, row.value, link.unless.empty() ? "" : "or else " + std::string(link.unless));
                    known.push_back(row.value);
                }
            }
        }
        for (const WaitName &row : link.keep)
            known.push_back(row.name);
    }
    if (!any && !alternatives.empty())
        require(problems, alternatives.front(),
                alternatives.size() > 1 ? "or else " + std::string(alternatives.back()) : "");
    for (const std::string_view name : waiter.required) {
        if (!is_known(name))
            require(problems, name, "");
    }
}

} // namespace hostbill
