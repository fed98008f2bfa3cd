#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(Scripts, AreListedWithoutTheirContent) {
    Box box("time4vps");
    const Answer list = box.get("/scripts");
    ASSERT_EQ(list.body.array()->size(), 3U);
    for (const json::Value &row : *list.body.array()) {
        EXPECT_EQ(row.find("content"), nullptr);
        const Answer one = box.get("/scripts/" + json::write_utf8(*row.find("id")));
        EXPECT_EQ(one.at({"name"}), *row.find("name"));
        EXPECT_NE(one.word({"content"}), "");
    }
    EXPECT_EQ(box.get("/scripts/1").error(), "Script 1 not found");
}

} // namespace
} // namespace hostbill::sandbox::test
