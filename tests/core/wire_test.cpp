// Every operation of every portal, on a real socket, byte for byte against tests/wire/.
#include "support.hpp"

#include "core/catalog/catalog.hpp"

#include <fstream>
#include <sstream>

namespace hostbill::test {
namespace {

std::string file_text(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The file's configuration, with the address of the test's own server.
std::string config_at(const json::Value &golden, const std::string &url) {
    json::Object config = *golden.find("config")->object();
    config.set("base_url", url);
    return json::write_utf8(json::Value(config));
}

void check_request(const Received &request, const json::Value &expected, const std::string &operation) {
    EXPECT_EQ(request.method, *expected.find("method")->string()) << operation;
    EXPECT_EQ(request.target, *expected.find("target")->string()) << operation;
    EXPECT_EQ(request.body, *expected.find("body")->string()) << operation;
    const json::Object &headers = *expected.find("headers")->object();
    for (const json::Member &header : headers) {
        EXPECT_EQ(request.header(header.key), *header.value.string()) << operation << " " << header.key.view();
    }
    for (const char *name : {"Authorization", "Content-Type", "Content-Length"}) {
        EXPECT_EQ(request.has_header(name), headers.find(name) != nullptr) << operation << " " << name;
    }
    EXPECT_FALSE(request.has_header("Expect")) << operation;
    EXPECT_EQ(request.header("User-Agent"), "hostbill/0.1.0") << operation;
}

class Wire : public testing::TestWithParam<std::string> {};

TEST_P(Wire, EveryRequestIsAsWritten) {
    const std::string text = file_text(HOSTBILL_WIRE_DIR "/" + GetParam() + ".json");
    const json::Value golden = parsed(text);
    ASSERT_NE(golden.find("cases"), nullptr);
    TestServer server({Reply{}});
    const std::unique_ptr<Client> client = make_client(config_at(golden, server.url()));
    std::size_t count = 0;
    for (const json::Value &each : *golden.find("cases")->array()) {
        const std::string &operation = *each.find("operation")->string();
        const Result<std::string> result = client->call(operation, json::write_utf8(*each.find("params")));
        ASSERT_TRUE(result) << operation << " " << error_document(result.error());
        const std::vector<Received> received = server.received();
        ASSERT_EQ(received.size(), ++count) << operation;
        check_request(received.back(), *each.find("request"), operation);
    }
    // All that the portal has.
    std::size_t operations_of_portal = 0;
    for (const Operation &operation : operations()) {
        if ((operation.portals & find_portal(GetParam())->bit) != 0)
            ++operations_of_portal;
    }
    EXPECT_EQ(count, operations_of_portal);
}

INSTANTIATE_TEST_SUITE_P(Portals, Wire, testing::Values("coloup", "generic", "time4vps", "elsecloud", "internetport"),
                         [](const auto &each) { return each.param; });

} // namespace
} // namespace hostbill::test
