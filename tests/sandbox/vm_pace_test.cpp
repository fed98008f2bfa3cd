// Changes of virtual machines that take time: looks, or the portal's clock.
#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

const std::string vm = "/service/5120/vms/1601";

std::string status(Box &box, const std::string &path) { return box.get(path).word({"vm", "status"}); }

void advance(Box &box, int seconds) { box.control(R"({"command":"clock","advance":)" + std::to_string(seconds) + "}"); }

TEST(VmPace, AChangeEndsAfterSoManyLooks) {
    struct Row {
        const char *first; // what brings the machine into the state before; "" nothing
        const char *action;
        const char *meanwhile;
        const char *after;
    };
    static constexpr Row rows[] = {
        {"stopped", "start", "starting", "running"},       {"running", "stop", "stopping", "stopped"},
        {"running", "shutdown", "stopping", "stopped"},    {"running", "reboot", "restarting", "running"},
        {"running", "reset", "restarting", "running"},     {"running", "suspend", "suspending", "suspended"},
        {"suspended", "unsuspend", "resuming", "running"}, {"running", "rescue", "restarting", "running"},
        {"running", "rebuild", "building", "running"},
    };
    Box box("coloup", R"("vm_polls":3)");
    for (const Row &row : rows) {
        SCOPED_TRACE(row.action);
        box.control(R"({"command":"reset"})");
        box.control(R"({"command":"set_state","kind":"vm","id":1601,"state":")" + std::string(row.first) + "\"}");
        EXPECT_EQ(box.post(vm + "/" + row.action, R"({"template":"t-121"})").error(), "");
        EXPECT_EQ(status(box, vm), row.meanwhile);
        // The list is a look, too; another machine is none.
        EXPECT_EQ(box.get("/service/5120/vms").word({"vms", "1601", "status"}), row.meanwhile);
        EXPECT_EQ(status(box, "/service/5120/vms/1602"), "stopped");
        EXPECT_EQ(status(box, vm), row.after);
        EXPECT_EQ(status(box, vm), row.after);
    }
}

TEST(VmPace, ANewMachineIsBuilt) {
    Box box("elsecloud", R"("vm_polls":2)");
    Answer created = box.post("/service/5120/vms", R"({"label":"db","template":"t-121"})");
    EXPECT_EQ(created.word({"vm", "status"}), "building");
    std::string path = "/service/5120/vms/" + created.word({"vm", "id"});
    EXPECT_EQ(status(box, path), "building");
    EXPECT_EQ(box.get(path).word({"vm", "uptime"}).size(), 1U);
    EXPECT_EQ(status(box, path), "running");
    EXPECT_EQ(box.put(path, R"({"memory":"2048"})").error(), "");
    EXPECT_EQ(status(box, path), "resizing");
    EXPECT_EQ(status(box, path), "running");
    EXPECT_EQ(box.get(path).word({"vm", "memory"}), "2048");
}

TEST(VmPace, ABusyMachineTakesNoOtherChange) {
    Box box("coloup", R"("vm_polls":100)");
    EXPECT_EQ(box.post(vm + "/stop").error(), "");
    const json::Value before = box.control(R"({"command":"ledger"})");
    for (const char *action : {"start", "reboot", "reset", "suspend", "unsuspend", "rescue", "rebuild", "resetpwd"})
        EXPECT_EQ(box.post(vm + "/" + action, R"({"template":"t-121"})").error(), "VM 1601 is busy: stopping")
            << action;
    EXPECT_EQ(box.put(vm, R"({"memory":"1024"})").error(), "VM 1601 is busy: stopping");
    EXPECT_EQ(box.control(R"({"command":"ledger"})"), before);
    EXPECT_EQ(box.get(vm).word({"vm", "memory"}), "2048");
    EXPECT_EQ(box.post(vm + "/stop").word({"status"}), "true") << "it is on its way there";
    EXPECT_EQ(box.ledger("vm_stops"), 1);
    EXPECT_EQ(box.del(vm).error(), "");
    EXPECT_EQ(box.get(vm).error(), "VM 1601 not found");
}

TEST(VmPace, TheClockEndsIt) {
    Box box("coloup", R"("task_seconds":600,"vm_polls":5)");
    box.post(vm + "/reboot");
    for (int look = 0; look < 7; ++look)
        EXPECT_EQ(status(box, vm), "restarting");
    advance(box, 1000);
    EXPECT_EQ(status(box, vm), "running");
    const auto uptime = std::stoll(box.get(vm).word({"vm", "uptime"}));
    EXPECT_GE(uptime, 400) << "since it was ready, not since somebody looked";
    EXPECT_LT(uptime, 600);
}

TEST(VmPace, ABuildThatHangsNeverEnds) {
    Box box("coloup");
    box.control(R"({"command":"set_state","kind":"vm","id":1601,"state":"building"})");
    for (int look = 0; look < 10; ++look)
        EXPECT_EQ(status(box, vm), "building");
    EXPECT_EQ(box.post(vm + "/reboot").error(), "VM 1601 is busy: building");
    box.control(R"({"command":"set_state","kind":"vm","id":1601,"state":"running"})");
    EXPECT_EQ(box.post(vm + "/reboot").error(), "");
}

TEST(VmPace, AMistakeInTheConfigIsNamed) {
    hostbill_sandbox *box = nullptr;
    char *error = nullptr;
    EXPECT_NE(hostbill_sandbox_new(R"({"portal":"coloup","vm_polls":-1})", &box, &error), 0);
    EXPECT_THAT(error, testing::HasSubstr("vm_polls"));
    hostbill_sandbox_string_free(error);
}

} // namespace
} // namespace hostbill::sandbox::test
