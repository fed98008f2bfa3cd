#include "core/dns/dns_name.hpp"
#include "core/dns/dns_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace hostbill {

void PrintTo(const DnsName &name, std::ostream *out) { *out << to_text(name); }

namespace test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

DnsName name(std::string_view text) { return parse_dns_name(text)->name; }

TEST(DnsName, IsReadAsLabels) {
    EXPECT_THAT(name("www.Example.NET").labels, ElementsAre("www", "example", "net"));
    EXPECT_EQ(name("www.example.net."), name("WWW.EXAMPLE.net"));
    EXPECT_TRUE(parse_dns_name("example.net.")->absolute);
    EXPECT_FALSE(parse_dns_name("example.net")->absolute);
    EXPECT_THAT(name(".").labels, IsEmpty());
    EXPECT_THAT(name("*.example.net").labels, ElementsAre("*", "example", "net"));
    EXPECT_THAT(name("_sip._tcp").labels, ElementsAre("_sip", "_tcp"));
    EXPECT_THAT(name("xn--bcher-kva.example").labels, ElementsAre("xn--bcher-kva", "example"));
    EXPECT_THAT(name("0/25.2.0.192.in-addr.arpa").labels.front(), "0/25");
}

TEST(DnsName, EscapesAreUndoneAndWrittenAgain) {
    EXPECT_THAT(name(R"(a\.b.net)").labels, ElementsAre("a.b", "net"));
    EXPECT_THAT(name(R"(a\046b.net)").labels, ElementsAre("a.b", "net"));
    EXPECT_EQ(to_text(name(R"(a\046b.net)")), R"(a\.b.net)");
    EXPECT_EQ(to_text(name(R"(a\000\255\032.net)")), R"(a\000\255\032.net)");
    EXPECT_EQ(to_text(name(R"(\@.net)")), R"(\@.net)");
    EXPECT_EQ(to_text(DnsName{}), ".");
}

struct Refused {
    const char *text;
    const char *why;
};

class DnsNameRefused : public testing::TestWithParam<Refused> {};

TEST_P(DnsNameRefused, SaysWhy) {
    const auto result = parse_dns_name(GetParam().text);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().text, HasSubstr(GetParam().why));
}

const std::string long_label(64, 'a');
const std::string long_name =
    std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') + '.' + std::string(62, 'd');

INSTANTIATE_TEST_SUITE_P(Names, DnsNameRefused,
                         testing::Values(Refused{"", "is empty"}, Refused{"a..b", "empty label"},
                                         Refused{".a", "empty label"}, Refused{"..", "empty label"},
                                         Refused{long_label.c_str(), "63 octets"},
                                         Refused{long_name.c_str(), "255 octets"},
                                         Refused{"b\xC3\xBC"
                                                 "cher.example",
                                                 "xn--"},
                                         Refused{"a b", "blank"}, Refused{"a\tb", "blank"}, Refused{"a\\", "backslash"},
                                         Refused{"a\\12", "backslash"}, Refused{"a\\256", "backslash"},
                                         Refused{"a\\1x2", "backslash"}));

TEST(DnsName, TheLongestNameThatFits) {
    EXPECT_TRUE(parse_dns_name(long_name.substr(1)));
    EXPECT_TRUE(parse_dns_name(long_label.substr(1)));
}

TEST(DnsName, WithinIsByWholeLabels) {
    EXPECT_TRUE(is_within(name("www.example.com"), name("example.com")));
    EXPECT_TRUE(is_within(name("example.com"), name("EXAMPLE.com.")));
    EXPECT_FALSE(is_within(name("notexample.com"), name("example.com")));
    EXPECT_FALSE(is_within(name("com"), name("example.com")));
    EXPECT_FALSE(is_within(name(R"(www\.example.com)"), name("example.com")));
    EXPECT_TRUE(is_within(name("example.com"), DnsName{}));
}

TEST(DnsName, TheLongestZoneWins) {
    const std::vector<DnsName> zones = {name("com"), name("example.com"), name("b.example.com"), name("example.com"),
                                        name("xample.com")};
    EXPECT_THAT(longest_matches(name("a.b.example.com"), zones), ElementsAre(2));
    EXPECT_THAT(longest_matches(name("a.c.example.com"), zones), ElementsAre(1, 3));
    EXPECT_THAT(longest_matches(name("notexample.com"), zones), ElementsAre(0));
    EXPECT_THAT(longest_matches(name("example.org"), zones), IsEmpty());
}

TEST(DnsName, InAZone) {
    const DnsName zone = name("example.net");
    for (const char *apex : {"", "@", "example.net", "Example.Net."})
        EXPECT_EQ(*name_in_zone(apex, zone), zone) << apex;
    for (const char *www : {"www", "WWW.example.net", "www.example.net."})
        EXPECT_EQ(*name_in_zone(www, zone), name("www.example.net")) << www;
    EXPECT_EQ(*name_in_zone("notexample.net", zone), name("notexample.net.example.net"));
    EXPECT_FALSE(name_in_zone("www.", zone));
    EXPECT_EQ(relative_text(zone, zone), "@");
    EXPECT_EQ(relative_text(name("a.b.example.net"), zone), "a.b");
}

TEST(DnsName, ARelativeNameAlwaysComesBack) {
    const DnsName zone = name("example.net");
    std::mt19937 random(17);
    constexpr const char *labels[] = {"www", "example", "net", "*", "_tcp", "a.b", "@", "x y"};
    for (int i = 0; i < 2000; ++i) {
        DnsName some = zone;
        for (std::size_t n = random() % 5; n > 0; --n)
            some.labels.insert(some.labels.begin(), labels[random() % std::size(labels)]);
        EXPECT_EQ(*name_in_zone(relative_text(some, zone), zone), some) << to_text(some);
        EXPECT_EQ(name(to_text(some)), some);
    }
}

TEST(DnsName, AtAnOriginOnlyTheLastDotCounts) {
    const DnsName origin = name("example.net");
    EXPECT_EQ(*name_at_origin("www", origin), name("www.example.net"));
    EXPECT_EQ(*name_at_origin("www.example.net", origin), name("www.example.net.example.net"));
    EXPECT_EQ(*name_at_origin("www.example.org.", origin), name("www.example.org"));
    EXPECT_EQ(*name_at_origin("@", origin), origin);
}

} // namespace
} // namespace test
} // namespace hostbill
