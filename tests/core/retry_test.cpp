// The decisions about retries, without a network and without waiting.
#include "core/policy/retry.hpp"

#include "core/answer/classify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace hostbill {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using enum Repeat;

constexpr Effect effects[] = {Effect::read, Effect::idempotent, Effect::unsafe, Effect::auth};

TEST(RetryMatrix, IsAsTheDesignSays) {
    const struct {
        Failure failure;
        Repeat by_effect[4]; // as in `effects`
    } rows[] = {
        {Failure::final, {never, never, never, never}},
        {Failure::nothing_sent, {always, always, always, always}},
        {Failure::discarded, {always, always, once, once}},
        {Failure::discarded_until, {always, always, always, always}},
        {Failure::too_fast, {always, always, never, once}},
        {Failure::doubtful, {always, always, never, once}},
    };
    for (const auto &row : rows) {
        for (std::size_t i = 0; i < std::size(effects); ++i) {
            EXPECT_EQ(may_repeat(row.failure, effects[i]), row.by_effect[i])
                << static_cast<int>(row.failure) << " " << i;
        }
    }
}

TEST(RetryMatrix, KnowsFailuresWithoutAnAnswer) {
    using Kind = HttpFailure::Kind;
    const struct {
        Kind kind;
        Failure before; // nothing had been sent
        Failure after;
    } rows[] = {
        {Kind::resolve, Failure::nothing_sent, Failure::doubtful},
        {Kind::connect, Failure::nothing_sent, Failure::doubtful},
        {Kind::handshake, Failure::nothing_sent, Failure::doubtful},
        {Kind::timeout, Failure::nothing_sent, Failure::doubtful},
        {Kind::broken, Failure::nothing_sent, Failure::doubtful},
        {Kind::malformed, Failure::nothing_sent, Failure::doubtful},
        {Kind::tls, Failure::final, Failure::final},
        {Kind::too_large, Failure::final, Failure::final},
        {Kind::cancelled, Failure::final, Failure::final},
        {Kind::internal, Failure::final, Failure::final},
    };
    for (const auto &row : rows) {
        EXPECT_EQ(kind_of_failure(HttpFailure{row.kind, false, ""}), row.before) << static_cast<int>(row.kind);
        EXPECT_EQ(kind_of_failure(HttpFailure{row.kind, true, ""}), row.after) << static_cast<int>(row.kind);
    }
}

TEST(RetryMatrix, KnowsFailuresByTheirAnswer) {
    constexpr const char *page = "<html>We are down</html>";
    const struct {
        int status;
        const char *body;
        const char *retry_after;
        Failure failure;
    } rows[] = {
        {429, "", "", Failure::discarded},
        {429, "", "5", Failure::discarded_until},
        {429, "", "soon", Failure::discarded},
        {429, R"({"error":["wait"]})", "-5", Failure::discarded},
        {200, R"({"error":["Too many requests"]})", "", Failure::too_fast},
        {200, R"({"error":["Too many requests"]})", "2", Failure::too_fast},
        {503, R"({"error":["Too many requests"]})", "2", Failure::discarded_until},
        {503, "", "5", Failure::discarded_until},
        {503, R"({"error":["closed"]})", "5", Failure::discarded_until},
        {503, page, "", Failure::doubtful},
        {503, page, "nonsense", Failure::doubtful},
        {500, "", "", Failure::doubtful},
        {500, R"({"error":["internal_error_0"]})", "", Failure::doubtful},
        {500, "", "5", Failure::doubtful},
        {502, page, "", Failure::doubtful},
        {504, "", "", Failure::doubtful},
        {408, "", "", Failure::doubtful},
        {200, "", "", Failure::doubtful},
        {200, page, "", Failure::doubtful},
        {200, R"({"a":)", "", Failure::doubtful},
        {200, "null", "", Failure::doubtful},
        {200, R"({"error":["something"]})", "", Failure::final},
        {200, R"({"error":["wronglogin"]})", "", Failure::final},
        {200, R"({"error":["unauthorized"]})", "5", Failure::final},
        {500, R"({"error":["unauthorized"]})", "", Failure::final},
        {501, "", "", Failure::final},
        {307, "", "", Failure::final},
        {400, "", "", Failure::final},
        {401, "", "", Failure::final},
        {403, "", "5", Failure::final},
        {404, "", "", Failure::final},
        {409, "", "", Failure::final},
        {418, "", "", Failure::final},
        {422, "", "", Failure::final},
    };
    for (const char *operation : {"domains.list", "tickets.close", "services.reboot", "auth.login"}) {
        for (const auto &row : rows) {
            const Result<json::Value> body = classify(
                *find_operation(operation), {.status = row.status, .body = row.body, .retry_after = row.retry_after});
            ASSERT_FALSE(body) << row.status << row.body;
            const bool names_time = std::string(row.retry_after) == "5" || std::string(row.retry_after) == "2";
            EXPECT_EQ(kind_of_failure(body.error(), names_time), row.failure)
                << operation << " " << row.status << row.body << row.retry_after;
        }
    }
}

