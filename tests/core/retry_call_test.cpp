// Retries of whole calls, on real sockets: what arrives at the portal, and what the caller learns.
#include "core/base/wait.hpp"
#include "core/call/log.hpp"

#include "support.hpp"

#include <atomic>
#include <thread>

namespace hostbill::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

struct Case {
    const char *operation;
    const char *params;
};
constexpr Case reading{"domains.list", ""};
constexpr Case idempotent{"tickets.close", R"({"ticket_number":7})"};
constexpr Case unsafe{"services.reboot", R"({"service_id":7})"};

std::unique_ptr<Client> hasty_client(const TestServer &server, const std::string &more = "") {
    return basic_client(server, "coloup",
                        R"(,"retry":{"base_delay":0.001,"throttled_delay":0.001,"budget":100)" + more + "}");
}

Result<std::string> run(const std::unique_ptr<Client> &client, const Case &call, const std::string &options = "") {
    return client->call(call.operation, call.params, options);
}

Error failed(const Result<std::string> &result) {
    EXPECT_FALSE(result) << *result;
    return result ? Error{} : result.error();
}

Reply with_retry_after(int status, const std::string &value) {
    return {.status = status, .body = "", .headers = {{"Retry-After", value}}};
}

std::vector<std::string> outcomes(const std::vector<Attempt> &history) {
    std::vector<std::string> list;
    for (const Attempt &attempt : history)
        list.emplace_back(status_name(attempt.status));
    return list;
}

TEST(RetryCall, SendsAsOftenAsTheMatrixAllows) {
    const Reply cut{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":", .close = true};
    const struct {
        const char *name;
        Reply reply;
        std::size_t reading, idempotent, unsafe;
        const char *class_of_unsafe;
    } rows[] = {
        {"503 with a time", with_retry_after(503, "0.001"), 3, 3, 3, "maintenance"},
        {"503 with a time, a page", Reply{.status = 503, .body = "<html>", .headers = {{"Retry-After", "0"}}}, 3, 3, 1,
         "outcome_unknown"},
        {"429 with an order", Reply{.status = 429, .body = R"({"order_num":7})"}, 3, 3, 1, "outcome_unknown"},
        {"503 with no sense", with_retry_after(503, "later"), 3, 3, 1, "outcome_unknown"},
        {"429 with a time", with_retry_after(429, "0"), 3, 3, 3, "rate_limited"},
        {"429", Reply{.status = 429}, 3, 3, 2, "rate_limited"},
        {"too many", Reply{.body = R"({"error":["Too many requests"]})"}, 3, 3, 1, "rate_limited"},
        {"500", Reply{.status = 500, .body = ""}, 3, 3, 1, "outcome_unknown"},
        {"500 with words", Reply{.status = 500, .body = R"({"error":["x"]})"}, 3, 3, 1, "outcome_unknown"},
        {"503", Reply{.status = 503, .body = "<html>"}, 3, 3, 1, "outcome_unknown"},
        {"408", Reply{.status = 408, .body = ""}, 3, 3, 1, "outcome_unknown"},
        {"reset", Reply{.reset = true}, 3, 3, 1, "outcome_unknown"},
        {"cut off", cut, 3, 3, 1, "outcome_unknown"},
        {"half of JSON", Reply{.body = "{\"a\":"}, 3, 3, 1, "outcome_unknown"},
        {"a page", Reply{.body = "<html>"}, 3, 3, 1, "outcome_unknown"},
        {"nothing", Reply{.body = ""}, 3, 3, 1, "outcome_unknown"},
        {"401", Reply{.status = 401}, 1, 1, 1, "authentication"},
        {"404", Reply{.status = 404}, 1, 1, 1, "not_found"},
        {"302", Reply{.status = 302}, 1, 1, 1, "outcome_unknown"},
        {"307", Reply{.status = 307}, 1, 1, 1, "protocol"},
        {"reported", Reply{.body = R"({"error":["x"]})"}, 1, 1, 1, "portal_error"},
    };
    for (const auto &row : rows) {
        for (const auto &[call, expected] :
             {std::pair{reading, row.reading}, {idempotent, row.idempotent}, {unsafe, row.unsafe}}) {
            TestServer server({row.reply});
            const Error error = failed(run(hasty_client(server), call));
            EXPECT_EQ(server.received().size(), expected) << row.name << " " << call.operation;
            EXPECT_EQ(error.attempts, static_cast<int>(expected)) << row.name << " " << call.operation;
            EXPECT_EQ(error.history.size(), expected) << row.name << " " << call.operation;
            if (call.operation == unsafe.operation) {
                EXPECT_STREQ(class_name(error.error_class), row.class_of_unsafe) << row.name;
            }
        }
    }
}

