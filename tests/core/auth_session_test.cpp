// Sessions in the long run: one renewal for all, the portal's clock, the second factor, Basic instead, a shared cache.
#include "core/base/totp.hpp"

#include "process.hpp"
#include "support.hpp"

#include <array>
#include <atomic>
#include <ctime>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sys/stat.h>
#include <thread>

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr long long minute = 60;

std::string date_header(long long time) {
    const auto seconds = static_cast<std::time_t>(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text.data();
}

// A portal with a clock of its own, tokens that live for a while, and refresh tokens that are good once.
class TokenPortal {
public:
    explicit TokenPortal(long long lifetime = 3600) : lifetime_(lifetime) {}

    // Moves the clock.
    void set_ahead(long long seconds) { ahead_ = seconds; }
    int logins() const { return logins_; }
    int refreshes() const { return refreshes_; }
    int refusals() const { return refusals_; }
    std::string url() const { return server_.url(); }
    const TestServer &server() const { return server_; }
    void refuse_all_tokens() {
        const std::lock_guard lock(mutex_);
        good_.clear();
    }
    // Whether Basic is accepted, and what a login answers instead of tokens.
    std::atomic<bool> basic = false;
    std::string login_answer;
    int login_status = 200;

private:
    long long now() const { return std::time(nullptr) + ahead_; }

    Reply give_tokens() {
        const int number = ++number_;
        const std::string token = token_ending_at(now() + lifetime_, std::to_string(number));
        refresh_ = "refresh-" + std::to_string(number);
        good_.push_back(token);
        return {.body = R"({"token":")" + token + R"(","refresh":")" + refresh_ + "\"}"};
    }

    Reply reply(const Received &request) {
        const std::lock_guard lock(mutex_);
        if (request.target == "/api/login") {
            ++logins_;
            return login_answer.empty() ? give_tokens() : Reply{.status = login_status, .body = login_answer};
        }
        if (request.target == "/api/token") {
            if (request.body != R"({"refresh_token":")" + refresh_ + "\"}")
                return {.status = 401, .body = R"({"error":["unauthorized"]})"};
            ++refreshes_;
            return give_tokens();
        }
        const std::string header = request.header("Authorization");
        if (basic && header.starts_with("Basic "))
            return Reply{};
        for (const std::string &token : good_) {
            if (header == "Bearer " + token)
                return Reply{};
        }
        ++refusals_;
        return {.status = 401, .body = R"({"error":["unauthorized"]})"};
    }

    const long long lifetime_;
    std::atomic<long long> ahead_ = 0;
    std::atomic<int> logins_ = 0;
    std::atomic<int> refreshes_ = 0;
    std::atomic<int> refusals_ = 0;
    std::mutex mutex_;
    int number_ = 0;
    std::string refresh_;
    std::vector<std::string> good_;
    TestServer server_{[this](const Received &request) {
        Reply answer = reply(request);
        answer.headers.emplace_back("Date", date_header(now()));
        return answer;
    }};
};

// "auto" on the generic portal, which lists JWT first and Basic too.
std::unique_ptr<Client> client_of(const TokenPortal &portal, const std::string &more = "") {
    return make_client(R"({"portal":"generic","username":"user","password":"s3cret-word","base_url":")" + portal.url() +
                       "\"" + more + "}");
}

std::string message_of(const Result<std::string> &result, ErrorClass error_class) {
    EXPECT_FALSE(result);
    if (result)
        return "";
    EXPECT_EQ(result.error().error_class, error_class) << result.error().message;
    return result.error().message;
}

void call_from_threads(Client &client, int threads, int calls) {
    std::vector<std::thread> callers;
    for (int i = 0; i < threads; ++i) {
        callers.emplace_back([&] {
            for (int j = 0; j < calls; ++j)
                EXPECT_TRUE(client.call("invoices.list"));
        });
    }
    for (std::thread &caller : callers)
        caller.join();
}

TEST(SessionRenewal, IsOneForSixtyFourThreads) {
    TokenPortal portal;
    const auto client = client_of(portal);
    call_from_threads(*client, 64, 2);
    EXPECT_EQ(portal.logins(), 1);
    portal.refuse_all_tokens();
    call_from_threads(*client, 64, 2);
    EXPECT_EQ(portal.logins(), 1);
    EXPECT_EQ(portal.refreshes(), 1);
}

TEST(SessionRenewal, RotatesTheRefreshToken) {
    TokenPortal portal; // which accepts each refresh token once
    const auto client = client_of(portal);
    for (int round = 0; round < 4; ++round) {
        answer(client->call("invoices.list"));
        portal.refuse_all_tokens();
    }
    EXPECT_EQ(portal.logins(), 1);
    EXPECT_EQ(portal.refreshes(), 3);
}

