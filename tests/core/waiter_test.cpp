#include "core/tasks/waiter.hpp"

#include "fake_run.hpp"

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char *task = R"({"server_id":110,"task_id":"78101"})";
constexpr const char *pending = R"({"name":"server_reboot","activated":"2026-03-01","completed":"","results":""})";
constexpr const char *completed =
    R"({"name":"server_reboot","activated":"2026-03-01","completed":"2026-03-01","results":"restarted"})";

json::Value done(const Result<json::Value> &result) {
    EXPECT_TRUE(result) << result.error().message;
    return result ? *result : json::Value();
}

Error failure(const Result<json::Value> &result) {
    EXPECT_FALSE(result);
    return result ? Error{} : result.error();
}

std::string with_state(const json::Object &state, const std::string &more = "") {
    return R"({"state":)" + json::write_utf8(json::Value(state)) + more + "}";
}

TEST(Waiter, AsksUntilItIsDoneAndGivesTheLastAnswer) {
    FakeRun run;
    run.script("servers.tasks.get", {pending, pending, completed});
    const json::Value data = done(compose(run, "time4vps", "servers.tasks.wait", task));
    EXPECT_EQ(*data.find("done"), json::Value(true));
    EXPECT_EQ(*data.find("polls")->integer(), 3);
    EXPECT_EQ(*data.find("result")->find("results")->string(), "restarted");
    EXPECT_EQ(run.calls[0].params, R"({"server_id":110,"task_id":"78101"})");
}

TEST(Waiter, IntervalsGrowToTheirMaximum) {
    FakeRun run;
    run.script("servers.tasks.get",
               {pending, pending, pending, pending, pending, pending, pending, pending, completed});
    done(compose(run, "time4vps", "servers.tasks.wait", task));
    // 1 s at first, then 2 s, half as much again each time, up to 15 s.
    EXPECT_THAT(run.times(), ElementsAre(1000, 3000, 6000, 10500, 17250, 27375, 42375, 57375, 72375));
}

TEST(Waiter, IntervalsVaryByATenthEitherWay) {
    for (const auto &[fraction, second] : {std::pair{0.0, 1000 + 1800}, std::pair{1.0, 1000 + 2200}}) {
        FakeRun run;
        run.fraction = fraction;
        run.script("servers.tasks.get", {pending, completed});
        done(compose(run, "time4vps", "servers.tasks.wait", task));
        EXPECT_THAT(run.times(), ElementsAre(1000, second));
    }
}

TEST(Waiter, TheCallersIntervalCounts) {
    FakeRun run;
    run.script("servers.tasks.get", {pending, pending, completed});
    done(compose(run, "time4vps", "servers.tasks.wait", R"({"server_id":110,"task_id":1,"interval":0.1})"));
    EXPECT_THAT(run.times(), ElementsAre(100, 200, 350));
}

TEST(Waiter, TimeOutSaysWhereItStoodAndCanBeGoneOnFrom) {
    FakeRun run;
    run.timeout = std::chrono::seconds(10);
    run.script("servers.tasks.get", {pending});
    const Error error = failure(compose(run, "time4vps", "servers.tasks.wait", task));
    EXPECT_EQ(error.error_class, ErrorClass::timeout);
    EXPECT_EQ(error.reason, "deadline");
    EXPECT_TRUE(error.retryable);
    EXPECT_THAT(error.message, HasSubstr("name: server_reboot"));
    // One more look shortly before the end, and none after it.
    EXPECT_THAT(run.times(), ElementsAre(1000, 3000, 6000, 9000));

    FakeRun later;
    later.script("servers.tasks.get", {completed});
    const json::Value data = done(compose(later, "time4vps", "servers.tasks.wait", with_state(error.state)));
    EXPECT_EQ(*data.find("polls")->integer(), 5);
    EXPECT_THAT(later.times(), ElementsAre(0));
    EXPECT_EQ(later.calls[0].params, R"({"server_id":110,"task_id":"78101"})");
}

TEST(Waiter, FailureIsNotATimeOut) {
    FakeRun run;
    run.script("services.get", {R"({"service":{"status":"Pending"}})", R"({"service":{"status":"Fraud"}})"});
    const Error error = failure(compose(run, "coloup", "services.wait", R"({"service_id":5})"));
    EXPECT_EQ(error.error_class, ErrorClass::portal_error);
    EXPECT_EQ(error.reason, "failed");
    EXPECT_THAT(error.message, HasSubstr("status is Fraud"));
    EXPECT_FALSE(error.retryable);
}

