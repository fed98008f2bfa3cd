#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

const std::string vm = "/service/5120/vms/1601";

std::string status(Box &box, const std::string &path) { return box.get(path).word({"vm", "status"}); }

std::string latest_log(Box &box) { return box.get("/logs").word({"logs", "0", "description"}); }

TEST(Vms, AreCreatedUsedAndDeleted) {
    Box box("elsecloud");
    Answer created =
        box.post("/service/5120/vms", R"({"label":"db","template":"t-122","memory":"4096","cpu":"2","disk":"40"})");
    EXPECT_EQ(created.word({"vm", "username"}), "root");
    EXPECT_GE(created.word({"vm", "password"}).size(), 12U);
    std::string path = "/service/5120/vms/" + created.word({"vm", "id"});
    EXPECT_EQ(box.get(path).word({"vm", "template"}), "AlmaLinux 9");
    EXPECT_EQ(box.get(path).word({"vm", "memory"}), "4096");
    EXPECT_EQ(box.get(path).word({"vm", "disk"}), "40");
    EXPECT_EQ(box.get(path).word({"vm", "hostname"}), "db.example.net");
    EXPECT_EQ(status(box, path), "running");
    box.post(path + "/stop");
    EXPECT_EQ(status(box, path), "stopped");
    box.post(path + "/start");
    EXPECT_EQ(status(box, path), "running");
    box.post(path + "/shutdown");
    EXPECT_EQ(status(box, path), "stopped");
    box.put(path, R"({"memory":"8192"})");
    EXPECT_EQ(box.get(path).word({"vm", "memory"}), "8192");
    EXPECT_EQ(box.get(path).word({"vm", "cpu"}), "2");
    EXPECT_EQ(status(box, path), "stopped") << "a resized machine is as it was";
    box.post(path + "/rebuild", R"({"template":"t-121"})");
    EXPECT_EQ(box.get(path).word({"vm", "template"}), "Debian 12");
    EXPECT_EQ(status(box, path), "running");
    EXPECT_EQ(box.del(path).word({"status"}), "true");
    EXPECT_THAT(box.get(path).error(), HasSubstr("not found"));
    EXPECT_EQ(box.ledger("vms_created"), 1);
    EXPECT_EQ(box.ledger("vms_deleted"), 1);
}

TEST(Vms, RememberWhatTheyWereMadeWith) {
    Box box("coloup");
    std::string id = box.post("/service/5120/vms", R"({"label":"My shop","template":"Debian 12","flavor":"medium",)"
                                                   R"("security_group":"web","keypair":"ada","password":"Sesame-1"})")
                         .word({"vm", "id"});
    Answer made = box.get("/service/5120/vms/" + id);
    EXPECT_EQ(made.word({"vm", "memory"}), "2048");
    EXPECT_EQ(made.word({"vm", "cpu"}), "2");
    EXPECT_EQ(made.word({"vm", "flavor"}), "medium");
    EXPECT_EQ(made.word({"vm", "security_group"}), "web");
    EXPECT_EQ(made.word({"vm", "keypair"}), "ada");
    EXPECT_EQ(made.word({"vm", "hostname"}), "My-shop.example.net");
    EXPECT_THAT(made.text, testing::Not(HasSubstr("Sesame-1")));
    box.put("/service/5120/vms/" + id, R"({"cpu":"1"})");
    EXPECT_EQ(box.get("/service/5120/vms/" + id).at({"vm", "flavor"}), json::Value()) << "it is of no flavor any more";
}

TEST(Vms, CountTheirUptimeFromTheirLastStart) {
    Box box("coloup");
    auto uptime = [&] { return std::stoll(box.get(vm).word({"vm", "uptime"})); };
    EXPECT_GE(uptime(), 86400);
    box.control(R"({"command":"clock","advance":1000})");
    EXPECT_GE(uptime(), 87400);
    for (const char *action : {"reboot", "reset", "rescue", "unrescue"}) {
        box.control(R"({"command":"clock","advance":1000})");
        EXPECT_GE(uptime(), 1000) << action;
        EXPECT_EQ(box.post(vm + "/" + action).error(), "");
        EXPECT_LT(uptime(), 1000) << action;
    }
    box.post(vm + "/stop");
    box.control(R"({"command":"clock","advance":1000})");
    EXPECT_EQ(uptime(), 0);
}

