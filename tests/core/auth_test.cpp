// Sessions, against a portal that gives tokens.
#include "support.hpp"

#include <atomic>
#include <ctime>
#include <thread>

namespace hostbill::test {
namespace {

using testing::ElementsAre;

std::string lasting_token(int number) { return token_ending_at(4'000'000'000, std::to_string(number)); }

std::vector<std::string> targets(const TestServer &server) {
    std::vector<std::string> list;
    for (const Received &request : server.received())
        list.push_back(request.target);
    return list;
}

// A portal with the two endpoints for tokens; everything else is answered by `rest` when the token is good.
struct Portal {
    std::atomic<int> tokens = 0;
    std::atomic<int> logins = 0;
    std::string refresh_answer; // instead of a new token
    std::string token_name = "token";
    std::atomic<int> good_from = 0; // tokens before that number are refused
    std::function<Reply(const Received &)> rest = [](const Received &) { return Reply{.body = R"({"fine":true})"}; };

    std::string new_tokens(bool with_refresh) {
        const int number = ++tokens;
        return R"({")" + token_name + R"(":")" + lasting_token(number) + "\"" +
               (with_refresh ? R"(,"refresh":"refresh-)" + std::to_string(number) + "\"" : "") + "}";
    }

    Reply answer(const Received &request) {
        if (request.target == "/api/login") {
            ++logins;
            return {.body = new_tokens(true)};
        }
        if (request.target == "/api/token")
            return {.body = refresh_answer.empty() ? new_tokens(true) : refresh_answer};
        for (int number = good_from; number <= tokens; ++number) {
            if (request.header("Authorization") == "Bearer " + lasting_token(number))
                return rest(request);
        }
        return {.status = 401, .body = ""};
    }
};

TEST(Session, LogsInOnceAndKeepsTheToken) {
    Portal portal;
    portal.token_name = "access_token";
    TestServer server([&](const Received &request) { return portal.answer(request); });
    const auto client = jwt_client(server);
    EXPECT_EQ(*answer(client->call("invoices.list")).find("data")->find("fine")->boolean(), true);
    answer(client->call("account.balance"));
    EXPECT_THAT(targets(server), ElementsAre("/api/login", "/api/invoice", "/api/balance"));
    const Received login = server.received().at(0);
    EXPECT_EQ(login.body, R"({"username":"user","password":"s3cret-word"})");
    EXPECT_EQ(login.header("Content-Type"), "application/json");
    EXPECT_FALSE(login.has_header("Authorization"));
}

TEST(Session, NeedsNoLoginForWhatIsAnonymous) {
    TestServer server({Reply{}});
    const auto client = jwt_client(server);
    answer(client->call("auth.login", R"({"username":"x","password":"y"})"));
    EXPECT_THAT(targets(server), ElementsAre("/api/login"));
    EXPECT_EQ(server.received().at(0).body, R"({"username":"x","password":"y"})");
}

TEST(Session, RefreshesAfterA401AndReplaysOnce) {
    Portal portal;
    TestServer server([&](const Received &request) { return portal.answer(request); });
    const auto client = jwt_client(server);
    answer(client->call("invoices.list"));
    portal.good_from = 2; // the first token is refused from now on
    const json::Value second = answer(client->call("tickets.create", R"({"dept_id":1,"subject":"s","body":"b"})"));
    EXPECT_EQ(*second.find("meta")->find("attempts")->integer(), 2);
    EXPECT_THAT(targets(server),
                ElementsAre("/api/login", "/api/invoice", "/api/tickets", "/api/token", "/api/tickets"));
    EXPECT_EQ(server.received().at(3).body, R"({"refresh_token":"refresh-1"})");
}

TEST(Session, RefreshesWhenTheBodySaysExpired) {
    Portal portal;
    std::atomic<int> asked = 0;
    portal.rest = [&](const Received &) {
        return ++asked == 1 ? Reply{.body = R"({"error":["token_expired"]})"} : Reply{};
    };
    TestServer server([&](const Received &request) { return portal.answer(request); });
    answer(jwt_client(server)->call("invoices.list"));
    EXPECT_THAT(targets(server), ElementsAre("/api/login", "/api/invoice", "/api/token", "/api/invoice"));
}

TEST(Session, GivesUpAfterOneReplay) {
    TestServer server([](const Received &request) {
        return request.target == "/api/invoice" ? Reply{.status = 401}
                                                : Reply{.body = R"({"token":"t","refresh":"r"})"};
    });
    const Result<std::string> result = jwt_client(server)->call("invoices.list");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().error_class, ErrorClass::authentication);
    EXPECT_EQ(result.error().attempts, 2);
    EXPECT_THAT(targets(server), ElementsAre("/api/login", "/api/invoice", "/api/token", "/api/invoice"));
}

TEST(Session, KeepsTheRefreshTokenWhenNoNewOneComes) {
    Portal portal;
    TestServer server([&](const Received &request) {
        if (request.target == "/api/token")
            return Reply{.body = portal.new_tokens(false)};
        return portal.answer(request);
    });
    const auto client = jwt_client(server);
    for (int good = 0; good < 3; ++good) {
        portal.good_from = good + 1;
        answer(client->call("invoices.list"));
    }
    const std::vector<Received> received = server.received();
    ASSERT_EQ(received.size(), 8U);
    EXPECT_EQ(received[3].body, R"({"refresh_token":"refresh-1"})");
    EXPECT_EQ(received[6].body, R"({"refresh_token":"refresh-1"})");
}

TEST(Session, LogsInAgainWhenTheRefreshIsRefused) {
    Portal portal;
    portal.refresh_answer = R"({"error":["unauthorized"]})";
    TestServer server([&](const Received &request) { return portal.answer(request); });
    const auto client = jwt_client(server);
    answer(client->call("invoices.list"));
    portal.good_from = 2;
    answer(client->call("invoices.list"));
    EXPECT_THAT(targets(server),
                ElementsAre("/api/login", "/api/invoice", "/api/invoice", "/api/token", "/api/login", "/api/invoice"));
}

TEST(Session, RenewsBeforeTheTokenEnds) {
    std::atomic<int> logins = 0;
    TestServer server([&](const Received &request) {
        if (request.target == "/api/login") {
            // A second of life at least: at its next use it is over.
            return Reply{.body = R"({"token":")" + token_ending_at(std::time(nullptr) + 2, std::to_string(++logins)) +
                                 "\"}"};
        }
        return Reply{};
    });
    const auto client = jwt_client(server);
    answer(client->call("invoices.list"));
    const std::time_t started = std::time(nullptr);
    while (std::time(nullptr) < started + 3)
        std::this_thread::yield();
    answer(client->call("invoices.list"));
    EXPECT_EQ(logins, 2);
    EXPECT_THAT(targets(server), ElementsAre("/api/login", "/api/invoice", "/api/login", "/api/invoice"));
}