TEST(Waiter, WhatVanishesIsGoneAndWhatNeverWasIsAbsent) {
    FakeRun run;
    run.script("servers.tasks.get", {pending, "!not_found"});
    Error error = failure(compose(run, "time4vps", "servers.tasks.wait", task));
    EXPECT_EQ(error.error_class, ErrorClass::not_found);
    EXPECT_EQ(error.reason, "gone");

    FakeRun never;
    never.script("servers.tasks.get", {"!not_found"});
    error = failure(compose(never, "time4vps", "servers.tasks.wait", task));
    EXPECT_EQ(error.error_class, ErrorClass::not_found);
    EXPECT_EQ(error.reason, "absent");
}

TEST(Waiter, RemembersAcrossProcessesThatItWasThere) {
    FakeRun run;
    run.script("servers.tasks.get", {pending});
    const json::Value data =
        done(compose(run, "time4vps", "servers.tasks.wait", R"({"server_id":110,"task_id":78101,"max_polls":1})"));
    FakeRun later;
    later.script("servers.tasks.get", {"!not_found"});
    const Error error =
        failure(compose(later, "time4vps", "servers.tasks.wait", with_state(*data.find("state")->object())));
    EXPECT_EQ(error.reason, "gone");
}

TEST(Waiter, TroubleOnTheWayDoesNotEndIt) {
    FakeRun run;
    run.script("servers.tasks.get",
               {pending, "!network", "!timeout", "!maintenance", "!rate_limited", "!protocol", completed});
    EXPECT_EQ(*done(compose(run, "time4vps", "servers.tasks.wait", task)).find("polls")->integer(), 7);

    FakeRun lasting;
    lasting.timeout = std::chrono::seconds(30);
    lasting.script("servers.tasks.get", {"!network"});
    const Error error = failure(compose(lasting, "time4vps", "servers.tasks.wait", task));
    EXPECT_EQ(error.reason, "deadline");
    EXPECT_THAT(error.message, HasSubstr("!network"));
}

TEST(Waiter, WhatWillNotChangeEndsItWithAState) {
    FakeRun run;
    run.script("servers.tasks.get", {pending, "!authentication"});
    const Error error = failure(compose(run, "time4vps", "servers.tasks.wait", task));
    EXPECT_EQ(error.error_class, ErrorClass::authentication);
    EXPECT_FALSE(error.state.empty());
}

TEST(Waiter, WaitsAsLongAsThePortalSays) {
    FakeRun run;
    Result<json::Value> busy = FakeRun::answer_or_error("!rate_limited");
    busy.error().retry_after_s = 40;
    run.script("servers.tasks.get", FakeRun::Script{busy, parsed(completed)});
    done(compose(run, "time4vps", "servers.tasks.wait", task));
    EXPECT_THAT(run.times(), ElementsAre(1000, 41000));
}

TEST(Waiter, CancellingKeepsTheState) {
    FakeRun run;
    run.script("servers.tasks.get", {pending});
    run.on_report = [&] { run.cancelled = run.reported.size() == 2; };
    const Error error = failure(compose(run, "time4vps", "servers.tasks.wait", task));
    EXPECT_EQ(error.error_class, ErrorClass::cancelled);
    EXPECT_EQ(*error.state.find("polls")->integer(), 2);
}

TEST(Waiter, TellsItsProgressWithoutSecrets) {
    FakeRun run;
    run.script("services.reinstall.status",
               {R"({"status":"running","template":"Debian 12","progress":40,"password":"canary"})",
                R"({"status":"finished","progress":100})"});
    done(compose(run, "coloup", "services.reinstall.wait", R"({"service_id":5150})"));
    ASSERT_EQ(run.reported.size(), 1U);
    const std::string text = json::write_utf8(json::Value(run.reported[0]));
    EXPECT_EQ(*run.reported[0].find("percent")->integer(), 40);
    EXPECT_THAT(text, HasSubstr(R"("shown":{"status":"running","template":"Debian 12"})"));
    EXPECT_THAT(text, Not(HasSubstr("canary")));
}

