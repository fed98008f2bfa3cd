// Reinstallation, rescue and diagnostics of whole machines.
#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

constexpr const char *reinstall = R"({"hostname":"new.example.net","template":"72"})";

TEST(MetalJobs, ReinstallChangesTheMachineWhenItIsDone) {
    Box box("coloup", R"("task_polls":2)");
    EXPECT_THAT(box.get("/service/5150/reinstall/templates").text, HasSubstr("Rocky Linux 9"));
    const Answer started = box.post("/service/5150/reinstall", reinstall);
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "os"}), "Debian 12");
    EXPECT_EQ(box.get("/service/5150/reinstall").word({"template"}), "Rocky Linux 9");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "hostname"}), "metal1.example.net");
    EXPECT_EQ(box.get("/service/5150/reinstall").word({"status"}), "finished");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "os"}), "Rocky Linux 9");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "hostname"}), "new.example.net");
    EXPECT_GE(started.word({"password"}).size(), 12U);
    EXPECT_EQ(box.get("/service/5150").word({"service", "password"}), started.word({"password"}));
    // A password of one's own is not repeated.
    const Answer own =
        box.post("/service/5150/reinstall",
                 R"({"hostname":"new.example.net","template":"71","recipe":"5","password":"my own one"})");
    EXPECT_TRUE(own.at({"password"}).is_null());
    EXPECT_EQ(box.ledger("jobs_finished"), 1);
}

TEST(MetalJobs, NothingElseIsDoneMeanwhile) {
    Box box("coloup", R"("task_polls":100)");
    box.post("/service/5150/rescue", R"({"template":"81"})");
    for (const auto &[path, body] : {std::pair{"reboot", ""},
                                     {"poweroff", ""},
                                     {"poweron", ""},
                                     {"hostname", R"({"hostname":"a.example.net"})"},
                                     {"ips", R"({"vlan":"340"})"},
                                     {"reinstall", reinstall},
                                     {"rescue", R"({"template":"81"})"},
                                     {"diag", R"({"template":"91"})"}})
        EXPECT_EQ(box.post("/service/5150/" + std::string(path), body).error(),
                  "Server is busy: rescue is still running")
            << path;
    EXPECT_EQ(box.del("/service/5150/ips/2501").error(), "Server is busy: rescue is still running");
    EXPECT_EQ(box.get("/service/5150/status").word({"status"}), "on");
    EXPECT_EQ(box.post("/service/5156/reboot").error(), "") << "another machine";
}

TEST(MetalJobs, RescueRunsAnotherSystemUntilItIsCancelled) {
    Box box("coloup", R"("task_polls":0)");
    EXPECT_EQ(box.post("/service/5150/rescue/cancel").error(), "Server is not in rescue mode");
    const Answer started = box.post("/service/5150/rescue", R"({"template":"81"})");
    EXPECT_NE(started.word({"password"}), "");
    EXPECT_EQ(box.get("/service/5150/rescue").word({"status"}), "finished");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "os"}), "Rescue Linux");
    EXPECT_EQ(box.post("/service/5150/diag", R"({"template":"91"})").error(), "Server is in rescue mode");
    EXPECT_EQ(box.get("/service/5150/diag").word({"status"}), "idle");
    EXPECT_EQ(box.post("/service/5150/rescue/cancel").error(), "");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "os"}), "Debian 12");
    EXPECT_EQ(box.get("/service/5150/rescue").word({"status"}), "idle");
    // A new system ends it, too.
    box.post("/service/5150/rescue", R"({"template":"81"})");
    box.post("/service/5150/reinstall", reinstall);
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "os"}), "Rocky Linux 9");
    EXPECT_EQ(box.get("/service/5150/rescue").word({"status"}), "idle");
    // The seed has a machine in rescue.
    EXPECT_EQ(box.get("/service/5154/info").word({"server", "os"}), "Rescue Linux");
}

