// The program: what it prints, that it serves, and how it ends.
#include "program.hpp"
#include "support.hpp"

#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace hostbill::sandbox::test {
namespace {

TEST(Program, ServesUntilItIsTerminated) {
    for (int signal : {SIGINT, SIGTERM}) {
        Program program({"--portal", "time4vps", "--json"});
        auto line = json::parse(program.read_until("\n"));
        ASSERT_TRUE(line);
        std::string user = *line->find("username")->string() + ":" + *line->find("password")->string();
        Answer answer = send({.method = "GET",
                              .url = *line->find("url")->string() + "/server",
                              .headers = {},
                              .body = "",
                              .user = user});
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(program.stop(signal), 0);
    }
}

TEST(Program, TellsHowToTryIt) {
    std::string file = testing::TempDir() + "hostbill-sandbox-password-" + std::to_string(getpid());
    FILE *out = std::fopen(file.c_str(), "w");
    std::fputs("from-the-file\n", out);
    std::fclose(out);
    Program program({"--portal=coloup", "--password-file", file});
    std::string text = program.read_until("Ctrl-C");
    EXPECT_THAT(text, testing::HasSubstr("http://127.0.0.1:"));
    EXPECT_THAT(text, testing::HasSubstr("password   from-the-file"));
    EXPECT_THAT(text, testing::HasSubstr("curl -u 'api@example.com' http"));
    EXPECT_THAT(program.command_line(), testing::Not(testing::HasSubstr("from-the-file")));
    EXPECT_EQ(program.stop(SIGTERM), 0);
    std::remove(file.c_str());
}

TEST(Program, WritesTheCaThatItsCertificateIsFrom) {
    std::string file = testing::TempDir() + "hostbill-sandbox-ca-" + std::to_string(getpid());
    Program program({"--portal", "time4vps", "--tls", "good", "--ca-file", file, "--json"});
    auto line = json::parse(program.read_until("\n"));
    ASSERT_TRUE(line);
    EXPECT_THAT(*line->find("url")->string(), testing::StartsWith("https://127.0.0.1:"));
    std::ifstream in(file);
    std::string written((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    EXPECT_THAT(written, testing::StartsWith("-----BEGIN CERTIFICATE-----"));
    EXPECT_EQ(*line->find("ca_pem"), json::Value(written));
    EXPECT_EQ(program.stop(SIGTERM), 0);
    std::remove(file.c_str());
}

TEST(Program, TakesASeedAndATokenFromFiles) {
    const std::string base = testing::TempDir() + "hostbill-sandbox-files-" + std::to_string(getpid());
    std::ofstream(base + "-seed") << R"({"profile":{"city":"Tartu"}})";
    std::ofstream(base + "-token") << "of-my-own\n";
    Program program(
        {"--portal", "coloup", "--seed-file", base + "-seed", "--control-token-file", base + "-token", "--json"});
    auto line = json::parse(program.read_until("\n"));
    ASSERT_TRUE(line);
    EXPECT_EQ(*line->find("control_token"), json::Value("of-my-own"));
    const std::string user = *line->find("username")->string() + ":" + *line->find("password")->string();
    EXPECT_EQ(send({.url = *line->find("url")->string() + "/details", .user = user}).word({"client", "city"}), "Tartu");
    EXPECT_EQ(program.stop(SIGTERM), 0);
    std::remove((base + "-seed").c_str());
    std::remove((base + "-token").c_str());
}

TEST(Program, ExplainsMistakes) {
    struct Case {
        std::vector<std::string> words;
        std::string says;
    };
    for (const Case &one : {Case{{"--portal", "nowhere"}, "portal"}, Case{{"--bogus"}, "--bogus"},
                            Case{{"--portal"}, "needs a value"}, Case{{"--portal", "coloup", "--port", "many"}, "port"},
                            Case{{"--portal", "coloup", "--password-file", "/nowhere"}, "password"},
                            Case{{"--portal", "coloup", "--seed-file", "/nowhere"}, "seed_file"},
                            Case{{"--portal", "coloup", "--control-token-file", "/nowhere"}, "/nowhere"},
                            Case{{"--portal", "coloup", "--tls", "goood"}, "tls.certificate"},
                            Case{{"--portal", "coloup", "--ca-file", "ca.pem"}, "--tls"},
                            Case{{"--portal", "coloup", "--tls", "good", "--ca-file", "/nowhere/ca"}, "/nowhere"}}) {
        Program program(one.words);
        EXPECT_THAT(program.read_until(""), testing::HasSubstr(one.says));
        EXPECT_EQ(program.stop(0), 2);
    }
}

TEST(Program, Helps) {
    Program program({"--help"});
    EXPECT_THAT(program.read_until(""), testing::HasSubstr("usage: hostbill-sandbox --portal NAME"));
    EXPECT_EQ(program.stop(0), 0);
}

} // namespace
} // namespace hostbill::sandbox::test
