// Submitted operations, on real sockets: how many go at once, and by which rules.
#include "core/call/log.hpp"
#include "core/client.hpp"

#include "submitting.hpp"
#include "support.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace hostbill::test {
namespace {

using std::chrono::milliseconds;

std::map<std::string, int> count_words(const std::unique_ptr<Client> &client, int outcomes) {
    std::map<std::string, int> words;
    for (int i = 0; i < outcomes; ++i)
        ++words[next(client).word];
    return words;
}

int threads_of_this_process() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return static_cast<int>(std::distance(begin(tasks), end(tasks)));
}

TEST(Engine, HasAsManyInFlightAsTheSettingAllows) {
    TestServer server({Reply{.hold = true}});
    const auto client = basic_client(server, "coloup", R"(,"in_flight":5)");
    for (int i = 0; i < 20; ++i)
        submit(client, "domains.list");
    ASSERT_TRUE(server.wait_for(5));
    client->cancel_all();
    EXPECT_EQ(count_words(client, 20), (std::map<std::string, int>{{"cancelled", 20}}));
    EXPECT_EQ(server.received().size(), 5U);
}

TEST(Engine, NeedsOneThreadForAll) {
    TestServer server({Reply{.hold = true}});
    const auto client = basic_client(server, "coloup");
    submit(client, "domains.list");
    ASSERT_TRUE(server.wait_for(1));
    // The server has a thread for each connection; without those the number stays the same.
    const int with_one = threads_of_this_process() - 1;
    for (int i = 1; i < 40; ++i)
        submit(client, "domains.list");
    ASSERT_TRUE(server.wait_for(40));
    EXPECT_EQ(threads_of_this_process() - 40, with_one);
    client->cancel_all();
    EXPECT_EQ(count_words(client, 40).at("cancelled"), 40);
}

TEST(Engine, ReadsShareConnections) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup", R"(,"in_flight":4)");
    for (int i = 0; i < 40; ++i)
        submit(client, "domains.list");
    EXPECT_EQ(count_words(client, 40).at("ok"), 40);
    std::set<int> connections;
    for (const Received &request : server.received())
        connections.insert(request.connection);
    EXPECT_LE(connections.size(), 4U);
}

TEST(Engine, WhatMustNotBeRepeatedHasAConnectionOfItsOwn) {
    TestServer server({Reply{.body = R"({"status":true})"}});
    const auto client = basic_client(server, "coloup", R"(,"in_flight":4)");
    for (int i = 0; i < 10; ++i) {
        submit(client, "domains.list");
        submit(client, "services.reboot", R"({"service_id":7})");
    }
    EXPECT_EQ(count_words(client, 20).at("ok"), 20);
    std::set<int> seen;
    for (const Received &request : server.received()) {
        const bool is_new = seen.insert(request.connection).second;
        EXPECT_TRUE(is_new || request.method == "GET") << "a reboot travelled on a used connection";
    }
}

TEST(Engine, RepeatsWhatCallsWouldRepeat) {
    std::atomic<int> requests{0};
    TestServer server([&](const Received &) {
        return requests++ % 2 == 0 ? Reply{.status = 503, .body = ""} : Reply{.body = R"({"status":true})"};
    });
    const auto client =
        basic_client(server, "coloup", R"(,"retry":{"base_delay":0.001,"throttled_delay":0.001,"max_delay":0.002})");
    submit(client, "domains.list");
    const Outcome read = next(client);
    EXPECT_EQ(read.word, "ok");
    EXPECT_EQ(read.attempts, 2);
    submit(client, "services.reboot", R"({"service_id":7})");
    const Outcome reboot = next(client);
    EXPECT_EQ(reboot.word, "outcome_unknown");
    EXPECT_EQ(reboot.attempts, 1);
    EXPECT_EQ(server.received().size(), 3U);
}

TEST(Engine, CancelEndsTheWaitForAnotherAttempt) {
    TestServer server({Reply{.status = 503, .body = "", .headers = {{"Retry-After", "50"}}}});
    const auto client = basic_client(server, "coloup");
    const std::int64_t id = submit(client, "domains.list");
    ASSERT_TRUE(server.wait_for(1));
    EXPECT_TRUE(client->cancel(id));
    EXPECT_EQ(next(client).word, "cancelled");
    EXPECT_EQ(server.received().size(), 1U);
}

TEST(Engine, KeepsTheRateLimit) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup", R"(,"rate_limit":{"per_second":100,"burst":1})");
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 11; ++i)
        submit(client, "domains.list");
    for (int i = 0; i < 11; ++i)
        EXPECT_EQ(next(client).word, "ok");
    // A lower limit alone: nothing may come sooner, however slow the machine.
    EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(100));
}

