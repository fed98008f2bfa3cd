#include "support.hpp"

#include <set>

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

const std::string vm = "/service/5120/vms/1601";

std::string nothing_happened(Box &box) { return json::write_utf8(box.control(R"({"command":"ledger"})")); }

std::string free_of(Box &box, const std::string &path, std::string_view id) {
    Answer pools = box.get(path + "/ippool");
    for (const json::Value &pool : *pools.at({"pools"}).array())
        if (*pool.find("id") == json::Value(id))
            return *pool.find("free")->string();
    return "no such pool";
}

TEST(VmInterfaces, AreThoseOfTheMachine) {
    Box box("coloup");
    Answer list = box.get(vm + "/interfaces");
    ASSERT_EQ(list.at({"interfaces"}).array()->size(), 2U);
    EXPECT_EQ(list.word({"interfaces", "0", "name"}), "net0");
    EXPECT_EQ(list.word({"interfaces", "0", "ipv4", "0", "ip"}), "203.0.113.50");
    EXPECT_EQ(list.word({"interfaces", "0", "ipv6", "0", "ip"}), "2001:db8::50");
    EXPECT_EQ(list.word({"interfaces", "1", "bridge"}), "br1");
    EXPECT_EQ(box.get(vm + "/interfaces/0").at({"interface"}), list.at({"interfaces", "0"}));
    EXPECT_EQ(box.get(vm + "/interfaces/net1").at({"interface"}), list.at({"interfaces", "1"}));
    for (const char *none : {"7", "net7", "net", "00", "eth0", "0%27%20OR%201"})
        EXPECT_THAT(box.get(vm + "/interfaces/" + none).error(), HasSubstr("Interface")) << none;
}

TEST(VmInterfaces, HaveAddressesOfTheirOwnThatStay) {
    Box box("coloup"), other("elsecloud");
    std::set<std::string> macs;
    for (const char *id : {"5120/vms/1601", "5120/vms/1602", "5121/vms/1612"}) {
        const Answer list = box.get("/service/" + std::string(id) + "/interfaces");
        for (const json::Value &row : *list.at({"interfaces"}).array())
            macs.insert(*row.find("mac")->string());
    }
    EXPECT_EQ(macs.size(), 5U);
    EXPECT_EQ(box.get(vm + "/interfaces/0").word({"interface", "mac"}),
              other.get(vm + "/interfaces/0").word({"interface", "mac"}));
    EXPECT_THAT(*macs.begin(), testing::MatchesRegex("02(:[0-9a-f]{2}){5}"));
}

TEST(VmInterfaces, AreAddedAndRemoved) {
    Box box("coloup");
    Answer added = box.post(vm + "/interfaces", R"({"firewall":1})");
    EXPECT_EQ(added.word({"interface", "name"}), "net2");
    EXPECT_EQ(added.word({"interface", "firewall"}), "1");
    EXPECT_EQ(added.word({"interface", "bridge"}), "br0");
    EXPECT_EQ(box.get(vm + "/interfaces/net2").at({"interface"}), added.at({"interface"}));
    EXPECT_EQ(box.del(vm + "/interfaces/1").word({"status"}), "true");
    EXPECT_EQ(box.get(vm + "/interfaces/1").error(), "Interface 1 not found");
    EXPECT_EQ(box.del(vm + "/interfaces/1").error(), "Interface 1 not found");
    EXPECT_EQ(box.post(vm + "/interfaces").word({"interface", "id"}), "1") << "the number is free again";
    for (int i = 3; i < 8; ++i)
        EXPECT_EQ(box.post(vm + "/interfaces").error(), "");
    EXPECT_EQ(box.post(vm + "/interfaces").error(), "VM 1601 has 8 network interfaces and can have no more");
    EXPECT_EQ(box.get(vm + "/interfaces").at({"interfaces"}).array()->size(), 8U);
    EXPECT_EQ(box.ledger("interfaces_created"), 7);
    EXPECT_EQ(box.ledger("interfaces_deleted"), 1);
}

