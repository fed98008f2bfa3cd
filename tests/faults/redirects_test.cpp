// A redirect is an answer, not a way to go: whoever it names learns nothing.
#include "canary.hpp"
#include "libraries.hpp"
#include "listener.hpp"

#include <gtest/gtest.h>

namespace hostbill::faults {
namespace {

std::string redirect(int status, const std::string &to) {
    return R"({"kind":"redirect","status":)" + std::to_string(status) + R"(,"to":)" + quote(to) + "}";
}

// Everywhere else that a target can be: another port, host name, scheme, and relative to the scheme.
class Redirect : public testing::TestWithParam<std::tuple<int, std::string>> {
protected:
    std::string target() const { return std::get<1>(GetParam()) + ":" + std::to_string(elsewhere.port()) + "/api/"; }
    std::string script() const { return redirect(std::get<0>(GetParam()), target()); }

    Listener elsewhere;
    Box box{"generic"};
};

TEST_P(Redirect, GetsNoCredentialOfARead) {
    const Client client(config_for(box, R"("auth":"basic")"));
    box.add_fault("account.get", script());
    const Answer answer = client.call("account.get");
    EXPECT_EQ(answer.word, "protocol") << answer.text;
    EXPECT_FALSE(elsewhere.was_connected());
    EXPECT_EQ(box.requests("account.get"), 1);
}

TEST_P(Redirect, GetsNoPasswordOfALogin) {
    const Client client(config_for(box, R"("auth":"jwt")"));
    box.add_fault("auth.login", script());
    const Answer answer = client.call("account.get");
    EXPECT_EQ(answer.word, "protocol") << answer.text;
    EXPECT_FALSE(elsewhere.was_connected());
    EXPECT_EQ(box.requests("account.get"), 0);
}

TEST_P(Redirect, GetsNoSecretOfABody) {
    const Client client(config_for(box));
    box.add_fault("contacts.create", script());
    const Answer answer = client.call(
        "contacts.create", R"({"email":"a@example.net","firstname":"A","lastname":"B","password":"Kanarie7!"})");
    EXPECT_TRUE(answer.word == "protocol" || answer.word == "outcome_unknown") << answer.text;
    EXPECT_FALSE(elsewhere.was_connected());
    EXPECT_EQ(box.requests("contacts.create"), 1);
}

TEST_P(Redirect, IsNamedByItsOriginAlone) {
    const Client client(config_for(box));
    box.add_fault("account.get",
                  redirect(std::get<0>(GetParam()), "https://u:Kanarie7@elsewhere.invalid/a?b=Kanarie7"));
    const Answer answer = client.call("account.get");
    EXPECT_NE(text(answer.document, "message").find("https://elsewhere.invalid"), std::string::npos) << answer.text;
    EXPECT_EQ(answer.text.find(canary_core), std::string::npos) << answer.text;
}

INSTANTIATE_TEST_SUITE_P(Statuses, Redirect,
                         testing::Combine(testing::Values(301, 302, 303, 307, 308),
                                          testing::Values("http://127.0.0.1", "http://localhost", "https://127.0.0.1",
                                                          "//127.0.0.1")));

} // namespace
} // namespace hostbill::faults
