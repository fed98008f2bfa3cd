// submit, next, fd and cancel.
#include "support.hpp"

#include <filesystem>
#include <poll.h>
#include <set>
#include <thread>
#include <vector>

namespace {

class AsyncTest : public CapiTest {
protected:
    void TearDown() override {
        portal_.release();
        client_.reset();
        CapiTest::TearDown();
    }

    // The status that next returns at once, without taking what comes.
    int poll_next(std::string *error_class = nullptr) {
        char *text = nullptr;
        const int status = hostbill_client_next(client_.get(), 0, &text);
        const Document document(text);
        if (error_class != nullptr) {
            *error_class = document.string("/class");
        }
        return status;
    }

    static bool readable(int descriptor, int timeout_ms) {
        pollfd ready{descriptor, POLLIN, 0};
        return poll(&ready, 1, timeout_ms) == 1;
    }

    Portal portal_;
    Client client_ = make_client(portal_.config());
};

TEST_F(AsyncTest, AnswersCarryNumberAndTag) {
    EXPECT_EQ(submit(client_, "account.balance", R"({"tag":"first \u20ac"})"), 1);
    const Document first = next(client_);
    EXPECT_EQ(first.text().rfind(R"({"id":1,"ok":true,)", 0), 0U) << first.text();
    EXPECT_EQ(first.string("/tag"), "first €");
    EXPECT_EQ(first.string("/meta/operation"), "account.balance");
    EXPECT_EQ(submit(client_, "account.balance"), 2);
    const Document second = next(client_);
    EXPECT_EQ(second.integer("/id"), 2);
    EXPECT_FALSE(second.has("/tag"));
    EXPECT_EQ(submit(client_, "no.such", R"({"tag":"third"})"), 3);
    const Document third = next(client_);
    EXPECT_EQ(third.text().rfind(R"({"id":3,"ok":false,)", 0), 0U) << third.text();
    EXPECT_EQ(third.string("/error/class"), "usage");
    EXPECT_EQ(third.string("/tag"), "third");
}

TEST_F(AsyncTest, ATagIsATagHoweverItsNameIsWritten) {
    submit(client_, "account.balance", R"({"t\u0061g":"first"})");
    EXPECT_EQ(next(client_).string("/tag"), "first");
}

TEST_F(AsyncTest, SubmitReturnsBeforeTheAnswer) {
    portal_.hold();
    submit(client_, "account.balance");
    portal_.wait_for_requests(1);
    std::string error_class;
    EXPECT_EQ(poll_next(&error_class), HOSTBILL_ERROR_TIMEOUT);
    EXPECT_EQ(error_class, "timeout");
    char *text = nullptr;
    EXPECT_EQ(hostbill_client_next(client_.get(), 20, &text), HOSTBILL_ERROR_TIMEOUT);
    hostbill_string_free(text);
    portal_.release();
    EXPECT_TRUE(next(client_).boolean("/ok"));
}

TEST_F(AsyncTest, TimeoutsLessThanMinusOneAreRefused) {
    char *text = nullptr;
    EXPECT_EQ(hostbill_client_next(client_.get(), -2, &text), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(Document(text).string("/class"), "usage");
}

TEST_F(AsyncTest, DescriptorIsReadableWhileAnAnswerIsReady) {
    const int descriptor = hostbill_client_fd(client_.get());
    ASSERT_GE(descriptor, 0);
    EXPECT_EQ(hostbill_client_fd(client_.get()), descriptor);
    EXPECT_FALSE(readable(descriptor, 0));
    portal_.hold();
    submit(client_, "account.balance");
    submit(client_, "account.balance");
    portal_.wait_for_requests(1);
    EXPECT_FALSE(readable(descriptor, 0));
    portal_.release();
    EXPECT_TRUE(readable(descriptor, 30'000));
    next(client_);
    EXPECT_TRUE(readable(descriptor, 30'000));
    next(client_);
    EXPECT_FALSE(readable(descriptor, 0));
}

TEST_F(AsyncTest, DescriptorAskedForLateKnowsOfEarlierAnswers) {
    submit(client_, "account.balance");
    submit(client_, "account.balance");
    next(client_);
    const int descriptor = hostbill_client_fd(client_.get());
    EXPECT_TRUE(readable(descriptor, 30'000));
    next(client_);
    EXPECT_FALSE(readable(descriptor, 0));
}

TEST_F(AsyncTest, AnEventLoopMayCarryOutTheWork) {
    const int descriptor = hostbill_client_loop_fd(client_.get());
    ASSERT_GE(descriptor, 0);
    EXPECT_EQ(hostbill_client_loop_fd(client_.get()), descriptor);
    EXPECT_NE(hostbill_client_fd(client_.get()), descriptor);
    EXPECT_EQ(poll_next(), HOSTBILL_ERROR_TIMEOUT);
    EXPECT_FALSE(readable(descriptor, 0));
    submit(client_, "account.balance");
    submit(client_, "account.balance");
    EXPECT_EQ(portal_.requests(), 0); // Nobody has looked.
    int answers = 0;
    for (int status = poll_next(); answers < 2; status = poll_next()) {
        if (status == HOSTBILL_OK)
            ++answers;
        else
            ASSERT_TRUE(readable(descriptor, 30'000));
    }
    EXPECT_EQ(portal_.requests(), 2);
    hostbill_client_close(client_.get());
    EXPECT_TRUE(readable(descriptor, 0));
    EXPECT_EQ(poll_next(), HOSTBILL_ERROR_USAGE);
}

TEST_F(AsyncTest, CancelOfOneLeavesTheOthers) {
    portal_.hold();
    const std::int64_t first = submit(client_, "account.balance");
    const std::int64_t second = submit(client_, "account.balance");
    const std::int64_t kept = submit(client_, "account.balance");
    portal_.wait_for_requests(3);

    for (const std::int64_t id : {second, first}) {
        EXPECT_EQ(hostbill_client_cancel(client_.get(), id), HOSTBILL_OK);
        const Document answer = next(client_);
        EXPECT_EQ(answer.integer("/id"), id);
        EXPECT_EQ(answer.string("/error/class"), "cancelled");
        EXPECT_EQ(answer.string("/error/operation"), "account.balance");
    }

    portal_.release();
    const Document answer = next(client_);
    EXPECT_EQ(answer.integer("/id"), kept);
    EXPECT_TRUE(answer.boolean("/ok"));
    EXPECT_EQ(portal_.requests(), 3);
}

TEST_F(AsyncTest, SixtyFourRunSideBySideAndMoreWaitForTheirTurn) {
    portal_.hold();
    for (int n = 0; n < 64; ++n) {
        submit(client_, "account.balance");
    }
    portal_.wait_for_requests(64);
    const std::int64_t waiting = submit(client_, "account.balance");
    EXPECT_EQ(hostbill_client_cancel(client_.get(), waiting), HOSTBILL_OK);
    const Document stopped = next(client_);
    EXPECT_EQ(stopped.integer("/id"), waiting);
    EXPECT_EQ(stopped.string("/error/class"), "cancelled");
    EXPECT_EQ(stopped.string("/error/operation"), "account.balance");

    const std::int64_t last = submit(client_, "account.balance");
    portal_.release();
    std::set<std::int64_t> ids;
    for (int n = 0; n < 65; ++n) {
        const Document answer = next(client_);
        EXPECT_TRUE(answer.boolean("/ok")) << answer.text();
        ids.insert(answer.integer("/id"));
    }
    EXPECT_EQ(ids.size(), 65U);
    EXPECT_TRUE(ids.count(last) == 1);
    EXPECT_EQ(portal_.requests(), 65);
}

TEST_F(AsyncTest, ThreadsAreUsedAgain) {
    for (int n = 0; n < 200; ++n) {
        submit(client_, "account.balance");
        EXPECT_TRUE(next(client_).boolean("/ok"));
    }
    int threads = 0;
    for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator("/proc/self/task")) {
        ++threads;
    }
    EXPECT_LT(threads, 20);
}

TEST_F(AsyncTest, CancelKnowsWhichNumbersWereGivenOut) {
    EXPECT_EQ(hostbill_client_cancel(client_.get(), 1), HOSTBILL_ERROR_USAGE);
    const std::int64_t id = submit(client_, "account.balance");
    next(client_);
    EXPECT_EQ(hostbill_client_cancel(client_.get(), id), HOSTBILL_OK);
    EXPECT_EQ(hostbill_client_cancel(client_.get(), id + 1), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(hostbill_client_cancel(client_.get(), -1), HOSTBILL_OK); // A key: stop_test.cpp.
    EXPECT_EQ(hostbill_client_cancel(client_.get(), INT64_MIN), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(poll_next(), HOSTBILL_ERROR_TIMEOUT);
}

TEST_F(AsyncTest, CancelOfEverythingStopsSubmissionsAndLetsLaterOnesRun) {
    portal_.hold();
    for (int n = 0; n < 5; ++n) {
        submit(client_, "account.balance");
    }
    portal_.wait_for_requests(1);
    EXPECT_EQ(hostbill_client_cancel(client_.get(), 0), HOSTBILL_OK);
    std::set<std::int64_t> ids;
    for (int n = 0; n < 5; ++n) {
        const Document answer = next(client_);
        EXPECT_EQ(answer.string("/error/class"), "cancelled");
        ids.insert(answer.integer("/id"));
    }
    EXPECT_EQ(ids.size(), 5U);
    portal_.release();
    submit(client_, "account.balance");
    EXPECT_TRUE(next(client_).boolean("/ok"));
}

TEST_F(AsyncTest, CancellingAnUnsafeRequestThatLeftLeavesItsOutcomeOpen) {
    portal_.hold();
    std::int64_t id = 0;
    ASSERT_EQ(hostbill_client_submit(client_.get(), "services.reboot", R"({"service_id":1})", nullptr, &id, nullptr),
              0);
    portal_.wait_for_requests(1);
    hostbill_client_cancel(client_.get(), id);
    const Document answer = next(client_);
    EXPECT_EQ(answer.string("/error/class"), "outcome_unknown");
    EXPECT_NE(answer.string("/error/message").find("cancelled"), std::string::npos) << answer.text();
}

TEST_F(AsyncTest, CloseAnswersEverythingAndEndsTheWaiting) {
    const int descriptor = hostbill_client_fd(client_.get());
    portal_.hold();
    submit(client_, "account.balance");
    submit(client_, "account.balance");
    portal_.wait_for_requests(1);
    std::thread closer([&] { hostbill_client_close(client_.get()); });
    EXPECT_EQ(next(client_).string("/error/class"), "cancelled");
    EXPECT_EQ(next(client_).string("/error/class"), "cancelled");
    char *text = nullptr;
    EXPECT_EQ(hostbill_client_next(client_.get(), -1, &text), HOSTBILL_ERROR_USAGE);
    EXPECT_EQ(Document(text).string("/class"), "usage");
    EXPECT_TRUE(readable(descriptor, 0));
    closer.join();
}

// Also those that a thread has just taken up.
TEST_F(AsyncTest, CloseCancelsWhateverWasSubmitted) {
    portal_.hold();
    for (int round = 0; round < 100; ++round) {
        const Client client = make_client(portal_.config());
        for (int i = 0; i < 4; ++i)
            submit(client, "account.balance");
        hostbill_client_close(client.get());
        for (int i = 0; i < 4; ++i)
            ASSERT_EQ(next(client).string("/error/class"), "cancelled");
    }
}

TEST_F(AsyncTest, CloseWakesAWaitWithoutEnd) {
    std::vector<std::thread> waiting;
    for (int n = 0; n < 4; ++n) {
        waiting.emplace_back([&] {
            char *text = nullptr;
            EXPECT_EQ(hostbill_client_next(client_.get(), -1, &text), HOSTBILL_ERROR_USAGE);
            hostbill_string_free(text);
        });
    }
    hostbill_client_close(client_.get());
    for (std::thread &thread : waiting) {
        thread.join();
    }
}

TEST_F(AsyncTest, EveryWaitingThreadGetsAnAnswerOfItsOwn) {
    constexpr int per_thread = 50;
    constexpr int threads = 4;
    std::mutex mutex;
    std::set<std::int64_t> ids;
    std::vector<std::thread> waiting;
    for (int n = 0; n < threads; ++n) {
        waiting.emplace_back([&] {
            for (int m = 0; m < per_thread; ++m) {
                const Document answer = next(client_);
                const std::lock_guard lock(mutex);
                EXPECT_TRUE(ids.insert(answer.integer("/id")).second);
            }
        });
    }
    for (int n = 0; n < threads * per_thread; ++n) {
        submit(client_, "account.balance");
    }
    for (std::thread &thread : waiting) {
        thread.join();
    }
    EXPECT_EQ(ids.size(), std::size_t{threads * per_thread});
}

TEST_F(AsyncTest, FreeTakesUntakenAnswersAlong) {
    portal_.hold();
    for (int n = 0; n < 10; ++n) {
        submit(client_, "account.balance");
    }
    client_.reset();
    EXPECT_EQ(hostbill_live_objects(), 0);
}

} // namespace
