// Whole machines: what one operation does to them, the others show.
#include "png_reader.hpp"
#include "support.hpp"

#include <cstdlib>

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

void advance(const Box &box, std::int64_t seconds) {
    box.control(R"({"command":"clock","advance":)" + std::to_string(seconds) + "}");
}

bool nothing_happened(const Box &box) { return box.control(R"({"command":"ledger"})") == json::Value(json::Object()); }

TEST(Metal, PowerShowsInItsStatus) {
    Box box("coloup");
    EXPECT_EQ(box.get("/service/5150/status").word({"status"}), "on");
    box.post("/service/5150/poweroff");
    EXPECT_EQ(box.get("/service/5150/status").word({"status"}), "off");
    EXPECT_EQ(box.get("/service/5156/status").word({"status"}), "on");
    EXPECT_EQ(box.post("/service/5150/poweroff").error(), "") << "it is off already";
    EXPECT_EQ(box.ledger("metal_power_offs"), 1);
    for (const char *path : {"reboot", "reinstall", "rescue", "diag"}) {
        const std::string body = path == std::string("reboot") ? "" : R"({"template":"71","hostname":"a.example.net"})";
        EXPECT_EQ(box.post("/service/5150/" + std::string(path), body).error(), "Server is switched off") << path;
    }
    EXPECT_EQ(box.get("/service/5150/reinstall").word({"status"}), "idle");
    box.post("/service/5150/poweron");
    EXPECT_EQ(box.get("/service/5150/status").word({"status"}), "on");
    EXPECT_EQ(box.post("/service/5150/reboot").error(), "");
    EXPECT_EQ(box.ledger("metal_reboots"), 1);
}

TEST(Metal, NameShowsEverywhere) {
    Box box("coloup");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "ip"}), "203.0.113.40");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "memory"}), "64 GB");
    box.post("/service/5150/hostname", R"({"hostname":"db.example.net"})");
    EXPECT_EQ(box.get("/service/5150/info").word({"server", "hostname"}), "db.example.net");
    EXPECT_EQ(box.get("/service/5150").word({"service", "domain"}), "db.example.net");
    EXPECT_THAT(box.post("/service/5150/hostname", R"({"hostname":"not a name"})").error(), HasSubstr("hostname"));
    EXPECT_EQ(box.get("/service/5150").word({"service", "domain"}), "db.example.net");
}

TEST(Metal, NothingIsDoneToWhatIsNotActive) {
    Box box("coloup");
    box.control(R"({"command":"set_state","kind":"service","id":5150,"state":"Suspended"})");
    for (const auto &[path, body] : {std::pair{"reboot", ""},
                                     {"poweroff", ""},
                                     {"poweron", ""},
                                     {"hostname", R"({"hostname":"a.example.net"})"},
                                     {"ips", R"({"vlan":"340"})"},
                                     {"reinstall", R"({"template":"71","hostname":"a.example.net"})"}})
        EXPECT_EQ(box.post("/service/5150/" + std::string(path), body).error(), "Service 5150 is not active") << path;
    EXPECT_TRUE(nothing_happened(box));
}

TEST(Metal, AddressesComeFromAVlan) {
    Box box("coloup");
    EXPECT_THAT(box.get("/service/5150/vlans").word({"vlans", "0", "description"}), HasSubstr("2 of 6 in use"));
    const Answer added = box.post("/service/5150/ips", R"({"vlan":"340","domain":"shop.example.net","num":"2"})");
    ASSERT_EQ(added.at({"ips"}).array()->size(), 2U);
    EXPECT_EQ(added.word({"ips", "0", "ip"}), "203.0.113.43");
    const std::string id = added.word({"ips", "1", "id"});
    EXPECT_EQ(box.get("/service/5150/ips/" + id).word({"ip", "domain"}), "shop.example.net");
    EXPECT_EQ(box.get("/service/5150/ips/203.0.113.43").word({"ip", "vlan"}), "340");
    EXPECT_EQ(box.get("/service/5150/ips").at({"ips"}).array()->size(), 4U);
    EXPECT_THAT(box.get("/service/5150/vlans").word({"vlans", "0", "description"}), HasSubstr("4 of 6 in use"));

    box.put("/service/5150/ips/" + id, R"({"domain":"mail.example.net"})");
    box.post("/service/5150/ips/" + id, R"({"domain":"mail.example.net"})");
    EXPECT_EQ(box.get("/service/5150/ips/" + id).word({"ip", "domain"}), "mail.example.net");
    box.del("/service/5150/ips/2501");
    EXPECT_EQ(box.get("/service/5150/ips/2501").error(), "Address 2501 not found");
    EXPECT_EQ(box.post("/service/5150/ips", R"({"vlan":"340"})").word({"ips", "0", "ip"}), "203.0.113.41")
        << "it is free again";
}

