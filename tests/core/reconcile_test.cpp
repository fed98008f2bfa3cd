#include "core/tasks/reconcile.hpp"

#include "core/base/portal_time.hpp"
#include "core/tasks/reconcile_rules.hpp"
#include "support.hpp"

#include <atomic>
#include <chrono>
#include <ctime>
#include <map>

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t noon = 1'772'366'400; // 2026-03-01 12:00:00 UTC

// Answers reads from a table, and keeps which were asked.
struct Portal {
    std::map<std::string, std::string> answers;
    std::vector<std::string> asked = {};

    RunRead reader() {
        return [this](std::string_view operation, const json::Object &params) -> Result<json::Value> {
            asked.push_back(std::string(operation) + json::write_utf8(json::Value(params)));
            const auto found = answers.find(asked.back());
            const auto any = answers.find(std::string(operation));
            if (found == answers.end() && any == answers.end())
                return Error{.error_class = ErrorClass::not_found, .message = "no such thing"};
            return parsed(found != answers.end() ? found->second : any->second);
        };
    }
};

struct Case {
    const char *name;
    const char *operation;
    const char *params;
    std::map<std::string, std::string> answers;
    const char *verdict;
};

void PrintTo(const Case &c, std::ostream *out) { *out << c.name; }

class Reconcile : public testing::TestWithParam<Case> {};

TEST_P(Reconcile, Tells) {
    Portal portal{GetParam().answers};
    const Unsettled call{find_operation(GetParam().operation), *parsed(GetParam().params).object(), noon, {}};
    ASSERT_NE(call.operation, nullptr);
    const json::Value data = *reconcile(call, portal.reader());
    EXPECT_EQ(*data.find("verdict")->string(), GetParam().verdict) << json::write_utf8(data);
    EXPECT_EQ(*data.find("operation")->string(), GetParam().operation);
}

const std::string ticket = R"({"subject":"Router  down","ticket_number":"5","date":")";
const std::string record = R"({"id":"10","name":"www.example.net","type":"TXT","content":"\"v=spf1 ~all\""})";

