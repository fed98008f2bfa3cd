// Every parameter of every operation, with values that are none of its kind: SQL, other people's ids, lists for texts.
#include "bystander.hpp"
#include "requests.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace hostbill::sandbox::test {
namespace {

// What a bystander can ask for that none of this changes.
const std::string nobodys_service = "/service/999999";

constexpr std::string_view sql = R"('; DROP TABLE services; -- " OR 1=1)";

// Well-formed requests of one portal, each about one parameter.
class BadValues : public testing::TestWithParam<std::string_view> {
protected:
    using Values = std::function<std::vector<json::Value>(const Param &)>;

    struct Attempt {
        const Operation *operation;
        std::string what; // for messages
        Request request;
    };

    // Each operation's sample with one parameter changed, which may be one that the sample lacks.
    std::vector<Attempt> attempts(const Values &values) const {
        std::vector<Attempt> all;
        for (const Operation &operation : operations()) {
            if ((operation.portals & portal_.bit) == 0)
                continue;
            const json::Object &sample = *samples_.find(operation.id)->object();
            for (const Param &param : operation.params) {
                if ((param.portals & portal_.bit) == 0)
                    continue;
                for (const json::Value &value : values(param)) {
                    json::Object params = sample;
                    params.set(param.name, value);
                    Request request = make_request(operation, portal_, params);
                    request.url = box_.url() + request.url;
                    request.user = user_;
                    all.push_back({&operation,
                                   std::string(operation.id) + " with " + std::string(param.name) + " " +
                                       json::write_utf8(value).substr(0, 60),
                                   std::move(request)});
                }
            }
        }
        return all;
    }

    static bool is_refused(const Answer &answer) { return answer.status >= 400 || !answer.error().empty(); }

    // What everybody may expect of any answer.
    static void expect_well_formed(const Answer &answer) {
        EXPECT_LT(answer.status, 500) << answer.text;
        EXPECT_TRUE(answer.body.object() != nullptr || answer.body.array() != nullptr) << answer.text;
        EXPECT_EQ(answer.text.find("SQL"), answer.text.npos) << answer.text;
    }

    // All that can be read of the world, by operation.
    std::map<std::string, std::string> dump() const {
        std::map<std::string, std::string> world;
        for (const Operation &operation : operations()) {
            if ((operation.portals & portal_.bit) == 0 || operation.effect != Effect::read)
                continue;
            Request request = make_request(operation, portal_, *samples_.find(operation.id)->object());
            request.url = box_.url() + request.url;
            request.user = user_;
            world[std::string(operation.id)] = send(request).text;
        }
        world["ledger"] = json::write_utf8(box_.control(R"({"command":"ledger"})"));
        return world;
    }

    // Compares what is the same twice in a row: some answers are new each time, such as console tickets.
    void expect_unchanged(const std::function<void()> &during) const {
        const auto first = dump(), before = dump();
        during();
        const auto after = dump();
        std::size_t compared = 0;
        for (const auto &[operation, answer] : before) {
            if (first.at(operation) != answer)
                continue;
            EXPECT_EQ(after.at(operation), answer) << operation;
            ++compared;
        }
        EXPECT_GT(compared, before.size() * 3 / 4);
    }

    void reset() const { box_.control(R"({"command":"reset"})"); }

    const Portal &portal_ = *find_portal(GetParam());
    Box box_{GetParam(), R"("clock":"virtual")"}; // What is true of a moment stays true.
    const std::string user_ = box_.user();
    const json::Value info_ = box_.control(R"({"command":"info"})");
    const json::Object &samples_ = *info_.find("operations")->object();
};

std::vector<json::Value> sql_for(const Param &param) {
    if (param.type == Type::array)
        return {json::Value(sql), json::Array{sql}};
    if (param.type == Type::object)
        return {json::Value(sql), json::Object{{std::string(sql), sql}}};
    return {json::Value(sql), json::Value("user@example.net" + std::string(sql))};
}