TEST(ClockSkew, OfEitherSignMakesNoDifference) {
    for (const long long skew : {-86'400LL, 86'400LL, -400 * 86'400LL, 400 * 86'400LL}) {
        TokenPortal portal;
        portal.set_ahead(skew);
        const auto client = client_of(portal);
        for (int i = 0; i < 3; ++i)
            answer(client->call("invoices.list"));
        EXPECT_EQ(portal.logins() + portal.refreshes(), 1) << skew;
    }
}

TEST(ClockSkew, RenewalIsJustBeforeTheEndByThePortalsClock) {
    TokenPortal portal(10 * minute);
    portal.set_ahead(5000 * minute);
    const auto client = client_of(portal);
    answer(client->call("invoices.list"));
    portal.set_ahead(5008 * minute);
    answer(client->call("invoices.list")); // brings the news of the time
    answer(client->call("invoices.list"));
    EXPECT_EQ(portal.refreshes(), 0);
    portal.set_ahead(5009 * minute + 40);
    answer(client->call("invoices.list"));
    answer(client->call("invoices.list"));
    EXPECT_EQ(portal.refreshes(), 1);
    EXPECT_EQ(portal.refusals(), 0);
}

TEST(ClockSkew, AnAnswerWithoutADateTellsNothing) {
    for (const char *date : {"", "yesterday", "Thu, 99 Xyz 2026 99:99:99 GMT"}) {
        TestServer server([&](const Received &request) {
            Reply reply = request.target == "/api/login"
                              ? Reply{.body = R"({"token":")" + token_ending_at(std::time(nullptr) + 3600) + "\"}"}
                              : Reply{};
            reply.headers = {{"Date", date}};
            return reply;
        });
        const auto client = jwt_client(server);
        answer(client->call("invoices.list"));
        answer(client->call("invoices.list"));
        EXPECT_EQ(server.received().size(), 3U) << date;
    }
}

TEST(SessionEnd, RevokeForgetsTheSession) {
    TokenPortal portal;
    const auto client = client_of(portal);
    answer(client->call("auth.revoke"));
    EXPECT_EQ(portal.logins(), 1);
    answer(client->call("invoices.list"));
    EXPECT_EQ(portal.logins(), 2);
    EXPECT_EQ(portal.refreshes(), 0);
}

// --- The second factor ----------------------------------------------------------------------------------------------

constexpr const char *totp_secret = R"(,"totp_secret":"JBSW Y3DP EHPK 3PXP")";

// A portal that wants the digits of its own time.
struct MfaPortal {
    std::string methods = R"(["email","google_authenticator"])";
    long long ahead = 0;
    TestServer server{[this](const Received &request) {
        const long long now = std::time(nullptr) + ahead;
        Reply reply = answer(request, now);
        reply.headers = {{"Date", date_header(now)}};
        return reply;
    }};

    Reply answer(const Received &request, long long now) const {
        if (request.target == "/api/login")
            return {.body = R"({"token":null,"mfa":{"token":"half-way","methods":)" + methods + R"(,"expires_at":1}})"};
        if (request.target != "/api/mfa/verify")
            return request.header("Authorization") == "Bearer whole" ? Reply{} : Reply{.status = 401};
        if (request.header("Authorization") != "Bearer half-way")
            return {.status = 401};
        for (const long long moment : {now, now - 1}) { // A second may have passed since.
            const std::string code = totp_code(*read_totp_secret("JBSWY3DPEHPK3PXP"),
                                               std::chrono::system_clock::time_point(std::chrono::seconds(moment)));
            if (request.body == R"({"method":"google_authenticator","payload":{"code":")" + code + "\"}}")
                return {.body = R"({"token":"whole","refresh":"r"})"};
        }
        return {.body = R"({"error":["The code is wrong"]})"};
    }
};

TEST(SecondFactor, IsGivenByThePortalsClock) {
    for (const long long ahead : {0LL, -90'000LL, 90'000LL}) {
        MfaPortal portal;
        portal.ahead = ahead;
        const auto client = jwt_client(portal.server, totp_secret);
        answer(client->call("invoices.list"));
        answer(client->call("invoices.list"));
        std::vector<std::string> targets;
        for (const Received &request : portal.server.received())
            targets.push_back(request.target);
        EXPECT_THAT(targets, ElementsAre("/api/login", "/api/mfa/verify", "/api/invoice", "/api/invoice"));
    }
}

