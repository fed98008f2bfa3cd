#include "png_reader.hpp"

#include "sandbox/world/crypto.hpp"
#include "sandbox/world/png.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace hostbill::sandbox::test {
namespace {

TEST(Png, IsAPictureOfThatSize) {
    const std::array<double, 5> values{1, 5, 2, 8, 3};
    for (const auto &[width, height] : {std::pair{600U, 200U}, {1U, 1U}, {2U, 3U}, {4096U, 1U}}) {
        const Picture picture = read_png(line_chart_png(width, height, values));
        EXPECT_EQ(picture.problem, "");
        EXPECT_EQ(picture.width, width);
        EXPECT_EQ(picture.height, height);
    }
    EXPECT_THROW(line_chart_png(0, 10, values), std::invalid_argument);
    EXPECT_THROW(line_chart_png(10, 4097, values), std::invalid_argument);
}

TEST(Png, ShowsTheValues) {
    // Nothing is a line at the bottom; half of the top is half way up; more than the top is the top.
    EXPECT_EQ(read_png(line_chart_png(50, 101, {})).curve_rows(), 100U);
    const std::array<double, 2> nothing{0, 0}, half{50, 50}, much{500, 500};
    EXPECT_EQ(read_png(line_chart_png(50, 101, nothing)).curve_rows(), 100U);
    EXPECT_EQ(read_png(line_chart_png(50, 101, half, 100)).curve_rows(), 50U);
    EXPECT_EQ(read_png(line_chart_png(50, 101, much, 100)).curve_rows(), 0U);
    const std::array<double, 2> rising{0, 100};
    const Picture picture = read_png(line_chart_png(101, 101, rising, 100));
    for (std::size_t i = 0; i < 101; ++i)
        EXPECT_EQ(picture.rows[100 - i][i], '\3') << i;
    EXPECT_EQ(picture.rows[0][0], '\0');
    EXPECT_EQ(picture.rows[100][100], '\2');
}

TEST(Base64, IsPaddedAndComesBack) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("a"), "YQ==");
    EXPECT_EQ(base64("ab"), "YWI=");
    EXPECT_EQ(base64("\xfb\xff\xfe"), "+//+");
    EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
    EXPECT_EQ(base64_decode(base64("any length")), "any length");
}

} // namespace
} // namespace hostbill::sandbox::test
