// A client before and after a fork: the child forgets what it inherited, and the parent notices nothing.
#include "process.hpp"
#include "submitting.hpp"
#include "support.hpp"

#include <atomic>
#include <filesystem>
#include <iterator>
#include <optional>
#include <poll.h>
#include <thread>

// g++ 12's address sanitizer leaves its own allocator's locks as another thread held them, and the child waits for ever.
#if defined(__SANITIZE_ADDRESS__)
#define SKIP_UNDER_ADDRESS_SANITIZER GTEST_SKIP() << "the address sanitizer's allocator does not survive such a fork"
#else
#define SKIP_UNDER_ADDRESS_SANITIZER static_assert(true)
#endif

#if defined(__SANITIZE_THREAD__)
#define SKIP_UNDER_THREAD_SANITIZER GTEST_SKIP() << "the thread sanitizer does not follow a fork of many threads"
#else
#define SKIP_UNDER_THREAD_SANITIZER static_assert(true)
#endif

namespace hostbill::test {
namespace {

// The connections on which requests for that path came, in order.
std::vector<int> connections(const TestServer &server, const std::string &target) {
    std::vector<int> list;
    for (const Received &request : server.received()) {
        if (request.target == target)
            list.push_back(request.connection);
    }
    return list;
}

TEST(Fork, TheChildHasItsOwnConnectionAndTheParentKeepsIts) {
    SKIP_UNDER_THREAD_SANITIZER;
    TestServer server({Reply{}});
    const auto client = basic_client(server);
    answer(client->call("invoices.list"));
    for (int round = 0; round < 3; ++round) {
        Child child([&] { return client->call("account.balance") && client->call("account.balance"); });
        EXPECT_TRUE(child.succeeded());
        // The child has come and gone, which ended none of the parent's connections.
        answer(client->call("invoices.list"));
    }
    EXPECT_THAT(connections(server, "/api/invoice"), testing::Each(1));
    EXPECT_THAT(connections(server, "/api/balance"), testing::Not(testing::Contains(1)));
}

TEST(Fork, TheChildMayFreeWhatItInherited) {
    SKIP_UNDER_THREAD_SANITIZER;
    TestServer server({Reply{}});
    auto client = basic_client(server);
    answer(client->call("invoices.list"));
    Child child([&] {
        client.reset();
        return true;
    });
    EXPECT_TRUE(child.succeeded());
    answer(client->call("invoices.list"));
    EXPECT_THAT(connections(server, "/api/invoice"), testing::ElementsAre(1, 1));
}

// An event loop would turn for as long as the child lives.
TEST(Fork, AConnectionThatAChildHasInheritedIsNotHeardOfAfterItsEnd) {
    SKIP_UNDER_THREAD_SANITIZER;
    std::optional<TestServer> server(std::in_place,
                                     std::vector<Reply>{Reply{}, Reply{.headers = {{"Connection", "close"}}}});
    const auto client = basic_client(*server);
    const int loop = client->loop_descriptor();
    const auto is_readable = [&](int timeout_ms) {
        pollfd ready{.fd = loop, .events = POLLIN, .revents = 0};
        return poll(&ready, 1, timeout_ms) == 1;
    };
    const auto call = [&] {
        submit(client, "invoices.list");
        while (client->next(0, [](Taken &taken) { EXPECT_TRUE(taken.outcome); }))
            ASSERT_TRUE(is_readable(30'000));
    };
    call();
    int alive[2] = {-1, -1};
    ASSERT_EQ(pipe(alive), 0);
    Child child([&] {
        close(alive[1]);
        char byte = 0;
        return read(alive[0], &byte, 1) == 0;
    });
    close(alive[0]);
    call(); // on the same connection, which it closes
    server.reset();
    int rounds = 0;
    while (is_readable(0) && ++rounds < 1000)
        client->next(0, [](Taken &) {});
    EXPECT_LT(rounds, 1000);
    close(alive[1]);
    EXPECT_TRUE(child.succeeded());
}

TEST(Fork, EachProcessHasItsOwnSession) {
    SKIP_UNDER_THREAD_SANITIZER;
    std::atomic<int> logins = 0;
    TestServer server([&](const Received &request) {
        return request.target == "/api/login" ? Reply{.body = R"({"token":"t)" + std::to_string(++logins) + "\"}"}
                                              : Reply{};
    });
    const auto client = jwt_client(server);
    answer(client->call("invoices.list"));
    Child child([&] { return client->call("account.balance") && client->call("account.balance"); });
    EXPECT_TRUE(child.succeeded());
    answer(client->call("invoices.list"));
    EXPECT_EQ(logins, 2);
    for (const Received &request : server.received()) {
        if (request.target != "/api/login") {
            EXPECT_EQ(request.header("Authorization"), request.target == "/api/balance" ? "Bearer t2" : "Bearer t1");
        }
    }
}

TEST(Fork, WhileAnotherThreadIsInACall) {
    SKIP_UNDER_THREAD_SANITIZER;
    SKIP_UNDER_ADDRESS_SANITIZER;
    TestServer server([](const Received &request) { return Reply{.hold = request.target == "/api/balance"}; });
    const auto client = basic_client(server);
    CallControl control;
    std::thread caller([&] { EXPECT_FALSE(client->call("account.balance", "", "", control)); });
    server.wait_for(1);
    Child child([&] {
        client->cancel_all(); // of the child; there is nothing
        return bool(client->call("invoices.list"));
    });
    EXPECT_TRUE(child.succeeded());
    control.cancel();
    caller.join();
}

TEST(Fork, AgainAndAgainWhileThreadsCall) {
    SKIP_UNDER_THREAD_SANITIZER;
    SKIP_UNDER_ADDRESS_SANITIZER;
    TestServer server([](const Received &request) {
        return request.target == "/api/login" ? Reply{.body = R"({"token":"t"})"} : Reply{};
    });
    const auto client = jwt_client(server);
    std::atomic<bool> stop = false;
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i) {
        callers.emplace_back([&] {
            while (!stop)
                EXPECT_TRUE(client->call("invoices.list"));
        });
    }
    for (int round = 0; round < 30; ++round) {
        Child child([&] { return bool(client->call("account.balance")); });
        EXPECT_TRUE(child.succeeded()) << round;
    }
    stop = true;
    for (std::thread &caller : callers)
        caller.join();
}

TEST(Fork, AClosedClientStaysClosed) {
    SKIP_UNDER_THREAD_SANITIZER;
    TestServer server({Reply{}});
    const auto client = basic_client(server);
    client->close();
    Child child([&] { return client->closed() && !client->call("invoices.list"); });
    EXPECT_TRUE(child.succeeded());
    EXPECT_TRUE(server.received().empty());
}

TEST(Fork, AGrandchildWorksToo) {
    SKIP_UNDER_THREAD_SANITIZER;
    TestServer server({Reply{}});
    const auto client = basic_client(server);
    answer(client->call("invoices.list"));
    Child child([&] {
        const bool own = bool(client->call("invoices.list"));
        Child grandchild([&] { return bool(client->call("invoices.list")); });
        return own && grandchild.succeeded() && bool(client->call("invoices.list"));
    });
    EXPECT_TRUE(child.succeeded());
}

TEST(Threads, ACallToAnAddressStartsNone) {
    SKIP_UNDER_THREAD_SANITIZER;
    TestServer server({Reply{.hold = true}});
    const auto client = basic_client(server);
    // In a process of its own: the server's threads are not there.
    Child child([&] {
        int asked = 0;
        std::ptrdiff_t most = 0;
        CallControl control([&] {
            const std::filesystem::directory_iterator tasks("/proc/self/task");
            most = std::max(most, std::distance(begin(tasks), end(tasks)));
            return ++asked == 3;
        });
        return !client->call("invoices.list", "", "", control) && most == 1;
    });
    EXPECT_TRUE(child.succeeded());
}

} // namespace
} // namespace hostbill::test
