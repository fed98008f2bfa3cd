// Who is asked, who asks, and when: clocks that disagree, sessions that end, connections and answers of others.
#include "canary.hpp"
#include "libraries.hpp"
#include "tests/core/test_server.hpp"

#include <gtest/gtest.h>
#include <set>
#include <thread>

namespace hostbill::faults {
namespace {

using test::Received;
using test::Reply;
using test::TestServer;

class ClockSkew : public testing::TestWithParam<int> {};

TEST_P(ClockSkew, CostsNoMoreLogins) {
    const Box box("generic", R"("clock_skew":)" + std::to_string(GetParam()));
    const Client client(config_for(box, R"("auth":"jwt")"));
    for (int i = 0; i < 5; ++i) {
        const Answer answer = client.call("account.get");
        EXPECT_EQ(answer.word, "success") << answer.text;
    }
    EXPECT_EQ(box.requests("auth.login"), 1);
    EXPECT_EQ(box.requests("auth.refresh"), 0);
    EXPECT_EQ(box.requests("account.get"), 5);
}

TEST_P(ClockSkew, DoesNotKeepATokenAliveThatThePortalHasEnded) {
    const Box box("generic", R"("clock_skew":)" + std::to_string(GetParam()));
    const Client client(config_for(box, R"("auth":"jwt")"));
    ASSERT_EQ(client.call("account.get").word, "success");
    box.control(R"({"command":"clock","advance":4000})");
    const std::string params = write(*find(box.info(), "operations", "orders.create"));
    const Answer answer = client.call("orders.create", params);
    EXPECT_EQ(answer.word, "success") << answer.text;
    EXPECT_EQ(box.effects("orders"), 1);
    EXPECT_EQ(box.requests("auth.refresh") + box.requests("auth.login"), 2);
}

INSTANTIATE_TEST_SUITE_P(Seconds, ClockSkew, testing::Values(-1'000'000, -7'200, -60, 0, 60, 7'200, 1'000'000));

TEST(Session, ThatEndsUnderAnOrderIsRenewedAndTheOrderMadeOnce) {
    const Box box("generic");
    const Client client(config_for(box, R"("auth":"jwt")"));
    const std::string params = write(*find(box.info(), "operations", "orders.create"));
    ASSERT_EQ(client.call("account.get").word, "success");
    const std::int64_t fault = box.add_fault("orders.create", R"({"kind":"expired_token"})");
    const Answer answer = client.call("orders.create", params);
    EXPECT_EQ(answer.word, "success") << answer.text;
    EXPECT_EQ(box.fired(fault), 1);
    EXPECT_EQ(box.requests("orders.create"), 2);
    EXPECT_EQ(box.effects("orders"), 1);
}

TEST(Session, ThatIsNeverGoodEnoughIsNotRenewedForEver) {
    const Box box("generic");
    const Client client(config_for(box, R"("auth":"jwt")"));
    box.add_fault("account.get", R"({"kind":"expired_token"})", 0);
    EXPECT_EQ(client.call("account.get").word, "authentication");
    EXPECT_LE(box.requests("account.get"), 3);
    EXPECT_LE(box.requests("auth.login") + box.requests("auth.refresh"), 3);
}

TEST(Identity, HasConnectionsOfItsOwn) {
    TestServer server(std::vector<Reply>{Reply{}});
    std::vector<Client> clients;
    for (const char *user : {"one", "two"})
        clients.emplace_back(R"({"portal":"time4vps","password":"p","username":)" + quote(user) + R"(,"base_url":)" +
                             quote(server.url()) + "}");
    for (int i = 0; i < 3; ++i) {
        for (const Client &client : clients)
            ASSERT_EQ(client.call("account.get").word, "success");
    }
    std::map<int, std::set<std::string>> identities;
    for (const Received &request : server.received())
        identities[request.connection].insert(request.header("Authorization"));
    EXPECT_GE(identities.size(), 2U);
    for (const auto &[connection, headers] : identities)
        EXPECT_EQ(headers.size(), 1U) << "connection " << connection;
}

TEST(Identity, MayBeWrittenWithAnyCharacter) {
    for (const char *auth : {"basic", "jwt"}) {
        for (const std::string_view password : {"a:b@c%41/+ d", "\u00e9\u4e2d\U0001f600", "\"'\\&=?#;"}) {
            SCOPED_TRACE(std::string(auth) + " " + std::string(password));
            hostbill_sandbox *raw = nullptr;
            ASSERT_EQ(hostbill_sandbox_new((R"({"portal":"coloup","password":)" + quote(password) + "}").c_str(), &raw,
                                           nullptr),
                      0);
            const std::unique_ptr<hostbill_sandbox, decltype(&hostbill_sandbox_free)> sandbox(raw,
                                                                                              hostbill_sandbox_free);
            const Client client(R"({"portal":"coloup","username":"api@example.com","auth":)" + quote(auth) +
                                R"(,"password":)" + quote(password) + R"(,"base_url":)" +
                                quote(hostbill_sandbox_url(raw)) + "}");
            EXPECT_EQ(client.call("account.get").word, "success");
        }
    }
}

// An answer that comes after its call was cancelled is nobody's.
TEST(Cancelled, CallsLeaveNoAnswerBehind) {
    const Box box("time4vps");
    const Client client(config_for(box));
    const std::string good = write(client.call("payment_methods.list").document["data"]);
    const std::int64_t fault = box.add_fault("account.get", R"({"kind":"delay","ms":300})", 0);
    for (int i = 0; i < 5; ++i) {
        std::int64_t id = 0;
        char *out = nullptr;
        ASSERT_EQ(hostbill_client_submit(client.get(), "account.get", nullptr, nullptr, &id, nullptr), 0);
        while (box.fired(fault) <= i)
            std::this_thread::yield();
        ASSERT_EQ(hostbill_client_cancel(client.get(), id), 0);
        ASSERT_EQ(hostbill_client_next(client.get(), 30'000, &out), 0);
        const std::string envelope = out;
        hostbill_string_free(out);
        EXPECT_EQ(text(parse(envelope), "error", "class"), "cancelled") << envelope;
        for (int j = 0; j < 3; ++j)
            EXPECT_EQ(write(client.call("payment_methods.list").document["data"]), good);
    }
}

// What has to do with tasks that never end, fail and vanish, as long as each is asked for by hand.
class Task : public testing::Test {
protected:
    std::string task() const { return R"({"server_id":2214,"task_id":)" + std::to_string(task_) + "}"; }
    void start(const Client &client) {
        const Answer answer = client.call("servers.reboot", R"({"server_id":2214})");
        ASSERT_EQ(answer.word, "success") << answer.text;
        task_ = number(answer.document, "data", "task_id");
        ASSERT_GT(task_, 0);
    }
    std::int64_t task_ = 0;
};

TEST_F(Task, ThatNeverEndsIsNeverCompleted) {
    const Box box("time4vps", R"("task_polls":1000000000)");
    const Client client(config_for(box));
    start(client);
    for (int i = 0; i < 5; ++i) {
        const Answer answer = client.call("servers.tasks.get", task());
        ASSERT_EQ(answer.word, "success") << answer.text;
        EXPECT_EQ(text(answer.document, "data", "completed"), "") << answer.text;
    }
    // A second action meanwhile is refused, for certain.
    EXPECT_EQ(client.call("servers.reboot", R"({"server_id":2214})").word, "conflict");
    EXPECT_EQ(box.effects("servers.reboot"), 1);
}

TEST_F(Task, ThatVanishedIsNotFound) {
    const Box box("time4vps");
    const Client client(config_for(box));
    start(client);
    box.add_fault("servers.tasks.get", R"({"kind":"status","status":200,"body":{"error":["Invalid task ID"]}})");
    EXPECT_EQ(client.call("servers.tasks.get", task()).word, "not_found");
    EXPECT_EQ(client.call("servers.tasks.get", R"({"server_id":2214,"task_id":1})").word, "not_found");
}

TEST_F(Task, ThatFailedIsAnErrorWithThePortalsWords) {
    const Box box("time4vps");
    const Client client(config_for(box));
    start(client);
    box.add_fault("servers.tasks.get",
                  R"({"kind":"status","status":200,"body":{"success":false,"message":"The disk is full"}})");
    const Answer answer = client.call("servers.tasks.get", task());
    EXPECT_EQ(answer.word, "portal_error");
    EXPECT_NE(answer.text.find("The disk is full"), std::string::npos) << answer.text;
}

} // namespace
} // namespace hostbill::faults
