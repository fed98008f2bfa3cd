// The client's own rate limit: the arithmetic on a clock of the test's own, the queue with real threads.
#include "core/policy/rate_limit.hpp"

#include "support.hpp"

#include <future>
#include <thread>

namespace hostbill::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Slot = RateLimiter::Slot;

Clock::time_point at(long long ms) { return Clock::time_point(milliseconds(ms)); }

TEST(Pace, GivesABurstAndThenAnEvenFlow) {
    Pace pace({.per_second = 2, .burst = 3}, at(0));
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(pace.take(at(0)));
    EXPECT_FALSE(pace.take(at(0)));
    EXPECT_FALSE(pace.take(at(499)));
    EXPECT_TRUE(pace.take(at(500)));
    EXPECT_FALSE(pace.take(at(999)));
    EXPECT_TRUE(pace.take(at(1000)));
    // A long pause earns no more than the burst.
    int taken = 0;
    while (pace.take(at(1'000'000)))
        ++taken;
    EXPECT_EQ(taken, 3);
}

TEST(Pace, TellsWhenThereWillBeASlot) {
    Pace pace({.per_second = 2, .burst = 1}, at(0));
    EXPECT_EQ(pace.until_slot(at(0), 0), Clock::duration(0));
    EXPECT_EQ(pace.until_slot(at(0), 1), milliseconds(500));
    EXPECT_TRUE(pace.take(at(0)));
    EXPECT_EQ(pace.until_slot(at(0), 0), milliseconds(500));
    EXPECT_EQ(pace.until_slot(at(100), 0), milliseconds(400));
    EXPECT_EQ(pace.until_slot(at(100), 3), milliseconds(1900));
}

// Whoever waits as long as he was told gets his slot, whatever the fractions.
TEST(Pace, KeepsItsWord) {
    for (const double rate : {0.3, 1.0 / 3, 3.0, 7.7, 999.9}) {
        Pace pace({.per_second = rate, .burst = 1}, at(0));
        Clock::time_point now = at(0);
        for (int i = 0; i < 1000; ++i) {
            ASSERT_TRUE(pace.take(now)) << rate << " " << i;
            now += pace.until_slot(now, 0);
        }
    }
}

TEST(Pace, HalvesWhenItWasTooFastAndRecoversStepByStep) {
    Pace pace({.per_second = 8, .burst = 4, .adaptive = true}, at(0));
    pace.slow_down(at(100), at(50));
    EXPECT_DOUBLE_EQ(pace.rate(), 4);
    EXPECT_FALSE(pace.take(at(100))); // The burst is gone too.
    EXPECT_TRUE(pace.take(at(350)));
    pace.slow_down(at(400), at(99)); // It was on its way before the first one.
    EXPECT_DOUBLE_EQ(pace.rate(), 4);
    pace.slow_down(at(400), at(350));
    EXPECT_DOUBLE_EQ(pace.rate(), 2);
    for (int i = 0; i < 20; ++i)
        pace.slow_down(at(1000 + i), at(1000 + i));
    EXPECT_DOUBLE_EQ(pace.rate(), 0.5); // a sixteenth
    pace.speed_up(at(2000));
    EXPECT_DOUBLE_EQ(pace.rate(), 0.9);
    for (int i = 0; i < 100; ++i)
        pace.speed_up(at(2000));
    EXPECT_DOUBLE_EQ(pace.rate(), 8);
}

TEST(Pace, StaysAsItIsWhereItIsNotAdaptive) {
    Pace pace({.per_second = 8, .burst = 4}, at(0));
    pace.slow_down(at(100), at(50));
    EXPECT_DOUBLE_EQ(pace.rate(), 8);
    EXPECT_TRUE(pace.take(at(100)));
}

// A clock that only the test moves.
struct FakeClock {
    std::atomic<long long> ms = 0;
    std::function<Clock::time_point()> now() {
        return [this] { return at(ms); };
    }
};