TEST(Waiter, GoesOneStepAtATimeWhereThatIsWanted) {
    FakeRun run;
    run.script("services.get", {R"({"service":{"status":"Pending"}})", R"({"service":{"status":"Active"}})"});
    json::Value data = done(compose(run, "coloup", "services.wait", R"({"service_id":5,"max_polls":1})"));
    EXPECT_EQ(*data.find("done"), json::Value(false));
    EXPECT_EQ(*data.find("next_in_ms")->integer(), 5000);
    EXPECT_EQ(run.elapsed_ms(), 0);
    data =
        done(compose(run, "coloup", "services.wait", with_state(*data.find("state")->object(), R"(,"max_polls":1)")));
    EXPECT_EQ(*data.find("done"), json::Value(true));
    EXPECT_EQ(*data.find("polls")->integer(), 2);
}

TEST(Waiter, AChainGoesFromOrderToMachine) {
    FakeRun run;
    run.script("services.find_by_order", {"!not_found", R"({"account_id":5121})"});
    run.script("services.get", {R"({"service":{"status":"Pending"}})", R"({"service":{"status":"Active"}})"});
    run.script("servers.get", {"!not_found", R"({"status":"Active","active_task":{"name":"create"}})",
                               R"({"status":"Active","active_task":null})"});
    const json::Value data = done(compose(run, "time4vps", "orders.wait", R"({"order_num":410550015})"));
    EXPECT_EQ(json::write_utf8(*data.find("values")), R"({"service_id":5121})");
    EXPECT_EQ(run.count("services.find_by_order"), 2U);
    EXPECT_EQ(run.count("servers.get"), 3U);
    EXPECT_EQ(run.calls.back().params, R"({"server_id":5121})");
}

TEST(Waiter, AChainGoesOnWhereItStopped) {
    FakeRun run;
    run.script("services.find_by_order", {R"({"account_id":5121})"});
    run.script("services.get", {R"({"service":{"status":"Pending"}})"});
    run.timeout = std::chrono::seconds(10);
    const Error error = failure(compose(run, "time4vps", "orders.wait", R"({"order_num":410550015,"until":"active"})"));
    ASSERT_EQ(error.reason, "deadline");
    FakeRun later;
    later.script("services.get", {R"({"service":{"status":"Active"}})"});
    const json::Value data = done(compose(later, "time4vps", "orders.wait", with_state(error.state)));
    EXPECT_EQ(*data.find("result")->find("status")->string(), "Active");
    EXPECT_EQ(later.calls.size(), 1U);
}

TEST(Waiter, WhatAServiceDoesNotHaveIsLeftOut) {
    FakeRun run;
    run.script("services.get", {R"({"service":{"status":"Active"}})"});
    const json::Value data = done(compose(run, "elsecloud", "orders.wait", R"({"service_id":5121})"));
    EXPECT_THAT(json::write_utf8(*data.find("skipped")), HasSubstr("vms.list"));
}

TEST(Waiter, AMachineOfAListIsEnough) {
    FakeRun run;
    run.script("services.get", {R"({"service":{"status":"Active"}})"});
    run.script("vms.list",
               {R"({"vms":[]})", R"({"vms":{"7":{"status":"building"}}})", R"({"vms":{"7":{"status":"Running"}}})"});
    done(compose(run, "elsecloud", "orders.wait", R"({"service_id":5121})"));
    EXPECT_EQ(run.count("vms.list"), 3U);
}

TEST(Waiter, ShapedAnswersMeanTheSame) {
    FakeRun run;
    run.script("services.get", {R"({"id":5121,"status":"Active"})"});
    run.script("vms.list", {R"([{"id":"7","status":"running"}])"});
    done(compose(run, "elsecloud", "orders.wait", R"({"service_id":5121})"));
    FakeRun invoice;
    invoice.script("invoices.get", {R"({"id":7,"status":"Unpaid"})", R"({"id":7,"status":"Paid"})"});
    done(compose(invoice, "coloup", "invoices.wait", R"({"invoice_id":7})"));
}

TEST(Waiter, StatesHaveManyNames) {
    FakeRun run;
    run.script("vms.get", {R"({"vm":{"status":"Running"}})", R"({"vms":{"7":{"status":"SHUTOFF"}}})"});
    done(compose(run, "coloup", "vms.wait", R"({"service_id":5,"vm_id":7,"until":"stopped"})"));
    EXPECT_EQ(run.calls.size(), 2U);
}