// A call whose clock stands still and whose jitter is always `fraction`.
struct Call {
    explicit Call(Effect effect, double fraction = 0.999999, int retries_left = 1000, int max_attempts = 10)
        : budget(retries_left), retries(settings, max_attempts, effect, budget, [fraction] { return fraction; }) {}

    Retries::Verdict fail(Failure failure, std::optional<milliseconds> retry_after = {}) {
        return retries.after(failure, retry_after, ++attempts, now, deadline);
    }

    RetrySettings settings;
    RetryBudget budget;
    Retries retries;
    int attempts = 0;
    Clock::time_point now = Clock::now();
    Clock::time_point deadline = now + std::chrono::hours(1);
};

TEST(Retries, MakeThreeAttemptsByDefault) { EXPECT_EQ(RetrySettings().max_attempts, 3); }

TEST(Retries, EndWithTheLastAttempt) {
    for (int most = 1; most <= 10; ++most) {
        Call call(Effect::read, 0.5, 1000, most);
        for (int i = 1; i < most; ++i)
            EXPECT_TRUE(call.fail(Failure::doubtful).again);
        EXPECT_FALSE(call.fail(Failure::doubtful).again);
    }
}

TEST(Retries, DoubleTheDelayUpToTheCap) {
    Call call(Effect::read);
    call.settings.max_delay = milliseconds(1'000);
    std::vector<milliseconds> waits;
    for (int i = 0; i < 6; ++i)
        waits.push_back(call.fail(Failure::doubtful).wait);
    EXPECT_THAT(waits, testing::ElementsAre(milliseconds(100), milliseconds(200), milliseconds(400), milliseconds(800),
                                            milliseconds(1'000), milliseconds(1'000)));
}

TEST(Retries, WaitLongerWhereTheyCameTooFast) {
    Call call(Effect::read);
    EXPECT_EQ(call.fail(Failure::discarded).wait, milliseconds(1'000));
    EXPECT_EQ(call.fail(Failure::too_fast).wait, milliseconds(2'000));
}

TEST(Retries, WaitAnythingFromNothingToTheDelay) {
    EXPECT_EQ(Call(Effect::read, 0).fail(Failure::doubtful).wait, milliseconds(0));
    EXPECT_EQ(Call(Effect::read, 0.25).fail(Failure::doubtful).wait, milliseconds(25));
    for (int i = 0; i < 1000; ++i) {
        const double fraction = random_fraction();
        EXPECT_GE(fraction, 0.0);
        EXPECT_LT(fraction, 1.0);
    }
    EXPECT_NE(random_fraction(), random_fraction());
}

TEST(Retries, KeepTheTimeThatThePortalNames) {
    for (const double fraction : {0.0, 0.5, 0.999}) {
        const milliseconds wait = Call(Effect::unsafe, fraction).fail(Failure::discarded_until, seconds(30)).wait;
        EXPECT_GE(wait, seconds(30));
        EXPECT_LE(wait, seconds(30) + milliseconds(100));
    }
    EXPECT_EQ(Call(Effect::read, 0).fail(Failure::doubtful, seconds(7)).wait, seconds(7));
    EXPECT_TRUE(Call(Effect::read, 0).fail(Failure::discarded_until, seconds(60)).again);
    const Retries::Verdict longer = Call(Effect::read, 0).fail(Failure::discarded_until, milliseconds(60'001));
    EXPECT_FALSE(longer.again);
    EXPECT_THAT(longer.reason, testing::HasSubstr("max_retry_after"));
}

TEST(Retries, RepeatOnceWhatMayBeRepeatedOnce) {
    Call call(Effect::unsafe);
    EXPECT_TRUE(call.fail(Failure::discarded).again);
    EXPECT_FALSE(call.fail(Failure::discarded).again);
    // Other rows of the matrix stay as they are.
    EXPECT_TRUE(call.fail(Failure::discarded_until, seconds(1)).again);
    EXPECT_TRUE(call.fail(Failure::nothing_sent).again);
    EXPECT_FALSE(call.fail(Failure::doubtful).again);
    Call login(Effect::auth);
    EXPECT_TRUE(login.fail(Failure::doubtful).again);
    EXPECT_FALSE(login.fail(Failure::discarded).again);
}

TEST(Retries, DoNotBeginAWaitThatOutlastsTheDeadline) {
    Call call(Effect::read, 0.5);
    call.deadline = call.now + milliseconds(50);
    const Retries::Verdict verdict = call.fail(Failure::doubtful);
    EXPECT_FALSE(verdict.again);
    EXPECT_THAT(verdict.reason, testing::HasSubstr("deadline"));
    call.deadline = call.now + milliseconds(51);
    EXPECT_TRUE(call.fail(Failure::doubtful).again);
}

TEST(Retries, StopWhenTheBudgetIsUsedUp) {
    Call call(Effect::read, 0.5, 2);
    EXPECT_TRUE(call.fail(Failure::doubtful).again);
    EXPECT_TRUE(call.fail(Failure::doubtful).again);
    const Retries::Verdict verdict = call.fail(Failure::doubtful);
    EXPECT_FALSE(verdict.again);
    EXPECT_THAT(verdict.reason, testing::HasSubstr("budget"));
}

TEST(Retries, CostNothingWhereThereIsNone) {
    Call call(Effect::unsafe, 0.5, 1);
    EXPECT_FALSE(call.fail(Failure::doubtful).again);
    EXPECT_FALSE(call.fail(Failure::final).again);
    call.deadline = call.now;
    EXPECT_FALSE(call.fail(Failure::nothing_sent).again);
    call.deadline = call.now + seconds(10);
    EXPECT_TRUE(call.fail(Failure::nothing_sent).again);
}

TEST(RetryBudget, EarnsATenthWithEachSuccess) {
    RetryBudget budget(2);
    EXPECT_TRUE(budget.take());
    EXPECT_TRUE(budget.take());
    for (int i = 0; i < 9; ++i)
        budget.earn();
    EXPECT_FALSE(budget.take());
    budget.earn();
    EXPECT_TRUE(budget.take());
    EXPECT_FALSE(budget.take());
    for (int i = 0; i < 1000; ++i)
        budget.earn();
    EXPECT_TRUE(budget.take());
    EXPECT_TRUE(budget.take());
    EXPECT_FALSE(budget.take()); // It was never more than full.
    EXPECT_FALSE(RetryBudget(0).take());
}

TEST(RetryBudget, CountsRightWithManyThreads) {
    RetryBudget budget(500);
    std::atomic<int> taken = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int j = 0; j < 200; ++j)
                taken += budget.take() ? 1 : 0;
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(taken, 500);
}

RetrySettings settings_of(const std::string &text, std::vector<FieldProblem> &problems) {
    return read_retry_settings(*json::parse(text)->object(), problems);
}

TEST(RetrySettings, AreReadFromTheConfiguration) {
    std::vector<FieldProblem> problems;
    const RetrySettings settings = settings_of(R"({"max_attempts":5,"base_delay":0.5,"throttled_delay":2,"max_delay":9,
                                                   "max_retry_after":0.25,"budget":0})",
                                               problems);
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(settings.max_attempts, 5);
    EXPECT_EQ(settings.base_delay, milliseconds(500));
    EXPECT_EQ(settings.throttled_delay, milliseconds(2'000));
    EXPECT_EQ(settings.max_delay, milliseconds(9'000));
    EXPECT_EQ(settings.max_retry_after, milliseconds(250));
    EXPECT_EQ(settings.budget, 0);
}

TEST(RetrySettings, ReportEveryMistake) {
    std::vector<FieldProblem> problems;
    settings_of(R"({"max_attempts":0,"base_delay":-1,"throttled_delay":"1","max_delay":0,"max_retry_after":1e300,
                    "budget":-1,"base_dely":1})",
                problems);
    std::vector<std::string> fields;
    for (const FieldProblem &problem : problems)
        fields.push_back(problem.field);
    EXPECT_THAT(fields, testing::UnorderedElementsAre("retry.base_dely", "retry.max_attempts", "retry.base_delay",
                                                      "retry.throttled_delay", "retry.max_delay",
                                                      "retry.max_retry_after", "retry.budget"));
    EXPECT_EQ(problems[0].nearest, "base_delay");
}

} // namespace
} // namespace hostbill
