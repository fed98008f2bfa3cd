#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(Vms, AreCreatedUsedAndDeleted) {
    Box box("elsecloud");
    Answer created =
        box.post("/service/5120/vms", R"({"label":"db","template":"t-122","memory":"4096","cpu":"2","disk":"40"})");
    std::string path = "/service/5120/vms/" + created.word({"vm", "id"});
    auto state = [&] { return box.get(path).word({"vm", "status"}); };
    EXPECT_EQ(box.get(path).word({"vm", "template"}), "AlmaLinux 9");
    EXPECT_EQ(box.get(path).word({"vm", "memory"}), "4096");
    EXPECT_EQ(state(), "running");
    box.post(path + "/stop");
    EXPECT_EQ(state(), "stopped");
    box.post(path + "/start");
    EXPECT_EQ(state(), "running");
    box.post(path + "/shutdown");
    EXPECT_EQ(state(), "stopped");
    box.put(path, R"({"memory":"8192"})");
    EXPECT_EQ(box.get(path).word({"vm", "memory"}), "8192");
    EXPECT_EQ(box.get(path).word({"vm", "cpu"}), "2");
    box.post(path + "/rebuild", R"({"template":"t-121"})");
    EXPECT_EQ(box.get(path).word({"vm", "template"}), "Debian 12");
    EXPECT_EQ(box.del(path).word({"status"}), "true");
    EXPECT_THAT(box.get(path).error(), testing::HasSubstr("not found"));
    EXPECT_EQ(box.ledger("vms_created"), 1);
    EXPECT_EQ(box.ledger("vms_deleted"), 1);
}

TEST(Vms, SuspendedOnesDoNotReboot) {
    Box box("coloup");
    box.post("/service/5120/vms/1601/suspend");
    EXPECT_EQ(box.post("/service/5120/vms/1601/reboot").error(), "VM 1601 is suspended");
    box.post("/service/5120/vms/1601/unsuspend");
    EXPECT_EQ(box.post("/service/5120/vms/1601/reboot").error(), "");
    EXPECT_EQ(box.ledger("vm_reboots"), 1);
}

TEST(Vms, AreAMapAndTheEmptyMapIsAList) {
    Box box("elsecloud");
    EXPECT_NE(box.get("/service/5120/vms").at({"vms"}).object(), nullptr);
    EXPECT_EQ(box.get("/service/5121/vms").text, R"({"vms":[]})");
}

TEST(Vms, BelongToTheirService) {
    Box box("generic");
    EXPECT_EQ(box.get("/service/5121/vms/1601").error(), "VM 1601 not found");
    EXPECT_EQ(box.get("/service/5118/vms/1601").error(), "VM 1601 not found");
    EXPECT_EQ(box.get("/service/5118/vms").error(), "invalid method");
}

TEST(Vms, AreChecked) {
    Box box("coloup");
    auto error = [&](const char *body) { return box.post("/service/5120/vms", body).error(); };
    EXPECT_THAT(error(R"({"label":"a"})"), testing::HasSubstr("template is required"));
    EXPECT_EQ(error(R"({"label":"a","template":"x"})"), "Template x not found");
    EXPECT_EQ(error(R"({"label":"a","template":"t-121","flavor":"huge"})"), "Flavor huge not found");
    EXPECT_THAT(error(R"({"label":"a","template":"t-121","disk":"999999"})"), testing::HasSubstr("disk"));
    EXPECT_THAT(box.put("/service/5120/vms/1601", R"({"memory":"lots"})").error(), testing::HasSubstr("memory"));
}

TEST(Vms, KeepTheirImageAndBootOrder) {
    Box box("internetport");
    EXPECT_EQ(box.post_form("/service/5120/vms/1601/images", "image=rescue.iso").word({"status"}), "true");
    EXPECT_EQ(box.get("/service/5120/vms/1601/images").word({"images", "1", "mounted"}), "1");
    EXPECT_EQ(box.post_form("/service/5120/vms/1601/images", "image=x").error(), "Image x not found");
    EXPECT_EQ(box.post_form("/service/5120/vms/1601/boot", "order=dc").word({"status"}), "true");
    EXPECT_THAT(box.post_form("/service/5120/vms/1601/boot", "order=x").error(), testing::HasSubstr("cd, dc, c, d"));
    EXPECT_EQ(box.post_form("/service/5120/vms/1601/tuntap", "state=on").word({"status"}), "true");
}

} // namespace
} // namespace hostbill::sandbox::test
