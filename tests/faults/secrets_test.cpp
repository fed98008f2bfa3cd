// Canaries that are planted wherever a secret can be, and looked for wherever something is shown.
#include "canary.hpp"
#include "libraries.hpp"
#include "tests/core/test_server.hpp"

#include <gtest/gtest.h>
#include <mutex>
#include <vector>

namespace hostbill::faults {
namespace {

using test::Received;
using test::Reply;
using test::TestServer;

class Secrets : public testing::Test {
protected:
    void SetUp() override { hostbill_set_log(keep, this); }
    void TearDown() override {
        hostbill_set_log(nullptr, nullptr);
        for (const std::string &line : lines_)
            expect_none(line);
    }
    static void keep(void *user, const char *line) {
        auto *test = static_cast<Secrets *>(user);
        const std::lock_guard lock(test->mutex_);
        test->lines_.emplace_back(line);
    }
    void expect_none(const std::string &shown) const { EXPECT_EQ(canaries_.find(shown), "") << shown; }

    // Nothing shows, whatever status a portal gives to an error that repeats all that it was sent.
    void expect_none_repeated(const std::string &config, const std::string &operation, const std::string &params) {
        for (const int status : {200, 400, 401, 403, 404, 422, 429, 500, 503}) {
            SCOPED_TRACE(operation + " " + std::to_string(status));
            TestServer server([status](const Received &request) {
                const std::string all = request.head + request.body;
                return Reply{.status = status,
                             .body = R"({"error":["wrong: )" + quote(all).substr(1) + "," + quote(request.body) +
                                     R"(,["args",)" + quote(all) + R"(,{"body":)" + quote(request.body) + "}]]}"};
            });
            const Client client(config + R"(,"base_url":)" + quote(server.url()) +
                                R"(,"retry":{"base_delay":0.001,"throttled_delay":0.001}})");
            const Answer answer = client.call(operation, params);
            EXPECT_NE(answer.word, "success");
            EXPECT_NE(answer.word, "usage") << answer.text;
            EXPECT_FALSE(server.received().empty());
            expect_none(answer.text);
        }
    }

    const CanaryFinder canaries_;
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

std::string login(const char *portal, const char *auth) {
    return R"({"portal":)" + quote(portal) + R"(,"auth":)" + quote(auth) + R"(,"username":"me","password":)" +
           quote(password_canary);
}

std::string contact() {
    return R"({"email":"a@example.net","firstname":"A","lastname":"B","password":)" + quote(parameter_canary) + "}";
}

TEST_F(Secrets, StayHiddenWhenAPortalRepeatsABasicLogin) {
    expect_none_repeated(login("time4vps", "basic"), "account.get", "{}");
}

TEST_F(Secrets, StayHiddenWhenAPortalRepeatsALoginsBody) {
    expect_none_repeated(login("generic", "jwt"), "account.get", "{}");
}

TEST_F(Secrets, StayHiddenWhenAPortalRepeatsAToken) {
    expect_none_repeated(R"({"portal":"generic","token":)" + quote(token_canary), "account.get", "{}");
}

TEST_F(Secrets, StayHiddenWhenAPortalRepeatsAJsonBody) {
    expect_none_repeated(login("time4vps", "basic"), "contacts.create", contact());
}

TEST_F(Secrets, StayHiddenWhenAPortalRepeatsAForm) {
    expect_none_repeated(login("internetport", "basic"), "contacts.create", contact());
}

TEST_F(Secrets, StayOutOfDryRuns) {
    for (const char *portal : {"time4vps", "internetport", "generic"}) {
        const Client client(login(portal, "auto") + R"(,"base_url":"https://portal.example/api"})");
        const Answer answer = client.call("contacts.create", contact(), R"({"dry_run":true})");
        EXPECT_EQ(answer.word, "success") << answer.text;
        expect_none(answer.text);
    }
}

TEST_F(Secrets, StayOutOfErrorsAboutMalformedData) {
    const Client client(login("time4vps", "basic") + R"(,"base_url":"https://portal.example/api"})");
    for (const char *params :
         {R"({"password":"Kanarie7)", R"({"password":["Kanarie7"]})", R"({"password":{"Kanarie7":"Kanarie7"}})",
          R"({"passwort":"Kanarie7"})", R"({"password":"Kanarie7","password":"Kanarie7"})",
          "{\"password\":\"Kanarie7\xff\"}", R"("Kanarie7")", R"({"email":1,"password":"Kanarie7"})"}) {
        const Answer answer = client.call("contacts.create", params);
        EXPECT_EQ(answer.word, "usage") << params;
        expect_none(answer.text);
    }
    for (const char *config :
         {R"({"portal":"time4vps","username":"a","password":"Kanarie7\n"})",
          R"({"portal":"time4vps","password":"Kanarie7)", R"({"portal":"time4vps","token":"Kanarie7 with blanks"})",
          R"({"portal":"time4vps","pasword":"Kanarie7"})",
          R"({"portal":"time4vps","username":"a","password":["Kanarie7"]})",
          R"({"portal":"time4vps","username":"a","password":"b","base_url":"https://a:Kanarie7@portal.example/"})"}) {
        try {
            const Client refused(config);
            ADD_FAILURE() << config;
        } catch (const std::runtime_error &error) {
            expect_none(error.what());
        }
    }
}

TEST_F(Secrets, StayOutOfTheSandboxsJournal) {
    for (const char *portal : {"time4vps", "internetport", "generic"}) {
        const Box box(portal);
        const Client client(config_for(box));
        EXPECT_EQ(client.call("contacts.create", contact()).word, "success");
        expect_none(box.control(R"({"command":"journal"})"));
        expect_none(box.control(R"({"command":"faults"})"));
        expect_none(box.control(R"({"command":"ledger"})"));
    }
}

} // namespace
} // namespace hostbill::faults