TEST(VmInterfaces, GiveTheirAddressesBack) {
    Box box("elsecloud");
    const std::string before = free_of(box, vm, "24");
    EXPECT_EQ(box.del(vm + "/interfaces/net0").error(), "");
    EXPECT_EQ(box.get(vm).at({"vm", "ip"}), json::Value(json::Array{"10.20.0.10"}));
    EXPECT_EQ(std::stoi(free_of(box, "/service/5120/vms/1602", "24")), std::stoi(before) + 1);
    EXPECT_THAT(box.get("/service/5120/ip").text, testing::Not(HasSubstr("203.0.113.50")));
    EXPECT_THAT(box.get("/service/5120/rdns").text, testing::Not(HasSubstr("203.0.113.50")));
    box.del("/service/5120/vms/1603");
    EXPECT_EQ(std::stoi(free_of(box, "/service/5120/vms/1602", "24")), std::stoi(before) + 2);
    EXPECT_THAT(box.get("/service/5120/ip").text, testing::Not(HasSubstr("203.0.113.53")));
}

TEST(VmInterfaces, AreChanged) {
    Box box("coloup");
    EXPECT_EQ(box.put(vm + "/interfaces/0", R"({"firewall":0})").word({"interface", "firewall"}), "0");
    EXPECT_EQ(box.get(vm + "/interfaces/0").word({"interface", "firewall"}), "0");
    EXPECT_EQ(box.get(vm + "/interfaces/0").word({"interface", "ipv4", "0", "id"}), "3101") << "as it was";
    // Without an interface an address stays with the machine, and can go to another interface.
    box.put(vm + "/interfaces/0", R"({"ipv4":[]})");
    EXPECT_TRUE(box.get(vm + "/interfaces/0").at({"interface", "ipv4"}).array()->empty());
    EXPECT_EQ(box.get(vm + "/interfaces/0").word({"interface", "ipv6", "0", "id"}), "3102");
    EXPECT_TRUE(box.get(vm + "/ips").at({"ips", "0", "interface"}).is_null());
    EXPECT_THAT(box.get(vm).text, testing::Not(HasSubstr("203.0.113.50")));
    Answer added = box.post(vm + "/interfaces", R"({"ipv4":[3101]})");
    EXPECT_EQ(added.word({"interface", "ipv4", "0", "ip"}), "203.0.113.50");
    EXPECT_EQ(box.get(vm + "/ips").word({"ips", "0", "interface"}), "net2");
    box.put(vm + "/interfaces/0", R"({"ipv4":["3101"],"ipv6":[3102]})");
    EXPECT_EQ(box.get(vm + "/interfaces/0").word({"interface", "ipv4", "0", "ip"}), "203.0.113.50");
    EXPECT_TRUE(box.get(vm + "/interfaces/2").at({"interface", "ipv4"}).array()->empty());
}

TEST(VmInterfaces, AreChecked) {
    Box box("elsecloud");
    const std::string before = box.get(vm + "/interfaces").text;
    auto update = [&](const char *body) { return box.put(vm + "/interfaces/0", body).error(); };
    EXPECT_EQ(update(R"({"firewall":2})"), "Parameter firewall must be 0 or 1");
    EXPECT_EQ(update(R"({"firewall":0,"ipv4":[9999]})"), "Address 9999 not found");
    EXPECT_EQ(update(R"({"ipv4":[3103]})"), "Address 3103 not found") << "another machine's";
    EXPECT_EQ(update(R"({"ipv4":[3102]})"), "Address 3102 is not of type ipv4");
    EXPECT_EQ(update(R"({"ipv6":[3101]})"), "Address 3101 is not of type ipv6");
    EXPECT_EQ(update(R"({"ipv4":[3107]})"), "Address 3107 belongs to network br1, not to br0");
    EXPECT_THAT(update(R"({"ipv4":["x"]})"), HasSubstr("ipv4[0]"));
    EXPECT_EQ(box.post(vm + "/interfaces", R"({"ipv4":[3101,3107]})").error(),
              "Address 3107 belongs to network br1, not to br0");
    EXPECT_EQ(box.del(vm + "/interfaces/0?list=99").error(), "List 99 not found");
    EXPECT_EQ(box.get(vm + "/interfaces").text, before);
    EXPECT_EQ(nothing_happened(box), "{}");
    box.control(R"({"command":"set_state","kind":"service","id":5120,"state":"Fraud"})");
    EXPECT_EQ(update(R"({"firewall":0})"), "Service 5120 is not active");
    EXPECT_EQ(box.post(vm + "/interfaces").error(), "Service 5120 is not active");
    EXPECT_EQ(box.del(vm + "/interfaces/0").error(), "Service 5120 is not active");
    EXPECT_EQ(box.get(vm + "/interfaces").text, before);
}

