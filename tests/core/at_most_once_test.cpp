// A portal that drops a kept connection when it is used again: what must not happen twice is delivered once.
#include "support.hpp"

#include <atomic>
#include <map>
#include <mutex>

namespace hostbill::test {
namespace {

// Carries out every request, but loses the answer of all that do not come first on their connection.
class ForgetfulPortal {
public:
    int deliveries(const std::string &target) const {
        int count = 0;
        for (const Received &request : server.received())
            count += request.target == target ? 1 : 0;
        return count;
    }

private:
    std::mutex mutex_;
    std::map<int, int> requests_; // by connection

public:
    TestServer server{[this](const Received &request) {
        const std::lock_guard lock(mutex_);
        if (++requests_[request.connection] > 1)
            return Reply{.reset = true};
        return request.target == "/api/login" || request.target == "/api/token"
                   ? Reply{.body = R"({"token":"t","refresh":"r"})"}
                   : Reply{.body = R"({"order_num":1})"};
    }};
};

constexpr const char *order = R"({"product_id":7})";

TEST(SilentDuplicate, AnOrderAfterAReadIsDeliveredOnce) {
    ForgetfulPortal portal;
    const auto client = basic_client(portal.server);
    for (int i = 1; i <= 3; ++i) {
        static_cast<void>(client->call("invoices.list"));
        EXPECT_TRUE(client->call("orders.create", order));
        EXPECT_EQ(portal.deliveries("/api/order/7"), i);
    }
}

TEST(SilentDuplicate, AnOrderAfterALoginIsDeliveredOnce) {
    ForgetfulPortal portal;
    const auto client = jwt_client(portal.server);
    for (int i = 1; i <= 3; ++i) {
        EXPECT_TRUE(client->call("orders.create", order));
        EXPECT_EQ(portal.deliveries("/api/order/7"), i);
        static_cast<void>(client->call("invoices.list"));
    }
    EXPECT_EQ(portal.deliveries("/api/login"), 1);
}

TEST(SilentDuplicate, ALostAnswerIsAnUnknownOutcomeAfterOneDelivery) {
    for (const bool jwt : {false, true}) {
        TestServer server([](const Received &request) {
            return request.target == "/api/login" ? Reply{.body = R"({"token":"t"})"} : Reply{.reset = true};
        });
        const auto client = jwt ? jwt_client(server) : basic_client(server);
        const Result<std::string> result = client->call("orders.create", order);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().error_class, ErrorClass::outcome_unknown);
        EXPECT_EQ(server.received().size(), jwt ? 2U : 1U);
    }
}

TEST(SilentDuplicate, ARefreshIsDeliveredOnceForEachAttempt) {
    std::atomic<int> refreshes = 0;
    TestServer server([&](const Received &request) {
        if (request.target == "/api/login")
            return Reply{.body = R"({"token":"t","refresh":"r"})"};
        if (request.target == "/api/token") {
            ++refreshes;
            return Reply{.body = R"({"token":"u","refresh":"s"})"};
        }
        return request.header("Authorization") == "Bearer u" ? Reply{} : Reply{.status = 401};
    });
    const auto client = jwt_client(server);
    answer(client->call("invoices.list"));
    EXPECT_EQ(refreshes, 1);
    // On connections of their own: nothing that was kept open can swallow them.
    std::vector<int> connections;
    for (const Received &request : server.received()) {
        if (request.target == "/api/login" || request.target == "/api/token")
            connections.push_back(request.connection);
    }
    EXPECT_EQ(connections.size(), 2U);
    EXPECT_NE(connections.at(0), connections.at(1));
}

} // namespace
} // namespace hostbill::test
