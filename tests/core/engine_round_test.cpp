// One round of the engine, without sockets: what ends its wait.
#include "core/flight/engine.hpp"
#include "core/session/config.hpp"

#include "support.hpp"

namespace hostbill::test {
namespace {

// Notes until when it was to wait, and does not.
class NotedLoop final : public HttpLoop {
public:
    explicit NotedLoop(Clock::time_point &until) : until_(until) {}
    Transfer *start(const HttpRequest &, Done) override { return nullptr; }
    void cancel(Transfer *) override {}
    void run_until(Clock::time_point time) override { until_ = time; }
    void wake() noexcept override {}
    int descriptor() const noexcept override { return -1; }
    Clock::time_point wakes_at() const noexcept override { return Clock::time_point::max(); }

private:
    Clock::time_point &until_;
};

class NoJobs final : public JobSource {
public:
    Submission *next_job() noexcept override { return nullptr; }
    void note(const Submission &, const std::string &) noexcept override {}
    void finished(Submission &) noexcept override {}
    void announce() noexcept override {}
    void hand_over(Submission &) noexcept override {}
};

class Round : public ::testing::Test {
protected:
    // Until when the round waits.
    Clock::time_point wait() {
        engine.round(Clock::time_point::max());
        return until;
    }

    Config config = std::move(*parse_config(R"({"portal":"coloup","auth":"none"})"));
    Traffic traffic{config};
    std::unique_ptr<Authenticator> authenticator = make_authenticator(config, traffic.clock, {});
    NoJobs jobs;
    Clock::time_point until = Clock::time_point::min();
    Engine engine{traffic, *authenticator, std::make_unique<NotedLoop>(until), 1, jobs};
};

TEST_F(Round, WaitsWhileThereIsNothing) {
    engine.begin_round();
    EXPECT_EQ(wait(), Clock::time_point::max());
}

// A worker thread may be done as soon as the lock is given up, before the round has taken its first step.
TEST_F(Round, DoesNotWaitWhenItWasRungForSinceItBegan) {
    engine.begin_round();
    engine.look();
    EXPECT_EQ(wait(), Clock::time_point::min());
}

TEST_F(Round, ForgetsWhatTheRoundBeforeWasRungFor) {
    engine.begin_round();
    engine.look();
    wait();
    engine.begin_round();
    EXPECT_EQ(wait(), Clock::time_point::max());
}

} // namespace
} // namespace hostbill::test