TEST(Metal, AddressesHaveReverseNames) {
    Box box("internetport");
    const Answer addresses = box.get("/service/5150/ip");
    ASSERT_EQ(addresses.at({"ips"}).array()->size(), 3U);
    EXPECT_EQ(addresses.word({"ips", "0", "ipaddress"}), "203.0.113.40");
    EXPECT_EQ(addresses.word({"ips", "0", "main"}), "1");
    EXPECT_EQ(addresses.word({"ips", "2", "main"}), "0");
    EXPECT_EQ(box.get("/service/5150/rdns").word({"rdns", "203.0.113.42"}), "mail.example.net");
    const std::string set = "ipaddress%5B203.0.113.42%5D=mx.example.net&ipaddress%5B203.0.113.40%5D=db.example.net";
    EXPECT_EQ(box.post_form("/service/5150/rdns", set).error(), "");
    EXPECT_EQ(box.get("/service/5150/rdns").word({"rdns", "203.0.113.42"}), "mx.example.net");
    EXPECT_EQ(box.get("/service/5150/ip").word({"ips", "0", "reverse"}), "db.example.net");
    EXPECT_EQ(box.post_form("/service/5151/rdns", set).error(), "Address 203.0.113.42 not found")
        << "another machine's";
    EXPECT_EQ(box.get("/service/5150/ip").word({"ips", "2", "reverse"}), "mx.example.net");
}

TEST(Metal, RefusesAddressesThatThereAreNot) {
    Box box("coloup");
    EXPECT_EQ(box.post("/service/5150/ips", R"({"vlan":"342"})").error(), "VLAN 342 not found") << "another machine's";
    EXPECT_EQ(box.post("/service/5150/ips", R"({"vlan":"340","num":"5"})").error(),
              "VLAN 340 has only 4 free addresses");
    EXPECT_THAT(box.post("/service/5150/ips", R"({"vlan":"341","num":"17"})").error(), HasSubstr("1 to 16"));
    EXPECT_THAT(box.post("/service/5150/ips", R"({"vlan":"341","num":"0"})").error(), HasSubstr("num"));
    EXPECT_THAT(box.post("/service/5150/ips", R"({"vlan":"341","num":"many"})").error(), HasSubstr("num"));
    EXPECT_THAT(box.post("/service/5150/ips", R"({"vlan":"341","domain":"a b"})").error(), HasSubstr("domain"));
    EXPECT_EQ(box.get("/service/5151/ips/2501").error(), "Address 2501 not found") << "another machine's";
    EXPECT_EQ(box.del("/service/5150/ips/9999").error(), "Address 9999 not found");
    EXPECT_EQ(box.get("/service/5150/ips").at({"ips"}).array()->size(), 2U);
    EXPECT_TRUE(nothing_happened(box));
}