INSTANTIATE_TEST_SUITE_P(
    Rules, Reconcile,
    testing::Values(
        Case{"a ticket of today",
             "tickets.create",
             R"({"subject":"Router down","body":"x"})",
             {{"tickets.list", R"({"tickets":[)" + ticket + R"(2026-03-01 12:00:03"}]})"}},
             "happened"},
        Case{"no ticket",
             "tickets.create",
             R"({"subject":"Router down"})",
             {{"tickets.list", R"({"tickets":[]})"}},
             "did_not_happen"},
        Case{
            "a ticket whose subject the portal has escaped",
            "tickets.create",
            R"({"subject":"R&D <b>router</b> down"})",
            {{"tickets.list",
              R"({"tickets":[{"subject":"R&amp;D &lt;b&gt;router&lt;\/b&gt; down","ticket_number":"5","date":"2026-03-01 12:00:03"}]})"}},
            "ambiguous"},
        Case{"a ticket whose subject lost its tags",
             "tickets.create",
             R"({"subject":"R&D <b>router</b> down"})",
             {{"tickets.list",
               R"({"tickets":[{"subject":"R&D router down","ticket_number":"5","date":"2026-03-01 12:00:03"}]})"}},
             "ambiguous"},
        Case{"a ticket whose subject was cut",
             "tickets.create",
             R"({"subject":"Router down since this morning"})",
             {{"tickets.list",
               R"({"tickets":[{"subject":"Router down since","ticket_number":"5","date":"2026-03-01 12:00:03"}]})"}},
             "ambiguous"},
        Case{"another ticket that begins alike",
             "tickets.create",
             R"({"subject":"Router"})",
             {{"tickets.list",
               R"({"tickets":[{"subject":"Router down","ticket_number":"5","date":"2026-03-01 12:00:03"}]})"}},
             "did_not_happen"},
        Case{
            "a record in small letters",
            "dns.records.create",
            R"({"service_id":1,"zone_id":2,"name":"www","type":"CNAME","content":"Host.Example.ORG."})",
            {{"dns.zones.get",
              R"({"name":"example.net","records":[{"id":"10","name":"www.example.net","type":"CNAME","content":"host.example.org"}]})"}},
            "ambiguous"},
        Case{"an old ticket of that name",
             "tickets.create",
             R"({"subject":"Router down"})",
             {{"tickets.list", R"({"tickets":[)" + ticket + R"(2026-02-20 12:00:03"}]})"}},
             "did_not_happen"},
        Case{"two tickets of that name",
             "tickets.create",
             R"({"subject":"Router down"})",
             {{"tickets.list",
               R"({"tickets":[)" + ticket + R"(2026-03-01 12:00:03"},)" + ticket + R"(2026-03-01 12:01:03"}]})"}},
             "ambiguous"},
        Case{"another zone's morning",
             "tickets.create",
             R"({"subject":"Router down"})",
             {{"tickets.list", R"({"tickets":[)" + ticket + R"(2026-03-01 00:30:00"}]})"}},
             "happened"},
        Case{"a record by its full name",
             "dns.records.create",
             R"({"service_id":1,"zone_id":2,"name":"www","type":"TXT","content":"v=spf1 ~all"})",
             {{"dns.zones.get", R"({"name":"example.net","records":[)" + record + "]}"}},
             "happened"},
        Case{"records as a map",
             "dns.records.create",
             R"({"service_id":1,"zone_id":2,"name":"www","type":"TXT","content":"v=spf1 ~all"})",
             {{"dns.zones.get", R"({"name":"example.net","records":{"10":)" + record + "}}"}},
             "happened"},
        Case{"a record of several strings",
             "dns.records.create",
             R"({"service_id":1,"zone_id":2,"name":"www","type":"TXT","content":"\"v=spf1 \" \"~all\""})",
             {{"dns.zones.get", R"({"name":"example.net","records":[)" + record + "]}"}},
             "happened"},
        Case{"the same name below",
             "dns.records.create",
             R"({"service_id":1,"zone_id":2,"name":"www.sub","type":"TXT","content":"v=spf1 ~all"})",
             {{"dns.zones.get", R"({"name":"example.net","records":[)" + record + "]}"}},
             "did_not_happen"},
        Case{"an SRV record",
             "dns.records.create",
             R"({"service_id":1,"zone_id":2,"type":"SRV","content":[10,5060,"sip.example.net"]})",
             {{"dns.zones.get",
               R"({"name":"example.net","records":[{"id":1,"type":"SRV","content":["10",5060,"sip.example.net"]}]})"}},
             "happened"},
        Case{"empty records as PHP sends them",
             "dns.records.create",
             R"({"service_id":1,"zone_id":2,"type":"A","content":"192.0.2.1"})",
             {{"dns.zones.get", R"({"name":"example.net","records":[]})"}},
             "did_not_happen"},
        Case{"a record that is gone",
             "dns.records.delete",
             R"({"service_id":1,"zone_id":2,"record_id":10})",
             {{"dns.zones.get", R"({"name":"example.net","records":[]})"}},
             "happened"},
        Case{"a record that stayed",
             "dns.records.delete",
             R"({"service_id":1,"zone_id":2,"record_id":10})",
             {{"dns.zones.get", R"({"name":"example.net","records":[)" + record + "]}"}},
             "did_not_happen"},
        Case{"a zone that took its records along",
             "dns.records.delete",
             R"({"service_id":1,"zone_id":2,"record_id":10})",
             {},
             "happened"},
        Case{"a record by index",
             "domains.dns_records.delete",
             R"({"domain_id":1,"record_id":2})",
             {{"domains.dns_records.list", R"({"records":[]})"}},
             "ambiguous"},
        Case{"an answer without the list",
             "tickets.create",
             R"({"subject":"Router down"})",
             {{"tickets.list", R"({"success":true,"message":"see page 2"})"}},
             "ambiguous"},
        Case{"an answer that is no list",
             "tickets.create",
             R"({"subject":"Router down"})",
             {{"tickets.list", R"({"tickets":"none"})"}},
             "ambiguous"},
        Case{"an answer without the list that a deleted thing should be gone from",
             "vms.delete",
             R"({"service_id":1,"vm_id":"7"})",
             {{"vms.list", "true"}},
             "ambiguous"},
        Case{"a list that PHP has made null",
             "tickets.create",
             R"({"subject":"Router down"})",
             {{"tickets.list", R"({"tickets":null})"}},
             "did_not_happen"},
        Case{"a paid invoice",
             "invoices.apply_credit",
             R"({"invoice_id":7})",
             {{"invoices.get", R"({"invoice":{"status":"Paid","credit":"5.00"}})"}},
             "happened"},
        Case{"an invoice without credit",
             "invoices.apply_credit",
             R"({"invoice_id":7})",
             {{"invoices.get", R"({"invoice":{"status":"Unpaid","credit":0.00}})"}},
             "did_not_happen"},
        Case{"an invoice with some credit",
             "invoices.apply_credit",
             R"({"invoice_id":7})",
             {{"invoices.get", R"({"invoice":{"status":"Unpaid","credit":"1.00"}})"}},
             "ambiguous"},
        Case{"a service and an invoice",
             "orders.create",
             R"({"product_id":3,"domain":"vps.example.net"})",
             {{"services.list", R"({"services":[{"id":"9","domain":"vps.example.net"}]})"},
              {"invoices.list", R"({"invoices":[{"id":"1","date":"2026-03-01"}]})"}},
             "happened"},
        Case{"a service without an invoice",
             "orders.create",
             R"({"product_id":3,"domain":"vps.example.net"})",
             {{"services.list", R"({"services":[{"id":"9","domain":"vps.example.net"}]})"},
              {"invoices.list", R"({"invoices":[{"id":"1","date":"2026-02-01"}]})"}},
             "ambiguous"},
        Case{"neither service nor invoice",
             "orders.create",
             R"({"product_id":3,"domain":"vps.example.net"})",
             {{"services.list", R"({"services":[]})"}, {"invoices.list", R"({"invoices":[]})"}},
             "did_not_happen"},
        Case{"only an invoice of the day",
             "orders.create",
             R"({"product_id":3})",
             {{"services.list", R"({"services":[]})"},
              {"invoices.list", R"({"invoices":[{"id":"1","date":"2026-03-01"}]})"}},
             "ambiguous"},
        Case{"an invoice of the day for the same domain",
             "domains.renew",
             R"({"domain_id":47,"years":1})",
             {{"invoices.list", R"({"invoices":[{"id":"1","date":"2026-03-01"},{"id":"2","date":"2026-03-01"}]})"},
              {R"(invoices.get{"invoice_id":"1"})", R"({"invoice":{"items":[{"item_id":"46"}]}})"},
              {R"(invoices.get{"invoice_id":"2"})", R"({"invoice":{"items":[{"item_id":"0"},{"item_id":"47"}]}})"}},
             "ambiguous"},
        Case{"the renewal's own invoice, to the second",
             "domains.renew",
             R"({"domain_id":47,"years":1})",
             {{"invoices.list", R"({"invoices":[{"id":"2","date":"2026-03-01T12:00:03+00:00"}]})"},
              {"invoices.get", R"({"invoice":{"items":[{"item_id":"47"}]}})"}},
             "happened"},
        Case{"an invoice that the service may have had by itself",
             "services.upgrade.request",
             R"({"service_id":5120,"resources":{"2301":"17002"},"send":true})",
             {{"invoices.list", R"({"invoices":[{"id":"1","date":"2026-03-01"}]})"},
              {"invoices.get", R"({"invoice":{"items":[{"item_id":"5120"}]}})"}},
             "ambiguous"},
        Case{"another renewal's invoice",
             "domains.renew",
             R"({"domain_id":47,"years":1})",
             {{"invoices.list", R"({"invoices":[{"id":"1","date":"2026-03-01"}]})"},
              {"invoices.get", R"({"invoice":{"items":[{"item_id":"46"}]}})"}},
             "did_not_happen"},
        Case{"a new task",
             "servers.reboot",
             R"({"server_id":110})",
             {{R"(servers.tasks.get{"server_id":110,"task_id":"server_reboot"})",
               R"({"name":"server_reboot","activated":"2026-03-01T14:00:01+02:00"})"}},
             "happened"},
        Case{"an old task",
             "servers.reboot",
             R"({"server_id":110})",
             {{"servers.tasks.get", R"({"activated":"2026-03-01T11:00:00+00:00"})"}},
             "did_not_happen"},
        Case{"a task of the minute before",
             "servers.reboot",
             R"({"server_id":110})",
             {{"servers.tasks.get", R"({"activated":"2026-03-01T11:59:00+00:00"})"}},
             "ambiguous"},
        Case{"a task that never was", "servers.reboot", R"({"server_id":110})", {}, "did_not_happen"},
        Case{"a machine's name",
             "vms.create",
             R"({"service_id":1,"label":"web"})",
             {{"vms.list", R"({"vms":{"5":{"label":"web","created":"2026-03-01 13:00:00"}}})"}},
             "happened"},
        Case{"a machine that is gone",
             "vms.delete",
             R"({"service_id":1,"vm_id":"5"})",
             {{"vms.list", R"({"vms":{"6":{"label":"web"}}})"}},
             "happened"},
        Case{"a resized machine, in a map",
             "vms.resize",
             R"({"service_id":1,"vm_id":"5","memory":"2048"})",
             {{"vms.get", R"({"vms":{"5":{"memory":2048}}})"}},
             "happened"},
        Case{"a machine not yet resized",
             "vms.resize",
             R"({"service_id":1,"vm_id":"5","memory":"4096"})",
             {{"vms.get", R"({"vm":{"memory":"2048"}})"}},
             "ambiguous"},
        Case{"a restart",
             "vms.reboot",
             R"({"service_id":1,"vm_id":"5"})",
             {{"vms.get", R"({"vm":{"status":"running"}})"}},
             "ambiguous"},
        Case{"what nothing can tell", "account.signup", "{}", {}, "ambiguous"}));

