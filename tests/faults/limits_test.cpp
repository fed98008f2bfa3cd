// A server that sends without end, or hardly at all.
#include "libraries.hpp"

#include <chrono>
#include <fstream>
#include <gtest/gtest.h>

namespace hostbill::faults {
namespace {

// The most memory that this process has had so far.
std::int64_t peak_kilobytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        std::int64_t kilobytes = 0;
        if (word == "VmHWM:" && status >> kilobytes)
            return kilobytes;
    }
    return -1;
}

class Limits : public testing::Test {
protected:
    Answer call(const char *operation, const std::string &fault, const std::string &options) const {
        const std::int64_t id = box.add_fault(operation, fault, 0);
        Answer answer = client.call(operation, write(*find(box.info(), "operations", operation)), options);
        EXPECT_GE(box.fired(id), 1);
        box.control(R"({"command":"clear_faults"})");
        return answer;
    }

    Box box{"time4vps"};
    Client client{config_for(box)};
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::int64_t allowed_growth = 1'000'000; // The sanitizers' own needs are no measure.
#else
constexpr std::int64_t allowed_growth = 48'000;
#endif

TEST_F(Limits, ABombStaysSmall) {
    ASSERT_EQ(client.call("account.get").word, "success");
    for (const int layers : {1, 2}) {
        const std::int64_t before = peak_kilobytes();
        const std::string bomb = R"({"kind":"gzip_bomb","bytes":100000000,"layers":)" + std::to_string(layers) + "}";
        EXPECT_EQ(call("account.get", bomb, "{}").word, "protocol");
        EXPECT_EQ(call("servers.reboot", bomb, "{}").word, "outcome_unknown");
        EXPECT_LT(peak_kilobytes() - before, allowed_growth);
    }
    EXPECT_EQ(client.call("account.get").word, "success");
}

TEST_F(Limits, AnswersAreDecodedTwiceAtMost) {
    EXPECT_EQ(call("account.get", R"({"kind":"encodings","encodings":"gzip"})", "{}").word, "success");
    EXPECT_EQ(call("account.get", R"({"kind":"encodings","encodings":"gzip, gzip"})", "{}").word, "success");
    for (const char *chain :
         {"gzip, gzip, gzip", "gzip, gzip, gzip, gzip, gzip", "gzip, gzip, gzip, gzip, gzip, gzip"}) {
        const std::string fault = R"({"kind":"encodings","encodings":)" + quote(chain) + "}";
        EXPECT_EQ(call("account.get", fault, "{}").word, "protocol") << chain;
        EXPECT_EQ(call("servers.reboot", fault, "{}").word, "outcome_unknown") << chain;
    }
}

TEST_F(Limits, HeadersWithoutEndAreAnError) {
    const std::int64_t before = peak_kilobytes();
    EXPECT_EQ(call("account.get", R"({"kind":"endless_headers","bytes":0})", "{}").word, "protocol");
    EXPECT_EQ(call("servers.reboot", R"({"kind":"endless_headers","bytes":0})", "{}").word, "outcome_unknown");
    EXPECT_LT(peak_kilobytes() - before, allowed_growth);
    EXPECT_EQ(client.call("account.get").word, "success");
}

// However slowly something comes, and however often it is tried: the call's time is the call's time.
TEST_F(Limits, TheDeadlineHolds) {
    for (const char *fault : {R"({"kind":"drip","part":"body","bytes":1,"every":200})",
                              R"({"kind":"drip","part":"headers","bytes":1,"every":200})",
                              R"({"kind":"delay","ms":60000})", R"({"kind":"rate_limit","retry_after":"2"})"}) {
        SCOPED_TRACE(fault);
        for (const char *operation : {"account.get", "servers.reboot"}) {
            const auto begin = std::chrono::steady_clock::now();
            const Answer answer = call(operation, fault, R"({"timeout":1.5})");
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
            EXPECT_NE(answer.word, "success");
            EXPECT_LT(took.count(), 10) << answer.text;
        }
    }
}

TEST_F(Limits, NobodyWaitsLongerThanAnybodyWants) {
    const auto begin = std::chrono::steady_clock::now();
    const Answer answer = call("account.get", R"({"kind":"rate_limit","retry_after":"3600"})", "{}");
    EXPECT_EQ(answer.word, "rate_limited");
    EXPECT_EQ(number(answer.document, "retry_after_s"), 3600) << answer.text;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

} // namespace
} // namespace hostbill::faults
