// What cloud services have for their machines, and what becomes of machines with their service.
#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

const std::string service = "/service/5120";

std::string resource(Box &box, std::string_view name, std::string_view member) {
    return box.get(service + "/resources").word({"resources", name, member});
}

void set_service(Box &box, std::string_view state) {
    box.control(R"({"command":"set_state","kind":"service","id":5120,"state":")" + std::string(state) + "\"}");
}

TEST(Cloud, CountsWhatItsMachinesUse) {
    Box box("elsecloud");
    EXPECT_EQ(resource(box, "memory", "limit"), "16384");
    EXPECT_EQ(resource(box, "memory", "used"), "4096");
    EXPECT_EQ(resource(box, "memory", "free"), "12288");
    EXPECT_EQ(resource(box, "cpu", "used"), "3");
    EXPECT_EQ(resource(box, "disk", "used"), "60");
    EXPECT_EQ(resource(box, "vms", "used"), "3");
    box.post(service + "/vms", R"({"label":"a","template":"t-121","memory":"2048","cpu":"2","disk":"30"})");
    EXPECT_EQ(resource(box, "memory", "used"), "6144");
    EXPECT_EQ(resource(box, "cpu", "free"), "3");
    EXPECT_EQ(resource(box, "disk", "used"), "90");
    EXPECT_EQ(resource(box, "ipv4", "used"), "4");
    EXPECT_EQ(resource(box, "vms", "used"), "4");
    box.put(service + "/vms/1602", R"({"memory":"512"})");
    EXPECT_EQ(resource(box, "memory", "used"), "5632");
    box.del(service + "/vms/1603");
    EXPECT_EQ(resource(box, "memory", "used"), "4608");
    EXPECT_EQ(resource(box, "vms", "used"), "3");
}

TEST(Cloud, GivesNoMoreThanThePlan) {
    Box box("internetport");
    auto error = [&](const std::string &form) { return box.post_form(service + "/vms", form).error(); };
    EXPECT_EQ(error("label=a&template=t-121&memory=12289"), "Service 5120 has only 12288 MB of memory left");
    EXPECT_EQ(error("label=a&template=t-121&cpu=6"), "Service 5120 has only 5 cores of cpu left");
    EXPECT_EQ(error("label=a&template=t-121&disk=101"), "Service 5120 has only 100 GB of disk left");
    Answer all = box.post_form(service + "/vms", "label=a&template=t-121&memory=20000&cpu=7&disk=500");
    EXPECT_EQ(all.at({"error"}).array()->size(), 3U) << all.text;
    EXPECT_EQ(box.put(service + "/vms/1601", R"({"memory":"14337"})").error(),
              "Service 5120 has only 12288 MB of memory left");
    EXPECT_EQ(box.put(service + "/vms/1601", R"({"cpu":"7"})").error(), "Service 5120 has only 5 cores of cpu left");
    EXPECT_EQ(box.control(R"({"command":"ledger"})"), json::Value(json::Object()));
    EXPECT_EQ(resource(box, "vms", "used"), "3");
    EXPECT_EQ(error("label=a&template=t-121&memory=12288&cpu=5&disk=100"), "");
    EXPECT_EQ(resource(box, "memory", "free"), "0");
    EXPECT_EQ(box.put(service + "/vms/1601", R"({"memory":"1024"})").error(), "") << "less always fits";
}

TEST(Cloud, GivesMoreAfterAnUpgrade) {
    Box box("elsecloud");
    Answer upgraded = box.post(service + "/upgrade", R"({"resources":{"2301":"17002","2201":"16003"},"send":true})");
    ASSERT_EQ(upgraded.error(), "");
    box.control(R"({"command":"pay","invoice_id":)" + upgraded.word({"invoice_id"}) + "}");
    EXPECT_EQ(resource(box, "memory", "limit"), "32768");
    EXPECT_EQ(resource(box, "disk", "limit"), "640");
    EXPECT_EQ(resource(box, "cpu", "limit"), "8");
    Answer larger = box.post(service + "/upgrade", R"({"package":821,"send":true})");
    ASSERT_EQ(larger.error(), "");
    box.control(R"({"command":"pay","invoice_id":)" + larger.word({"invoice_id"}) + "}");
    EXPECT_EQ(resource(box, "cpu", "limit"), "16");
    EXPECT_EQ(resource(box, "ipv4", "limit"), "16");
}

TEST(Cloud, HasNetworks) {
    Box box("coloup");
    EXPECT_EQ(
        box.get(service + "/networks").text,
        R"({"networks":[{"id":"12","name":"Public","bridge":"br0"},{"id":"13","name":"Private","bridge":"br1"}]})");
    EXPECT_EQ(box.get("/service/5118/networks").error(), "invalid method");
}

TEST(Cloud, MachinesFollowTheirService) {
    Box box("elsecloud");
    auto status = [&](const char *id) { return box.get(service + "/vms/" + id).word({"vm", "status"}); };
    set_service(box, "Suspended");
    EXPECT_EQ(status("1601"), "suspended");
    EXPECT_EQ(status("1602"), "stopped");
    EXPECT_EQ(box.post(service + "/vms/1601/start").error(), "Service 5120 is not active");
    EXPECT_EQ(box.post(service + "/vms", R"({"label":"a","template":"t-121"})").error(), "Service 5120 is not active");
    EXPECT_EQ(box.del(service + "/vms/1602").error(), "Service 5120 is not active");
    set_service(box, "Active");
    EXPECT_EQ(status("1601"), "running");
    EXPECT_EQ(status("1602"), "stopped");
    // The customer's own suspension is not undone.
    Box other("coloup");
    other.post(service + "/vms/1601/suspend");
    set_service(other, "Suspended");
    set_service(other, "Active");
    EXPECT_EQ(other.get(service + "/vms/1601").word({"vm", "status"}), "suspended");
    set_service(box, "Terminated");
    EXPECT_EQ(box.get(service + "/vms").text, R"({"vms":[]})");
    EXPECT_EQ(box.get(service + "/ip").text, R"({"ips":[]})");
    EXPECT_EQ(box.get(service + "/rdns").text, R"({"rdns":[]})");
}