TEST(ReconcileRules, StandForEveryUnsafeOperation) {
    for (const auto &rows : {operations(), compositions()}) {
        for (const Operation &operation : rows)
            EXPECT_EQ(find_reconcile_rule(operation.id) != nullptr, operation.effect == Effect::unsafe) << operation.id;
    }
}

TEST(ReconcileBefore, TellsNewFromOld) {
    Portal portal{{{"invoices.list", R"({"invoices":[{"id":"1","date":"2026-03-01"}]})"}}};
    const Operation &operation = *find_operation("orders.create_many");
    Unsettled call{&operation, {}, noon, *note_before(operation, {}, portal.reader())};
    EXPECT_EQ(json::write_utf8(json::Value(call.before)), R"({"invoices.list":["1"]})");
    EXPECT_EQ(*reconcile(call, portal.reader())->find("verdict")->string(), "did_not_happen");

    portal.answers["invoices.list"] = R"({"invoices":[{"id":"1","date":"2026-03-01"},{"id":"2","date":"2026-03-01"}]})";
    EXPECT_EQ(*reconcile(call, portal.reader())->find("verdict")->string(), "happened");
}

TEST(ReconcileAge, IsNotGuessedWhereNoTimeCanBeRead) {
    Portal portal{{{"services.rescue.status", R"({"status":"idle","started":""})"}}};
    const Unsettled call{find_operation("services.rescue.start"), *parsed(R"({"service_id":1})").object(), noon, {}};
    EXPECT_EQ(*reconcile(call, portal.reader())->find("verdict")->string(), "ambiguous");
}

