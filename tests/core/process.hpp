// Child processes and folders for tests.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace hostbill::test {

// Runs `work` in a child process, which an alarm ends when it hangs.
class Child {
public:
    explicit Child(const std::function<bool()> &work) : process_(fork()) {
        if (process_ == 0) {
            alarm(60);
            _exit(work() ? 0 : 1);
        }
    }
    ~Child() {
        if (process_ > 0)
            succeeded();
    }
    Child(Child &&other) noexcept : process_(std::exchange(other.process_, -1)) {}
    Child &operator=(Child &&) = delete;

    // Waits for its end. True: `work` returned true.
    bool succeeded() {
        int status = -1;
        const pid_t ended = waitpid(std::exchange(process_, -1), &status, 0);
        return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

private:
    pid_t process_;
};

// A folder that goes with the test.
class Folder {
public:
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "hostbill-test-XXXXXX";
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error("no folder for the test");
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    std::string operator/(const std::string &name) const { return path_ + "/" + name; }
    const std::string &path() const { return path_; }

private:
    std::string path_;
};

} // namespace hostbill::test