TEST(RetryCall, SucceedsInTheEndAndTellsHow) {
    TestServer server({with_retry_after(503, "0.02"), Reply{.reset = true}, Reply{.body = R"({"domains":[]})"}});
    const json::Value document = answer(run(hasty_client(server), reading));
    const json::Value &meta = *document.find("meta");
    EXPECT_EQ(*meta.find("attempts")->integer(), 3);
    EXPECT_EQ(*meta.find("http_status")->integer(), 200);
    const json::Array &history = *meta.find("history")->array();
    ASSERT_EQ(history.size(), 3U);
    const char *expected[] = {"maintenance", "network", "ok"};
    const int statuses[] = {503, 0, 200};
    for (std::size_t i = 0; i < history.size(); ++i) {
        EXPECT_EQ(*history[i].find("attempt")->integer(), static_cast<int>(i) + 1);
        EXPECT_EQ(*history[i].find("outcome")->string(), expected[i]);
        EXPECT_EQ(*history[i].find("http_status")->integer(), statuses[i]);
        EXPECT_NE(history[i].find("elapsed_ms")->integer(), nullptr);
    }
    EXPECT_EQ(*history[0].find("waited_ms")->integer(), 0);
    EXPECT_GE(*history[1].find("waited_ms")->integer(), 20);
}

TEST(RetryCall, HasNoHistoryOfASingleAttempt) {
    TestServer server({Reply{}, Reply{.status = 404}});
    const auto client = hasty_client(server);
    EXPECT_EQ(answer(run(client, reading)).find("meta")->find("history"), nullptr);
    EXPECT_EQ(to_json(failed(run(client, reading))).find("history"), nullptr);
}

TEST(RetryCall, TheErrorTellsTheHistoryToo) {
    TestServer server({Reply{.status = 500, .body = ""}, Reply{.body = "<html>"}, Reply{.status = 404}});
    const Error error = failed(run(hasty_client(server), reading));
    EXPECT_EQ(error.error_class, ErrorClass::not_found);
    EXPECT_THAT(outcomes(error.history), testing::ElementsAre("portal_error", "maintenance", "not_found"));
    const json::Value document = to_json(error);
    ASSERT_NE(document.find("history"), nullptr);
    EXPECT_EQ(document.find("history")->array()->size(), 3U);
}

// The one thing that must never happen.
TEST(RetryCall, AnOrderThatWasLostOnTheWayArrivesOnce) {
    TestServer server({Reply{.reset = true}});
    const auto client = basic_client(server, "internetport", R"(,"retry":{"max_attempts":10,"base_delay":0.001})");
    const Error error = failed(client->call("orders.create", R"({"product_id":1})"));
    EXPECT_EQ(error.error_class, ErrorClass::outcome_unknown);
    EXPECT_FALSE(error.retryable);
    EXPECT_EQ(error.attempts, 1);
    EXPECT_EQ(server.received().size(), 1U);
}

TEST(RetryCall, WhatNeverLeftIsSentAgainWhateverItIs) {
    std::string unused;
    {
        const TestServer server({Reply{}});
        unused = server.url();
    }
    const auto client =
        make_client(R"({"portal":"coloup","auth":"none","base_url":")" + unused + R"(","retry":{"base_delay":0.001}})");
    for (const Case &call : {reading, idempotent, unsafe}) {
        const Error error = failed(run(client, call));
        EXPECT_EQ(error.error_class, ErrorClass::network);
        EXPECT_TRUE(error.retryable);
        EXPECT_EQ(error.attempts, 3);
        EXPECT_THAT(outcomes(error.history), testing::ElementsAre("network", "network", "network"));
    }
}

