#include "core/dns/dns_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace hostbill::test {
namespace {

using testing::ElementsAre;

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> out;
    const auto split = split_words(text);
    for (const Word &word : *split)
        out.push_back((word.quoted ? "q:" : "") + word.text);
    return out;
}

TEST(DnsText, IsQuotedExactly) {
    EXPECT_EQ(quoted(R"(say "hi" \o/)", Octets::as_they_are), R"("say \"hi\" \\o/")");
    EXPECT_EQ(quoted("a\tb\x7F", Octets::as_they_are), R"("a\009b\127")");
    EXPECT_EQ(quoted("b\xC3\xBC", Octets::as_they_are), "\"b\xC3\xBC\"");
    EXPECT_EQ(quoted("b\xC3\xBC", Octets::escaped), R"("b\195\188")");
    EXPECT_EQ(quoted("a;b", Octets::escaped), R"("a;b")");
}

TEST(DnsText, IsReadFromQuotedStrings) {
    EXPECT_EQ(joined_strings(R"("one " "two")"), "one two");
    EXPECT_EQ(joined_strings(R"("one""two")"), "onetwo");
    EXPECT_EQ(joined_strings(R"("a\"b\\c\065")"), R"(a"b\cA)");
    EXPECT_EQ(joined_strings(R"("")"), "");
    EXPECT_EQ(joined_strings("plain text"), std::nullopt);
    EXPECT_EQ(joined_strings(R"("half)"), std::nullopt);
    EXPECT_EQ(joined_strings(R"("a" b)"), std::nullopt);
    EXPECT_EQ(joined_strings(R"("\200")"), std::nullopt);
    EXPECT_EQ(joined_strings(""), std::nullopt);
    EXPECT_EQ(plain_text("v=spf1 -all"), "v=spf1 -all");
    EXPECT_EQ(plain_text(R"("v=spf1 -all")"), "v=spf1 -all");
    EXPECT_EQ(plain_text(R"("half)"), R"("half)");
}

TEST(DnsText, LongTextsAreSeveralStrings) {
    const std::string text(600, 'k');
    const std::vector<std::string> parts = character_strings(text);
    ASSERT_EQ(parts.size(), 3u);
    EXPECT_EQ(parts[0].size(), 255u);
    EXPECT_EQ(parts[2].size(), 90u);
    EXPECT_EQ(character_strings(std::string(255, 'k')).size(), 1u);
    EXPECT_EQ(character_strings(std::string(256, 'k')).size(), 2u);
    EXPECT_THAT(character_strings(""), ElementsAre(""));
}

TEST(DnsText, NoStringEndsInsideACharacter) {
    for (std::size_t front = 250; front < 256; ++front) {
        const std::string text = std::string(front, 'x') + "\xF0\x9F\x98\x80\xC3\xBC" + std::string(300, 'y');
        std::string all;
        for (const std::string &part : character_strings(text)) {
            EXPECT_LE(part.size(), 255u);
            EXPECT_TRUE(is_utf8(part));
            all += part;
        }
        EXPECT_EQ(all, text);
    }
}

TEST(DnsText, AnyTextComesBack) {
    std::mt19937 random(23);
    constexpr std::string_view pieces[] = {"a",    "\"",       "\\",           " ", ";", "\t",
                                           "\x01", "\xC3\xBC", "\xE2\x82\xAC", "0", "12"};
    for (int i = 0; i < 500; ++i) {
        std::string text;
        for (std::size_t n = random() % 700; n > 0; --n)
            text += pieces[random() % std::size(pieces)];
        EXPECT_EQ(joined_strings(quoted_strings(text, Octets::escaped)), text);
        EXPECT_EQ(joined_strings(quoted_strings(text, Octets::as_they_are)), text);
    }
}

TEST(DnsText, Words) {
    EXPECT_THAT(words(R"(0 issue "ca.example; x=1")"), ElementsAre("0", "issue", "q:ca.example; x=1"));
    EXPECT_THAT(words("  10\t5060   sip "), ElementsAre("10", "5060", "sip"));
    EXPECT_THAT(words(R"(a\ b "c\"d")"), ElementsAre(R"(a\ b)", R"(q:c\"d)"));
    EXPECT_THAT(words(""), ElementsAre());
    EXPECT_FALSE(split_words(R"(a"b)"));
    EXPECT_FALSE(split_words(R"("a"b)"));
    EXPECT_FALSE(split_words(R"("a\")"));
}

TEST(DnsText, Utf8) {
    EXPECT_TRUE(is_utf8("b\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80"));
    for (const char *text : {"\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
        EXPECT_FALSE(is_utf8(text));
}

} // namespace
} // namespace hostbill::test