TEST(SecondFactor, WithoutASecretIsAnErrorThatNamesIt) {
    MfaPortal portal;
    const Result<std::string> result = jwt_client(portal.server)->call("invoices.list");
    EXPECT_THAT(message_of(result, ErrorClass::authentication), HasSubstr("totp_secret"));
    EXPECT_EQ(portal.server.received().size(), 1U); // no Basic instead
}

TEST(SecondFactor, OfAnotherKindIsAnError) {
    MfaPortal portal;
    portal.methods = R"(["sms","yubikey"])";
    const Result<std::string> result = jwt_client(portal.server, totp_secret)->call("invoices.list");
    EXPECT_THAT(message_of(result, ErrorClass::authentication), HasSubstr("other than totp_secret"));
}

TEST(SecondFactor, ThatIsRefusedIsNotTriedAgainOrAnotherWay) {
    MfaPortal portal;
    const auto client = jwt_client(portal.server, R"(,"totp_secret":"AAAAAAAAAAAAAAAA")");
    const Result<std::string> result = client->call("invoices.list");
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("The code is wrong"));
    EXPECT_EQ(portal.server.received().size(), 2U);
}

// --- Basic instead of tokens ----------------------------------------------------------------------------------------

struct BrokenLogin {
    const char *name;
    int status;
    const char *body;
};

class BrokenTokens : public testing::TestWithParam<BrokenLogin> {};

TEST_P(BrokenTokens, MakeBasicTheWayAndThatIsRemembered) {
    TokenPortal portal;
    portal.basic = true;
    portal.login_status = GetParam().status;
    portal.login_answer = GetParam().body;
    const auto client = client_of(portal, R"(,"retry":{"max_attempts":1})");
    for (int i = 0; i < 3; ++i)
        answer(client->call("invoices.list"));
    EXPECT_EQ(portal.logins(), 1);
    EXPECT_EQ(portal.server().received().back().header("Authorization"), "Basic dXNlcjpzM2NyZXQtd29yZA==");
}

INSTANTIATE_TEST_SUITE_P(Answers, BrokenTokens,
                         testing::Values(BrokenLogin{"InternalError", 200, R"({"error":["internal_error_0"]})"},
                                         BrokenLogin{"InternalError500", 500, R"({"error":["internal_error_0"]})"},
                                         BrokenLogin{"NotFound", 404, R"({"error":["Not found"]})"},
                                         BrokenLogin{"NotFoundPage", 404, "<html>"},
                                         BrokenLogin{"ServerError", 502, "<html>"},
                                         BrokenLogin{"NoToken", 200, R"({"success":true})"},
                                         BrokenLogin{"NullToken", 200, R"({"token":null})"}),
                         [](const auto &tested) { return tested.param.name; });

TEST(BasicFallback, NeverComesAfterWrongLogin) {
    TokenPortal portal;
    portal.basic = true;
    portal.login_answer = R"({"error":["wronglogin"]})";
    const auto client = client_of(portal, R"(,"retry":{"max_attempts":1})");
    message_of(client->call("invoices.list"), ErrorClass::authentication);
    // Not even when the login breaks later.
    portal.login_answer = R"({"error":["internal_error_0"]})";
    EXPECT_FALSE(client->call("invoices.list"));
    for (const Received &request : portal.server().received())
        EXPECT_EQ(request.target, "/api/login");
}

TEST(BasicFallback, IsNotForThoseWhoAskedForTokens) {
    TokenPortal portal;
    portal.basic = true;
    portal.login_answer = R"({"error":["internal_error_0"]})";
    const auto client = client_of(portal, R"(,"auth":"jwt","retry":{"max_attempts":1})");
    EXPECT_FALSE(client->call("invoices.list"));
    EXPECT_EQ(portal.server().received().size(), 1U);
}

TEST(BasicFallback, ThatIsRefusedForOneOperationStaysForTheOthers) {
    TokenPortal portal;
    portal.login_answer = R"({"error":["internal_error_0"]})";
    const auto client = client_of(portal, R"(,"retry":{"max_attempts":1})");
    const Result<std::string> refused = client->call("invoices.list");
    message_of(refused, ErrorClass::authentication);
    EXPECT_EQ(portal.server().received().size(), 2U); // sent once, and not again
    portal.basic = true;
    answer(client->call("invoices.list"));
    EXPECT_EQ(portal.logins(), 1);
}

// Whoever runs for long outlives an hour in which all of a portal without Basic is down.
TEST(BasicFallback, IsLeftWhereItIsRefusedAndTheLoginWasOnlyDown) {
    TokenPortal portal;
    portal.login_status = 503;
    portal.login_answer = "<html>";
    const auto client = client_of(portal, R"(,"retry":{"max_attempts":1})");
    message_of(client->call("invoices.list"), ErrorClass::authentication);
    portal.login_answer.clear();
    answer(client->call("invoices.list"));
    EXPECT_EQ(portal.logins(), 2);
}

