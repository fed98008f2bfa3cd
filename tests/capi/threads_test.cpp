// One client in many threads: calls, cancel, close and free.
#include "support.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

namespace {

class ThreadsTest : public CapiTest {
protected:
    void TearDown() override {
        portal_.release();
        client_.reset();
        CapiTest::TearDown();
    }

    // Waits for one call that the portal holds, and returns the class of its error.
    std::string held_call() {
        char *text = nullptr;
        EXPECT_NE(hostbill_client_call(client_.get(), "account.balance", nullptr, nullptr, &text), HOSTBILL_OK);
        return Document(text).string("/class");
    }

    Portal portal_;
    Client client_ = make_client(portal_.config());
};

TEST_F(ThreadsTest, CallsRunSideBySide) {
    constexpr int threads = 8;
    portal_.hold();
    std::vector<std::thread> callers;
    std::atomic<int> good = 0;
    for (int n = 0; n < threads; ++n) {
        callers.emplace_back([&] {
            for (int m = 0; m < 25; ++m) {
                const Document answer(hostbill_client_call_json(client_.get(), "account.balance", nullptr, nullptr));
                good += answer.boolean("/ok") ? 1 : 0;
            }
        });
    }
    portal_.wait_for_requests(threads); // All of them at once, or this never ends.
    portal_.release();
    for (std::thread &caller : callers) {
        caller.join();
    }
    EXPECT_EQ(good, threads * 25);
}

TEST_F(ThreadsTest, CancelStopsCallsInOtherThreads) {
    portal_.hold();
    std::vector<std::thread> callers;
    for (int n = 0; n < 4; ++n) {
        callers.emplace_back([&] { EXPECT_EQ(held_call(), "cancelled"); });
    }
    portal_.wait_for_requests(4);
    EXPECT_EQ(hostbill_client_cancel(client_.get(), 0), HOSTBILL_OK);
    for (std::thread &caller : callers) {
        caller.join();
    }
    portal_.release();
    EXPECT_TRUE(Document(hostbill_client_call_json(client_.get(), "account.balance", nullptr, nullptr)).boolean("/ok"));
}

TEST_F(ThreadsTest, CloseStopsCallsInOtherThreads) {
    portal_.hold();
    std::thread caller([&] { EXPECT_EQ(held_call(), "cancelled"); });
    portal_.wait_for_requests(1);
    hostbill_client_close(client_.get());
    caller.join();
    EXPECT_EQ(held_call(), "usage");
}

TEST_F(ThreadsTest, FreeStopsCallsAndWaitsForThem) {
    portal_.hold();
    std::atomic<bool> returned = false;
    hostbill_client *client = client_.get();
    std::thread caller([&] {
        char *text = nullptr;
        EXPECT_EQ(hostbill_client_call(client, "account.balance", nullptr, nullptr, &text), HOSTBILL_ERROR_CANCELLED);
        hostbill_string_free(text);
        returned = true;
    });
    portal_.wait_for_requests(1);
    client_.reset();
    caller.join();
    EXPECT_TRUE(returned);
}

TEST_F(ThreadsTest, ManyClientsComeAndGo) {
    std::vector<std::thread> threads;
    for (int n = 0; n < 4; ++n) {
        threads.emplace_back([&] {
            for (int m = 0; m < 20; ++m) {
                const Client client = make_client(portal_.config());
                submit(client, "account.balance");
                EXPECT_TRUE(Document(hostbill_client_call_json(client.get(), "account.balance", nullptr, nullptr))
                                .boolean("/ok"));
                EXPECT_TRUE(next(client).boolean("/ok"));
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

std::set<std::string> thread_ids() {
    std::set<std::string> ids;
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/task")) {
        ids.insert(entry.path().filename());
    }
    return ids;
}

// The signals that a thread blocks, as the kernel prints them: a hexadecimal mask.
std::string blocked_signals(const std::string &thread_id) {
    std::ifstream status("/proc/self/task/" + thread_id + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("SigBlk:\t")) {
            return line.substr(8);
        }
    }
    return "";
}

TEST_F(ThreadsTest, TheOnlyThreadComesWithTheFirstSubmissionAndTakesNoSignals) {
    EXPECT_TRUE(Document(hostbill_client_call_json(client_.get(), "account.balance", nullptr, nullptr)).boolean("/ok"));
    const std::set<std::string> before = thread_ids();
    submit(client_, "no.such.operation");
    next(client_);
    submit(client_, "no.such.operation");
    next(client_);
    std::vector<std::string> added;
    std::ranges::set_difference(thread_ids(), before, std::back_inserter(added));
    ASSERT_EQ(added.size(), 1U);
    constexpr std::uint64_t asynchronous = 1U << (SIGTERM - 1) | 1U << (SIGINT - 1) | 1U << (SIGUSR1 - 1);
    EXPECT_EQ(std::stoull(blocked_signals(added.front()), nullptr, 16) & asynchronous, asynchronous);
}

} // namespace
