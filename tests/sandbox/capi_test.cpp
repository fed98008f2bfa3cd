// The C functions by themselves: mistakes in the config, NULLs, threads, fork, and how fast they are.
#include "support.hpp"

#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern "C" int hostbill_sandbox_header_in_c(void); // header.c

namespace hostbill::sandbox::test {
namespace {

std::string refusal(const char *config) {
    hostbill_sandbox *box = nullptr;
    char *error = nullptr;
    EXPECT_LT(hostbill_sandbox_new(config, &box, &error), 0);
    EXPECT_EQ(box, nullptr);
    std::string text = error != nullptr ? error : "";
    hostbill_sandbox_string_free(error);
    EXPECT_TRUE(json::parse(text)) << text;
    return text;
}

TEST(Config, MistakesAreExplained) {
    EXPECT_THAT(refusal(R"({"portal":"time4vsp"})"), testing::HasSubstr(R"("nearest":"time4vps")"));
    EXPECT_THAT(refusal(R"({"portal":"time4vps","taskpolls":1})"), testing::HasSubstr(R"("nearest":"task_polls")"));
    EXPECT_THAT(refusal("{}"), testing::HasSubstr("coloup"));
    EXPECT_THAT(refusal(nullptr), testing::HasSubstr("portal"));
    EXPECT_THAT(refusal("nonsense"), testing::HasSubstr("JSON"));
    EXPECT_THAT(refusal("[]"), testing::HasSubstr("object"));
    EXPECT_THAT(refusal(R"({"portal":"coloup","port":70000})"), testing::HasSubstr("65535"));
    EXPECT_THAT(refusal(R"({"portal":"coloup","port":"80"})"), testing::HasSubstr("port"));
    EXPECT_THAT(refusal(R"({"portal":"coloup","tax_rate":101})"), testing::HasSubstr("tax_rate"));
    EXPECT_THAT(refusal(R"({"portal":"coloup","username":"a:b"})"), testing::HasSubstr("username"));
    EXPECT_THAT(refusal(R"({"portal":"coloup","auto_credit":1})"), testing::HasSubstr("auto_credit"));
    EXPECT_THAT(refusal(R"({"portal":"coloup","database":"/nowhere/at/all"})"), testing::HasSubstr("database"));
}

TEST(Config, AllMistakesAreToldAtOnce) {
    std::string text = refusal(R"({"portal":"x","port":-1,"bogus":1})");
    for (const char *field : {"portal", "port", "bogus"})
        EXPECT_THAT(text, testing::HasSubstr(std::string(R"("field":")") + field));
}

TEST(Config, SecretsAreNotRepeated) {
    EXPECT_THAT(refusal(R"({"portal":"x","password":"do-not-tell"})"), testing::Not(testing::HasSubstr("do-not-tell")));
}

TEST(Config, PortThatIsTakenIsAnError) {
    Box box("coloup");
    std::string port = box.url().substr(17, box.url().find('/', 17) - 17);
    EXPECT_THAT(refusal((R"({"portal":"coloup","port":)" + port + "}").c_str()), testing::HasSubstr("port"));
}

TEST(Null, IsAlwaysFine) {
    char *error = nullptr;
    EXPECT_LT(hostbill_sandbox_new(R"({"portal":"coloup"})", nullptr, &error), 0);
    EXPECT_NE(error, nullptr);
    hostbill_sandbox_string_free(error);
    EXPECT_LT(hostbill_sandbox_new("{}", nullptr, nullptr), 0);
    EXPECT_EQ(hostbill_sandbox_url(nullptr), nullptr);
    char *answer = hostbill_sandbox_control(nullptr, "{}");
    EXPECT_THAT(std::string(answer), testing::HasSubstr("error"));
    hostbill_sandbox_string_free(answer);
    hostbill_sandbox_free(nullptr);
    hostbill_sandbox_string_free(nullptr);
}

TEST(Header, IsC) { EXPECT_EQ(hostbill_sandbox_header_in_c(), 1); }

TEST(Passwords, AreRandomUnlessGiven) {
    Box one("coloup"), two("coloup");
    EXPECT_NE(one.info("password"), two.info("password"));
    EXPECT_GE(one.info("password").size(), 20U);
}

TEST(Threads, MayAllUseOneSandbox) {
    Box box("elsecloud");
    const std::string url = box.url() + "/domain/lookup", user = box.user();
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 20; ++n) {
                EXPECT_EQ(
                    send({.method = "POST", .url = url, .headers = {}, .body = "name=abc.net", .user = user}).status,
                    200);
                box.ledger("orders");
            }
        });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(box.control(R"({"command":"journal"})").find("requests")->array()->size(), 160U);
}

TEST(Fork, LeavesTheSandboxWithTheParent) {
    hostbill_sandbox *box = nullptr;
    ASSERT_EQ(hostbill_sandbox_new(R"({"portal":"coloup"})", &box, nullptr), 0);
    pid_t child = fork();
    if (child == 0) {
        char *answer = hostbill_sandbox_control(box, R"({"command":"info"})");
        bool refused = answer != nullptr && std::string_view(answer).find("parent") != std::string_view::npos;
        hostbill_sandbox_string_free(answer);
        hostbill_sandbox_free(box);
        _exit(refused ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    char *answer = hostbill_sandbox_control(box, R"({"command":"ledger"})");
    EXPECT_STREQ(answer, "{}");
    hostbill_sandbox_string_free(answer);
    hostbill_sandbox_free(box);
}

} // namespace
} // namespace hostbill::sandbox::test