TEST(BasicFallback, IsNotForAPortalThatCannotBeReachedOrDefersUs) {
    for (const Reply &reply : {Reply{.reset = true}, Reply{.status = 429, .headers = {{"Retry-After", "100"}}},
                               Reply{.status = 302, .headers = {{"Location", "https://elsewhere.example/"}}}}) {
        TestServer server({reply});
        const auto client = jwt_client(server, R"(,"retry":{"max_attempts":1})");
        EXPECT_FALSE(client->call("invoices.list"));
        for (const Received &request : server.received())
            EXPECT_FALSE(request.has_header("Authorization"));
    }
}

// --- The shared cache -----------------------------------------------------------------------------------------------

class SharedSession : public testing::Test {
protected:
    std::unique_ptr<Client> client(const std::string &more = "") const {
        return client_of(portal_, R"(,"token_cache":")" + path_ + "\"" + more);
    }

    // Lets that many processes call at once.
    void call_from_processes(int count) const {
        std::vector<Child> children;
        for (int i = 0; i < count; ++i) {
            children.emplace_back([this] {
                const auto own = client();
                return bool(own->call("invoices.list")) && bool(own->call("invoices.list"));
            });
        }
        for (Child &child : children)
            EXPECT_TRUE(child.succeeded());
    }

    TokenPortal portal_;
    Folder folder_;
    std::string path_ = folder_ / "tokens";
};

TEST_F(SharedSession, IsOneLoginForManyProcesses) {
    call_from_processes(8);
    EXPECT_EQ(portal_.logins(), 1);
}

TEST_F(SharedSession, IsOneRefreshForManyProcesses) {
    answer(client()->call("invoices.list"));
    portal_.refuse_all_tokens();
    call_from_processes(8); // each begins with the token that is refused
    EXPECT_EQ(portal_.logins(), 1);
    EXPECT_EQ(portal_.refreshes(), 1);
}

TEST_F(SharedSession, IsOneLoginForManyClientsOfAProcess) {
    std::vector<std::unique_ptr<Client>> clients;
    std::vector<std::thread> callers;
    for (int i = 0; i < 16; ++i)
        clients.push_back(client());
    for (const auto &each : clients)
        callers.emplace_back([&] { EXPECT_TRUE(each->call("invoices.list")); });
    for (std::thread &caller : callers)
        caller.join();
    EXPECT_EQ(portal_.logins(), 1);
}

TEST_F(SharedSession, AnothersRotationIsTakenOver) {
    const auto one = client();
    const auto other = client();
    answer(one->call("invoices.list"));
    answer(other->call("invoices.list"));
    for (int round = 1; round <= 3; ++round) {
        portal_.refuse_all_tokens();
        answer(one->call("invoices.list"));
        answer(other->call("invoices.list"));
        EXPECT_EQ(portal_.refreshes(), round);
    }
    EXPECT_EQ(portal_.logins(), 1);
}

TEST_F(SharedSession, EndsForAllWithALogout) {
    const auto one = client();
    answer(one->call("invoices.list"));
    answer(one->call("auth.logout"));
    answer(client()->call("invoices.list"));
    EXPECT_EQ(portal_.logins(), 2);
}

TEST_F(SharedSession, NeverHoldsThePassword) {
    answer(client()->call("invoices.list"));
    std::ifstream file(path_);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    EXPECT_THAT(text, HasSubstr("refresh-1"));
    EXPECT_THAT(text, testing::Not(HasSubstr("s3cret-word")));
    EXPECT_THAT(text, testing::Not(HasSubstr("\"user\"")));
}

TEST_F(SharedSession, FromAFileOpenToOthersIsAnErrorBeforeAnythingIsSent) {
    answer(client()->call("invoices.list"));
    chmod(path_.c_str(), 0644);
    const std::size_t before = portal_.server().received().size();
    EXPECT_THAT(message_of(client()->call("invoices.list"), ErrorClass::usage), HasSubstr("chmod 600"));
    EXPECT_EQ(portal_.server().received().size(), before);
}

TEST_F(SharedSession, ATokenNeverLeavesItsOrigin) {
    answer(client()->call("invoices.list"));
    TokenPortal alias; // another origin; the same user and file
    const auto other = client_of(alias, R"(,"token_cache":")" + path_ + "\"");
    answer(other->call("invoices.list"));
    EXPECT_EQ(alias.logins(), 1);
    EXPECT_EQ(alias.refusals(), 0);
}

} // namespace
} // namespace hostbill::test
