#include "png_reader.hpp"
#include "support.hpp"

#include <cstdlib>

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

void advance(const Box &box, std::int64_t seconds) {
    box.control(R"({"command":"clock","advance":)" + std::to_string(seconds) + "}");
}

// What stands between two texts.
std::string between(const std::string &text, std::string_view before, std::string_view after) {
    const std::size_t begin = text.find(before);
    if (begin == text.npos)
        return "";
    const std::size_t from = begin + before.size();
    return text.substr(from, text.find(after, from) - from);
}

// Anybody's request, with a link as the portal gives it.
Answer open_link(const std::string &link) {
    return send({.method = "GET", .url = "http:" + link, .headers = {}, .body = "", .user = ""});
}

std::string run(const Box &box, const std::string &action, const std::string &body = "") {
    Answer started = box.post("/server/2210/" + action, body);
    EXPECT_EQ(started.error(), "");
    return box.get("/server/2210/task/" + started.word({"task_id"})).word({"results"});
}

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

TEST(Servers, KeepTheirPasswords) {
    Box box("time4vps", R"("task_polls":0)");
    const std::string reset = between(run(box, "resetpassword"), "<b>", "</b>");
    EXPECT_GE(reset.size(), 12U);
    EXPECT_EQ(box.get("/service/2210").word({"service", "password"}), reset);
    const std::string fresh =
        between(run(box, "reinstall", R"({"os":"debian-12-x86_64","script":612})"), "password: ", ".");
    EXPECT_NE(fresh, reset);
    EXPECT_EQ(box.get("/service/2210").word({"service", "password"}), fresh);
    EXPECT_EQ(box.get("/service/2210").word({"service", "username"}), "root");
}

TEST(Servers, ShowAnEffectOnlyWhenTheTaskIsDone) {
    Box box("time4vps", R"("task_polls":2)");
    const std::string password = box.get("/service/2210").word({"service", "password"});
    const std::string task = box.post("/server/2210/rename", R"({"hostname":"new.example.net"})").word({"task_id"});
    EXPECT_EQ(box.get("/server/2210").word({"domain"}), "vps1.example.net");
    box.get("/server/2210/task/" + task);
    EXPECT_EQ(box.get("/server/2210").word({"domain"}), "vps1.example.net");
    box.get("/server/2210/task/" + task);
    EXPECT_EQ(box.get("/server/2210").word({"domain"}), "new.example.net");
    EXPECT_EQ(box.get("/service/2210").word({"service", "domain"}), "new.example.net");
    EXPECT_THAT(box.get("/server").text, HasSubstr("new.example.net"));
    // One that fails brings nothing.
    const std::string failing = box.post("/server/2210/resetpassword").word({"task_id"});
    box.control(R"({"command":"set_state","kind":"task","state":"failed","id":)" + failing + "}");
    EXPECT_EQ(box.get("/service/2210").word({"service", "password"}), password);
    // One that the portal's people complete does.
    const std::string helped =
        box.post("/server/2210/rename", R"({"hostname":"by-hand.example.net"})").word({"task_id"});
    box.control(R"({"command":"set_state","kind":"task","state":"completed","id":)" + helped + "}");
    EXPECT_EQ(box.get("/server/2210").word({"domain"}), "by-hand.example.net");
}

TEST(Servers, TakeSecondsOfThePortalsClock) {
    Box box("time4vps", R"("task_seconds":600)");
    const std::string task =
        "/server/2210/task/" + box.post("/server/2210/rename", R"({"hostname":"new.example.net"})").word({"task_id"});
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(box.get(task).word({"completed"}), "") << "questions do not count";
    EXPECT_NE(box.get(task).word({"assigned"}), "");
    advance(box, 400);
    EXPECT_EQ(box.get("/server/2210").word({"active_task", "name"}), "server_set_hostname");
    EXPECT_THAT(box.post("/server/2210/reboot").error(), HasSubstr("Server is busy"));
    advance(box, 201);
    EXPECT_EQ(box.get("/server/2210").word({"domain"}), "new.example.net") << "nobody had to ask";
    EXPECT_TRUE(box.get("/server/2210").at({"active_task"}).is_null());
    EXPECT_EQ(box.ledger("tasks_completed"), 1);
    EXPECT_NE(box.get(task).word({"completed"}), "");
    // What never ends does not end by the clock either.
    const std::string stuck = box.post("/server/2210/reboot").word({"task_id"});
    box.control(R"({"command":"set_state","kind":"task","state":"pending","id":)" + stuck + "}");
    advance(box, 86400);
    EXPECT_EQ(box.get("/server/2210").word({"active_task", "name"}), "server_reboot");
}

TEST(Servers, RefuseWhatMakesNoSense) {
    Box box("time4vps");
    const std::string before = box.get("/server/2210/task/server_reboot").text;
    EXPECT_EQ(box.post("/server/2210/reinstall", R"({"os":"debian-12-x86_64","script":99})").error(),
              "Script 99 not found");
    EXPECT_THAT(box.post("/server/2210/reinstall", R"({"os":"debian-12-x86_64","ssh_key":"secret"})").error(),
                HasSubstr("ssh_key"));
    EXPECT_THAT(box.post("/server/2210/changedns", R"({"ns1":"dns.example.net"})").error(), HasSubstr("ns1"));
    EXPECT_THAT(box.post("/server/2210/changedns", R"({"ns1":"192.0.2.1","ns3":"192.0.2"})").error(), HasSubstr("ns3"));
    for (const char *name : {"-a.example.net", "a..example.net", "a b", "a_b.example.net", ""})
        EXPECT_THAT(box.post("/server/2210/rename", R"({"hostname":")" + std::string(name) + "\"}").error(),
                    HasSubstr("hostname"))
            << name;
    EXPECT_THAT(box.post("/server/2210/changeptr", R"({"ip_address":"203.0.113.60","hostname":"a.net"})").error(),
                HasSubstr("main address"));
    box.control(R"({"command":"set_state","kind":"service","id":2210,"state":"Suspended"})");
    EXPECT_EQ(box.post("/server/2210/reboot").error(), "Server 2210 is not active");
    EXPECT_EQ(box.control(R"({"command":"ledger"})"), json::Value(json::Object()));
    EXPECT_TRUE(box.get("/server/2210").at({"active_task"}).is_null());
    EXPECT_EQ(box.get("/server/2210/task/server_reboot").text, before);
}