TEST(Vms, ActInTheStatesThatAllowIt) {
    struct Row {
        const char *state;
        const char *action;
        const char *after; // the state it leads to; nullptr: refused
    };
    static constexpr Row rows[] = {
        {"running", "start", "running"},       {"running", "stop", "stopped"},
        {"running", "shutdown", "stopped"},    {"running", "reboot", "running"},
        {"running", "reset", "running"},       {"running", "suspend", "suspended"},
        {"running", "unsuspend", "running"},   {"running", "rescue", "running"},
        {"stopped", "start", "running"},       {"stopped", "stop", "stopped"},
        {"stopped", "shutdown", "stopped"},    {"stopped", "reboot", nullptr},
        {"stopped", "reset", nullptr},         {"stopped", "suspend", nullptr},
        {"stopped", "unsuspend", nullptr},     {"stopped", "rescue", "running"},
        {"suspended", "start", nullptr},       {"suspended", "stop", "stopped"},
        {"suspended", "shutdown", nullptr},    {"suspended", "reboot", nullptr},
        {"suspended", "reset", nullptr},       {"suspended", "suspend", "suspended"},
        {"suspended", "unsuspend", "running"}, {"suspended", "rescue", nullptr},
        {"suspended", "resetpwd", nullptr},    {"error", "start", "running"},
        {"error", "reset", "running"},         {"error", "stop", "stopped"},
        {"error", "reboot", nullptr},
    };
    Box box("coloup");
    for (const Row &row : rows) {
        SCOPED_TRACE(std::string(row.state) + " " + row.action);
        box.control(R"({"command":"reset"})");
        box.control(R"({"command":"set_state","kind":"vm","id":1601,"state":")" + std::string(row.state) + "\"}");
        Answer answer = box.post(vm + "/" + row.action);
        EXPECT_EQ(answer.error(), row.after != nullptr ? "" : "VM 1601 is " + std::string(row.state));
        EXPECT_EQ(status(box, vm), row.after != nullptr ? row.after : row.state);
        EXPECT_TRUE(row.after != nullptr || box.control(R"({"command":"ledger"})").object()->empty());
    }
}

TEST(Vms, AreNotStartedTwice) {
    Box box("coloup");
    box.control(R"({"command":"clock","advance":1000})");
    EXPECT_EQ(box.post(vm + "/start").word({"status"}), "true");
    EXPECT_GE(std::stoll(box.get(vm).word({"vm", "uptime"})), 1000);
    EXPECT_EQ(box.ledger("vm_starts"), 0);
    box.post(vm + "/stop");
    box.post(vm + "/stop");
    EXPECT_EQ(box.ledger("vm_stops"), 1);
}

TEST(Vms, AreRescuedOnce) {
    Box box("coloup");
    EXPECT_EQ(box.post(vm + "/unrescue").error(), "VM 1601 is not in rescue mode");
    EXPECT_EQ(box.post(vm + "/rescue").error(), "");
    EXPECT_EQ(latest_log(box), "VM 1601: into rescue mode");
    EXPECT_EQ(box.post(vm + "/rescue").error(), "VM 1601 is in rescue mode already");
    EXPECT_EQ(box.post(vm + "/unrescue").error(), "");
    EXPECT_EQ(box.post(vm + "/rescue").error(), "");
    EXPECT_EQ(box.post(vm + "/rebuild", R"({"template":"t-121"})").error(), "");
    EXPECT_EQ(box.post(vm + "/unrescue").error(), "VM 1601 is not in rescue mode") << "it was built anew";
    EXPECT_EQ(box.ledger("vm_rescues"), 2);
    EXPECT_EQ(box.ledger("vm_unrescues"), 1);
}

TEST(Vms, GetANewPasswordEachTime) {
    Box box("coloup");
    Answer first = box.post(vm + "/resetpwd"), second = box.post(vm + "/resetpwd");
    EXPECT_GE(first.word({"password"}).size(), 12U);
    EXPECT_NE(first.word({"password"}), second.word({"password"}));
    EXPECT_EQ(box.ledger("vm_password_resets"), 2);
}

TEST(Vms, AreAMapAndTheEmptyMapIsAList) {
    Box box("elsecloud");
    EXPECT_NE(box.get("/service/5120/vms").at({"vms"}).object(), nullptr);
    for (const char *id : {"1611", "1612", "1613"})
        box.del("/service/5121/vms/" + std::string(id));
    EXPECT_EQ(box.get("/service/5121/vms").text, R"({"vms":[]})");
}

TEST(Vms, BelongToTheirService) {
    Box box("generic");
    EXPECT_EQ(box.get("/service/5121/vms/1601").error(), "VM 1601 not found");
    EXPECT_EQ(box.get("/service/5118/vms/1601").error(), "VM 1601 not found");
    EXPECT_EQ(box.get("/service/5118/vms").error(), "invalid method");
    EXPECT_EQ(box.get("/service/5121/vms/1611").error(), "");
}

