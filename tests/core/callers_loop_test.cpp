// Submitted operations whose work the event loop of a caller carries out, on real sockets.
#include "core/call/log.hpp"
#include "core/client.hpp"

#include "submitting.hpp"
#include "support.hpp"

#include <algorithm>
#include <atomic>
#include <poll.h>
#include <thread>
#include <vector>

namespace hostbill::test {
namespace {

// An event loop that waits for nothing else. Takes so many outcomes, from as many looks as it needs.
class CallersLoop {
public:
    explicit CallersLoop(Client &client) : client_(client), descriptor_(client.loop_descriptor()) {}

    bool is_readable(int timeout_ms) const {
        pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
        return poll(&ready, 1, timeout_ms) == 1;
    }

    // All there is at the moment.
    void look() {
        while (!client_.next(0, [this](Taken &taken) {
            words.push_back(taken.outcome ? "ok" : class_name(taken.outcome.error().error_class));
        })) {
        }
    }

    // Until the portal has received so many requests, of which no outcome is expected.
    void send(const TestServer &server, std::size_t requests) {
        while (server.received().size() < requests) {
            is_readable(1); // The last round was the one that has sent it.
            look();
        }
    }

    void take(std::size_t outcomes) {
        for (look(); words.size() < outcomes; look())
            ASSERT_TRUE(is_readable(30'000)) << words.size();
    }

    std::vector<std::string> words;

private:
    Client &client_;
    const int descriptor_;
};

TEST(CallersLoop, CarriesOutEverythingItself) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup");
    CallersLoop loop(*client);
    loop.look();
    EXPECT_FALSE(loop.is_readable(0));
    static std::atomic<int> others;
    static std::thread::id own;
    others = 0;
    own = std::this_thread::get_id();
    set_log([](void *, const char *) { others += std::this_thread::get_id() == own ? 0 : 1; }, nullptr);
    for (std::size_t i = 1; i <= 50; ++i) {
        submit(client, "domains.list");
        loop.take(i);
        EXPECT_FALSE(loop.is_readable(0));
    }
    set_log(nullptr, nullptr);
    EXPECT_EQ(others, 0);
    EXPECT_EQ(std::ranges::count(loop.words, "ok"), 50);
    EXPECT_EQ(server.received().size(), 50U);
}

TEST(CallersLoop, TakesOverWhatIsUnderWay) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup", R"(,"in_flight":2)");
    for (int i = 0; i < 20; ++i)
        submit(client, "domains.list");
    CallersLoop loop(*client);
    loop.take(20);
    EXPECT_EQ(std::ranges::count(loop.words, "ok"), 20);
}

TEST(CallersLoop, IsToldOfWhatIsLeftToTake) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup", R"(,"in_flight":2)");
    CallersLoop loop(*client);
    for (int i = 0; i < 10; ++i)
        submit(client, "domains.list");
    // One at each look: the rest has to make itself known, what is still to be sent included.
    for (int taken = 0; taken < 10;) {
        ASSERT_TRUE(loop.is_readable(30'000));
        taken += client->next(0, [](Taken &) {}) ? 0 : 1;
    }
    loop.look();
    EXPECT_FALSE(loop.is_readable(0));
}

TEST(CallersLoop, IsToldOfWhatWasSubmittedWhileThereWereOutcomesToTake) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup");
    CallersLoop loop(*client);
    loop.look();
    submit(client, "no.such"); // over in the round that looks at it
    submit(client, "no.such");
    ASSERT_FALSE(client->next(0, [](Taken &) {}));
    submit(client, "domains.list");
    ASSERT_FALSE(client->next(0, [](Taken &) {})); // The other one, without a round.
    EXPECT_TRUE(loop.is_readable(0));
    loop.take(1);
    EXPECT_FALSE(loop.is_readable(0));
}

TEST(CallersLoop, KeepsTimes) {
    TestServer server([](const Received &request) {
        return request.target.find("domain") != std::string::npos ? Reply{.hold = true} : Reply{.status = 500};
    });
    const auto client = basic_client(server, "coloup", R"(,"stall_timeout":0.1,"retry":{"base_delay":0.01})");
    CallersLoop loop(*client);
    submit(client, "domains.list", "", R"({"timeout":0.05})");   // as a whole
    submit(client, "domains.list", "", R"({"max_attempts":1})"); // by its standstill
    submit(client, "invoices.list");                             // between two attempts
    loop.take(3);
    EXPECT_EQ(std::ranges::count(loop.words, "timeout"), 2);
    EXPECT_EQ(std::ranges::count(loop.words, "portal_error"), 1);
    EXPECT_EQ(std::ranges::count_if(server.received(),
                                    [](const Received &each) { return each.target.ends_with("/invoice"); }),
              3);
}

TEST(CallersLoop, KeepsTheRateLimit) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup", R"(,"rate_limit":{"per_second":50,"burst":1})");
    CallersLoop loop(*client);
    for (int i = 0; i < 5; ++i)
        submit(client, "domains.list");
    loop.take(5);
    EXPECT_EQ(std::ranges::count(loop.words, "ok"), 5);
}

TEST(CallersLoop, HearsOfOtherThreads) {
    TestServer server({Reply{.hold = true}});
    const auto client = basic_client(server, "coloup");
    CallersLoop loop(*client);
    std::thread other([&] {
        const std::int64_t id = submit(client, "domains.list");
        EXPECT_TRUE(server.wait_for(1));
        client->cancel(id);
        submit(client, "domains.list", "", R"({"dry_run":true})"); // has a thread
        submit(client, "zones.apply", R"({"zone":"example.org"})");
    });
    loop.take(3);
    other.join();
    EXPECT_EQ(std::ranges::count(loop.words, "cancelled"), 1);
    EXPECT_EQ(std::ranges::count(loop.words, "ok"), 1);
}

TEST(CallersLoop, OthersSubmitAndCancelAtOnce) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup", R"(,"in_flight":8)");
    CallersLoop loop(*client);
    std::vector<std::thread> others;
    for (int i = 0; i < 3; ++i) {
        others.emplace_back([&] {
            for (int n = 0; n < 50; ++n) {
                const std::int64_t id = submit(client, "domains.list");
                if (n % 5 == 0)
                    client->cancel(id);
            }
        });
    }
    loop.take(150);
    for (std::thread &other : others)
        other.join();
    EXPECT_EQ(std::ranges::count(loop.words, "ok") + std::ranges::count(loop.words, "cancelled"), 150);
    EXPECT_GE(std::ranges::count(loop.words, "ok"), 120);
}

