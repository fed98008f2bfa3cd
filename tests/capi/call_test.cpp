// Calls and their documents.
#include "support.hpp"

namespace {

class CallTest : public CapiTest {
protected:
    Portal portal_;
};

TEST_F(CallTest, AnswerHasDataInfoAndMeta) {
    portal_.answer(200, R"({"success":true,"details":{"acc_balance":"12.30"},"info":["done"]})");
    const Client client = make_client(portal_.config());
    char *text = nullptr;
    ASSERT_EQ(hostbill_client_call(client.get(), "account.balance", "{}", R"({"tag":"t-1"})", &text), HOSTBILL_OK);
    const Document answer(text);
    EXPECT_EQ(answer.string("/data/acc_balance"), "12.30");
    EXPECT_EQ(answer.string("/info/0"), "done");
    EXPECT_EQ(answer.string("/meta/operation"), "account.balance");
    EXPECT_EQ(answer.integer("/meta/http_status"), 200);
    EXPECT_EQ(answer.integer("/meta/attempts"), 1);
    EXPECT_GE(answer.integer("/meta/elapsed_ms"), 0);
    EXPECT_EQ(answer.string("/meta/tag"), "t-1");
}

TEST_F(CallTest, MethodAndPathNameTheSameOperation) {
    const Client client = make_client(portal_.config());
    const Document answer(hostbill_client_call_json(client.get(), "GET /balance", nullptr, nullptr));
    EXPECT_EQ(answer.string("/meta/operation"), "account.balance");
}

TEST_F(CallTest, EnvelopeHoldsAnswerOrError) {
    const Client client = make_client(portal_.config());
    const Document good(hostbill_client_call_json(client.get(), "account.balance", nullptr, nullptr));
    EXPECT_TRUE(good.boolean("/ok"));
    EXPECT_TRUE(good.has("/data"));
    EXPECT_EQ(good.string("/meta/operation"), "account.balance");

    portal_.answer(200, R"({"error":["wronglogin"]})");
    const Document bad(hostbill_client_call_json(client.get(), "account.balance", nullptr, R"({"tag":"x"})"));
    EXPECT_FALSE(bad.boolean("/ok"));
    EXPECT_FALSE(bad.has("/data"));
    EXPECT_EQ(bad.string("/error/class"), "authentication");
    EXPECT_EQ(bad.integer("/error/status"), HOSTBILL_ERROR_AUTHENTICATION);
    EXPECT_EQ(bad.string("/error/portal_errors/0"), "wronglogin");
    EXPECT_EQ(bad.string("/error/operation"), "account.balance");
    EXPECT_EQ(bad.integer("/error/http_status"), 200);
    EXPECT_EQ(bad.string("/error/tag"), "x");
}

TEST_F(CallTest, StatusAndErrorAgree) {
    portal_.answer(200, R"({"error":["Some trouble"]})");
    const Client client = make_client(portal_.config());
    char *text = nullptr;
    const int status = hostbill_client_call(client.get(), "account.balance", nullptr, nullptr, &text);
    const Document error(text);
    EXPECT_EQ(error.integer("/status"), status);
    EXPECT_EQ(error.string("/class"), hostbill_status_name(status));
    EXPECT_FALSE(error.string("/message").empty());
    EXPECT_TRUE(error.has("/retryable"));
}

// Document checks that the text is ASCII; here that the text is still what it was.
TEST_F(CallTest, TextArrivesAsAscii) {
    portal_.answer(200, R"({"details":{"name":"Žydrūnas €","emoji":"😀","line":"a\u2028b","nul":"a\u0000b"}})");
    const Client client = make_client(portal_.config());
    const Document answer(hostbill_client_call_json(client.get(), "account.get", nullptr, nullptr));
    EXPECT_EQ(answer.string("/data/details/name"), "Žydrūnas €");
    EXPECT_EQ(answer.string("/data/details/emoji"), "😀");
    EXPECT_EQ(answer.string("/data/details/line"), "a\u2028b");
    EXPECT_NE(answer.text().find("a\\u0000b"), std::string::npos);
}

TEST_F(CallTest, LargeNumbersAndDecimalsArriveWhole) {
    portal_.answer(200, R"({"a":9007199254740993,"b":12.30,"d":-9223372036854775808,"e":42})");
    const Client client = make_client(portal_.config());
    const Document answer(hostbill_client_call_json(client.get(), "account.balance", nullptr, nullptr));
    EXPECT_EQ(answer.string("/data/a"), "9007199254740993");
    EXPECT_EQ(answer.string("/data/d"), "-9223372036854775808");
    EXPECT_NE(answer.text().find("12.30"), std::string::npos);
    EXPECT_EQ(answer.integer("/data/e"), 42);
}

TEST_F(CallTest, DryRunSendsNothingAndMasks) {
    const Client client = make_client(portal_.config());
    const Document answer(hostbill_client_call_json(client.get(), "account.balance", nullptr, R"({"dry_run":true})"));
    EXPECT_TRUE(answer.boolean("/ok"));
    EXPECT_EQ(answer.string("/data/method"), "GET");
    EXPECT_EQ(answer.string("/data/url"), portal_.url() + "/balance");
    EXPECT_EQ(answer.text().find("s3cret"), std::string::npos);
    EXPECT_EQ(portal_.requests(), 0);
}

TEST_F(CallTest, ReadOnlyRefusesBeforeAnythingIsSent) {
    const Client client = make_client(portal_.config(R"("read_only":true)"));
    const Document answer(hostbill_client_call_json(client.get(), "services.reboot", R"({"service_id":1})", nullptr));
    EXPECT_EQ(answer.string("/error/class"), "read_only");
    EXPECT_EQ(portal_.requests(), 0);
}

TEST_F(CallTest, AClosedClientRefuses) {
    const Client client = make_client(portal_.config());
    hostbill_client_close(client.get());
    hostbill_client_close(client.get());
    char *text = nullptr;
    EXPECT_EQ(hostbill_client_call(client.get(), "account.balance", nullptr, nullptr, &text), HOSTBILL_ERROR_USAGE);
    EXPECT_NE(Document(text).string("/message").find("closed"), std::string::npos);
    text = nullptr;
    EXPECT_EQ(hostbill_client_submit(client.get(), "account.balance", nullptr, nullptr, nullptr, &text),
              HOSTBILL_ERROR_USAGE);
    EXPECT_NE(Document(text).string("/message").find("closed"), std::string::npos);
    EXPECT_EQ(hostbill_client_cancel(client.get(), 0), HOSTBILL_OK);
    EXPECT_EQ(portal_.requests(), 0);
}

} // namespace