TEST(Vms, AreChecked) {
    Box box("coloup");
    const std::string before = box.get("/service/5120/vms").text;
    auto error = [&](const char *body) { return box.post("/service/5120/vms", body).error(); };
    EXPECT_THAT(error(R"({"label":"a"})"), HasSubstr("template is required"));
    EXPECT_THAT(error(R"({"label":"","template":"t-121"})"), HasSubstr("label is required"));
    EXPECT_EQ(error(R"({"label":"a","template":"x"})"), "Template x not found");
    EXPECT_EQ(error(R"({"label":"a","template":"t-121","flavor":"huge"})"), "Flavor huge not found");
    EXPECT_EQ(error(R"({"label":"a","template":"t-121","disk":"999999"})"), "Parameter disk must be 5 to 2000");
    EXPECT_EQ(error(R"({"label":"a","template":"t-131"})"),
              "Template Windows Server 2022 needs at least 4096 MB of memory and 40 GB of disk");
    auto resized = [&](const char *body) { return box.put(vm, body).error(); };
    EXPECT_THAT(resized(R"({"memory":"lots"})"), HasSubstr("memory"));
    EXPECT_EQ(resized(R"({"memory":"255"})"), "Parameter memory must be 256 to 65536");
    EXPECT_EQ(resized(R"({"cpu":"33"})"), "Parameter cpu must be 1 to 32");
    EXPECT_EQ(resized("{}"), "Parameter memory or cpu is required");
    EXPECT_EQ(box.post(vm + "/rebuild", R"({"template":"t-131"})").error().substr(0, 38),
              "Template Windows Server 2022 needs at ");
    EXPECT_TRUE(box.control(R"({"command":"ledger"})").object()->empty());
    EXPECT_EQ(box.get("/service/5120/vms").at({"vms"}).object()->size(), 3U) << before;
}

TEST(Vms, ShowTheTemplatesThatTheyAreLargeEnoughFor) {
    Box box("internetport");
    EXPECT_THAT(box.get("/service/5120/templates").text, HasSubstr("t-131"));
    EXPECT_THAT(box.get("/service/5120/templates/1601").text, testing::Not(HasSubstr("t-131")));
    EXPECT_THAT(box.get("/service/5121/templates/1611").text, HasSubstr("t-131"));
    EXPECT_THAT(box.get("/service/5121/vms/1611/rebuild").text, HasSubstr("t-131"));
    EXPECT_EQ(box.post_form("/service/5121/vms/1611/rebuild", "template=t-131").error(), "");
    EXPECT_EQ(box.get("/service/5121/vms/1611").word({"vm", "template"}), "Windows Server 2022");
}

TEST(Vms, KeepTheirImageAndBootOrder) {
    Box box("internetport");
    auto mounted = [&](const char *place) { return box.get(vm + "/images").word({"images", place, "mounted"}); };
    EXPECT_EQ(box.post_form(vm + "/images", "image=rescue.iso").word({"status"}), "true");
    EXPECT_EQ(mounted("0") + mounted("1"), "01");
    EXPECT_EQ(box.post_form(vm + "/images", "image=x").error(), "Image x not found");
    EXPECT_EQ(mounted("0") + mounted("1"), "01");
    EXPECT_EQ(box.get("/service/5120/vms/1602/images").word({"images", "1", "mounted"}), "0");
    EXPECT_EQ(box.post_form(vm + "/images", "image=debian-12-netinst.iso").error(), "");
    EXPECT_EQ(mounted("0") + mounted("1"), "10");
    EXPECT_EQ(box.post_form(vm + "/images", "image=").error(), "");
    EXPECT_EQ(mounted("0") + mounted("1"), "00");
    EXPECT_EQ(box.post_form(vm + "/images", "").error(), "Parameter image is required");

    auto set = [&](std::string_view what) { return box.get(vm).word({"vm", what}); };
    EXPECT_EQ(set("boot") + set("pxe"), "cd0");
    EXPECT_EQ(box.post_form(vm + "/boot", "order=dc").word({"status"}), "true");
    EXPECT_EQ(box.post_form(vm + "/tuntap", "state=on").word({"status"}), "true");
    EXPECT_EQ(set("boot") + set("pxe"), "dc1");
    EXPECT_THAT(box.post_form(vm + "/boot", "order=x").error(), HasSubstr("cd, dc, c, d"));
    EXPECT_EQ(box.post_form(vm + "/boot", "order=").error(), "Parameter order is required");
    EXPECT_THAT(box.post_form(vm + "/tuntap", "state=maybe").error(), HasSubstr("true or false"));
    EXPECT_EQ(set("boot") + set("pxe"), "dc1");
    EXPECT_EQ(box.post_form(vm + "/tuntap", "state=off").word({"status"}), "true");
    EXPECT_EQ(set("boot") + set("pxe"), "dc0");
}

} // namespace
} // namespace hostbill::sandbox::test
