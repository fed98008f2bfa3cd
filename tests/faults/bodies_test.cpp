// What an answer's body may do to a client: lie, end too early, be malformed, or hold values that are easily changed.
#include "libraries.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace hostbill::faults {
namespace {

bool is_ascii(const std::string &text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

class Body : public testing::Test {
protected:
    Answer answer_with(const std::string &body, const char *operation = "account.get",
                       const std::string &options = "{}") const {
        box.control(R"({"command":"clear_faults"})");
        box.add_fault(operation, R"({"kind":"status","status":200,"body":)" + quote(body) + "}", 0);
        return client.call(operation, write(*find(box.info(), "operations", operation)), options);
    }

    Box box{"time4vps"};
    Client client{config_for(box)};
};

TEST_F(Body, With200AndAnErrorIsNoSuccess) {
    for (const char *body :
         {R"({"error":["Some words"]})", R"({"error":"Some words"})", R"({"error":[["key","argument"]]})",
          R"({"error":[42]})", R"({"error":{"email":"is taken"}})", R"({"success":false})", R"({"ok":false})",
          R"({"success":"false","message":"No"})", R"({"data":{},"error":["Some words"]})"}) {
        SCOPED_TRACE(body);
        EXPECT_NE(answer_with(body).word, "success");
        EXPECT_NE(answer_with(body, "servers.reboot").word, "success");
    }
    EXPECT_NE(answer_with(R"({"status":false})", "servers.reboot").word, "success");
}

TEST_F(Body, WithAnEmptyListOfErrorsIsASuccess) {
    EXPECT_EQ(answer_with(R"({"error":[],"client":{"id":"1"}})").word, "success");
    EXPECT_EQ(answer_with(R"({"status":false})").word, "success"); // data, in what is read
}

TEST_F(Body, ThatIsCutOffIsNeverASuccess) {
    const std::string whole = R"({"client":{"id":"4107","tags":["a",12.50,true],"name":"\u00e9"},"info":[]})";
    ASSERT_EQ(answer_with(whole).word, "success");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const Answer read = answer_with(whole.substr(0, length), "account.get", R"({"max_attempts":1})");
        EXPECT_EQ(read.word, "protocol") << length << ": " << read.text;
        const Answer unsafe = answer_with(whole.substr(0, length), "servers.reboot");
        EXPECT_EQ(unsafe.word, "outcome_unknown") << length << ": " << unsafe.text;
    }
}

// The same with a length that claims more than comes.
TEST_F(Body, ThatEndsBeforeItsLengthIsNeverASuccess) {
    for (int at = 0; at < 60; ++at) {
        box.control(R"({"command":"clear_faults"})");
        box.add_fault("account.get", R"({"kind":"truncate","body_at":)" + std::to_string(at) + "}", 0);
        EXPECT_NE(client.call("account.get", "{}", R"({"max_attempts":1})").word, "success") << at;
    }
}

TEST_F(Body, WithTwoLengthsIsNotCutToTheShorter) {
    const std::string good = write(client.call("payment_methods.list").document["data"]);
    for (const int delta : {-1000, -20, -1, 1, 20, 1000}) {
        SCOPED_TRACE(delta);
        box.control(R"({"command":"clear_faults"})");
        box.add_fault("payment_methods.list", R"({"kind":"dual_length","delta":)" + std::to_string(delta) + "}", 0);
        const Answer answer = client.call("payment_methods.list", "{}", R"({"max_attempts":1})");
        EXPECT_TRUE(answer.word != "success" || write(answer.document["data"]) == good) << answer.text;
        box.control(R"({"command":"clear_faults"})");
        EXPECT_EQ(write(client.call("payment_methods.list").document["data"]), good);
    }
}

TEST_F(Body, KeepsItsNumbers) {
    const std::string body =
        R"({"beyond":9007199254740993,"below":-9007199254740993,"huge":123456789012345678901234567890,)"
        R"("exact":9007199254740991,"money":"10.00","decimal":10.00,"tiny":0.1000,)"
        R"("empty":"","nothing":null,"zero":-0,"leading":"007"})";
    const Answer answer = answer_with(body);
    ASSERT_EQ(answer.word, "success") << answer.text;
    for (const char *part :
         {R"("beyond":"9007199254740993")", R"("below":"-9007199254740993")",
          R"("huge":"123456789012345678901234567890")", R"("exact":9007199254740991)", R"("money":"10.00")",
          R"("decimal":10.00,)", R"("tiny":0.1000,)", R"("empty":"")", R"("nothing":null)", R"("leading":"007")"})
        EXPECT_NE(answer.text.find(part), std::string::npos) << part << " in " << answer.text;
    const Answer raw = answer_with(body, "account.get", R"({"raw":true})");
    EXPECT_NE(raw.text.find(body), std::string::npos) << raw.text;
}

TEST_F(Body, ThatIsDeepIsAnErrorAndNoCrash) {
    for (const int depth : {1'000, 100'000, 1'000'000}) {
        const std::string body = std::string(static_cast<std::size_t>(depth), '[');
        const std::string closed = body + std::string(body.size(), ']');
        EXPECT_EQ(answer_with(closed, "account.get", R"({"max_attempts":1})").word, "protocol") << depth;
        EXPECT_EQ(answer_with(body, "account.get", R"({"max_attempts":1})").word, "protocol") << depth;
        EXPECT_EQ(answer_with(closed, "servers.reboot").word, "outcome_unknown") << depth;
    }
    std::string objects;
    for (int i = 0; i < 100'000; ++i)
        objects += R"({"a":)";
    EXPECT_EQ(answer_with(objects, "account.get", R"({"max_attempts":1})").word, "protocol");
}

TEST_F(Body, ThatIsShallowEnoughIsRead) {
    EXPECT_EQ(answer_with(R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}").word, "success");
}

// As PHP, JavaScript and Python read it: the last one counts.
TEST_F(Body, WithRepeatedMembersIsReadAsEverybodyReadsIt) {
    const Answer answer = answer_with(R"({"client":{"id":"1","id":"2"}})");
    EXPECT_EQ(answer.word, "success");
    EXPECT_EQ(number(answer.document["data"], "id"), 2);
}

// Its document would throw where it is none.
TEST_F(Body, WithHalfACharacterStaysValidJson) {
    for (const char *body :
         {R"({"a":"\ud800"})", R"({"a":"\udc00\ud800"})", R"({"a":"\ud800\u0041"})", R"({"\ud800":1})"}) {
        const Answer answer = answer_with(body);
        EXPECT_EQ(answer.word, "success") << answer.text;
        EXPECT_TRUE(is_ascii(answer.text)) << answer.text;
    }
    box.control(R"({"command":"clear_faults"})");
    box.add_fault("account.get", R"({"kind":"invalid_json","how":"bad_utf8"})", 0);
    const Answer answer = client.call("account.get");
    EXPECT_EQ(answer.word, "success") << answer.text;
    EXPECT_TRUE(is_ascii(answer.text)) << answer.text;
}

} // namespace
} // namespace hostbill::faults
