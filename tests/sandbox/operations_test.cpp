// Every operation of every portal, called with the parameters that the sandbox itself offers, answers in the shape of
// the catalogue's example.
#include "core/catalog/result_texts.hpp"
#include "requests.hpp"

#include <algorithm>

namespace hostbill::sandbox::test {
namespace {

// Objects whose members are ids or names of things: only what is in them has a shape.
bool is_map(const json::Object &example) {
    return !example.empty() && std::all_of(example.begin(), example.end(), [](const json::Member &member) {
        return member.key.view().find_first_of("0123456789.") != std::string::npos &&
               member.key.view().find("address") != 0 && member.key.view().find("ns") != 0 &&
               member.key.view().find("tax") != 0;
    });
}

// Numbers and texts mix in the documents; lists and maps do not, but for PHP's empty map.
void compare(const std::string &place, const json::Value &example, const json::Value &answer,
             std::vector<std::string> &differences) {
    if (const json::Object *object = example.object()) {
        if (is_map(*object) || object->empty()) {
            if (answer.object() == nullptr && (answer.array() == nullptr || !answer.array()->empty()))
                differences.push_back(place + " should be a map");
            return;
        }
        for (const json::Member &member : *object) {
            const json::Value *other = answer.find(member.key);
            if (other == nullptr)
                differences.push_back(place + "." + member.key + " is missing");
            else
                compare(place + "." + member.key, member.value, *other, differences);
        }
    } else if (const json::Array *list = example.array()) {
        // A record's content is a list for some types and a text for most.
        if (answer.is_null() || (place.ends_with(".content") && answer.string() != nullptr))
            return;
        if (answer.array() == nullptr)
            differences.push_back(place + " should be a list");
        else if (!list->empty() && !answer.array()->empty())
            compare(place + "[0]", list->front(), answer.array()->front(), differences);
    } else if (!example.is_null() && (answer.array() != nullptr || answer.object() != nullptr)) {
        differences.push_back(place + " should be a single value");
    }
}

class Operations : public testing::TestWithParam<std::tuple<std::string_view, bool>> {};

TEST_P(Operations, AllAnswerInTheirShape) {
    const auto [name, backwards] = GetParam();
    const Portal &portal = *find_portal(name);
    Box box(name, R"("auto_credit":false)");
    const json::Value info = box.control(R"({"command":"info"})");
    const json::Object &samples = *info.find("operations")->object();
    std::vector<const Operation *> called;
    for (const Operation &operation : operations())
        if ((operation.portals & portal.bit) != 0)
            called.push_back(&operation);
    ASSERT_EQ(samples.size(), called.size());
    if (backwards)
        std::reverse(called.begin(), called.end());

    for (const Operation *operation : called) {
        SCOPED_TRACE(operation->id);
        json::Object params = *samples.find(operation->id)->object();
        if (operation->id == "auth.login")
            params = json::Object{{"username", box.info("username")}, {"password", box.info("password")}};
        std::string refresh;
        if (operation->id == "auth.refresh" || operation->id == "auth.revoke") {
            Answer login = box.post("/login", json::write_utf8(json::Object{{"username", box.info("username")},
                                                                            {"password", box.info("password")}}));
            params.set("refresh_token", login.word({"refresh"}));
        }
        Request request = make_request(*operation, portal, params);
        request.url = box.url() + request.url;
        request.user = operation->anonymous ? "" : box.user();
        Answer answer = send(request);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.headers["content-type"], "application/json");
        EXPECT_TRUE(answer.body.object() != nullptr || answer.body.array() != nullptr) << answer.text;
        EXPECT_EQ(answer.error(), "") << answer.text;

        auto result = json::parse(ResultTexts().of(*operation));
        ASSERT_TRUE(result);
        const json::Value *raw = result->find("raw");
        ASSERT_NE(raw, nullptr);
        const json::Value *example = raw->find("example");
        ASSERT_NE(example, nullptr);
        std::vector<std::string> differences;
        compare("", *example, answer.body, differences);
        EXPECT_THAT(differences, testing::IsEmpty()) << answer.text;
        bool documented = *result->find("source") == json::Value("documented");
        EXPECT_EQ(answer.headers["x-sandbox-assumed"], documented ? "" : "1");
    }
}

INSTANTIATE_TEST_SUITE_P(Portals, Operations, testing::Combine(testing::ValuesIn(all_portals), testing::Bool()),
                         [](const auto &tested) {
                             return std::string(std::get<0>(tested.param)) +
                                    (std::get<1>(tested.param) ? "_backwards" : "");
                         });

TEST(EveryOperation, IsOneOf502) {
    std::size_t count = 0;
    for (std::string_view name : all_portals) {
        Box box(name);
        json::Value info = box.control(R"({"command":"info"})");
        count += info.find("operations")->object()->size();
    }
    EXPECT_EQ(count, 502U);
}

TEST(EveryOperation, NeedsCredentialsUnlessItIsAnonymous) {
    for (std::string_view name : all_portals) {
        const Portal &portal = *find_portal(name);
        Box box(name);
        json::Value info = box.control(R"({"command":"info"})");
        for (const Operation &operation : operations()) {
            if ((operation.portals & portal.bit) == 0 || operation.anonymous)
                continue;
            SCOPED_TRACE(operation.id);
            Request request = make_request(operation, portal, *info.find("operations")->find(operation.id)->object());
            request.url = box.url() + request.url;
            Answer answer = send(request);
            EXPECT_EQ(answer.status, 401);
            EXPECT_EQ(answer.error(), "unauthorized");
        }
        json::Value ledger = box.control(R"({"command":"ledger"})");
        EXPECT_TRUE(ledger.object()->empty()) << json::write_utf8(ledger);
    }
}

} // namespace
} // namespace hostbill::sandbox::test