TEST(Engine, WhoseTurnDoesNotComeInTimeIsToldAtOnce) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup", R"(,"rate_limit":{"per_second":0.001,"burst":1})");
    submit(client, "domains.list");
    EXPECT_EQ(next(client).word, "ok");
    submit(client, "domains.list");
    EXPECT_EQ(next(client).word, "timeout");
    EXPECT_EQ(server.received().size(), 1U);
}

std::string lasting_token() { return token_ending_at(4'000'000'000); }

TEST(Engine, LogsInOnceForAll) {
    std::atomic<int> logins{0};
    TestServer server([&](const Received &request) {
        if (request.target.ends_with("/login")) {
            ++logins;
            return Reply{.body = R"({"token":")" + lasting_token() + "\"}"};
        }
        return Reply{.body = R"({"balance":"1.00"})"};
    });
    const auto client = jwt_client(server);
    for (int i = 0; i < 50; ++i)
        submit(client, "account.balance");
    EXPECT_EQ(count_words(client, 50).at("ok"), 50);
    EXPECT_EQ(logins, 1);
}

TEST(Engine, ALoginThatFailsIsEverybodysFailure) {
    std::atomic<int> logins{0};
    TestServer server([&](const Received &) {
        ++logins;
        return Reply{.status = 401, .body = R"({"error":["wronglogin"]})"};
    });
    const auto client = jwt_client(server);
    for (int i = 0; i < 10; ++i)
        submit(client, "account.balance");
    EXPECT_EQ(count_words(client, 10), (std::map<std::string, int>{{"authentication", 10}}));
    // Those that had not begun when it failed may have tried again; never each for itself.
    EXPECT_LE(logins, 2);
}

TEST(Engine, ALoginThatIsCancelledIsTriedForTheNext) {
    TestServer server([&](const Received &request) {
        if (request.target.ends_with("/login"))
            return request.connection == 1 ? Reply{.hold = true}
                                           : Reply{.body = R"({"token":")" + lasting_token() + "\"}"};
        return Reply{.body = R"({"balance":"1.00"})"};
    });
    const auto client = jwt_client(server);
    const std::int64_t first = submit(client, "account.balance");
    ASSERT_TRUE(server.wait_for(1));
    const std::int64_t second = submit(client, "account.balance");
    client->cancel(first);
    std::map<std::int64_t, std::string> words;
    for (int i = 0; i < 2; ++i) {
        const Outcome outcome = next(client);
        words[outcome.id] = outcome.word;
    }
    EXPECT_EQ(words, (std::map<std::int64_t, std::string>{{first, "cancelled"}, {second, "ok"}}));
}

TEST(Engine, WaitsForAnothersLoginNoLongerThanItsOwnDeadline) {
    TestServer server({Reply{.hold = true}});
    const auto client = jwt_client(server);
    const std::int64_t first = submit(client, "account.balance");
    ASSERT_TRUE(server.wait_for(1));
    const std::int64_t hasty = submit(client, "account.balance", "", R"({"timeout":0.05})");
    const Outcome outcome = next(client);
    EXPECT_EQ(outcome.id, hasty);
    EXPECT_EQ(outcome.word, "timeout");
    client->cancel(first);
    EXPECT_EQ(next(client).word, "cancelled");
    EXPECT_EQ(server.received().size(), 1U);
}

TEST(Engine, RenewsATokenThatIsNotAcceptedOnce) {
    std::atomic<int> logins{0};
    TestServer server([&](const Received &request) {
        if (request.target.ends_with("/login"))
            return Reply{.body = R"({"token":")" + token_ending_at(4'000'000'000, std::to_string(++logins)) + "\"}"};
        const std::string second = "Bearer " + token_ending_at(4'000'000'000, "2");
        return request.header("Authorization") == second ? Reply{.body = R"({"balance":"1.00"})"}
                                                         : Reply{.status = 401, .body = ""};
    });
    const auto client = jwt_client(server);
    for (int i = 0; i < 20; ++i)
        submit(client, "account.balance");
    EXPECT_EQ(count_words(client, 20).at("ok"), 20);
    EXPECT_EQ(logins, 2);
}

