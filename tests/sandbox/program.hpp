// The program as a process of its own, which can be killed.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace hostbill::sandbox::test {

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

} // namespace hostbill::sandbox::test