TEST(RetryCall, MaxAttemptsIsTheTotal) {
    for (int most = 1; most <= 4; ++most) {
        const std::string number = std::to_string(most);
        TestServer server({Reply{.status = 500}});
        const auto client = hasty_client(server, R"(,"max_attempts":)" + number);
        EXPECT_EQ(failed(run(client, reading)).attempts, most);
        EXPECT_EQ(server.received().size(), static_cast<std::size_t>(most));
        // The option of one call counts instead.
        EXPECT_EQ(failed(run(client, reading, R"({"max_attempts":2})")).attempts, 2);
    }
}

TEST(RetryCall, NamesAWaitThatIsTooLong) {
    for (const Case &call : {reading, unsafe}) {
        TestServer server({with_retry_after(429, "3600.5")});
        const Error error = failed(run(hasty_client(server), call));
        EXPECT_EQ(error.error_class, ErrorClass::rate_limited);
        EXPECT_TRUE(error.retryable);
        EXPECT_EQ(error.attempts, 1);
        EXPECT_EQ(error.retry_after_s, 3601);
        EXPECT_EQ(*to_json(error).find("retry_after_s")->integer(), 3601);
        EXPECT_THAT(error.message, HasSubstr("max_retry_after"));
    }
}

TEST(RetryCall, WaitsUntilADateByThePortalsOwnClock) {
    // Decades off, and yet one second apart.
    Reply reply = with_retry_after(503, "Sun, 06 Nov 1994 08:49:38 GMT");
    reply.headers.emplace_back("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    TestServer server({reply, Reply{}});
    const json::Value document = answer(run(hasty_client(server), reading));
    EXPECT_GE(*document.find("meta")->find("history")->array()->at(1).find("waited_ms")->integer(), 1000);
}

TEST(RetryCall, HostileTimesNeitherDelayNorRepeat) {
    for (const char *value : {"-1", "-99999999999", "1e9", "0x10", "NaN", "inf", "soon", "\xFF\xFE", "5, 5",
                              "Sun, 06 Nov 1994 08:49:37 GMT", "${jndi:ldap://x}"}) {
        TestServer server({with_retry_after(503, value)});
        const auto client = hasty_client(server);
        EXPECT_EQ(failed(run(client, unsafe)).attempts, 1) << value;
        EXPECT_EQ(failed(run(client, reading)).attempts, 3) << value;
    }
    for (const std::string &value :
         {std::string("99999999999999999999"), std::string(5'000, '9'), std::string("Fri, 31 Dec 9999 23:59:59 GMT")}) {
        TestServer server({with_retry_after(503, value)});
        const Error error = failed(run(hasty_client(server), reading));
        EXPECT_EQ(error.attempts, 1);
        EXPECT_EQ(error.retry_after_s, 366 * 24 * 3600);
    }
}

TEST(RetryCall, DoesNotBeginAWaitThatOutlastsTheDeadline) {
    TestServer server({with_retry_after(503, "30")});
    const auto started = Clock::now();
    const Error error = failed(run(hasty_client(server), reading, R"({"timeout":20})"));
    EXPECT_LT(Clock::now() - started, seconds(10));
    EXPECT_EQ(error.error_class, ErrorClass::maintenance);
    EXPECT_EQ(error.retry_after_s, 30);
    EXPECT_EQ(error.attempts, 1);
    EXPECT_THAT(error.message, HasSubstr("deadline"));
}

TEST(RetryCall, KeepsTheDeadlineOverAllAttempts) {
    std::atomic<int> asked = 0;
    TestServer server(
        [&](const Received &) { return ++asked < 3 ? with_retry_after(503, "0.1") : Reply{.hold = true}; });
    const auto started = Clock::now();
    const Error error = failed(run(hasty_client(server), reading, R"({"timeout":0.6})"));
    EXPECT_EQ(error.error_class, ErrorClass::timeout);
    EXPECT_EQ(error.attempts, 3);
    const auto elapsed = Clock::now() - started;
    EXPECT_GE(elapsed, milliseconds(590));
    EXPECT_LT(elapsed, seconds(10));
}

TEST(RetryCall, StopsRetryingWhenTheBudgetIsUsedUp) {
    std::atomic<bool> well = false;
    TestServer server([&](const Received &) { return well ? Reply{} : Reply{.status = 500}; });
    const auto client = basic_client(server, "coloup", R"(,"retry":{"base_delay":0.001,"budget":3})");
    EXPECT_EQ(failed(run(client, reading)).attempts, 3);
    EXPECT_EQ(failed(run(client, reading)).attempts, 2);
    const Error spent = failed(run(client, reading));
    EXPECT_EQ(spent.attempts, 1);
    EXPECT_THAT(spent.message, HasSubstr("budget"));
    well = true;
    for (int i = 0; i < 10; ++i)
        answer(run(client, reading));
    well = false;
    EXPECT_EQ(failed(run(client, reading)).attempts, 2);
}

// --- Stopping a wait ------------------------------------------------------------------------------------------------

// Nobody looks at the clock meanwhile: a lost wake would last an hour.
TEST(Wait, EndsAtOnceWhenItIsCancelled) {
    for (int i = 0; i < 200; ++i) {
        CallControl control;
        std::thread waiting([&] { EXPECT_FALSE(wait_until(control, Clock::now() + std::chrono::hours(1))); });
        for (int spin = 0; spin < i; ++spin)
            std::this_thread::yield();
        control.cancel();
        waiting.join();
    }
}

TEST(Wait, LastsAsLongAsItShould) {
    CallControl control;
    const auto until = Clock::now() + milliseconds(30);
    EXPECT_TRUE(wait_until(control, until));
    EXPECT_GE(Clock::now(), until);
    EXPECT_TRUE(wait_until(control, Clock::now() - seconds(1)));
    control.cancel();
    EXPECT_FALSE(wait_until(control, Clock::now() - seconds(1)));
}

TEST(Wait, AsksTheInterruptOnItsOwnThread) {
    const auto caller = std::this_thread::get_id();
    int asked = 0;
    CallControl control([&] {
        EXPECT_EQ(std::this_thread::get_id(), caller);
        return ++asked == 4;
    });
    EXPECT_FALSE(wait_until(control, Clock::now() + std::chrono::hours(1)));
    EXPECT_EQ(asked, 4);
}

// Set while it lives; remembers the lines.
class Log {
public:
    Log() { set_log(keep, this); }
    ~Log() { set_log(nullptr, nullptr); }
    Log(const Log &) = delete;
    Log &operator=(const Log &) = delete;

    std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    void wait_for_a_line() {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(arrived_.wait_for(lock, seconds(20), [&] { return !lines_.empty(); }));
    }

private:
    static void keep(void *user, const char *line) {
        auto *log = static_cast<Log *>(user);
        const std::lock_guard lock(log->mutex_);
        log->lines_.emplace_back(line);
        log->arrived_.notify_all();
    }

    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<std::string> lines_;
};

TEST(RetryCall, CanBeCancelledWhileItWaits) {
    TestServer server({with_retry_after(503, "50"), Reply{}});
    const auto client = basic_client(server, "coloup", R"(,"timeout":3600)");
    Log log;
    CallControl control;
    Clock::time_point cancelled;
    std::thread canceller([&] {
        log.wait_for_a_line(); // The first attempt is over.
        cancelled = Clock::now();
        control.cancel();
    });
    const Error error = failed(client->call(unsafe.operation, unsafe.params, "", control));
    const auto took = Clock::now();
    canceller.join();
    EXPECT_LT(took - cancelled, seconds(5)); // Milliseconds, but on a busy machine.
    EXPECT_EQ(error.error_class, ErrorClass::cancelled);
    EXPECT_EQ(error.attempts, 1);
    EXPECT_EQ(server.received().size(), 1U);
    answer(run(client, reading)); // The client is as good as before.
}

TEST(RetryCall, AsksTheInterruptWhileItWaits) {
    TestServer server({with_retry_after(503, "50")});
    const auto client = basic_client(server, "coloup", R"(,"timeout":3600)");
    Log log;
    int after_the_attempt = 0;
    CallControl control([&] { return !log.lines().empty() && ++after_the_attempt == 3; });
    EXPECT_EQ(failed(client->call("domains.list", "", "", control)).error_class, ErrorClass::cancelled);
    EXPECT_EQ(after_the_attempt, 3);
}

// --- Sessions -------------------------------------------------------------------------------------------------------

constexpr const char *tokens = R"({"token":"t","refresh":"r"})";

std::vector<std::string> targets(const TestServer &server) {
    std::vector<std::string> list;
    for (const Received &request : server.received())
        list.push_back(request.target);
    return list;
}

TEST(RetryLogin, IsRepeatedWhereThatIsNoAttack) {
    const struct {
        Reply first;
        std::size_t logins; // until it worked or was given up
        bool works;
    } rows[] = {
        {with_retry_after(503, "0.001"), 2, true},
        {Reply{.status = 429}, 2, true},
        {Reply{.status = 500, .body = ""}, 2, true},
        {Reply{.reset = true}, 2, true},
        {Reply{.body = R"({"error":["wronglogin"]})"}, 1, false},
        {Reply{.status = 401}, 1, false},
        {Reply{.status = 403}, 1, false},
    };
    for (const auto &row : rows) {
        std::atomic<std::size_t> logins = 0;
        TestServer server([&](const Received &request) {
            if (request.target != "/api/login")
                return Reply{};
            return ++logins == 1 ? row.first : Reply{.body = tokens};
        });
        const auto client = jwt_client(server, R"(,"retry":{"base_delay":0.001,"throttled_delay":0.001})");
        EXPECT_EQ(static_cast<bool>(client->call("invoices.list")), row.works) << row.first.status << row.first.body;
        EXPECT_EQ(logins, row.logins) << row.first.status << row.first.body;
    }
}

TEST(RetryLogin, IsNotHammered) {
    for (const Reply &reply : {Reply{.status = 429}, Reply{.status = 500, .body = ""}, Reply{.reset = true}}) {
        TestServer server({reply});
        const auto client = jwt_client(
            server, R"(,"auth":"jwt","retry":{"max_attempts":10,"base_delay":0.001,"throttled_delay":0.001})");
        EXPECT_EQ(failed(client->call("invoices.list")).attempts, 0);
        EXPECT_EQ(server.received().size(), 2U);
    }
}

// A token that was not accepted: the one request beyond max_attempts, because the first was refused unread.
TEST(RetryLogin, TheReplayWithANewTokenComesOnTop) {
    std::atomic<int> asked = 0;
    TestServer server([&](const Received &request) {
        if (request.target == "/api/login" || request.target == "/api/token")
            return Reply{.body = tokens};
        return ++asked == 1 ? Reply{.status = 401} : Reply{};
    });
    const json::Value document = answer(jwt_client(server)->call("invoices.list", "", R"({"max_attempts":1})"));
    EXPECT_EQ(*document.find("meta")->find("attempts")->integer(), 2);
    EXPECT_THAT(targets(server), testing::ElementsAre("/api/login", "/api/invoice", "/api/token", "/api/invoice"));
}

TEST(RetryLogin, TheReplayIsRetriedLikeAnyAttempt) {
    std::atomic<int> asked = 0;
    TestServer server([&](const Received &request) {
        if (request.target == "/api/login" || request.target == "/api/token")
            return Reply{.body = tokens};
        switch (++asked) {
        case 1:
            return Reply{.status = 401};
        case 2:
            return with_retry_after(503, "0.001");
        default:
            return Reply{.status = asked == 3 ? 500 : 200};
        }
    });
    const Error error = failed(jwt_client(server)->call("invoices.list"));
    EXPECT_THAT(outcomes(error.history), testing::ElementsAre("authentication", "maintenance", "portal_error"));
}

// Another system, which the portal asked after half the work, may have said these words.
TEST(RetryLogin, WordsAloneReplayNothingThatCouldActTwice) {
    const struct {
        const char *operation;
        const char *params;
        Reply refusal;
        std::size_t sent;
    } rows[] = {
        {"tickets.create",
         R"({"dept_id":1,"subject":"a","body":"b"})",
         {.body = R"({"error":["Registrar: invalid token"]})"},
         1},
        {"tickets.create",
         R"({"dept_id":1,"subject":"a","body":"b"})",
         {.status = 400, .body = R"({"error":"Token expired"})"},
         1},
        {"tickets.create", R"({"dept_id":1,"subject":"a","body":"b"})", {.body = R"({"error":["token_expired"]})"}, 2},
        {"tickets.create",
         R"({"dept_id":1,"subject":"a","body":"b"})",
         {.status = 401, .body = R"({"error":["Invalid token"]})"},
         2},
        {"invoices.list", "", {.body = R"({"error":["Invalid token"]})"}, 2},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.operation + (" " + row.refusal.body));
        TestServer server([&](const Received &request) {
            const bool session = request.target == "/api/login" || request.target == "/api/token";
            return session ? Reply{.body = tokens} : row.refusal;
        });
        const auto client = jwt_client(server);
        EXPECT_EQ(failed(client->call(row.operation, row.params)).error_class, ErrorClass::authentication);
        const auto is_session = [](const std::string &target) {
            return target == "/api/login" || target == "/api/token";
        };
        const std::vector<std::string> sent = targets(server);
        EXPECT_EQ(sent.size() - static_cast<std::size_t>(std::ranges::count_if(sent, is_session)), row.sent);
        if (row.sent > 1)
            continue;
        // Yet what comes next begins with a new session.
        static_cast<void>(client->call("invoices.list", "", R"({"max_attempts":1})"));
        EXPECT_TRUE(is_session(targets(server)[sent.size()]));
    }
}

// --- The log --------------------------------------------------------------------------------------------------------

TEST(AttemptLog, HasALineForEachRequestLoginsIncluded) {
    std::atomic<int> asked = 0;
    TestServer server([&](const Received &request) {
        if (request.target == "/api/login")
            return Reply{.body = R"({"token":"t0ken-word","refresh":"refresh-word"})"};
        if (request.target == "/api/token")
            return Reply{.body = R"({"token":"t0ken-word-2"})"};
        switch (++asked) {
        case 1:
            return Reply{.status = 401, .body = R"({"error":["secret words"]})"};
        case 2:
            return with_retry_after(503, "0.01");
        default:
            return Reply{.body = R"({"secret":"answer"})"};
        }
    });
    const Log log;
    answer(jwt_client(server)->call("invoices.get", R"({"invoice_id":4711})", R"({"tag":"my-tag"})"));
    const char *expected[][4] = {
        {"auth.login", "/login", "ok", "1"},
        {"invoices.get", "/invoice/{invoice_id}", "authentication", "1"},
        {"auth.refresh", "/token", "ok", "1"},
        {"invoices.get", "/invoice/{invoice_id}", "maintenance", "2"},
        {"invoices.get", "/invoice/{invoice_id}", "ok", "3"},
    };
    const std::vector<std::string> lines = log.lines();
    ASSERT_EQ(lines.size(), std::size(expected));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const json::Value line = parsed(lines[i]);
        std::vector<std::string> keys;
        for (const json::Member &member : *line.object())
            keys.push_back(member.key);
        EXPECT_THAT(keys, testing::ElementsAre("time", "portal", "operation", "method", "path", "status", "http_status",
                                               "attempt", "elapsed_ms", "waited_ms"));
        EXPECT_EQ(*line.find("portal")->string(), "generic");
        EXPECT_EQ(*line.find("operation")->string(), expected[i][0]);
        EXPECT_EQ(*line.find("path")->string(), expected[i][1]);
        EXPECT_EQ(*line.find("status")->string(), expected[i][2]);
        EXPECT_EQ(std::to_string(*line.find("attempt")->integer()), expected[i][3]);
        for (const char *hidden : {"4711", "t0ken", "refresh-word", "s3cret", "secret", "my-tag", "user"})
            EXPECT_THAT(lines[i], testing::Not(HasSubstr(hidden)));
    }
    EXPECT_GE(*parsed(lines[4]).find("waited_ms")->integer(), 10);
}

} // namespace
} // namespace hostbill::test