TEST(IpPool, GivesAddressesThatShowEverywhere) {
    Box box("elsecloud");
    const int before = std::stoi(free_of(box, vm, "24"));
    Answer assigned = box.post(vm + "/ippool/24", R"({"type":"ipv4","iface":"net0"})");
    const std::string ip = assigned.word({"ip", "ip"}), id = assigned.word({"ip", "id"});
    EXPECT_EQ(ip, "203.0.113.57") << "the next of the pool";
    EXPECT_EQ(std::stoi(free_of(box, vm, "24")), before - 1);
    EXPECT_EQ(box.get(vm + "/interfaces/0").word({"interface", "ipv4", "1", "ip"}), ip);
    EXPECT_THAT(box.get(vm + "/ips").text, HasSubstr(ip));
    EXPECT_THAT(box.get(vm).text, HasSubstr(ip));
    EXPECT_THAT(box.get("/service/5120/vms").text, HasSubstr(ip));
    EXPECT_THAT(box.get("/service/5120/ip").text, HasSubstr(ip));
    EXPECT_THAT(box.get("/service/5120/rdns").text, HasSubstr("\"" + ip + "\":\"\""));
    EXPECT_EQ(box.get("/service/5120/resources").word({"resources", "ipv4", "used"}), "4");
    EXPECT_EQ(box.post(vm + "/ippool/25", R"({"type":"ipv6"})").word({"ip", "ip"}), "2001:db8::55");
    EXPECT_EQ(box.ledger("addresses_assigned"), 2);
    // What is free again shows nowhere.
    box.put(vm + "/interfaces/0", R"({"ipv4":[]})");
    box.post(vm + "/interfaces", R"({"ipv4":[)" + id + "]}");
    box.del(vm + "/interfaces/2");
    EXPECT_THAT(box.get("/service/5120/ip").text, testing::Not(HasSubstr(ip)));
    EXPECT_EQ(std::stoi(free_of(box, vm, "24")), before);
}

TEST(IpPool, EmptyOnesRefuse) {
    Box box("elsecloud");
    for (int left = 3; left > 0; --left) {
        EXPECT_EQ(free_of(box, vm, "26"), std::to_string(left));
        EXPECT_EQ(box.post(vm + "/ippool/26", R"({"type":"ipv4"})").error(), "");
    }
    EXPECT_EQ(free_of(box, vm, "26"), "0");
    const std::string before = box.get(vm + "/ips").text;
    EXPECT_EQ(box.post(vm + "/ippool/26", R"({"type":"ipv4"})").error(), "Pool Private IPv4 has no free addresses");
    EXPECT_EQ(box.get(vm + "/ips").text, before);
    EXPECT_EQ(box.ledger("addresses_assigned"), 3);
    // Whoever gives some back makes room for another.
    EXPECT_EQ(box.get(vm + "/interfaces/1").at({"interface", "ipv4"}).array()->size(), 4U);
    box.del(vm + "/interfaces/1");
    const std::string other = "/service/5121/vms/1612";
    EXPECT_EQ(free_of(box, other, "26"), "4");
    EXPECT_EQ(box.post(other + "/ippool/26", R"({"type":"ipv4"})").word({"ip", "ip"}), "10.20.0.10");
}

TEST(IpPool, FillsItsGaps) {
    Box box("elsecloud");
    for (int i = 0; i < 3; ++i)
        box.post(vm + "/ippool/26", R"({"type":"ipv4"})");
    box.put(vm + "/interfaces/1", R"({"ipv4":[3107]})");
    const std::string second = box.get(vm + "/ips").word({"ips", "3", "id"});
    EXPECT_EQ(box.post(vm + "/interfaces", R"({"ipv4":[)" + second + "]}").word({"interface", "bridge"}), "br1");
    box.del(vm + "/interfaces/2");
    EXPECT_EQ(box.post("/service/5121/vms/1612/ippool/26", R"({"type":"ipv4"})").word({"ip", "ip"}), "10.20.0.11");
    EXPECT_EQ(free_of(box, vm, "26"), "0");
}

