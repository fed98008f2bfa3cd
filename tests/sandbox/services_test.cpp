#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(Services, KeepTheirLabel) {
    Box box("time4vps");
    EXPECT_EQ(box.post("/service/5120/label", R"({"label":"mine"})").word({"info", "0"}), "label_updated");
    EXPECT_EQ(box.get("/service/5120/label").word({"label"}), "mine");
    EXPECT_EQ(box.get("/service/5120").word({"service", "label"}), "mine");
    EXPECT_EQ(box.post("/service/5120/label").error(), "Parameter label is required");
}

TEST(Services, AreCancelledOnce) {
    Box box("elsecloud");
    EXPECT_EQ(box.post("/service/5120/cancel", R"({"immediate":"false","reason":"moved"})").word({"info", "0"}),
              "cancell_sent");
    EXPECT_THAT(box.post("/service/5120/cancel", R"({"immediate":"true"})").error(), testing::HasSubstr("already"));
    EXPECT_EQ(box.ledger("cancellations"), 1);
    EXPECT_EQ(box.post("/service/5116/cancel", R"({"immediate":"true"})").error(), "Service 5116 is Terminated");
    EXPECT_THAT(box.post("/service/5121/cancel", R"({"immediate":"perhaps"})").error(),
                testing::HasSubstr("immediate"));
}

TEST(Services, ListOnlyMethodsThatFit) {
    Box box("coloup");
    std::string cloud = box.get("/service/5120/methods").text, metal = box.get("/service/5150/methods").text;
    EXPECT_THAT(cloud, testing::HasSubstr("/service/@id/vms"));
    EXPECT_THAT(cloud, testing::Not(testing::HasSubstr("/service/@id/rescue")));
    EXPECT_THAT(metal, testing::HasSubstr("/service/@id/rescue"));
    EXPECT_THAT(metal, testing::Not(testing::HasSubstr("/service/@id/vms")));
    EXPECT_EQ(box.get("/service/5150/vms").error(), "invalid method");
    EXPECT_EQ(box.post("/service/5120/rescue", R"({"template":"81"})").error(), "invalid method");
    EXPECT_EQ(box.get("/service/5120/dns").error(), "invalid method");
}

TEST(Services, ThatDoNotExistAreNotFound) {
    Box box("coloup");
    for (const char *path :
         {"/service/1", "/service/1/label", "/service/1/vms", "/service/1/reinstall", "/service/1/upgrade"})
        EXPECT_EQ(box.get(path).error(), "Service 1 not found") << path;
    EXPECT_EQ(box.get("/service/99999999999999999999").status, 200);
    EXPECT_EQ(box.get("/service/x").error(), "Parameter service_id must be a whole number");
}

TEST(Things, WithoutStateHaveIdsToo) {
    Box time4vps("time4vps");
    EXPECT_EQ(time4vps.get("/scripts/611").error(), "");
    EXPECT_EQ(time4vps.get("/scripts/1").error(), "Script 1 not found");
    EXPECT_EQ(time4vps.get("/vpn/5120/details").error(), "Service 5120 not found");
    EXPECT_EQ(time4vps.get("/vpn/servers/1/config/ovpn_443").error(), "VPN server 1 not found");
    EXPECT_THAT(time4vps.get("/vpn/servers/41/config/nothing").error(), testing::HasSubstr("template must be one of"));
    Box coloup("coloup");
    EXPECT_EQ(coloup.get("/service/5150/ips/192.0.2.1").error(), "Address 192.0.2.1 not found");
    EXPECT_EQ(coloup.get("/service/5120/vms/1601/interfaces/7").error(), "Interface 7 not found");
}

TEST(Products, AreListedAsTheyAreSold) {
    Box box("generic");
    Answer list = box.get("/category/44/product");
    EXPECT_EQ(list.word({"products", "0", "id"}), "820");
    EXPECT_EQ(list.word({"products", "0", "periods", "1", "price"}), "86.4");
    EXPECT_EQ(box.get("/order/820").word({"product", "config", "forms", "0", "items", "1", "price"}), "2");
    EXPECT_EQ(box.get("/category/1/product").error(), "Category 1 not found");
}

} // namespace
} // namespace hostbill::sandbox::test
