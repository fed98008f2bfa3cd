// The log: one line per request, and nothing in it but what is on the list.
#include "support.hpp"

#include <mutex>
#include <set>
#include <vector>

namespace {

class LogTest : public CapiTest {
protected:
    void SetUp() override { hostbill_set_log(keep, this); }
    void TearDown() override {
        hostbill_set_log(nullptr, nullptr);
        client_.reset();
        CapiTest::TearDown();
    }

    static void keep(void *user, const char *line) {
        auto *test = static_cast<LogTest *>(user);
        const std::lock_guard lock(test->mutex_);
        test->lines_.emplace_back(line);
    }

    void call(const char *operation, const char *params = nullptr) {
        hostbill_string_free(hostbill_client_call_json(client_.get(), operation, params, nullptr));
    }

    Portal portal_;
    Client client_ = make_client(portal_.config());
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

TEST_F(LogTest, OneLinePerRequest) {
    portal_.answer(200, R"({"password":"answer-secret"})");
    call("domains.get", R"({"domain_id":4711})");
    portal_.answer(200, R"({"error":["secret words"]})");
    call("services.reboot", R"({"service_id":4711})");
    ASSERT_EQ(lines_.size(), 2U);

    rapidjson::Document line;
    line.Parse(lines_[0].c_str());
    ASSERT_TRUE(line.IsObject()) << lines_[0];
    EXPECT_STREQ(line["portal"].GetString(), "coloup");
    EXPECT_STREQ(line["operation"].GetString(), "domains.get");
    EXPECT_STREQ(line["method"].GetString(), "GET");
    EXPECT_STREQ(line["path"].GetString(), "/domain/{domain_id}");
    EXPECT_STREQ(line["status"].GetString(), "ok");
    EXPECT_EQ(line["http_status"].GetInt(), 200);
    EXPECT_EQ(line["attempt"].GetInt(), 1);
    EXPECT_GE(line["elapsed_ms"].GetInt(), 0);
    EXPECT_EQ(std::string(line["time"].GetString()).size(), std::string("2026-01-31T12:00:00.000Z").size());
    EXPECT_EQ(line["waited_ms"].GetInt(), 0);
    EXPECT_EQ(line.MemberCount(), 10U);

    line.Parse(lines_[1].c_str());
    EXPECT_STREQ(line["status"].GetString(), "portal_error");
    for (const std::string &text : lines_) {
        EXPECT_EQ(text.find("4711"), std::string::npos) << text;
        EXPECT_EQ(text.find("secret"), std::string::npos) << text;
        EXPECT_EQ(text.find("s3cret"), std::string::npos) << text;
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
}

TEST_F(LogTest, ARetryIsARequestToo) {
    portal_.answer(500, "");
    call("domains.list");
    ASSERT_EQ(lines_.size(), 3U);
    for (int n = 0; n < 3; ++n) {
        const std::string number = "\"attempt\":" + std::to_string(n + 1);
        EXPECT_NE(lines_[static_cast<std::size_t>(n)].find(number), std::string::npos) << lines_[0];
    }
}

TEST_F(LogTest, SubmittedCallsAreLoggedToo) {
    submit(client_, "account.balance");
    next(client_);
    EXPECT_EQ(lines_.size(), 1U);
}

TEST_F(LogTest, WhatSendsNothingIsNotLogged) {
    call("no.such.operation");
    call("domains.get", "{");
    hostbill_string_free(hostbill_client_call_json(client_.get(), "account.balance", nullptr, R"({"dry_run":true})"));
    EXPECT_TRUE(lines_.empty());
}

TEST_F(LogTest, CanBeTurnedOff) {
    hostbill_set_log(nullptr, this);
    call("account.balance");
    EXPECT_TRUE(lines_.empty());
}

void throwing(void *, const char *) { throw 42; }

TEST_F(LogTest, ACallbackThatThrowsDoesNoHarm) {
    hostbill_set_log(throwing, nullptr);
    const Document answer(hostbill_client_call_json(client_.get(), "account.balance", nullptr, nullptr));
    EXPECT_TRUE(answer.boolean("/ok"));
}

} // namespace
