// One call is stopped, and no other: by its key from another thread, or by what its own thread asks.
#include "support.hpp"

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>
#include <vector>

namespace {

class StopTest : public CapiTest {
protected:
    void TearDown() override {
        portal_.release();
        client_.reset();
        CapiTest::TearDown();
    }

    // The class of the error, or "ok".
    std::string outcome(const char *options, const char *operation = "account.balance", const char *params = nullptr) {
        const Document answer(hostbill_client_call_json(client_.get(), operation, params, options));
        return answer.boolean("/ok") ? "ok" : answer.string("/error/class");
    }

    int cancel(std::int64_t id) { return hostbill_client_cancel(client_.get(), id); }

    Portal portal_;
    Client client_ = make_client(portal_.config());
};

TEST_F(StopTest, AKeyStopsItsCallAlone) {
    portal_.hold();
    std::thread stopped([&] { EXPECT_EQ(outcome(R"({"cancel_key":7})"), "cancelled"); });
    std::thread other([&] { EXPECT_EQ(outcome(R"({"cancel_key":8})"), "ok"); });
    std::thread without([&] { EXPECT_EQ(outcome(nullptr), "ok"); });
    portal_.wait_for_requests(3);
    EXPECT_EQ(cancel(-7), HOSTBILL_OK);
    stopped.join();
    portal_.release();
    other.join();
    without.join();
}

TEST_F(StopTest, AKeyMayComeBeforeItsCall) {
    EXPECT_EQ(cancel(-7), HOSTBILL_OK);
    EXPECT_EQ(outcome(R"({"cancel_key":6})"), "ok");
    EXPECT_EQ(outcome(R"({"cancel_key":7,"timeout":0.001,"max_attempts":0})"), "usage");
    EXPECT_EQ(outcome(R"({"cancel_key":7})"), "cancelled");
    EXPECT_EQ(outcome(R"({"cancel_key":7})"), "ok"); // It was for one call.
    EXPECT_EQ(portal_.requests(), 2);
}

TEST_F(StopTest, AKeyIsReadInAnyForm) {
    for (const char *options : {R"({"cancel_key":7})", R"({"raw":true,"cancel_key":7})",
                                R"({"cancel_key":7,"raw":true})", R"( {"cancel_key" : 7} )"}) {
        EXPECT_EQ(cancel(-7), HOSTBILL_OK);
        EXPECT_EQ(outcome(options), "cancelled") << options;
    }
    for (const char *options :
         {R"({"cancel_key":0})", R"({"cancel_key":-7})", R"({"cancel_key":07})", R"({"cancel_key":7)",
          R"({"cancel_key":7}})", R"({"raw":true,"cancel_key":})", R"({"raw":true)",
          R"({"cancel_key":9223372036854775808})", R"({"cancel_key":7.5})", R"({"raw":true,})"}) {
        EXPECT_EQ(outcome(options), "usage") << options;
    }
    EXPECT_EQ(portal_.requests(), 0);
}

TEST_F(StopTest, TheLatestEarlyKeysAreRemembered) {
    for (int key = 1; key <= 1025; ++key) {
        EXPECT_EQ(cancel(-key), HOSTBILL_OK);
    }
    EXPECT_EQ(outcome(R"({"cancel_key":1})"), "ok");
    EXPECT_EQ(outcome(R"({"cancel_key":2})"), "cancelled");
    EXPECT_EQ(outcome(R"({"cancel_key":1025})"), "cancelled");
}

TEST_F(StopTest, AKeyStopsASubmissionToo) {
    portal_.hold();
    const std::int64_t id = submit(client_, "account.balance", R"({"cancel_key":9223372036854775807})");
    portal_.wait_for_requests(1);
    EXPECT_EQ(cancel(-INT64_MAX), HOSTBILL_OK);
    const Document answer = next(client_);
    EXPECT_EQ(answer.integer("/id"), id);
    EXPECT_EQ(answer.string("/error/class"), "cancelled");
}

TEST_F(StopTest, AnUnsafeCallThatLeftIsKnownAsSuch) {
    portal_.hold();
    std::thread caller([&] {
        EXPECT_EQ(outcome(R"({"cancel_key":1})", "services.reboot", R"({"service_id":7})"), "outcome_unknown");
    });
    portal_.wait_for_requests(1);
    EXPECT_EQ(cancel(-1), HOSTBILL_OK);
    caller.join();
}

TEST_F(StopTest, AKeyIsAWholeNumberFromOneOn) {
    for (const char *options :
         {R"({"cancel_key":0})", R"({"cancel_key":-1})", R"({"cancel_key":1.5})", R"({"cancel_key":"1"})"}) {
        const Document answer(hostbill_client_call_json(client_.get(), "account.balance", nullptr, options));
        EXPECT_EQ(answer.string("/error/class"), "usage");
        EXPECT_EQ(answer.string("/error/fields/0/field"), "options.cancel_key");
    }
    EXPECT_EQ(portal_.requests(), 0);
}

// What a callback counts, and from which time on it stops the call.
struct Asked {
    std::atomic<int> times = 0;
    std::atomic<int> stop_at = 0; // 0: never
    std::thread::id thread = {};

