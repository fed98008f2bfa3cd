#include "core/tasks/composition.hpp"

#include "support.hpp"

#include <map>

namespace hostbill::test {
namespace {

TEST(Compositions, EachHasItsCodeAndItsRow) {
    std::vector<std::string_view> named, coded, rows;
    for (const Operation &composition : compositions())
        named.push_back(composition.id);
    for (const Composition &code : composition_table())
        coded.push_back(code.id);
    for (const CompositionRow &row : composition_rows())
        rows.push_back(row.id);
    EXPECT_THAT(coded, testing::UnorderedElementsAreArray(named));
    EXPECT_EQ(rows, named);
}

TEST(Compositions, TheErrorSaysWhichStepFailed) {
    const TestServer server(std::vector<Reply>{{.status = 500}});
    const auto client = basic_client(server);
    const auto result = client->call(
        "reconcile", R"({"operation":"servers.reboot","params":{"server_id":1},"since":1})", R"({"max_attempts":1})");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().operation, "reconcile");
    EXPECT_EQ(result.error().step, "servers.tasks.get");
    EXPECT_EQ(result.error().attempts, 1);
}

TEST(Compositions, HaveNoRequestForExtraFields) {
    const TestServer server(std::vector<Reply>{{}});
    const auto client = basic_client(server);
    const auto result = client->call(
        "reconcile", R"({"operation":"servers.reboot","params":{"server_id":1},"since":1})", R"({"extra":{"x":1}})");
    ASSERT_FALSE(result);
    EXPECT_THAT(field_names(result.error()), testing::ElementsAre("options.extra"));
}

TEST(Compositions, TellOfEachRequestWhichOperationItWasFor) {
    const TestServer server([](const Received &request) -> Reply {
        return {.body =
                    request.target.find("/service") != std::string::npos ? R"({"services":[]})" : R"({"invoices":[]})"};
    });
    const auto client = basic_client(server);
    const json::Value result =
        answer(client->call("reconcile", R"({"operation":"orders.create","params":{"product_id":1},"since":1})"));
    const json::Array &history = *result.find("meta")->find("history")->array();
    ASSERT_EQ(history.size(), 2U);
    EXPECT_EQ(*history[0].find("operation")->string(), "services.list");
    EXPECT_EQ(*history[1].find("operation")->string(), "invoices.list");
    EXPECT_EQ(*result.find("meta")->find("attempts")->integer(), 2);
}

} // namespace
} // namespace hostbill::test