TEST(CallersLoop, IsToldOfTheEnd) {
    TestServer server({Reply{.hold = true}});
    const auto client = basic_client(server, "coloup");
    CallersLoop loop(*client);
    for (int i = 0; i < 5; ++i)
        submit(client, "domains.list");
    loop.send(server, 5);
    client->close();
    // By the library itself from now on.
    const std::optional<Error> none = client->next(30'000, [](Taken &) {});
    EXPECT_EQ(none, std::nullopt);
    loop.take(4);
    EXPECT_TRUE(loop.is_readable(30'000));
    const std::optional<Error> over = client->next(0, [](Taken &) {});
    ASSERT_TRUE(over);
    EXPECT_EQ(over->error_class, ErrorClass::usage);
    EXPECT_TRUE(loop.is_readable(0));
    EXPECT_TRUE(CallersLoop(*client).is_readable(0));
}

TEST(CallersLoop, AskedForWhenAllIsOver) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup");
    client->close();
    EXPECT_TRUE(CallersLoop(*client).is_readable(0));
}

TEST(CallersLoop, DestructionDoesNotWaitForIt) {
    TestServer server({Reply{.hold = true}});
    auto client = basic_client(server, "coloup");
    CallersLoop loop(*client);
    submit(client, "domains.list");
    loop.send(server, 1);
    submit(client, "domains.list");
    client.reset();
    EXPECT_EQ(server.received().size(), 1U);
}

TEST(CallersLoop, NoticesThatThePortalClosesAnIdleConnection) {
    TestServer server({Reply{.body = "[]", .close = true}});
    const auto client = basic_client(server, "coloup");
    CallersLoop loop(*client);
    for (std::size_t i = 1; i <= 3; ++i) {
        submit(client, "domains.list");
        loop.take(i);
    }
    EXPECT_EQ(std::ranges::count(loop.words, "ok"), 3);
}

TEST(CallersLoop, OthersMayStillWait) {
    TestServer server({Reply{.body = "[]"}});
    const auto client = basic_client(server, "coloup");
    CallersLoop loop(*client);
    submit(client, "domains.list");
    EXPECT_EQ(next(client).word, "ok");
    std::thread other([&] { EXPECT_EQ(next(client).word, "ok"); });
    submit(client, "domains.list");
    other.join();
}

} // namespace
} // namespace hostbill::test