    static int ask(void *user) {
        auto &asked = *static_cast<Asked *>(user);
        asked.thread = std::this_thread::get_id();
        const int time = ++asked.times;
        const int last = asked.stop_at;
        return last != 0 && time >= last ? 1 : 0;
    }
};

TEST_F(StopTest, ACallAsksOnItsThreadAndStops) {
    portal_.hold();
    Asked asked;
    asked.stop_at = 3;
    std::thread caller([&] {
        hostbill_set_interrupt(Asked::ask, &asked);
        EXPECT_EQ(outcome(nullptr), "cancelled");
        EXPECT_EQ(asked.thread, std::this_thread::get_id());
    });
    caller.join();
    EXPECT_EQ(asked.times, 3);
}

TEST_F(StopTest, OtherThreadsAskNothing) {
    portal_.hold();
    Asked asked;
    asked.stop_at = 1;
    hostbill_set_interrupt(Asked::ask, &asked);
    std::thread other([&] { EXPECT_EQ(outcome(nullptr), "ok"); });
    submit(client_, "account.balance");
    portal_.wait_for_requests(2);
    portal_.release();
    other.join();
    EXPECT_TRUE(next(client_).boolean("/ok"));
    EXPECT_EQ(asked.times, 0);

    hostbill_set_interrupt(nullptr, nullptr);
    EXPECT_EQ(outcome(nullptr), "ok");
    EXPECT_EQ(asked.times, 0);
}

extern "C" void nothing(int) {}

// A signal ends the wait at once: many of them are asked for sooner than the pauses between them would allow.
TEST_F(StopTest, ASignalMakesACallAsk) {
    struct sigaction action = {};
    action.sa_handler = nothing;
    ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
    portal_.hold();
    constexpr int signals = 2000;
    Asked asked;
    asked.stop_at = signals;
    std::thread caller([&] {
        hostbill_set_interrupt(Asked::ask, &asked);
        EXPECT_EQ(outcome(R"({"timeout":60})"), "cancelled");
    });
    portal_.wait_for_requests(1);
    for (int last = asked.times; last < signals;) {
        pthread_kill(caller.native_handle(), SIGUSR1);
        while (asked.times == last) {
            std::this_thread::yield();
        }
        last = asked.times;
    }
    caller.join();
}

// The callback may use the client, and even set another callback for what it calls.
TEST_F(StopTest, ACallbackMayCall) {
    struct Nested {
        std::function<std::string()> call;
        std::string inner = {};

        static int ask(void *user) {
            auto &nested = *static_cast<Nested *>(user);
            hostbill_set_interrupt(nullptr, nullptr);
            nested.inner = nested.call();
            return 1;
        }
    } nested{[this] { return outcome(R"({"dry_run":true})"); }};
    portal_.hold();
    hostbill_set_interrupt(Nested::ask, &nested);
    EXPECT_EQ(outcome(nullptr), "cancelled");
    EXPECT_EQ(nested.inner, "ok");
}

} // namespace
