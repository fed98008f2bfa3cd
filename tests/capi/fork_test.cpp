// What a child process may do with a client it inherited.
#include "support.hpp"

#include <functional>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
#define SKIP_UNDER_THREAD_SANITIZER GTEST_SKIP() << "the thread sanitizer does not follow a fork of many threads"
#else
#define SKIP_UNDER_THREAD_SANITIZER static_assert(true)
#endif

namespace {

class ForkTest : public CapiTest {
protected:
    void TearDown() override {
        portal_.release();
        client_.reset();
        CapiTest::TearDown();
    }

    // Runs `work` in a child; true when it returned true. A child that hangs is ended by an alarm.
    static bool in_child(const std::function<bool()> &work) {
        const pid_t child = fork();
        if (child == 0) {
            alarm(60);
            _exit(work() ? 0 : 1);
        }
        int status = -1;
        waitpid(child, &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

    bool call_works() const {
        char *text = nullptr;
        const int status = hostbill_client_call(client_.get(), "account.balance", nullptr, nullptr, &text);
        hostbill_string_free(text);
        return status == HOSTBILL_OK;
    }

    Portal portal_;
    Client client_ = make_client(portal_.config());
};

TEST_F(ForkTest, ChildAndParentBothGoOn) {
    SKIP_UNDER_THREAD_SANITIZER;
    EXPECT_TRUE(call_works());
    EXPECT_TRUE(in_child([&] { return call_works() && call_works(); }));
    EXPECT_TRUE(call_works());
    EXPECT_EQ(portal_.requests(), 4);
}

TEST_F(ForkTest, AGrandchildWorksToo) {
    SKIP_UNDER_THREAD_SANITIZER;
    EXPECT_TRUE(in_child([&] { return call_works() && in_child([&] { return call_works(); }); }));
}

// A number that the parent has is none of the child's: what is its parent's cannot be taken for its own.
TEST_F(ForkTest, ChildCountsOnFromItsParentsSubmissions) {
    SKIP_UNDER_THREAD_SANITIZER;
    submit(client_, "account.balance");
    next(client_);
    EXPECT_TRUE(in_child([&] {
        const bool parents = hostbill_client_cancel(client_.get(), 1) == HOSTBILL_OK;
        const bool second = submit(client_, "account.balance") == 2;
        return !parents && second && next(client_).integer("/id") == 2;
    }));
    EXPECT_EQ(submit(client_, "account.balance"), 2);
    EXPECT_EQ(next(client_).integer("/id"), 2);
}

TEST_F(ForkTest, ForkDuringCallsLeavesTheChildFree) {
    SKIP_UNDER_THREAD_SANITIZER;
    const int descriptor = hostbill_client_fd(client_.get());
    portal_.hold();
    submit(client_, "account.balance");
    std::thread caller([&] { EXPECT_TRUE(call_works()); });
    portal_.wait_for_requests(2);
    portal_.release();
    EXPECT_TRUE(in_child([&] {
        return call_works() && hostbill_client_fd(client_.get()) != descriptor &&
               hostbill_client_cancel(client_.get(), 0) == HOSTBILL_OK;
    }));
    caller.join();
    EXPECT_TRUE(next(client_).boolean("/ok"));
}

TEST_F(ForkTest, ChildMayFreeWhatItInherited) {
    SKIP_UNDER_THREAD_SANITIZER;
    portal_.hold();
    submit(client_, "account.balance");
    portal_.wait_for_requests(1);
    EXPECT_TRUE(in_child([&] {
        hostbill_client_free(client_.release());
        return hostbill_live_objects() == 0;
    }));
    portal_.release();
    EXPECT_TRUE(next(client_).boolean("/ok"));
}

TEST_F(ForkTest, AClosedClientStaysClosed) {
    SKIP_UNDER_THREAD_SANITIZER;
    hostbill_client_close(client_.get());
    EXPECT_TRUE(in_child([&] {
        char *text = nullptr;
        const bool closed = hostbill_client_next(client_.get(), -1, &text) == HOSTBILL_ERROR_USAGE && !call_works();
        hostbill_string_free(text);
        return closed;
    }));
}

} // namespace