TEST(Servers, RememberReverseNames) {
    Box box("time4vps", R"("task_polls":0)");
    run(box, "changeptr", R"({"ip_address":"203.0.113.61","hostname":"one.example.net"})");
    EXPECT_THAT(run(box, "changeptr", R"({"ip_address":"203.0.113.61","hostname":"two.example.net"})"),
                HasSubstr("is now two.example.net, it was one.example.net"));
}

TEST(Servers, AreAsLargeAsWhatWasBought) {
    Box box("time4vps", R"("task_polls":0)");
    EXPECT_EQ(box.get("/server/2210").word({"ram_limit"}), "2048");
    EXPECT_EQ(box.get("/server/2210").word({"components", "1", "selected"}), "false");
    EXPECT_EQ(box.get("/server/2210/ips").at({"0", "ips"}).array()->size(), 2U);
    auto buy = [&](const std::string &path, const std::string &body) {
        const Answer order = box.post(path, body);
        EXPECT_EQ(order.error(), "");
        box.control(R"({"command":"pay","invoice_id":)" + order.word({"invoice_id"}) + "}");
    };
    buy("/service/2210/addon", R"({"addon_id":53})");
    EXPECT_EQ(box.get("/server/2210").word({"components", "1", "selected"}), "true");
    ASSERT_EQ(box.get("/server/2210/ips").at({"0", "ips"}).array()->size(), 3U);
    const std::string address = box.get("/server/2210").word({"additional_ip", "1"});
    EXPECT_EQ(box.get("/server/2210/ips").word({"0", "ips", "2"}), address);
    EXPECT_THAT(run(box, "changeptr", R"({"ip_address":")" + address + R"(","hostname":"third.example.net"})"),
                HasSubstr(address));
    buy("/service/2210/upgrade", R"({"resources":{"2301":"17002","2201":"16003"},"send":true})");
    EXPECT_EQ(box.get("/server/2210").word({"ram_limit"}), "4096");
    EXPECT_EQ(box.get("/server/2210").word({"disk_limit"}), "81920");
}

TEST(Servers, HistoryGrowsWithTimeAndWithTasks) {
    Box box("time4vps", R"("task_polls":0)");
    auto number = [](const Answer &answer, std::initializer_list<std::string_view> path) {
        return std::atof(answer.word(path).c_str());
    };
    const Answer before = box.get("/server/2210/history");
    const std::size_t months = before.body.array()->size();
    ASSERT_GE(months, 12U);
    EXPECT_GT(number(before, {"0", "bw_in"}), 0);
    EXPECT_NEAR(number(box.get("/server/2210"), {"disk_usage"}),
                number(before, {std::to_string(months - 1), "quota_usage"}), 1.0);

    advance(box, 40 * 86400);
    const Answer later = box.get("/server/2210/history");
    EXPECT_GT(later.body.array()->size(), months);
    EXPECT_EQ(later.word({"1", "bw_in"}), before.word({"1", "bw_in"})) << "what is over stays as it was told";

    const Answer server = box.get("/server/2210");
    // Between two questions, time goes on.
    EXPECT_NEAR(number(server, {"bw_out"}), number(later, {std::to_string(later.body.array()->size() - 1), "bw_out"}),
                2.0);
    run(box, "reinstall", R"({"os":"debian-12-x86_64"})");
    const Answer fresh = box.get("/server/2210");
    EXPECT_LT(number(fresh, {"disk_usage"}), number(server, {"disk_usage"}));
    EXPECT_GE(number(fresh, {"bw_in"}), number(server, {"bw_in"}) + 700) << "a system was loaded";
}

TEST(Servers, GraphsArePicturesForAWhile) {
    Box box("time4vps");
    const Answer graphs = box.get("/server/2210/graphs/321");
    ASSERT_EQ(graphs.body.array()->size(), 16U);
    EXPECT_THAT(graphs.text, HasSubstr(R"("type":"net_weekly")"));
    const std::string url = graphs.word({"0", "url"});
    EXPECT_THAT(url, testing::StartsWith("//127.0.0.1:"));
    for (const json::Value &graph : *graphs.body.array()) {
        const Answer answer = open_link(*graph.find("url")->string());
        EXPECT_EQ(answer.headers.at("content-type"), "image/png");
        const Picture picture = read_png(answer.text);
        EXPECT_EQ(picture.problem, "");
        EXPECT_EQ(picture.width, 321U);
    }
    for (const std::string &wrong : {url + "A", url.substr(0, url.find('=') + 1), url.substr(0, url.find('?')),
                                     url.substr(0, url.rfind('.')), url + "&id=2"})
        EXPECT_EQ(open_link(wrong).status, 404) << wrong;
    std::string another = url;
    another.replace(another.find("2210"), 4, "2211");
    EXPECT_EQ(open_link(another).status, 404) << "signed for another server";
    advance(box, 700);
    EXPECT_EQ(open_link(url).status, 410);
    EXPECT_THAT(box.get("/server/2210/graphs/100").error(), HasSubstr("width"));
}

} // namespace
} // namespace hostbill::sandbox::test
