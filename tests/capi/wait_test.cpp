// Waits through submit and next: progress, other work beside them, cancel.
#include "support.hpp"

namespace {

class WaitTest : public CapiTest {
protected:
    void TearDown() override {
        client_.reset();
        CapiTest::TearDown();
    }

    std::int64_t wait(const char *params, const char *options = nullptr) {
        std::int64_t id = -1;
        EXPECT_EQ(hostbill_client_submit(client_.get(), "invoices.wait", params, options, &id, nullptr), HOSTBILL_OK);
        return id;
    }

    Portal portal_;
    Client client_ = make_client(portal_.config());
};

constexpr const char *unpaid = R"({"invoice":{"id":7,"status":"Unpaid"}})";
constexpr const char *paid = R"({"invoice":{"id":7,"status":"Paid"}})";

TEST_F(WaitTest, ProgressComesBeforeTheOneAnswer) {
    portal_.answer(200, unpaid);
    const std::int64_t id = wait(R"({"invoice_id":7,"interval":0.01})", R"({"progress":true,"tag":"mine"})");
    const Document first = next(client_);
    EXPECT_EQ(first.integer("/id"), id);
    EXPECT_EQ(first.string("/tag"), "mine");
    EXPECT_EQ(first.string("/progress/shown/status"), "Unpaid");
    EXPECT_EQ(first.string("/progress/state/waiter"), "invoices.wait");
    EXPECT_FALSE(first.has("/ok"));
    portal_.answer(200, paid);
    int answers = 0;
    while (answers == 0) {
        const Document later = next(client_);
        EXPECT_EQ(later.integer("/id"), id);
        answers += later.has("/ok") ? 1 : 0;
        EXPECT_EQ(later.has("/ok"), later.has("/data/done"));
    }
    char *text = nullptr;
    EXPECT_EQ(hostbill_client_next(client_.get(), 0, &text), HOSTBILL_ERROR_TIMEOUT);
    hostbill_string_free(text);
}

TEST_F(WaitTest, ProgressThatNobodyTakesDoesNotPileUp) {
    portal_.answer(200, unpaid);
    wait(R"({"invoice_id":7,"interval":0.001})", R"({"progress":true})");
    portal_.wait_for_requests(6);
    EXPECT_GE(next(client_).integer("/progress/polls"), 5);
}

TEST_F(WaitTest, WithoutTheOptionThereIsNoProgress) {
    portal_.answer(200, unpaid);
    wait(R"({"invoice_id":7,"interval":0.001})");
    portal_.wait_for_requests(3);
    portal_.answer(200, paid);
    EXPECT_TRUE(next(client_).boolean("/data/done"));
}

TEST_F(WaitTest, OtherWorkGoesOnMeanwhile) {
    portal_.answer(200, unpaid);
    const std::int64_t first = wait(R"({"invoice_id":7,"interval":3600})");
    const std::int64_t second = wait(R"({"invoice_id":8,"interval":3600})");
    portal_.wait_for_requests(2);
    const std::int64_t other = submit(client_, "account.balance");
    EXPECT_EQ(next(client_).integer("/id"), other);
    EXPECT_EQ(hostbill_client_cancel(client_.get(), 0), HOSTBILL_OK);
    EXPECT_EQ(next(client_).integer("/id") + next(client_).integer("/id"), first + second);
}

TEST_F(WaitTest, CancelEndsItAtOnceAndKeepsTheState) {
    portal_.answer(200, unpaid);
    const std::int64_t id = wait(R"({"invoice_id":7,"interval":3600})", R"({"progress":true})");
    EXPECT_TRUE(next(client_).has("/progress"));
    EXPECT_EQ(hostbill_client_cancel(client_.get(), id), HOSTBILL_OK);
    const Document answer = next(client_);
    EXPECT_EQ(answer.string("/error/class"), "cancelled");
    EXPECT_EQ(answer.integer("/error/state/values/invoice_id"), 7);
}

TEST_F(WaitTest, CloseEndsAllWaits) {
    portal_.answer(200, unpaid);
    for (int i = 0; i < 70; ++i) // More than have threads of their own.
        wait(R"({"invoice_id":7,"interval":3600})");
    portal_.wait_for_requests(64);
    hostbill_client_close(client_.get());
    for (int i = 0; i < 70; ++i) {
        const Document answer = next(client_);
        EXPECT_EQ(answer.string("/error/class"), "cancelled") << answer.text();
    }
}

} // namespace