TEST(IpPool, IsChecked) {
    Box box("coloup");
    auto error = [&](const std::string &pool, const char *body) {
        return box.post(vm + "/ippool/" + pool, body).error();
    };
    EXPECT_EQ(error("99", R"({"type":"ipv4"})"), "Pool 99 not found");
    EXPECT_THAT(error("x", R"({"type":"ipv4"})"), HasSubstr("pool"));
    EXPECT_EQ(error("24", "{}"), "Parameter type is required");
    EXPECT_EQ(error("24", R"({"type":"ipv6"})"), "Pool 24 has no addresses of type ipv6");
    EXPECT_THAT(error("24", R"({"type":"ipx"})"), HasSubstr("ipv4, ipv6"));
    EXPECT_EQ(error("24", R"({"type":"ipv4","iface":"9"})"), "Interface 9 not found");
    EXPECT_EQ(error("24", R"({"type":"ipv4","iface":"1"})"), "Pool 24 belongs to network br0, not to br1");
    EXPECT_EQ(box.post("/service/5120/vms/1602/ippool/26", R"({"type":"ipv4"})").error(),
              "VM 1602 has no interface in network br1");
    EXPECT_EQ(nothing_happened(box), "{}");
}

TEST(IpPool, EndsWhereThePlanDoes) {
    Box box("coloup");
    for (int i = 3; i < 16; ++i)
        EXPECT_EQ(box.post(vm + "/ippool/24", R"({"type":"ipv4"})").error(), "");
    EXPECT_EQ(box.post(vm + "/ippool/24", R"({"type":"ipv4"})").error(),
              "Service 5120 has only 0 addresses of ipv4 left");
    EXPECT_EQ(box.post("/service/5120/vms", R"({"label":"a","template":"t-121"})").error(),
              "Service 5120 has only 0 addresses of ipv4 left");
    EXPECT_EQ(box.get("/service/5120/vms").at({"vms"}).object()->size(), 3U);
    EXPECT_EQ(box.post("/service/5121/vms/1611/ippool/24", R"({"type":"ipv4"})").error(), "");
}

TEST(IpPool, ListsAreNarrowed) {
    Box box("elsecloud");
    auto pools = [&](const std::string &query) { return box.get(vm + "/ippool" + query); };
    EXPECT_EQ(pools("").at({"pools"}).array()->size(), 3U);
    EXPECT_EQ(box.get("/service/5120/vms/1602/ippool").at({"pools"}).array()->size(), 2U);
    EXPECT_EQ(pools("?iface=1").word({"pools", "0", "id"}), "26");
    EXPECT_EQ(pools("?iface=1&bridge=br0").at({"pools"}).array()->size(), 1U);
    EXPECT_EQ(pools("?bridge=br0").at({"pools"}).array()->size(), 2U);
    EXPECT_EQ(pools("?bridge=br7").error(), "Bridge br7 not found");
    EXPECT_EQ(pools("?iface=7").error(), "Interface 7 not found");
    auto ips = [&](const std::string &query) { return box.get(vm + "/ips" + query).at({"ips"}).array()->size(); };
    EXPECT_EQ(ips(""), 3U);
    EXPECT_EQ(ips("?type=ipv4"), 2U);
    EXPECT_EQ(ips("?type=ipv6&iface=0"), 1U);
    EXPECT_EQ(ips("?iface=net1"), 1U);
    EXPECT_EQ(ips("?bridge=br1"), 1U);
    EXPECT_EQ(box.get(vm + "/ips").word({"ips", "0", "main"}), "1");
    EXPECT_EQ(box.get(vm + "/ips").word({"ips", "1", "main"}), "0");
    EXPECT_EQ(box.get(vm + "/ips?iface=7").error(), "Interface 7 not found");
}

} // namespace
} // namespace hostbill::sandbox::test
