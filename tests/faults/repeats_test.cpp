// Nothing happens twice.
#include "libraries.hpp"

#include <gtest/gtest.h>

namespace hostbill::faults {
namespace {

class Order : public testing::Test {
protected:
    Answer order() const {
        return client.call("orders.create", write(*find(box.info(), "operations", "orders.create")));
    }
    void open_connection() const { ASSERT_EQ(client.call("account.get").word, "success"); }

    Box box{"time4vps"};
    Client client{config_for(box)};
};

TEST_F(Order, IsNotRepeatedWhenItsAnswerIsLost) {
    for (const char *fault :
         {R"({"kind":"lost_reply"})", R"({"kind":"reset","when":"after"})", R"({"kind":"truncate","body_at":3})",
          R"({"kind":"status","status":500,"act":true})", R"({"kind":"html","status":200,"act":true})"}) {
        SCOPED_TRACE(fault);
        box.control(R"({"command":"reset"})");
        box.add_fault("orders.create", fault);
        const Answer answer = order();
        EXPECT_EQ(answer.word, "outcome_unknown") << answer.text;
        EXPECT_EQ(box.requests("orders.create"), 1);
        EXPECT_EQ(box.effects("orders"), 1);
        EXPECT_EQ(box.effects("invoices"), 1);
    }
}

TEST_F(Order, TravelsOnNoConnectionThatMayHaveDied) {
    open_connection();
    const std::int64_t fault = box.add_fault("orders.create", R"({"kind":"drop_idle"})", 0);
    EXPECT_EQ(order().word, "success");
    EXPECT_EQ(box.fired(fault), 0);
    EXPECT_EQ(box.requests("orders.create"), 1);
    EXPECT_EQ(box.effects("orders"), 1);
}

// libcurl sends a request again when a kept connection ends without a byte.
TEST_F(Order, IsNotSentAgainBehindOurBack) {
    for (int i = 0; i < 3; ++i) {
        open_connection();
        box.add_fault("orders.create", R"({"kind":"lost_reply"})");
        EXPECT_EQ(order().word, "outcome_unknown");
        EXPECT_EQ(box.requests("orders.create"), i + 1);
        EXPECT_EQ(box.effects("orders"), i + 1);
    }
}

TEST_F(Order, GoesAgainOnlyOnceThatThePortalDiscardedIt) {
    box.add_fault("orders.create", R"({"kind":"rate_limit"})");
    const Answer answer = order();
    EXPECT_EQ(answer.word, "success") << answer.text;
    EXPECT_EQ(number(answer.document, "meta", "attempts"), 2);
    EXPECT_EQ(box.requests("orders.create"), 2);
    EXPECT_EQ(box.effects("orders"), 1);
}

TEST_F(Order, IsSettledAfterItsAnswerWasLost) {
    box.add_fault("orders.create", R"({"kind":"lost_reply"})");
    Answer answer = order();
    ASSERT_EQ(answer.word, "outcome_unknown");
    answer = client.call("reconcile", write(answer.document["reconcile"]));
    EXPECT_NE(text(answer.document, "data", "verdict"), "did_not_happen") << answer.text;

    box.control(R"({"command":"reset"})");
    box.add_fault("orders.create", R"({"kind":"reset","when":"before"})");
    answer = order();
    ASSERT_EQ(answer.word, "outcome_unknown");
    answer = client.call("reconcile", write(answer.document["reconcile"]));
    EXPECT_NE(text(answer.document, "data", "verdict"), "happened") << answer.text;
}

TEST_F(Order, IsSettledForCertainWithABaseline) {
    const std::string params = write(*find(box.info(), "operations", "orders.create"));
    box.add_fault("orders.create", R"({"kind":"lost_reply"})");
    Answer answer = client.call("orders.create", params, R"({"baseline":true})");
    ASSERT_EQ(answer.word, "outcome_unknown");
    answer = client.call("reconcile", write(answer.document["reconcile"]));
    EXPECT_EQ(text(answer.document, "data", "verdict"), "happened") << answer.text;
    EXPECT_EQ(box.effects("orders"), 1);
}

} // namespace
} // namespace hostbill::faults