TEST(Engine, NoticesAStandstill) {
    TestServer server({Reply{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", .hold_after = true}});
    const auto client = basic_client(server, "coloup", R"(,"stall_timeout":0.1,"retry":{"max_attempts":1})");
    submit(client, "domains.list");
    EXPECT_EQ(next(client).word, "timeout");
}

TEST(Engine, CloseEndsEverythingAndEveryOutcomeCanBeTaken) {
    TestServer server({Reply{.hold = true}});
    const auto client = basic_client(server, "coloup", R"(,"in_flight":3)");
    for (int i = 0; i < 10; ++i)
        submit(client, "domains.list");
    ASSERT_TRUE(server.wait_for(3));
    client->close();
    EXPECT_EQ(count_words(client, 10).at("cancelled"), 10);
    const std::optional<Error> none = client->next(-1, [](Taken &) {});
    ASSERT_TRUE(none);
    EXPECT_EQ(none->error_class, ErrorClass::usage);
}

TEST(Engine, DestructionDoesNotWaitForThePortal) {
    TestServer server({Reply{.hold = true}});
    auto client = basic_client(server, "coloup");
    for (int i = 0; i < 10; ++i)
        submit(client, "domains.list");
    ASSERT_TRUE(server.wait_for(10));
    client.reset();
}

TEST(Engine, AMistakeIsAnOutcomeAndSendsNothing) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup");
    submit(client, "domains.lisst");
    submit(client, "domains.get", R"({"domain":7})", R"({"tag":"t"})");
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(next(client).word, "usage");
    EXPECT_TRUE(server.received().empty());
}

// --- Who carries it out --------------------------------------------------------------------------------------------

TEST(Engine, WhoWaitsForAnAnswerCarriesItOutItself) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup");
    static std::atomic<std::thread::id> carried_out_by;
    set_log([](void *, const char *) { carried_out_by = std::this_thread::get_id(); }, nullptr);
    // Where this thread is kept from it for a while, the other one does it; not each time.
    while (carried_out_by != std::this_thread::get_id()) {
        submit(client, "domains.list");
        ASSERT_EQ(next(client).word, "ok");
    }
    set_log(nullptr, nullptr);
}

TEST(Engine, GoesOnWhileNobodyWaitsAnyMore) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup");
    for (std::size_t i = 1; i <= 20; ++i) {
        submit(client, "domains.list");
        next(client);
        submit(client, "domains.list");
        ASSERT_TRUE(server.wait_for(2 * i));
        next(client);
    }
}

TEST(Engine, OneThatStopsWaitingLeavesTheWorkToTheOthers) {
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    TestServer server([&](const Received &) {
        released.wait();
        return Reply{.body = "[]"};
    });
    const auto client = basic_client(server, "coloup");
    submit(client, "domains.list");
    ASSERT_TRUE(server.wait_for(1));
    std::vector<std::thread> patient;
    std::atomic<int> answers{0};
    patient.emplace_back([&] { answers += next(client).word == "ok" ? 1 : 0; });
    for (int i = 0; i < 5; ++i) {
        const std::optional<Error> none = client->next(20, [](Taken &) {});
        ASSERT_TRUE(none);
        EXPECT_EQ(none->error_class, ErrorClass::timeout);
    }
    release.set_value();
    patient.front().join();
    EXPECT_EQ(answers, 1);
}

TEST(Engine, ManySubmitWaitAndCancelAtOnce) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup", R"(,"in_flight":8)");
    constexpr int threads = 4;
    constexpr int each = 50;
    std::mutex mutex;
    std::set<std::int64_t> submitted;
    std::set<std::int64_t> taken;
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i) {
        all.emplace_back([&] {
            for (int n = 0; n < each; ++n) {
                const std::int64_t id = submit(client, "domains.list");
                if (n % 5 == 0)
                    client->cancel(id);
                const std::lock_guard lock(mutex);
                submitted.insert(id);
            }
        });
        all.emplace_back([&] {
            for (int n = 0; n < each; ++n) {
                const Outcome outcome = next(client);
                const std::lock_guard lock(mutex);
                EXPECT_TRUE(outcome.word == "ok" || outcome.word == "cancelled") << outcome.word;
                EXPECT_TRUE(taken.insert(outcome.id).second);
            }
        });
    }
    for (std::thread &thread : all)
        thread.join();
    EXPECT_EQ(taken, submitted);
}

TEST(Engine, TheOneWhoCarriesItOutIsWokenByCloseAndByNewSubmissions) {
    TestServer server([&](const Received &request) {
        return request.target.find("domain") != std::string::npos ? Reply{.hold = true} : Reply{.body = "[]"};
    });
    const auto client = basic_client(server, "coloup");
    submit(client, "domains.list");
    std::vector<std::string> words;
    std::thread waiting([&] {
        for (int i = 0; i < 2; ++i)
            words.push_back(next(client).word);
        const std::optional<Error> none = client->next(-1, [](Taken &) {});
        words.push_back(none ? class_name(none->error_class) : "none");
    });
    ASSERT_TRUE(server.wait_for(1));
    submit(client, "invoices.list");
    ASSERT_TRUE(server.wait_for(2));
    client->close();
    waiting.join();
    std::ranges::sort(words);
    // Whether the second was answered before the client was closed is not said.
    EXPECT_TRUE(words == (std::vector<std::string>{"cancelled", "ok", "usage"}) ||
                words == (std::vector<std::string>{"cancelled", "cancelled", "usage"}));
}

} // namespace
} // namespace hostbill::test
