// Waiters against a sandbox: every one of them comes to its good end, and to its bad ones.
#include "core/base/clock.hpp"

#include "box.hpp"
#include "process.hpp"

#include <thread>

namespace hostbill::test {
namespace {

using testing::HasSubstr;

const std::string fast = R"(,"interval":0.005)";

std::string state_of(const json::Object &state) {
    return R"({"state":)" + json::write_utf8(json::Value(state)) + fast + "}";
}

// One poll, which is not enough; gives the state.
json::Object one_poll(Client &client, std::string_view waiter, const std::string &params) {
    const json::Value data = call_data(client, waiter, "{" + params + R"(,"max_polls":1})");
    EXPECT_EQ(text_at(data, "done"), "false");
    const json::Value *state = data.find("state");
    return state != nullptr && state->object() != nullptr ? *state->object() : json::Object();
}

// A server's task by its parameters.
std::string reboot(Client &client) {
    const json::Value data = call_data(client, "servers.reboot", R"({"server_id":2211})");
    return R"("server_id":2211,"task_id":)" + text_at(data, "task_id");
}

std::string task_number(const std::string &params) { return params.substr(params.rfind(':') + 1); }

TEST(WaiterBox, ATaskByNumberAndByName) {
    const Box box("time4vps", R"(,"task_polls":4)");
    const auto client = box.client();
    const std::string task = reboot(*client);
    const json::Value data = call_data(*client, "servers.tasks.wait", "{" + task + fast + "}");
    EXPECT_EQ(text_at(data, "polls"), "4");
    EXPECT_EQ(text_at(*data.find("result"), "name"), "server_reboot");
    call_data(*client, "servers.reboot", R"({"server_id":2211})");
    EXPECT_EQ(
        text_at(call_data(*client, "servers.tasks.wait", R"({"server_id":2211,"task_id":"server_reboot")" + fast + "}"),
                "polls"),
        "4");
}

TEST(WaiterBox, ATaskThatNeverEndsIsGoneOnWithInAnotherProcess) {
    const Box box("time4vps");
    const auto client = box.client();
    const std::string task = reboot(*client);
    box.set_state("task", task_number(task), "pending");
    const Error error = call_error(*client, "servers.tasks.wait", "{" + task + fast + "}", R"({"timeout":0.3})");
    EXPECT_EQ(error.error_class, ErrorClass::timeout);
    EXPECT_EQ(error.reason, "deadline");
    box.set_state("task", task_number(task), "completed");
    const std::string params = state_of(error.state);
    Child other([&] {
        const auto fresh = box.client();
        const Result<std::string> result = fresh->call("servers.tasks.wait", params);
        return result && *parsed(*result).find("data")->find("done") == json::Value(true);
    });
    EXPECT_TRUE(other.succeeded());
}

TEST(WaiterBox, ATaskThatFailsAndOneThatVanishes) {
    const Box box("time4vps", R"(,"task_polls":1000)");
    const auto client = box.client();
    const std::string task = reboot(*client);
    const json::Object state = one_poll(*client, "servers.tasks.wait", task);
    box.set_state("task", task_number(task), "failed");
    const Error failed = call_error(*client, "servers.tasks.wait", state_of(state));
    EXPECT_EQ(failed.error_class, ErrorClass::portal_error);
    EXPECT_EQ(failed.reason, "failed");
    box.set_state("task", task_number(task), "gone");
    const Error gone = call_error(*client, "servers.tasks.wait", state_of(state));
    EXPECT_EQ(gone.error_class, ErrorClass::not_found);
    EXPECT_EQ(gone.reason, "gone");
    EXPECT_EQ(call_error(*client, "servers.tasks.wait", "{" + task + fast + "}").reason, "absent");
}

TEST(WaiterBox, TroubleOnTheWayIsOvercome) {
    const Box box("time4vps", R"(,"task_polls":3)");
    const auto client = box.client();
    const std::string task = reboot(*client);
    box.fault("servers.tasks.get", R"({"kind":"html"})", 2);
    box.fault("servers.tasks.get", R"({"kind":"close"})", 2);
    box.fault("servers.tasks.get", R"({"kind":"rate_limit"})", 1);
    call_data(*client, "servers.tasks.wait", "{" + task + fast + "}", R"({"max_attempts":1})");
}

TEST(WaiterBox, CancelComesFromAnotherThreadAndAtOnce) {
    const Box box("time4vps", R"(,"task_polls":1000)");
    const auto client = box.client();
    const std::string task = reboot(*client);
    const Clock::time_point started = Clock::now();
    std::thread other([&] {
        // As soon as it has polled once.
        for (;;) {
            const json::Value journal = box.control(R"({"command":"journal"})");
            if (journal.find("requests")->array()->size() > 1)
                break;
            std::this_thread::yield();
        }
        client->cancel_all();
    });
    const Error error =
        call_error(*client, "servers.tasks.wait", "{" + task + R"(,"interval":3600})", R"({"timeout":7200})");
    other.join();
    EXPECT_EQ(error.error_class, ErrorClass::cancelled);
    EXPECT_LT(Clock::now() - started, std::chrono::seconds(30));
}

TEST(WaiterBox, MachinesReachTheirStates) {
    const Box box("elsecloud");
    const auto client = box.client();
    const std::string vm = R"("service_id":5120,"vm_id":1602)";
    const json::Object state = one_poll(*client, "vms.wait", vm);
    call_data(*client, "vms.start", "{" + vm + "}");
    call_data(*client, "vms.wait", state_of(state));
    call_data(*client, "vms.stop", "{" + vm + "}");
    call_data(*client, "vms.wait", "{" + vm + R"(,"until":"stopped"})");
    box.set_state("vm", "1602", "error");
    EXPECT_EQ(call_error(*client, "vms.wait", "{" + vm + "}").reason, "failed");
    const json::Object until_absent = one_poll(*client, "vms.wait", vm + R"(,"until":"absent")");
    call_data(*client, "vms.delete", "{" + vm + "}");
    call_data(*client, "vms.wait", state_of(until_absent));
    EXPECT_EQ(call_error(*client, "vms.wait", "{" + vm + "}").reason, "absent");
}

TEST(WaiterBox, LongJobsOfMachines) {
    const Box box("coloup", R"(,"task_polls":3)");
    const auto client = box.client();
    for (const std::string job : {"reinstall", "rescue", "diagnostics"}) {
        const std::string start = job == "reinstall"
                                      ? R"({"service_id":5150,"template":"71","hostname":"a.example.net"})"
                                  : job == "rescue" ? R"({"service_id":5150,"template":"81"})"
                                                    : R"({"service_id":5150,"template":"91"})";
        call_data(*client, "services." + job + ".start", start);
        const json::Value data = call_data(*client, "services." + job + ".wait", R"({"service_id":5150)" + fast + "}");
        EXPECT_EQ(text_at(data, "polls"), "3") << job;
        call_data(*client, "services." + job + ".start", start);
        box.set_state(job, "5150", "failed");
        EXPECT_EQ(call_error(*client, "services." + job + ".wait", R"({"service_id":5150)" + fast + "}").reason,
                  "failed")
            << job;
    }
}

TEST(WaiterBox, FromAnOrderToItsServer) {
    const Box box("time4vps", R"(,"auto_credit":false)");
    const auto client = box.client();
    const json::Value order = call_data(*client, "orders.create", R"({"product_id":820,"domain":"fresh.example.net"})");
    const std::string number = R"("order_num":)" + text_at(order, "order_num");
    json::Object state = one_poll(*client, "orders.wait", number);
    state = one_poll(*client, "orders.wait", R"("state":)" + json::write_utf8(json::Value(state)));
    EXPECT_EQ(*state.find("link")->string(), "active");
    box.control(R"({"command":"pay","invoice_id":)" + text_at(order, "invoice_id") + "}");
    const json::Value data = call_data(*client, "orders.wait", state_of(state));
    EXPECT_EQ(text_at(*data.find("result"), "domain"), "fresh.example.net");
    const std::string service =
        text_at(*call_data(*client, "orders.wait", "{" + number + "}").find("values"), "service_id");
    box.set_state("service", service, "Fraud");
    EXPECT_EQ(call_error(*client, "orders.wait", "{" + number + "}").reason, "failed");
    box.set_state("service", service, "Pending");
    const json::Object pending = one_poll(*client, "orders.wait", R"("service_id":)" + service);
    box.set_state("service", service, "gone");
    EXPECT_EQ(call_error(*client, "orders.wait", state_of(pending)).reason, "gone");
}

TEST(WaiterBox, FromAnOrderToItsMachine) {
    const Box box("elsecloud");
    const auto client = box.client();
    const json::Value order = call_data(*client, "orders.create", R"({"product_id":820,"domain":"fresh.example.net"})");
    const json::Value &items = *order.find("items");
    const std::string service = text_at(items.array() != nullptr ? items.array()->front() : items, "id");
    const json::Object state = one_poll(*client, "orders.wait", R"("service_id":)" + service);
    box.control(R"({"command":"pay","invoice_id":)" + text_at(order, "invoice_id") + "}");
    EXPECT_EQ(text_at(*call_data(*client, "orders.wait", state_of(state)).find("result"), "status"), "running");
    // A service without machines.
    const json::Value data = call_data(*client, "orders.wait", R"({"service_id":5118})");
    EXPECT_THAT(json::write_utf8(data), HasSubstr("skipped"));
}

TEST(WaiterBox, InvoicesServicesDomainsAndCertificates) {
    const Box box("elsecloud");
    const auto client = box.client();
    json::Object state = one_poll(*client, "invoices.wait", R"("invoice_id":9002)");
    box.control(R"({"command":"pay","invoice_id":9002})");
    call_data(*client, "invoices.wait", state_of(state));
    box.set_state("invoice", "9003", "Cancelled");
    EXPECT_EQ(call_error(*client, "invoices.wait", R"({"invoice_id":9003})").reason, "failed");

    box.set_state("service", "5120", "Suspended");
    state = one_poll(*client, "services.wait", R"("service_id":5120)");
    call_data(*client, "services.wait", R"({"service_id":5120,"until":"suspended"})");
    box.set_state("service", "5120", "Active");
    call_data(*client, "services.wait", state_of(state));

    const json::Value domain =
        call_data(*client, "domains.order", R"({"name":"brandnew-example.org","years":"1","action":"register"})");
    const std::string invoice = text_at(domain, "invoice_id");
    state = one_poll(*client, "domains.wait", R"("name":"brandnew-example.org")");
    box.control(R"({"command":"pay","invoice_id":)" + invoice + "}");
    const json::Value active = call_data(*client, "domains.wait", state_of(state));
    const std::string id = text_at(*active.find("result"), "id");
    call_data(*client, "domains.wait", R"({"domain_id":)" + id + "}");
    box.set_state("domain", id, "Cancelled");
    EXPECT_EQ(call_error(*client, "domains.wait", R"({"domain_id":)" + id + "}").reason, "failed");

    box.set_state("service", "5140", "Pending");
    state = one_poll(*client, "certificates.wait", R"("service_id":5140)");
    box.set_state("service", "5140", "Active");
    call_data(*client, "certificates.wait", state_of(state));
    box.set_state("service", "5140", "Cancelled");
    EXPECT_EQ(call_error(*client, "certificates.wait", R"({"service_id":5140})").reason, "failed");
}

TEST(WaiterBox, RecordsAppearAndDisappear) {
    const Box box("elsecloud");
    const auto client = box.client();
    const std::string record = R"("type":"TXT","name":"_acme-challenge.example.net","content":"token")";
    for (const std::string zone : {R"("service_id":5130,"zone_id":640,)", R"("domain_id":770,)"}) {
        json::Object state = one_poll(*client, "dns.records.wait", zone + record);
        const bool by_zone = zone.find("zone_id") != std::string::npos;
        call_data(*client, by_zone ? "dns.records.create" : "domains.dns_records.create",
                  "{" + zone + R"("type":"TXT","name":"_acme-challenge","content":"token"})");
        const json::Value found = call_data(*client, "dns.records.wait", state_of(state));
        state = one_poll(*client, "dns.records.wait", zone + record + R"(,"until":"absent")");
        call_data(*client, by_zone ? "dns.records.delete" : "domains.dns_records.delete",
                  "{" + zone + R"("record_id":)" + text_at(*found.find("result"), "id") + "}");
        call_data(*client, "dns.records.wait", state_of(state));
    }
}

} // namespace
} // namespace hostbill::test