TEST(ReconcileReads, FailWithTheReadThatFails) {
    const RunRead broken = [](std::string_view, const json::Object &) -> Result<json::Value> {
        return Error{.error_class = ErrorClass::network, .message = "no connection"};
    };
    const Unsettled call{find_operation("contacts.create"), *parsed(R"({"email":"a@example.net"})").object(), noon, {}};
    const auto result = reconcile(call, broken);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().error_class, ErrorClass::network);
}

TEST(ReconcileCall, SettlesWhatTheErrorNames) {
    const TestServer server([](const Received &request) -> Reply {
        if (request.method == "POST")
            return {.reset = true};
        return {.body = R"({"contacts":[{"id":"4","email":"new@example.net"}]})"};
    });
    const auto client = basic_client(server);
    const auto lost = client->call("contacts.create", R"({"email":"new@example.net","password":"canary-password"})");
    ASSERT_FALSE(lost);
    ASSERT_EQ(lost.error().error_class, ErrorClass::outcome_unknown);
    const std::string params = json::write_utf8(json::Value(lost.error().reconcile));
    EXPECT_THAT(params, HasSubstr("new@example.net"));
    EXPECT_THAT(params, Not(HasSubstr("canary-password")));

    const json::Value data = *answer(client->call("reconcile", params)).find("data");
    EXPECT_EQ(*data.find("verdict")->string(), "happened");
    EXPECT_EQ(server.received().size(), 2U);
}

std::string written(std::chrono::sys_seconds time, const char *form) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, form, &parts)};
}