TEST(Session, IgnoresAnEndThatLiesInThePast) {
    TestServer server([](const Received &request) {
        return request.target == "/api/login" ? Reply{.body = R"({"token":")" + token_ending_at(1000) + "\"}"}
                                              : Reply{};
    });
    const auto client = jwt_client(server);
    answer(client->call("invoices.list"));
    answer(client->call("invoices.list"));
    EXPECT_THAT(targets(server), ElementsAre("/api/login", "/api/invoice", "/api/invoice"));
}

TEST(Session, ReportsAWrongPasswordOnceAndHidesIt) {
    TestServer server({Reply{.body = R"({"error":["wronglogin","s3cret-word is wrong"]})"}});
    const Result<std::string> result = jwt_client(server)->call("invoices.list", "", R"({"tag":"t"})");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().error_class, ErrorClass::authentication);
    EXPECT_EQ(result.error().operation, "invoices.list");
    EXPECT_EQ(result.error().tag, "t");
    EXPECT_EQ(result.error().attempts, 0);
    EXPECT_THAT(error_document(result.error()), testing::Not(testing::HasSubstr("s3cret")));
    EXPECT_THAT(targets(server), ElementsAre("/api/login"));
}

TEST(Session, RefusesTokensThatWouldBreakAHeader) {
    TestServer server({Reply{.body = R"({"token":"a\r\nX-Evil: 1"})"}});
    const Result<std::string> result = jwt_client(server)->call("invoices.list");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().error_class, ErrorClass::protocol);
    EXPECT_EQ(server.received().size(), 1U);
}