TEST_P(BadValues, OfSqlChangeNothingWhereTheyAreRefused) {
    const Bystander bystander(box_, nobodys_service);
    const std::vector<Attempt> all = attempts(sql_for);
    ASSERT_GT(all.size(), 150U);
    // Texts may be anything, also this. Those are carried out, and undone.
    std::vector<const Attempt *> refused;
    for (const Attempt &attempt : all) {
        SCOPED_TRACE(attempt.what);
        const Answer answer = send(attempt.request);
        expect_well_formed(answer);
        if (is_refused(answer))
            refused.push_back(&attempt);
        else if (attempt.operation->effect != Effect::read)
            reset();
    }
    ASSERT_GT(refused.size(), all.size() / 3);
    reset();
    expect_unchanged([&] {
        for (const Attempt *attempt : refused) {
            SCOPED_TRACE(attempt->what);
            EXPECT_TRUE(is_refused(send(attempt->request)));
        }
    });
}

// What is accepted is a text like any other: it comes back as it was given.
TEST_P(BadValues, OfSqlAreTextWhereTheyAreAccepted) {
    const json::Value services = box_.get("/service").body;
    ASSERT_EQ(box_.post("/service/5120/label", json::write_utf8(json::Object{{"label", sql}})).error(), "");
    EXPECT_EQ(box_.get("/service/5120/label").word({"label"}), sql);
    EXPECT_EQ(box_.get("/service").body, services);
}

std::vector<json::Value> foreign_ids(const Param &param) {
    if (param.place != Place::path)
        return {};
    std::vector<json::Value> ids;
    for (std::string_view id :
         {"-1", "7777777", "99999999999999999999", "5120abc", "5120 ", "+5120", "5120.0", "0x1400", "5120' OR '1'='1",
          "nobody.example", "%", "\xef\xbc\x95\xef\xbc\x91\xef\xbc\x92\xef\xbc\x90"})
        ids.emplace_back(id);
    return ids;
}

TEST_P(BadValues, OfOtherPeopleAreNotFound) {
    const Bystander bystander(box_);
    const std::vector<Attempt> all = attempts(foreign_ids);
    ASSERT_GT(all.size(), 500U);
    expect_unchanged([&] {
        for (const Attempt &attempt : all) {
            SCOPED_TRACE(attempt.what);
            const Answer answer = send(attempt.request);
            expect_well_formed(answer);
            EXPECT_TRUE(is_refused(answer)) << answer.text.substr(0, 200);
        }
    });
}

std::vector<json::Value> odd_values(const Param &param) {
    if (param.place != Place::body)
        return {};
    json::Value deep = "x";
    for (int i = 0; i < 20; ++i)
        deep = json::Array{json::Object{{"a", std::move(deep)}}};
    return {nullptr,
            -1,
            std::numeric_limits<std::int64_t>::max(),
            json::Value::number("1e400"),
            json::Value::number(std::string(400, '9')),
            std::string(10'000, 'x'),
            "a\r\nSet-Cookie: x=y \xf0\x9f\x98\x80",
            json::Array{},
            json::Array{nullptr, json::Array{json::Array{}}, json::Object{{"", ""}}},
            json::Object{{"0", json::Object{{"0", "x"}}}, {std::string(sql), true}},
            std::move(deep)};
}

TEST_P(BadValues, OfAnotherKindAreAnswered) {
    const Bystander bystander(box_, nobodys_service);
    const Operation *last = nullptr;
    for (const Attempt &attempt : attempts(odd_values)) {
        SCOPED_TRACE(attempt.what);
        if (std::exchange(last, attempt.operation) != attempt.operation)
            reset(); // Earlier ones may have ended what this one is about.
        const std::int64_t before = box_.ledger(attempt.operation->id);
        const Answer answer = send(attempt.request);
        expect_well_formed(answer);
        if (is_refused(answer)) {
            EXPECT_EQ(box_.ledger(attempt.operation->id), before);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Portals, BadValues, testing::ValuesIn(all_portals),
                         [](const auto &tested) { return std::string(tested.param); });

} // namespace
} // namespace hostbill::sandbox::test
