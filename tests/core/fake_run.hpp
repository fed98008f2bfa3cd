// A run of a composition without a network and without time: answers by script, and a clock that waiting moves.
#pragma once

#include "core/call/run.hpp"
#include "core/tasks/composition.hpp"

#include "support.hpp"

#include <cstdint>
#include <functional>
#include <map>

namespace hostbill::test {

class FakeRun : public Run {
public:
    struct Call {
        std::string operation;
        std::string params; // JSON
        std::int64_t at_ms; // since the beginning
        bool changes_nothing;
    };
    using Script = std::vector<Result<json::Value>>;

    // What an operation answers, one after another; the last one for ever.
    void script(const std::string &operation, Script answers) { scripts_[operation] = std::move(answers); }
    void script(const std::string &operation, std::initializer_list<const char *> answers) {
        Script parsed_answers;
        for (const char *answer : answers)
            parsed_answers.push_back(answer_or_error(answer));
        script(operation, std::move(parsed_answers));
    }

    // "!not_found" and the like is an error of that class.
    static Result<json::Value> answer_or_error(std::string_view text) {
        if (!text.starts_with('!'))
            return parsed(text);
        for (int status = -1; status_name(status) != nullptr; --status) {
            if (status_name(status) == text.substr(1)) {
                const auto error_class = static_cast<ErrorClass>(status);
                return Error{.error_class = error_class,
                             .message = std::string(text),
                             .retryable = class_retryable(error_class) != Retryable::no};
            }
        }
        return Error{.message = "no such class"};
    }

    Clock::time_point now() const override { return now_; }
    Clock::time_point deadline() const override { return start_ + timeout; }
    double random_fraction() override { return fraction; }
    std::int64_t unix_time() const override { return 1'772'366'400 + elapsed_ms() / 1000; } // 2026-03-01 12:00 UTC
    void report(const json::Object &progress) override {
        reported.push_back(progress);
        if (on_report)
            on_report();
    }
    bool wait_until(Clock::time_point time) override {
        if (cancelled)
            return false;
        now_ = std::max(now_, time);
        return true;
    }

    std::int64_t elapsed_ms() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - start_).count();
    }
    std::size_t count(std::string_view operation) const {
        return static_cast<std::size_t>(
            std::count_if(calls.begin(), calls.end(), [&](const Call &call) { return call.operation == operation; }));
    }
    std::vector<std::int64_t> times() const {
        std::vector<std::int64_t> list;
        for (const Call &call : calls)
            list.push_back(call.at_ms);
        return list;
    }

    std::chrono::milliseconds timeout{600'000};
    double fraction = 0.5; // the middle: no jitter
    bool cancelled = false;
    std::function<void()> on_report;
    std::vector<Call> calls;
    std::vector<json::Object> reported;

private:
    Result<json::Value> perform(std::string_view operation, const json::Object &params,
                                const StepOptions &options) override {
        calls.push_back(
            {std::string(operation), json::write_utf8(json::Value(params)), elapsed_ms(), options.changes_nothing});
        const auto found = scripts_.find(std::string(operation));
        if (found == scripts_.end())
            return Error{.error_class = ErrorClass::unsupported, .message = std::string(operation) + ": unsupported"};
        Script &script = found->second;
        Result<json::Value> answer = script.front();
        if (script.size() > 1)
            script.erase(script.begin());
        return answer;
    }

    const Clock::time_point start_ = Clock::time_point(std::chrono::hours(1));
    Clock::time_point now_ = start_;
    std::map<std::string, Script> scripts_;
};

// Runs a composition on a portal as a client would, with bound parameters.
inline Result<json::Value> compose(FakeRun &run, const std::string &portal, std::string_view composition,
                                   std::string_view params, std::string_view options = {}) {
    const Config config =
        *parse_config(R"({"portal":")" + portal + R"(","base_url":"http://127.0.0.1:1/api","auth":"none"})");
    Result<Prepared> prepared = prepare_composition(config, *find_composition(composition), params, options);
    if (!prepared)
        return std::move(prepared.error());
    return run_composition(config, *prepared, run);
}

} // namespace hostbill::test
