#include "core/json/decimal.hpp"

#include "support.hpp"

namespace hostbill::test {
namespace {

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, KeepsWhatWasWritten) {
    for (const char *text : {"0", "0.00", "12.30", "-5", "0.05", "-0.10", "123456789012345678901234567890.12"})
        EXPECT_EQ(number(text).text(), text);
    EXPECT_EQ(number("+.5").text(), "0.5");
    EXPECT_EQ(number("-0").text(), "0");
    EXPECT_EQ(number("007.10").text(), "7.10");
}

TEST(Decimal, IsNothingElse) {
    for (const char *text : {"", "-", ".", "1.", "1e3", "1,5", "12.3.4", "EUR 5", " 5", "0x10", "NaN", "--1"})
        EXPECT_FALSE(Decimal::parse(text)) << text;
    EXPECT_FALSE(Decimal::parse(std::string(61, '9')));
}

TEST(Decimal, ComparesByValue) {
    EXPECT_EQ(number("1.5"), number("1.50"));
    EXPECT_LT(number("20.61"), number("20.62"));
    EXPECT_LT(number("9.99"), number("10"));
    EXPECT_LT(number("-2"), number("-1.99"));
    EXPECT_LT(number("-1"), number("0.0"));
    EXPECT_GT(number("0.1"), number("0.09"));
    EXPECT_EQ(number("0"), number("-0.00"));
}

TEST(Decimal, AddsExactly) {
    EXPECT_EQ((number("0.1") + number("0.2")).text(), "0.3");
    EXPECT_EQ((number("99.99") + number("0.01")).text(), "100.00");
    EXPECT_EQ((number("1.00") - number("1.01")).text(), "-0.01");
    EXPECT_EQ((number("-1.5") + number("2")).text(), "0.5");
    EXPECT_EQ((number("2") - number("2.00")).text(), "0.00");
    EXPECT_EQ((number("99999999999999999999") + number("1")).text(), "100000000000000000000");
}

TEST(Decimal, IsANumberOrAText) {
    EXPECT_EQ(Decimal::of(json::parse("20.62")->find("x")), std::nullopt);
    const json::Value values = parsed(R"([20.62,"8.90",7,null,"n/a"])");
    const json::Array &list = *values.array();
    EXPECT_EQ(Decimal::of(&list[0])->text(), "20.62");
    EXPECT_EQ(Decimal::of(&list[1])->text(), "8.90");
    EXPECT_EQ(Decimal::of(&list[2])->text(), "7");
    EXPECT_FALSE(Decimal::of(&list[3]));
    EXPECT_FALSE(Decimal::of(&list[4]));
    EXPECT_FALSE(Decimal::of(nullptr));
}

} // namespace
} // namespace hostbill::test
