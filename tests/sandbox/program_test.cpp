// The program: what it prints, that it serves, and how it ends.
#include "support.hpp"

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace hostbill::sandbox::test {
namespace {

class Program {
public:
    explicit Program(std::vector<std::string> words) {
        int ends[2];
        EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
        child_ = fork();
        if (child_ == 0) {
            dup2(ends[1], 1);
            dup2(ends[1], 2);
            std::vector<char *> arguments{const_cast<char *>(HOSTBILL_SANDBOX_PROGRAM)};
            for (std::string &word : words)
                arguments.push_back(word.data());
            arguments.push_back(nullptr);
            execv(HOSTBILL_SANDBOX_PROGRAM, arguments.data());
            _exit(127);
        }
        close(ends[1]);
        out_ = fdopen(ends[0], "r");
    }

    ~Program() {
        if (child_ > 0) {
            kill(child_, SIGKILL);
            waitpid(child_, nullptr, 0);
        }
        std::fclose(out_);
    }

    // Up to and with the line that holds `last`, or to the end.
    std::string read_until(const std::string &last) {
        std::string text;
        char line[4096];
        while (std::fgets(line, sizeof line, out_) != nullptr) {
            text += line;
            if (!last.empty() && text.find(last) != std::string::npos)
                break;
        }
        return text;
    }

    int stop(int signal) {
        if (signal != 0)
            kill(child_, signal);
        int status = 0;
        waitpid(child_, &status, 0);
        child_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    std::string command_line() const {
        std::string path = "/proc/" + std::to_string(child_) + "/cmdline";
        std::string text;
        if (FILE *file = std::fopen(path.c_str(), "r")) {
            char part[4096];
            text.assign(part, std::fread(part, 1, sizeof part, file));
            std::fclose(file);
        }
        return text;
    }

private:
    pid_t child_ = 0;
    FILE *out_ = nullptr;
};

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

TEST(Program, ExplainsMistakes) {
    struct Case {
        std::vector<std::string> words;
        std::string says;
    };
    for (const Case &one : {Case{{"--portal", "nowhere"}, "portal"}, Case{{"--bogus"}, "--bogus"},
                            Case{{"--portal"}, "needs a value"}, Case{{"--portal", "coloup", "--port", "many"}, "port"},
                            Case{{"--portal", "coloup", "--password-file", "/nowhere"}, "password"},
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