TEST(RateLimiter, LetsThreadsThroughInTheOrderTheyCame) {
    FakeClock clock;
    RateLimiter limiter({.per_second = 1, .burst = 1}, clock.now());
    CallControl first;
    ASSERT_EQ(limiter.wait(first, at(1'000'000)), Slot::granted);

    constexpr int waiting = 5;
    std::mutex mutex;
    std::condition_variable passed;
    std::vector<int> order;
    std::vector<std::thread> threads;
    for (int i = 0; i < waiting; ++i) {
        // The interrupt is asked once the thread has its place.
        std::promise<void> queued;
        auto is_queued = queued.get_future();
        threads.emplace_back([&, i, queued = std::move(queued)]() mutable {
            bool told = false;
            CallControl control([&] {
                if (!std::exchange(told, true))
                    queued.set_value();
                return false;
            });
            EXPECT_EQ(limiter.wait(control, at(1'000'000)), Slot::granted);
            const std::lock_guard lock(mutex);
            order.push_back(i);
            passed.notify_one();
        });
        is_queued.wait();
    }
    for (std::size_t i = 1; i <= waiting; ++i) {
        clock.ms += 1000;
        std::unique_lock lock(mutex);
        EXPECT_TRUE(passed.wait_for(lock, seconds(20), [&] { return order.size() == i; }));
    }
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_THAT(order, testing::ElementsAre(0, 1, 2, 3, 4));
}

TEST(RateLimiter, SaysAtOnceThatThereWillBeNoSlot) {
    FakeClock clock;
    RateLimiter limiter({.per_second = 1, .burst = 1}, clock.now());
    CallControl control;
    EXPECT_EQ(limiter.wait(control, at(500)), Slot::granted);
    EXPECT_EQ(limiter.wait(control, at(1000)), Slot::too_late);
}