TEST(Metal, WithoutItsOutletsItIsOffAndCarriesNothing) {
    Box box("internetport");
    EXPECT_EQ(box.get("/service/5150/pdu/7").word({"port", "power"}), "true");
    box.post_form("/service/5150/pdu/7", "power=false");
    EXPECT_EQ(box.get("/service/5150/pdu/7").word({"port", "power"}), "false");
    EXPECT_EQ(box.get("/service/5150/pdu").word({"ports", "0", "power"}), "false");
    EXPECT_EQ(box.get("/service/5150/pdu").word({"ports", "1", "power"}), "true");
    EXPECT_EQ(box.get("/service/5150/pdu/22").error(), "Port 22 not found") << "another machine's";

    auto total = [&] { return box.get("/service/5150/bandwidth").word({"bandwidth", "total"}); };
    const std::string from = box.get("/service/5150/bandwidth").word({"bandwidth", "from"});
    // To the middle of the next month, so that a few hours stay in it.
    while (box.get("/service/5150/bandwidth").word({"bandwidth", "from"}) == from)
        advance(box, 86400);
    advance(box, 10 * 86400);
    const std::string one_outlet = total();
    EXPECT_GT(std::atof(one_outlet.c_str()), 1.0);
    advance(box, 6 * 3600);
    EXPECT_GT(std::atof(total().c_str()), std::atof(one_outlet.c_str())) << "one outlet is enough";

    box.post_form("/service/5150/pdu/8", "power=false");
    const std::string none = total();
    advance(box, 6 * 3600);
    EXPECT_EQ(total(), none);
    box.post_form("/service/5150/pdu/8", "power=true");
    advance(box, 6 * 3600);
    EXPECT_GT(std::atof(total().c_str()), std::atof(none.c_str()));
    EXPECT_EQ(box.ledger("outlets_switched"), 3);
}

TEST(Metal, TrafficIsAMatterOfTheClockAlone) {
    Box box("internetport", R"("clock_skew":-1000000)");
    const Answer now = box.get("/service/5150/bandwidth");
    EXPECT_NEAR(std::atof(now.word({"bandwidth", "in"}).c_str()) + std::atof(now.word({"bandwidth", "out"}).c_str()),
                std::atof(now.word({"bandwidth", "total"}).c_str()), 0.011);
    const Answer graphs = box.get("/service/5150/bandwidth-graphs");
    for (const char *span : {"daily", "weekly", "monthly", "yearly"}) {
        const Picture picture = read_base64_png(graphs.word({span}));
        EXPECT_EQ(picture.problem, "") << span;
        EXPECT_LT(picture.curve_rows(), picture.height) << span;
    }
    EXPECT_NE(graphs.word({"daily"}), graphs.word({"yearly"}));
}

TEST(Metal, StockIsThatOfTheShop) {
    Box box("coloup");
    EXPECT_EQ(box.get("/serverstock").word({"servers", "0", "id"}), "910");
    EXPECT_EQ(box.get("/serverstock").word({"servers", "0", "price"}), "95.00");
    EXPECT_EQ(box.get("/serverstock").word({"servers", "0", "cpu"}),
              box.get("/service/5150/info").word({"server", "cpu"}));
}

TEST(Metal, BoughtOneHasAllThatAMachineHas) {
    Box box("internetport", R"("auto_credit":false)");
    const Answer order = box.post_form("/order/910", "cycle=m&domain=metal9.example.net");
    ASSERT_EQ(order.error(), "");
    std::string id;
    const Answer services = box.get("/service");
    for (const json::Value &service : *services.at({"services"}).array())
        if (*service.find("domain") == json::Value("metal9.example.net"))
            id = *service.find("id")->string();
    ASSERT_NE(id, "");
    EXPECT_EQ(box.get("/service/" + id + "/pdu").at({"ports"}).array()->size(), 0U) << "not paid yet";
    box.control(R"({"command":"pay","invoice_id":)" + order.word({"invoice_id"}) + "}");
    const Answer ports = box.get("/service/" + id + "/pdu");
    ASSERT_EQ(ports.at({"ports"}).array()->size(), 2U);
    const std::string port = "/service/" + id + "/pdu/" + ports.word({"ports", "0", "id"});
    EXPECT_EQ(box.post_form(port, "power=false").error(), "");
    EXPECT_EQ(box.get(port).word({"port", "power"}), "false");
    box.control(R"({"command":"set_state","kind":"service","state":"gone","id":)" + id + "}");
    EXPECT_EQ(box.get(port).error(), "Service " + id + " not found");
}

} // namespace
} // namespace hostbill::sandbox::test