TEST(Cloud, ComesWithAMachineOfThePlansSize) {
    Box box("elsecloud");
    Answer order = box.post(
        "/order/821", R"({"domain":"big.example.org","cycle":"m","custom":{"2201":{"16002":1}},"addon":{"53":1}})");
    ASSERT_EQ(order.error(), "");
    const std::string id = order.word({"items", "id"});
    EXPECT_EQ(box.get("/service/" + id + "/vms").text, R"({"vms":[]})") << "it is not paid";
    box.control(R"({"command":"pay","invoice_id":)" + order.word({"invoice_id"}) + "}");
    Answer vms = box.get("/service/" + id + "/vms");
    ASSERT_EQ(vms.at({"vms"}).object()->size(), 1U) << vms.text;
    const json::Value &vm = vms.at({"vms"}).object()->begin()->value;
    EXPECT_EQ(*vm.find("label"), json::Value("big"));
    EXPECT_EQ(*vm.find("hostname"), json::Value("big.example.org"));
    EXPECT_EQ(*vm.find("memory"), json::Value("4096"));
    EXPECT_EQ(*vm.find("cpu"), json::Value("2"));
    EXPECT_EQ(*vm.find("disk"), json::Value("60"));
    EXPECT_EQ(vm.find("ip")->array()->size(), 1U);
    EXPECT_EQ(box.get("/service/" + id + "/resources").word({"resources", "ipv4", "limit"}), "17");
}

TEST(Addresses, AreThoseOfTheMachines) {
    Box box("elsecloud");
    Answer list = box.get(service + "/ip");
    ASSERT_EQ(list.at({"ips"}).array()->size(), 5U) << list.text;
    EXPECT_EQ(list.word({"ips", "0", "ipaddress"}), "203.0.113.50");
    EXPECT_EQ(list.word({"ips", "0", "main"}), "1");
    EXPECT_EQ(list.word({"ips", "0", "netmask"}), "255.255.255.0");
    EXPECT_EQ(list.word({"ips", "0", "gateway"}), "203.0.113.1");
    EXPECT_EQ(list.word({"ips", "0", "reverse"}), "vm1.example.net");
    EXPECT_EQ(list.word({"ips", "1", "type"}), "ipv6");
    EXPECT_EQ(list.word({"ips", "1", "netmask"}), "64");
    EXPECT_EQ(list.word({"ips", "1", "main"}), "0");
    EXPECT_EQ(box.get("/service/5118/ip").error(), "invalid method");
}

TEST(ReverseNames, AreSetAndShown) {
    Box box("elsecloud");
    Answer set = box.post(service + "/rdns",
                          R"({"ipaddress":{"203.0.113.53":"old.example.net","2001:db8::50":"v6.example.net."}})");
    EXPECT_EQ(set.word({"success"}), "true");
    EXPECT_EQ(box.get(service + "/rdns").word({"rdns", "203.0.113.53"}), "old.example.net");
    EXPECT_EQ(box.get(service + "/rdns").word({"rdns", "203.0.113.52"}), "mail.example.net");
    EXPECT_THAT(box.get(service + "/ip").text, HasSubstr("v6.example.net."));
    EXPECT_EQ(box.ledger("reverse_names_set"), 2);
    box.post(service + "/rdns", R"({"ipaddress":{"203.0.113.53":""}})");
    EXPECT_EQ(box.get(service + "/rdns").word({"rdns", "203.0.113.53"}), "");

    Box form("internetport");
    EXPECT_EQ(form.post_form(service + "/rdns", "ipaddress[203.0.113.53]=form.example.net").error(), "");
    EXPECT_EQ(form.get(service + "/rdns").word({"rdns", "203.0.113.53"}), "form.example.net");
}

TEST(ReverseNames, AreAllSetOrNone) {
    Box box("elsecloud");
    const std::string before = box.get(service + "/rdns").text;
    auto error = [&](const std::string &body) { return box.post(service + "/rdns", body).error(); };
    EXPECT_EQ(error(R"({"ipaddress":{"203.0.113.53":"a.example.net","192.0.2.1":"b.example.net"}})"),
              "Address 192.0.2.1 not found");
    EXPECT_EQ(error(R"({"ipaddress":{"203.0.113.54":"a.example.net"}})"), "Address 203.0.113.54 not found")
        << "another service's";
    const std::string long_part(64, 'a');
    for (const std::string &name : std::initializer_list<std::string>{
             "a b", "-a.example.net", "a-.example.net", "a..net", ".net", ".", "a.net..", long_part + ".net", "a/b"})
        EXPECT_EQ(error(R"({"ipaddress":{"203.0.113.53":")" + name + "\"}}"),
                  "Parameter ipaddress[203.0.113.53] is not a host name")
            << name;
    EXPECT_THAT(error(R"({"ipaddress":{"203.0.113.53":["a"]}})"), HasSubstr("203.0.113.53"));
    EXPECT_EQ(error(R"({"ipaddress":[]})"), "Parameter ipaddress names no address");
    EXPECT_THAT(error("{}"), HasSubstr("ipaddress"));
    EXPECT_EQ(box.get(service + "/rdns").text, before);
    EXPECT_EQ(box.control(R"({"command":"ledger"})"), json::Value(json::Object()));
}

} // namespace
} // namespace hostbill::sandbox::test