// Nobody looks at the clock meanwhile: a lost wake would last the whole hour.
TEST(RateLimiter, WakesACancelledThreadAtOnceAndKeepsItsSlot) {
    RateLimiter limiter({.per_second = 0.001, .burst = 1});
    CallControl first;
    ASSERT_EQ(limiter.wait(first, Clock::now() + seconds(10)), Slot::granted);
    for (int i = 0; i < 100; ++i) {
        CallControl control;
        std::thread waiting(
            [&] { EXPECT_EQ(limiter.wait(control, Clock::now() + std::chrono::hours(1)), Slot::stopped); });
        control.cancel();
        waiting.join();
    }
    FakeClock clock;
    RateLimiter other({.per_second = 1, .burst = 1}, clock.now());
    CallControl cancelled;
    cancelled.cancel();
    EXPECT_EQ(other.wait(cancelled, at(10'000)), Slot::stopped);
    EXPECT_EQ(other.wait(first, at(10'000)), Slot::granted);
}

TEST(RateLimiter, AsksTheInterrupt) {
    FakeClock clock;
    RateLimiter limiter({.per_second = 0.001, .burst = 1}, clock.now());
    CallControl first;
    ASSERT_EQ(limiter.wait(first, at(500)), Slot::granted);
    int asked = 0;
    CallControl control([&] { return ++asked == 3; });
    EXPECT_EQ(limiter.wait(control, at(100'000'000)), Slot::stopped);
    EXPECT_EQ(asked, 3);
    CallControl throwing([]() -> bool { throw 42; });
    EXPECT_THROW(static_cast<void>(limiter.wait(throwing, at(100'000'000))), int);
    clock.ms = 2'000'000;
    EXPECT_EQ(limiter.wait(first, at(100'000'000)), Slot::granted); // Nobody is left before it.
}

// --- Slots from outside ---------------------------------------------------------------------------------------------

TEST(SlotsFromOutside, AreForThoseWhoWaitAndForNobodyElse) {
    RateLimiter limiter({.from_outside = true});
    EXPECT_EQ(limiter.demand(milliseconds(0)).waiting, 0U);
    limiter.grant(5); // Nobody waits: they are gone.
    int looks = 0;
    Clock::time_point next;
    const Clock::time_point deadline = Clock::now() + seconds(60);
    RateLimiter::Ticket first(limiter, [&] { ++looks; });
    RateLimiter::Ticket second(limiter, [&] { ++looks; });
    RateLimiter::Ticket third(limiter, [&] { ++looks; });
    EXPECT_EQ(limiter.demand(seconds(60)).waiting, 3U);
    EXPECT_EQ(first.look(deadline, &next), std::nullopt);
    EXPECT_EQ(next, deadline);
    limiter.grant(2);
    EXPECT_EQ(looks, 2);
    EXPECT_EQ(first.look(deadline, &next), Slot::granted);
    EXPECT_EQ(second.look(deadline, &next), Slot::granted);
    EXPECT_EQ(third.look(deadline, &next), std::nullopt);
    EXPECT_EQ(limiter.demand(seconds(60)).waiting, 1U);
    limiter.refuse();
    EXPECT_EQ(third.look(deadline, &next), Slot::refused);
    RateLimiter::Ticket late(limiter, [] {});
    EXPECT_EQ(late.look(Clock::now(), &next), Slot::too_late);
}

TEST(SlotsFromOutside, LetAThreadThrough) {
    RateLimiter limiter({.from_outside = true});
    CallControl control;
    std::thread waiting([&] {
        EXPECT_EQ(limiter.wait(control, Clock::now() + std::chrono::hours(1)), Slot::granted);
        EXPECT_EQ(limiter.wait(control, Clock::now() + std::chrono::hours(1)), Slot::stopped);
    });
    EXPECT_EQ(limiter.demand(seconds(60)).waiting, 1U);
    limiter.grant(1);
    EXPECT_EQ(limiter.demand(seconds(60)).waiting, 1U); // Back for another one.
    control.cancel();
    waiting.join();
}

TEST(SlotsFromOutside, TellWhatThePortalSaid) {
    FakeClock clock;
    RateLimiter limiter({.from_outside = true}, clock.now());
    clock.ms = 1000;
    limiter.taken();
    limiter.taken();
    limiter.discarded(at(700));
    limiter.discarded(at(400));
    const RateLimiter::Demand demand = limiter.demand(seconds(60)); // Does not wait: it has something to tell.
    EXPECT_EQ(demand.taken, 2);
    EXPECT_EQ(demand.discarded, 2);
    EXPECT_EQ(demand.ago, milliseconds(300));
    EXPECT_EQ(limiter.demand(milliseconds(0)).taken, 0);
    std::thread other([&] { limiter.grant(0); });
    EXPECT_EQ(limiter.demand(std::chrono::hours(1)).waiting, 0U);
    other.join();
}

TEST(RateLimitSettings, AreReadFromTheConfiguration) {
    const auto settings_of = [](const std::string &text, std::vector<FieldProblem> &problems) {
        return read_rate_limit_settings(*parsed(text).object(), problems);
    };
    std::vector<FieldProblem> problems;
    const RateLimitSettings full = settings_of(R"({"per_second":2.5,"burst":7,"adaptive":true})", problems);
    EXPECT_EQ(full.per_second, 2.5);
    EXPECT_EQ(full.burst, 7);
    EXPECT_TRUE(full.adaptive);
    EXPECT_EQ(settings_of(R"({"per_second":2.5})", problems).burst, 2);
    EXPECT_EQ(settings_of(R"({"per_second":0.5})", problems).burst, 1);
    EXPECT_EQ(settings_of(R"({"adaptive":true})", problems).per_second, 10);
    EXPECT_TRUE(problems.empty());
    for (const char *text : {"{}", R"({"per_second":0})", R"({"per_second":-1})", R"({"per_second":"2"})",
                             R"({"per_second":1e9})", R"({"adaptive":false})"}) {
        problems.clear();
        settings_of(text, problems);
        ASSERT_EQ(problems.size(), 1U) << text;
        EXPECT_EQ(problems[0].field, "rate_limit.per_second");
    }
    problems.clear();
    settings_of(R"({"per_second":1,"burst":0.5,"adaptive":1,"bursts":1})", problems);
    EXPECT_EQ(problems.size(), 3U);
}

// --- In a client ----------------------------------------------------------------------------------------------------

TEST(ClientRateLimit, HoldsForAllThreadsTogether) {
    TestServer server({Reply{}});
    const auto client = basic_client(server, "coloup", R"(,"rate_limit":{"per_second":100,"burst":1})");
    const auto started = Clock::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int j = 0; j < 5; ++j)
                answer(client->call("domains.list"));
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_GE(Clock::now() - started, milliseconds(189));
    EXPECT_EQ(server.received().size(), 20U);
}

TEST(ClientRateLimit, CountsAgainstTheDeadline) {
    TestServer server({Reply{}});
    const auto client = basic_client(server, "coloup", R"(,"rate_limit":{"per_second":0.01})");
    answer(client->call("domains.list"));
    const auto started = Clock::now();
    const Result<std::string> late = client->call("services.reboot", R"({"service_id":1})");
    ASSERT_FALSE(late);
    EXPECT_LT(Clock::now() - started, seconds(10));
    EXPECT_EQ(late.error().error_class, ErrorClass::timeout);
    EXPECT_TRUE(late.error().retryable);
    EXPECT_EQ(late.error().attempts, 0);
    EXPECT_EQ(server.received().size(), 1U);
}

TEST(ClientRateLimit, SlowsDownWhenThePortalDiscards) {
    TestServer server({Reply{.status = 429}, Reply{}});
    // Unless it slows down, the burst would let the second request pass at once.
    const auto client =
        basic_client(server, "coloup",
                     R"(,"retry":{"throttled_delay":0.001},"rate_limit":{"per_second":20,"burst":20,"adaptive":true})");
    const json::Value document = answer(client->call("domains.list"));
    const json::Value &second = document.find("meta")->find("history")->array()->at(1);
    EXPECT_GE(*second.find("waited_ms")->integer(), 90); // a slot at 10 per second
}

TEST(ClientRateLimit, MayComeFromOutside) {
    TestServer server({Reply{.status = 503}, Reply{}});
    const std::string config = R"({"portal":"coloup","auth":"basic","username":"u","password":"p","base_url":")" +
                               server.url() + R"(","retry":{"base_delay":0.001}})";
    auto client = Client::create(config, true);
    ASSERT_TRUE(client);
    std::thread calling([&] {
        answer((*client)->call("domains.list"));
        const Result<std::string> refused = (*client)->call("services.reboot", R"({"service_id":1})");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().error_class, ErrorClass::network);
        EXPECT_TRUE(refused.error().retryable);
        EXPECT_EQ(refused.error().attempts, 0);
    });
    RateLimiter &limiter = *(*client)->limiter();
    for (std::size_t requests = 0; requests < 2; ++requests) {
        EXPECT_EQ(limiter.demand(seconds(60)).waiting, 1U);
        EXPECT_EQ(server.received().size(), requests);
        limiter.grant(1);
    }
    while (limiter.demand(seconds(60)).waiting == 0)
        ;
    limiter.refuse();
    calling.join();
    EXPECT_EQ(server.received().size(), 2U);
}

TEST(ClientRateLimit, CanBeCancelledWhileItWaits) {
    TestServer server({Reply{}});
    const auto client = basic_client(server, "coloup", R"(,"timeout":3600,"rate_limit":{"per_second":0.001})");
    answer(client->call("domains.list"));
    std::atomic<bool> begun = false;
    std::thread waiting([&] {
        CallControl control([&] {
            begun = true;
            return false;
        });
        const Result<std::string> result = client->call("domains.list", "", "", control);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().error_class, ErrorClass::cancelled);
    });
    while (!begun)
        std::this_thread::yield();
    client->cancel_all();
    waiting.join();
    EXPECT_EQ(server.received().size(), 1U);
}

} // namespace
} // namespace hostbill::test