TEST(Waiter, ADeletedMachineMayBeWhatIsWaitedFor) {
    FakeRun run;
    run.script("vms.get", {R"({"vm":{"status":"running"}})", "!not_found"});
    done(compose(run, "coloup", "vms.wait", R"({"service_id":5,"vm_id":7,"until":"absent"})"));
}

TEST(Waiter, FindsARecordByWhatItIs) {
    const auto records = [](const char *list) {
        return R"({"name":"example.net","records":)" + std::string(list) + "}";
    };
    const std::string none = records("[]"), other = records(R"([{"type":"TXT","name":"www","content":"other"}])"),
                      found = records(R"([{"type":"TXT","name":"_acme.example.net","content":"\"token\""}])");
    FakeRun run;
    run.script("dns.zones.get", {none.c_str(), other.c_str(), found.c_str()});
    const std::string params = R"({"service_id":1,"zone_id":2,"type":"TXT","name":"_acme","content":"token")";
    const json::Value data = done(compose(run, "elsecloud", "dns.records.wait", params + "}"));
    EXPECT_EQ(*data.find("result")->find("content")->string(), "\"token\"");

    FakeRun removed;
    removed.script("dns.zones.get", {found.c_str(), other.c_str()});
    done(compose(removed, "elsecloud", "dns.records.wait", params + R"(,"until":"absent"})"));
    // Of an answer without the list nothing is known.
    FakeRun odd;
    odd.script("dns.zones.get",
               {R"({"success":true,"message":"later"})", "true", R"({"name":"example.net","records":[]})"});
    done(compose(odd, "elsecloud", "dns.records.wait", params + R"(,"until":"absent"})"));
    EXPECT_EQ(odd.count("dns.zones.get"), 3U);
    EXPECT_EQ(removed.calls.size(), 2U);
}

TEST(Waiter, ADomainMayBeKnownByName) {
    FakeRun run;
    run.script("domains.get_by_name", {R"({"details":[{"status":"Expired"},{"status":"Pending Registration"}]})",
                                       R"({"details":[{"status":"Expired"},{"status":"Active"}]})"});
    done(compose(run, "coloup", "domains.wait", R"({"name":"example.net"})"));
    FakeRun expired;
    expired.script("domains.get_by_name", {R"({"details":[{"status":"Expired"}]})"});
    EXPECT_EQ(failure(compose(expired, "coloup", "domains.wait", R"({"name":"example.net"})")).reason, "failed");
}

TEST(Waiter, MistakesAreFoundBeforeAnythingIsSent) {
    FakeRun run;
    const auto names = [&](const char *portal, const char *waiter, const char *params) {
        return field_names(failure(compose(run, portal, waiter, params)));
    };
    EXPECT_THAT(names("time4vps", "servers.tasks.wait", "{}"), ElementsAre("server_id", "task_id"));
    EXPECT_THAT(names("coloup", "domains.wait", "{}"), ElementsAre("domain_id"));
    EXPECT_THAT(names("elsecloud", "dns.records.wait", R"({"domain_id":1})"), ElementsAre("type", "name"));
    EXPECT_THAT(names("time4vps", "orders.wait", "{}"), ElementsAre("order_num"));
    EXPECT_THAT(names("coloup", "orders.wait", "{}"), ElementsAre("service_id"));
    EXPECT_THAT(names("coloup", "invoices.wait", R"({"invoice_id":1,"interval":0})"), ElementsAre("interval"));
    EXPECT_THAT(names("coloup", "invoices.wait", R"({"invoice_id":1,"state":{"waiter":"orders.wait"}})"),
                ElementsAre("state"));
    EXPECT_THAT(names("coloup", "invoices.wait",
                      R"({"invoice_id":1,"state":{"waiter":"invoices.wait","link":"paid","values":{"invoice_id":2},)"
                      R"("polls":1,"rounds":1,"seen":true}})"),
                ElementsAre("invoice_id"));
    EXPECT_TRUE(run.calls.empty());
    EXPECT_EQ(failure(compose(run, "coloup", "servers.tasks.wait", task)).error_class, ErrorClass::unsupported);
}

} // namespace
} // namespace hostbill::test