// A machine whose clock is wrong sees a task that it has started as one from before its call.
TEST(ReconcileCall, TrustsNoTimesWhereTheClocksDiffer) {
    const struct {
        std::chrono::seconds portal_ahead;
        std::chrono::seconds task_old; // when the call comes
        const char *verdict;
    } rows[] = {
        {std::chrono::seconds(0), std::chrono::seconds(0), "happened"},
        {std::chrono::minutes(-10), std::chrono::seconds(0), "ambiguous"},
        {std::chrono::minutes(10), std::chrono::seconds(0), "happened"},
        {std::chrono::minutes(10), std::chrono::minutes(9), "ambiguous"},
        {std::chrono::seconds(0), std::chrono::hours(1), "did_not_happen"},
        {std::chrono::minutes(-10), std::chrono::hours(1), "did_not_happen"},
    };
    for (const auto &row : rows) {
        const auto portal_now = [&] {
            return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + row.portal_ahead;
        };
        std::atomic<std::int64_t> started = 0;
        const TestServer server([&](const Received &request) -> Reply {
            if (request.method == "POST") {
                started = (portal_now() - row.task_old).time_since_epoch().count();
                return {.reset = true};
            }
            const std::chrono::sys_seconds time{std::chrono::seconds(started)};
            return {.body =
                        R"({"name":"server_reboot","activated":")" + written(time, "%Y-%m-%dT%H:%M:%S+00:00") + "\"}",
                    .headers = {{"Date", written(portal_now(), "%a, %d %b %Y %H:%M:%S GMT")}}};
        });
        const auto client = basic_client(server);
        const auto lost = client->call("servers.reboot", R"({"server_id":1})");
        ASSERT_FALSE(lost);
        const json::Value data =
            *answer(client->call("reconcile", json::write_utf8(json::Value(lost.error().reconcile)))).find("data");
        EXPECT_EQ(*data.find("verdict")->string(), row.verdict)
            << row.portal_ahead.count() << " " << row.task_old.count() << json::write_utf8(data);
    }
}

TEST(ReconcileCall, NotesWhatWasThereWhenAskedTo) {
    const TestServer server([](const Received &request) -> Reply {
        if (request.method == "POST")
            return {.reset = true};
        return {.body = R"({"contacts":[{"id":"4","email":"old@example.net"}]})"};
    });
    const auto client = basic_client(server);
    const auto lost = client->call("contacts.create", R"({"email":"old@example.net"})", R"({"baseline":true})");
    ASSERT_FALSE(lost);
    const std::string params = json::write_utf8(json::Value(lost.error().reconcile));
    const json::Value data = *answer(client->call("reconcile", params)).find("data");
    EXPECT_EQ(*data.find("verdict")->string(), "did_not_happen");
}

TEST(ReconcileCall, ReportsEveryMistakeAndSendsNothing) {
    const TestServer server(std::vector<Reply>{{}});
    const auto client = basic_client(server);
    const auto names = [&](const char *params) {
        const auto result = client->call("reconcile", params);
        return result ? std::vector<std::string>{} : field_names(result.error());
    };
    EXPECT_THAT(names("{}"), ElementsAre("operation", "params", "since"));
    EXPECT_THAT(names(R"({"operation":"servers.rebot","params":{},"since":1})"), ElementsAre("operation"));
    EXPECT_THAT(names(R"({"operation":"servers.list","params":{},"since":1})"), ElementsAre("operation"));
    EXPECT_THAT(names(R"({"operation":"sms.send","params":{},"since":1})"), ElementsAre("operation"));
    EXPECT_THAT(names(R"({"operation":"servers.reboot","params":{"x":1},"since":1})"),
                ElementsAre("params.x", "params.server_id"));
    EXPECT_TRUE(server.received().empty());
}

TEST(ReconcileCall, ShowsItsReadsInADryRun) {
    const TestServer server(std::vector<Reply>{{}});
    const auto client = basic_client(server);
    const json::Value data =
        *answer(client->call("reconcile",
                             R"({"operation":"POST /server/@id/reboot","params":{"server_id":1},"since":1})",
                             R"({"dry_run":true})"))
             .find("data");
    EXPECT_EQ(json::write_utf8(data),
              R"({"operation":"reconcile","steps":[{"operation":"servers.tasks.get","effect":"read"}]})");
    EXPECT_TRUE(server.received().empty());
}

TEST(PortalTime, KnowsWhatItDoesNotKnow) {
    const auto exact = parse_portal_time("2026-03-01T14:00:00+02:00");
    ASSERT_TRUE(exact);
    EXPECT_EQ(exact->earliest, noon);
    EXPECT_EQ(exact->latest, noon);
    EXPECT_EQ(parse_portal_time("2026-03-01T12:00:00.5Z")->earliest, noon);
    const auto local = parse_portal_time("2026-03-01 12:00:00");
    EXPECT_LT(local->earliest, noon);
    EXPECT_GT(local->latest, noon);
    for (const char *none :
         {"", "0000-00-00", "0000-00-00 00:00:00", "2026-13-01", "soon", "2026-03-01 noon", "2026-03-01T12:00:00+"})
        EXPECT_FALSE(parse_portal_time(none)) << none;
}

} // namespace
} // namespace hostbill::test
