#include "png_reader.hpp"
#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

constexpr std::pair<const char *, const char *> kinds[] = {{"cpu", "cpu"}, {"memory", "memory"}, {"net", "network"}};

std::string graph(Box &box, const std::string &vm, const char *path, const char *member) {
    return box.get("/service/" + vm + "/usage/" + path).word({member});
}

constexpr std::size_t top = 199; // the last row of a picture

TEST(VmUsage, IsAPicture) {
    Box box("internetport");
    for (const auto &[path, member] : kinds) {
        SCOPED_TRACE(path);
        // They change every five minutes: of three at least two neighbours are the same.
        const std::string first = graph(box, "5121/vms/1611", path, member);
        const std::string second = graph(box, "5121/vms/1611", path, member);
        EXPECT_TRUE(first == second || second == graph(box, "5121/vms/1611", path, member));
        const Picture picture = read_base64_png(first);
        EXPECT_EQ(picture.problem, "");
        EXPECT_EQ(picture.width, 600U);
        EXPECT_EQ(picture.height, 200U);
        EXPECT_LT(picture.curve_rows(), top);
        EXPECT_NE(first, graph(box, "5120/vms/1601", path, member)) << "machines differ";
    }
    EXPECT_NE(graph(box, "5121/vms/1611", "cpu", "cpu"), graph(box, "5121/vms/1611", "memory", "memory"));
}

TEST(VmUsage, IsNothingWhileTheMachineWasOff) {
    Box box("internetport");
    for (const auto &[path, member] : kinds)
        EXPECT_EQ(read_base64_png(graph(box, "5120/vms/1602", path, member)).curve_rows(), top) << path;
    // Half a day off, and a quarter on again: the left half of the picture is as before, then nothing, then something.
    box.post("/service/5121/vms/1611/stop");
    box.control(R"({"command":"clock","advance":43200})");
    box.post("/service/5121/vms/1611/start");
    box.control(R"({"command":"clock","advance":21600})");
    const Picture picture = read_base64_png(graph(box, "5121/vms/1611", "memory", "memory"));
    ASSERT_EQ(picture.problem, "");
    auto is_off = [&](std::size_t column) {
        for (std::size_t row = 0; row < top; ++row)
            if (picture.rows[row][column] > '\1')
                return false;
        return picture.rows[top][column] == '\3';
    };
    EXPECT_FALSE(is_off(75));
    EXPECT_FALSE(is_off(140));
    EXPECT_TRUE(is_off(160));
    EXPECT_TRUE(is_off(300));
    EXPECT_TRUE(is_off(440));
    EXPECT_FALSE(is_off(460));
    EXPECT_FALSE(is_off(599));
}

TEST(VmUsage, ChangesWithTime) {
    Box box("internetport");
    const std::string before = graph(box, "5120/vms/1601", "net", "network");
    box.control(R"({"command":"clock","advance":3600})");
    EXPECT_NE(graph(box, "5120/vms/1601", "net", "network"), before);
    EXPECT_EQ(box.get("/service/5120/vms/1/usage/cpu").error(), "VM 1 not found");
}

} // namespace
} // namespace hostbill::sandbox::test
