// Malformed input: each is a usage error, and nothing is sent.
#include "support.hpp"

#include <vector>

namespace {

class InputTest : public CapiTest {
protected:
    void expect_refused(const char *operation, const std::string &params, const char *options = nullptr) {
        char *text = nullptr;
        EXPECT_EQ(hostbill_client_call(client_.get(), operation, params.c_str(), options, &text), HOSTBILL_ERROR_USAGE)
            << operation << " " << params.substr(0, 200);
        const Document error(text);
        EXPECT_EQ(error.string("/class"), "usage") << error.text();
        EXPECT_LT(error.text().size(), 20'000U);
        EXPECT_EQ(portal_.requests(), 0);
    }

    void TearDown() override {
        client_.reset();
        CapiTest::TearDown();
    }

    Portal portal_;
    Client client_ = make_client(portal_.config());
};

// Texts that are no JSON object, or none that may come in.
std::vector<std::string> garbage() {
    return {
        "{",
        "}",
        "[]",
        "null",
        "\"text\"",
        "42",
        "{]",
        "{\"a\":}",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1}{\"a\":1}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"a\":1} // comment",
        "{\"domain_id\":1,\"domain_id\":2}",
        "{\"a\":\"\xff\xfe\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\n\"}",
        "\xef\xbb\xbf{}",
        "\xff",
        std::string(10'000, '['),
        "{\"a\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}",
        std::string(1'000'000, '{'),
    };
}

TEST_F(InputTest, ParametersThatAreNoObject) {
    for (const std::string &text : garbage()) {
        expect_refused("domains.get", text);
    }
}

TEST_F(InputTest, OptionsThatAreNoObject) {
    for (const std::string &text : garbage()) {
        expect_refused("domains.get", R"({"domain_id":1})", text.c_str());
    }
}

TEST_F(InputTest, ConfigurationsThatAreNoObject) {
    for (const std::string &text : garbage()) {
        hostbill_client *client = nullptr;
        char *error = nullptr;
        EXPECT_EQ(hostbill_client_new(text.c_str(), &client, &error), HOSTBILL_ERROR_USAGE) << text.substr(0, 200);
        EXPECT_EQ(client, nullptr);
        EXPECT_EQ(Document(error).string("/class"), "usage");
    }
}

TEST_F(InputTest, SubmittedGarbageComesBackAsAnswers) {
    for (const std::string &text : garbage()) {
        std::int64_t id = 0;
        ASSERT_EQ(hostbill_client_submit(client_.get(), "domains.get", text.c_str(), text.c_str(), &id, nullptr), 0);
        const Document answer = next(client_);
        EXPECT_EQ(answer.integer("/id"), id);
        EXPECT_EQ(answer.string("/error/class"), "usage") << answer.text();
    }
    EXPECT_EQ(portal_.requests(), 0);
}

TEST_F(InputTest, SixtyFourMegabytes) {
    const std::string text = "{\"a\":\"" + std::string(std::size_t{64} << 20, 'x') + "\"}";
    expect_refused("domains.get", text);
    expect_refused("domains.get", R"({"domain_id":1})", text.c_str());
}

TEST_F(InputTest, UnknownOperations) {
    for (const char *operation : {"", " ", ".", "domains", "domains.gett", "DOMAINS.GET", "GET /nowhere", "GET",
                                  "get /domain", "\xff\xfe", "a\nb", "%s%s%n", "domains.get\x01"}) {
        expect_refused(operation, "{}");
    }
    expect_refused(std::string(1'000'000, 'a').c_str(), "{}");
}

TEST_F(InputTest, AnUnknownOperationSuggestsTheNearest) {
    const Document answer(hostbill_client_call_json(client_.get(), "domains.gett", nullptr, nullptr));
    EXPECT_NE(answer.text().find("domains.get"), std::string::npos) << answer.text();
}

TEST_F(InputTest, IdsThatWouldChangeThePath) {
    for (const char *id : {"../x", "//evil", "a?b", "%2e%2e", "..", ".", "1#2", "1/2", "1\\\\2", "1\\r\\nX: y",
                           "1\\u0000", "", "1\\t"}) {
        expect_refused("domains.get", std::string(R"({"domain_id":")") + id + "\"}");
    }
}

TEST_F(InputTest, AllMistakesAtOnce) {
    char *text = nullptr;
    ASSERT_EQ(hostbill_client_call(client_.get(), "domains.dns_records.create", R"({"domain_idd":1,"type":5})", nullptr,
                                   &text),
              HOSTBILL_ERROR_USAGE);
    const Document error(text);
    EXPECT_TRUE(error.has("/fields/1")) << error.text();
    EXPECT_NE(error.text().find(R"("nearest":"domain_id")"), std::string::npos) << error.text();
    EXPECT_EQ(portal_.requests(), 0);
}

TEST_F(InputTest, UnknownOptionsAndConfigurationKeys) {
    expect_refused("domains.get", R"({"domain_id":1})", R"({"timeot":1})");
    hostbill_client *client = nullptr;
    char *text = nullptr;
    EXPECT_EQ(hostbill_client_new(R"({"portal":"time4vps","pasword":"s3cret-pass"})", &client, &text),
              HOSTBILL_ERROR_USAGE);
    const Document error(text);
    EXPECT_NE(error.text().find("password"), std::string::npos) << error.text();
    EXPECT_EQ(error.text().find("s3cret"), std::string::npos) << error.text();
}

TEST_F(InputTest, BaseUrlsThatAreNotHttps) {
    for (const char *url : {"http://example.com/api", "ftp://example.com", "file:///etc/passwd", "example.com", "",
                            "https://", "https://user:pass@example.com/api", "javascript:1"}) {
        const std::string config = std::string(R"({"portal":"time4vps","base_url":")") + url + "\"}";
        hostbill_client *client = nullptr;
        char *error = nullptr;
        EXPECT_EQ(hostbill_client_new(config.c_str(), &client, &error), HOSTBILL_ERROR_USAGE) << url;
        EXPECT_EQ(Document(error).string("/class"), "usage");
        hostbill_client_free(client);
    }
}

} // namespace
