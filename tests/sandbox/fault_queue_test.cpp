// Which request a script hits, how often, and how that can be told afterwards.
#include "fault_client.hpp"

namespace hostbill::sandbox::test {
namespace {

constexpr std::string_view teapot = R"({"kind":"status","status":418})";

std::string status_fault(int status) { return R"({"kind":"status","status":)" + std::to_string(status) + "}"; }

TEST(FaultQueue, FiresAsOftenAsItIsTold) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "account.balance", teapot, R"("times":2)");
    EXPECT_EQ(ask_once(box).status(), 418);
    EXPECT_EQ(ask_once(box).status(), 418);
    EXPECT_EQ(ask_once(box).status(), 200);
    EXPECT_EQ(fired(box, id), 2);
}

TEST(FaultQueue, NeverEndsWithZeroTimes) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "account.balance", teapot, R"("times":0)");
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(ask_once(box).status(), 418);
    EXPECT_EQ(fired(box, id), 5);
    json::Value faults = box.control(R"({"command":"faults"})");
    EXPECT_TRUE(faults.find("faults")->array()->front().find("remaining")->is_null());
}

TEST(FaultQueue, LetsSomeRequestsPassBefore) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "account.balance", teapot, R"("skip":2)");
    EXPECT_EQ(ask_once(box).status(), 200);
    EXPECT_EQ(ask_once(box).status(), 200);
    EXPECT_EQ(fired(box, id), 0);
    EXPECT_EQ(ask_once(box).status(), 418);
    EXPECT_EQ(ask_once(box).status(), 200);
    EXPECT_EQ(fired(box, id), 1);
}

TEST(FaultQueue, KeepsTheOrderInWhichScriptsCame) {
    Box box("time4vps");
    add_fault(box, "account.balance", status_fault(501), R"("times":2)");
    add_fault(box, "account.balance", status_fault(502), R"("skip":1)");
    add_fault(box, "*", status_fault(503));
    std::vector<int> statuses;
    for (int i = 0; i < 6; ++i)
        statuses.push_back(ask_once(box).status());
    EXPECT_THAT(statuses, testing::ElementsAre(501, 501, 200, 502, 503, 200));
}

TEST(FaultQueue, HitsOnlyTheOperationThatIsNamed) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "GET /balance", teapot);
    EXPECT_EQ(ask_once(box, "GET", "/details").status(), 200);
    EXPECT_EQ(fired(box, id), 0);
    EXPECT_EQ(ask_once(box, "GET", "/balance").status(), 418);
}

TEST(FaultQueue, ForAnyOperationHitsUnknownPathsToo) {
    Box box("time4vps");
    std::int64_t id = add_fault(box, "*", teapot, R"("times":2)");
    EXPECT_EQ(ask_once(box, "GET", "/no/such/thing").status(), 418);
    EXPECT_EQ(ask_once(box, "GET", "/details").status(), 418);
    EXPECT_EQ(fired(box, id), 2);
}

TEST(FaultQueue, SaysWhichRequestsItHit) {
    Box box("time4vps");
    ask_once(box, "GET", "/details");
    std::int64_t id = add_fault(box, "account.balance", R"({"kind":"lost_reply"})", R"("times":3,"skip":1)");
    ask_once(box);
    EXPECT_EQ(ask(box).bytes, "");
    ask_once(box, "GET", "/details");
    EXPECT_EQ(ask(box).bytes, "");
    json::Value faults = box.control(R"({"command":"faults"})");
    EXPECT_EQ(json::write_utf8(faults),
              R"({"faults":[{"fault_id":)" + std::to_string(id) +
                  R"(,"operation":"account.balance","kind":"lost_reply","remaining":1,"skip":0,"fired":2,)"
                  R"("requests":[3,5]}]})");
}

TEST(FaultQueue, IsNotedInTheJournal) {
    Box box("time4vps");
    std::int64_t lost = add_fault(box, "account.balance", R"({"kind":"lost_reply"})");
    std::int64_t status = add_fault(box, "account.balance", teapot);
    ask(box);
    ask_once(box);
    ask_once(box);
    json::Value journal = box.control(R"({"command":"journal"})");
    const json::Array &requests = *journal.find("requests")->array();
    ASSERT_EQ(requests.size(), 3U);
    EXPECT_EQ(*requests[0].find("status")->integer(), 0);
    EXPECT_EQ(json::write_utf8(*requests[0].find("fault")),
              R"({"fault_id":)" + std::to_string(lost) + R"(,"kind":"lost_reply","act":true})");
    EXPECT_EQ(*requests[1].find("status")->integer(), 418);
    EXPECT_EQ(json::write_utf8(*requests[1].find("fault")),
              R"({"fault_id":)" + std::to_string(status) + R"(,"kind":"status","act":false})");
    EXPECT_EQ(*requests[2].find("status")->integer(), 200);
    EXPECT_TRUE(requests[2].find("fault")->is_null());
}

TEST(FaultQueue, IsClearedOnRequestAndByReset) {
    Box box("time4vps");
    for (std::string_view command : {R"({"command":"clear_faults"})", R"({"command":"reset"})"}) {
        add_fault(box, "*", teapot, R"("times":0)");
        EXPECT_EQ(ask_once(box).status(), 418);
        box.control(command);
        EXPECT_EQ(ask_once(box).status(), 200);
        EXPECT_EQ(json::write_utf8(box.control(R"({"command":"faults"})")), R"({"faults":[]})");
    }
}

TEST(FaultQueue, GivesEachScriptANumberOfItsOwn) {
    Box box("time4vps");
    std::int64_t first = add_fault(box, "*", teapot);
    box.control(R"({"command":"clear_faults"})");
    EXPECT_GT(add_fault(box, "*", teapot), first);
}

TEST(FaultQueue, CanBeFilledOverHttp) {
    Box box("time4vps");
    Request command{.method = "POST",
                    .url = box.info("control_url"),
                    .headers = {"X-Sandbox-Token: " + box.info("control_token")},
                    .body = R"({"command":"fault","operation":"*","fault":{"kind":"status","status":418}})",
                    .user = ""};
    Answer added = send(command);
    EXPECT_EQ(added.status, 200);
    ASSERT_NE(added.body.find("fault_id"), nullptr);
    command.body = R"({"command":"faults"})";
    EXPECT_EQ(send(command).at({"faults", "0", "fired"}), json::Value(0)); // Control itself is never hit.
    EXPECT_EQ(ask_once(box).status(), 418);
    EXPECT_EQ(send(command).at({"faults", "0", "fired"}), json::Value(1));
    command.body = R"({"command":"fault","operation":"*","fault":{"kind":"stats"}})";
    Answer refused = send(command);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.word({"error", "fields", "0", "nearest"}), "status");
}

} // namespace
} // namespace hostbill::sandbox::test