TEST(Session, SaysThatASecondFactorIsWanted) {
    TestServer server({Reply{.body = R"({"token":null,"mfa":{"token":"m","methods":["google_authenticator"]}})"}});
    const Result<std::string> result = jwt_client(server)->call("invoices.list");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().error_class, ErrorClass::authentication);
    EXPECT_THAT(result.error().message, testing::HasSubstr("second factor"));
}

TEST(Session, IsForgottenAfterLogout) {
    Portal portal;
    TestServer server([&](const Received &request) { return portal.answer(request); });
    const auto client = jwt_client(server);
    answer(client->call("invoices.list"));
    answer(client->call("auth.logout"));
    answer(client->call("invoices.list"));
    EXPECT_THAT(targets(server),
                ElementsAre("/api/login", "/api/invoice", "/api/logout", "/api/login", "/api/invoice"));
}

TEST(Session, IsSharedByAllThreads) {
    Portal portal;
    TestServer server([&](const Received &request) { return portal.answer(request); });
    const auto client = jwt_client(server);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] { answer(client->call("invoices.list")); });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(portal.logins, 1);
    EXPECT_EQ(server.received().size(), 9U);
}

TEST(Session, FailsForAllWhoWaitedWithOneLogin) {
    std::atomic<int> logins = 0;
    TestServer server([&](const Received &) {
        ++logins;
        return Reply{.body = R"({"error":["wronglogin"]})"};
    });
    const auto client = jwt_client(server);
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            const Result<std::string> result = client->call("invoices.list");
            if (!result && result.error().error_class == ErrorClass::authentication)
                ++refused;
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(refused, 8);
    EXPECT_LE(logins, 8);
}

TEST(Session, WaitingForAnothersLoginCanBeCancelled) {
    TestServer server({Reply{.hold = true}});
    const auto client = jwt_client(server);
    CallControl first_control;
    CallControl second_control;
    std::atomic<bool> first_done = false;
    std::thread first([&] {
        const Result<std::string> result = client->call("invoices.list", "", "", first_control);
        EXPECT_FALSE(result);
        first_done = true;
    });
    server.wait_for(1);
    std::thread second([&] {
        const Result<std::string> result = client->call("invoices.list", "", "", second_control);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().error_class, ErrorClass::cancelled);
    });
    second_control.cancel();
    second.join();
    EXPECT_FALSE(first_done);
    first_control.cancel();
    first.join();
}

TEST(Session, TheSecondLogsInWhenTheFirstIsCancelled) {
    std::atomic<int> logins = 0;
    TestServer server([&](const Received &request) {
        if (request.target != "/api/login")
            return Reply{};
        return ++logins == 1 ? Reply{.hold = true} : Reply{.body = R"({"token":"t"})"};
    });
    const auto client = jwt_client(server);
    CallControl control;
    std::thread first([&] { EXPECT_FALSE(client->call("invoices.list", "", "", control)); });
    server.wait_for(1);
    std::thread second([&] { answer(client->call("invoices.list")); });
    control.cancel();
    first.join();
    second.join();
    EXPECT_EQ(logins, 2);
}

TEST(Session, WorksWhereTheDocumentShowsNoLogin) {
    Portal portal;
    TestServer server([&](const Received &request) { return portal.answer(request); });
    const auto client = make_client(
        R"({"portal":"internetport","auth":"jwt","username":"u&v","password":"p","base_url":")" + server.url() + "\"}");
    answer(client->call("invoices.list"));
    EXPECT_EQ(server.received().at(0).body, "username=u%26v&password=p");
}

TEST(Bearer, SendsTheTokenAndNeverLogsIn) {
    TestServer server({Reply{.status = 401}});
    const auto client = make_client(R"({"portal":"generic","token":"abc.def","base_url":")" + server.url() + "\"}");
    const Result<std::string> result = client->call("invoices.list");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().attempts, 1);
    EXPECT_EQ(server.received().at(0).header("Authorization"), "Bearer abc.def");
    EXPECT_EQ(server.received().size(), 1U);
}

} // namespace
} // namespace hostbill::test