TEST(MetalJobs, DiagnosticsTellWhatTheyFound) {
    Box box("coloup", R"("task_polls":2)");
    box.post("/service/5150/diag", R"({"template":"92","clearhdd":true})");
    EXPECT_EQ(box.get("/service/5150/diag").word({"results"}), "");
    const Answer done = box.get("/service/5150/diag");
    EXPECT_EQ(done.word({"status"}), "finished");
    EXPECT_EQ(done.word({"template"}), "Disk test");
    EXPECT_EQ(done.word({"results"}), "No faults found: 2 disks, 2 disks erased");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "os"}), "") << "its disks are empty";
    EXPECT_EQ(box.post("/service/5150/diag/cancel").error(), "No diagnostics are running");
    box.post("/service/5150/diag", R"({"template":"91"})");
    EXPECT_EQ(box.post("/service/5150/diag/cancel").error(), "");
    EXPECT_EQ(box.get("/service/5150/diag").word({"status"}), "idle");
    EXPECT_EQ(box.post("/service/5150/reboot").error(), "");
    box.post("/service/5150/diag", R"({"template":"91"})");
    box.control(R"({"command":"set_state","kind":"diagnostics","id":5150,"state":"failed"})");
    EXPECT_EQ(box.get("/service/5150/diag").word({"results"}), "The test did not end");
}

TEST(MetalJobs, RefuseWhatThereIsNot) {
    Box box("coloup");
    const std::string name = R"("hostname":"a.example.net")";
    EXPECT_EQ(box.post("/service/5150/reinstall", "{" + name + R"(,"template":"81"})").error(),
              "Template 81 not found");
    EXPECT_EQ(box.post("/service/5150/rescue", R"({"template":"71"})").error(), "Template 71 not found");
    EXPECT_EQ(box.post("/service/5150/diag", R"({"template":"81"})").error(), "Template 81 not found");
    EXPECT_THAT(box.post("/service/5150/reinstall", R"({"hostname":"a/b","template":"71"})").error(),
                HasSubstr("hostname"));
    EXPECT_EQ(box.post("/service/5150/reinstall", "{" + name + R"(,"template":"71","recipe":"6"})").error(),
              "Recipe 6 not found");
    EXPECT_EQ(box.post("/service/5150/reinstall", "{" + name + R"(,"template":"73","recipe":"5"})").error(),
              "Recipe 5 cannot be used with template 73");
    EXPECT_THAT(box.post("/service/5150/reinstall", "{" + name + R"(,"template":"71","password":"short"})").error(),
                HasSubstr("at least 8"));
    EXPECT_EQ(box.post("/service/5150/diag", R"({"template":"91","fullhddclear":true})").error(),
              "Parameter fullhddclear needs clearhdd");
    for (const char *job : {"reinstall", "rescue", "diag"})
        EXPECT_EQ(box.get("/service/5150/" + std::string(job)).word({"status"}), "idle") << job;
    EXPECT_EQ(box.control(R"({"command":"ledger"})"), json::Value(json::Object()));
}

TEST(MetalJobs, TakeSecondsOfThePortalsClock) {
    Box box("coloup", R"("task_seconds":2000)");
    box.post("/service/5150/reinstall", reinstall);
    EXPECT_EQ(box.get("/service/5150/reinstall").word({"status"}), "running");
    box.control(R"({"command":"clock","advance":1000})");
    const Answer half = box.get("/service/5150/reinstall");
    EXPECT_EQ(half.word({"status"}), "running");
    EXPECT_THAT(half.word({"progress"}), testing::AnyOf("50", "51", "52"));
    box.control(R"({"command":"clock","advance":1000})");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "os"}), "Rocky Linux 9") << "nobody had to ask";
    EXPECT_EQ(box.get("/service/5150/reinstall").word({"progress"}), "100");
}

} // namespace
} // namespace hostbill::sandbox::test
