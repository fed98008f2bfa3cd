#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(Servers, AreBusyUntilTheirTaskIsDone) {
    Box box("time4vps", R"("task_polls":3)");
    std::string task = "/server/2210/task/" + box.post("/server/2210/reboot").word({"task_id"});
    EXPECT_EQ(box.get("/server/2210").word({"active_task", "name"}), "server_reboot");
    EXPECT_THAT(box.post("/server/2210/flushfirewall").error(), testing::HasSubstr("busy"));
    EXPECT_EQ(box.post("/server/2211/reboot").error(), "");
    for (int poll = 1; poll < 3; ++poll) {
        EXPECT_EQ(box.get(task).word({"completed"}), "");
        EXPECT_EQ(box.get(task.substr(0, 18) + "server_reboot").error(), "") << "by name";
        if (poll == 1)
            break;
    }
    Answer done = box.get(task);
    EXPECT_NE(done.word({"completed"}), "");
    EXPECT_EQ(done.word({"results"}), "The server was restarted");
    EXPECT_TRUE(box.get("/server/2210").at({"active_task"}).is_null());
    EXPECT_EQ(box.get("/server/2210").word({"last_tasks", "0", "name"}), "server_reboot");
    EXPECT_EQ(box.post("/server/2210/flushfirewall").error(), "");
    EXPECT_EQ(box.ledger("server_reboot"), 2);
}

TEST(Servers, TaskTakesTwoPollsUnlessToldOtherwise) {
    Box box("time4vps");
    std::string task = "/server/2210/task/" + box.post("/server/2210/reboot").word({"task_id"});
    EXPECT_EQ(box.get(task).word({"completed"}), "");
    EXPECT_NE(box.get(task).word({"completed"}), "");
    EXPECT_NE(box.get(task).word({"completed"}), "");
    EXPECT_EQ(box.ledger("tasks_completed"), 1);
}

TEST(Servers, DoWhatTheyAreTold) {
    Box box("time4vps", R"("task_polls":0)");
    auto result = [&](const std::string &action, const std::string &body = "") {
        Answer started = box.post("/server/2210/" + action, body);
        return box.get("/server/2210/task/" + started.word({"task_id"})).word({"results"});
    };
    EXPECT_THAT(result("rename", R"({"hostname":"new.example.net"})"), testing::HasSubstr("new.example.net"));
    EXPECT_EQ(box.get("/server/2210").word({"domain"}), "new.example.net");
    EXPECT_THAT(result("reinstall", R"({"os":"almalinux-9-x86_64","script":611})"), testing::HasSubstr("password"));
    EXPECT_EQ(box.get("/server/2210").word({"os"}), "almalinux-9-x86_64");
    EXPECT_THAT(result("changedns", R"({"ns1":"192.0.2.1","ns2":"192.0.2.2"})"), testing::HasSubstr("changed"));
    EXPECT_EQ(box.get("/server/2210").word({"dns_servers", "1"}), "192.0.2.2");
    EXPECT_THAT(result("resetpassword"), testing::HasSubstr("New password: <b>"));
    EXPECT_THAT(result("webconsole", R"({"timeout":"3h","whitelabel":"true"})"), testing::HasSubstr("3h"));
    EXPECT_THAT(result("webconsole?timeout=1h&whitelabel=false"), testing::HasSubstr("1h"));
    EXPECT_THAT(result("changeptr", R"({"ip_address":"203.0.113.61","hostname":"p.example.net"})"),
                testing::HasSubstr("p.example.net"));
}

TEST(Servers, CheckWhatTheyAreTold) {
    Box box("time4vps");
    EXPECT_EQ(box.post("/server/1/reboot").error(), "Server 1 not found");
    EXPECT_THAT(box.post("/server/2210/reinstall", R"({"os":"windows-me"})").error(), testing::HasSubstr("os"));
    EXPECT_EQ(box.post("/server/2210/reinstall").error(), "Parameter os is required");
    EXPECT_THAT(box.post("/server/2210/webconsole", R"({"timeout":"2h","whitelabel":"true"})").error(),
                testing::HasSubstr("1h, 3h, 6h, 12h, 24h"));
    EXPECT_THAT(box.post("/server/2210/changeptr", R"({"ip_address":"192.0.2.1","hostname":"a.net"})").error(),
                testing::HasSubstr("not found"));
    EXPECT_EQ(box.get("/server/2210/task/1").error(), "Invalid task ID");
    EXPECT_EQ(box.get("/server/2211/task/78100").error(), "Invalid task ID");
    EXPECT_EQ(box.ledger("server_recreate"), 0);
}

} // namespace
} // namespace hostbill::sandbox::test
