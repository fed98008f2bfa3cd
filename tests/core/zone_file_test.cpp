#include "core/dns/zone_file.hpp"

#include "core/dns/dns_text.hpp"
#include "core/tasks/dns_plan.hpp"
#include "dns_support.hpp"

#include <cstdio>
#include <fstream>
#include <random>
#include <unistd.h>

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const DnsName zone = dns_name("example.net");

std::vector<std::string> mistakes(std::string_view text) {
    std::vector<std::string> out;
    for (const ZoneFileMistake &mistake : read_zone_file(text, zone).mistakes)
        out.push_back(std::to_string(mistake.line) + " " + mistake.what);
    return out;
}

// "www 3600 A 192.0.2.1"
std::vector<std::string> records(std::string_view text) {
    const ZoneFile file = read_zone_file(text, zone);
    for (const ZoneFileMistake &mistake : file.mistakes)
        ADD_FAILURE() << mistake.line << ' ' << mistake.what;
    std::vector<std::string> out;
    for (const DnsRecord &record : file.records)
        out.push_back((record.ttl ? std::to_string(*record.ttl) + " " : std::string()) + brief(record));
    return out;
}

TEST(ZoneFile, IsReadAsRfc1035HasIt) {
    const ZoneFile file = read_zone_file(R"(; a comment
$TTL 1h
@   IN SOA ns1 host.example.net. ( 2024010101 ; serial
        3h   ; refresh
        15m 1w
        1d )
    NS  dns1.example.org.
    NS  dns2
www 60 IN A 192.0.2.1
    IN 2m A 192.0.2.2
    AAAA 2001:db8::1
$ORIGIN sub.example.net.
@   A   192.0.2.3
www CNAME www.example.net.
abs.example.net. MX 10 mail
$ORIGIN deeper
x   TXT "one" two ( "three
" ) 
)",
                                         zone);
    EXPECT_TRUE(file.has_soa);
    EXPECT_THAT(mistakes(R"(x TXT "three
")"),
                ElementsAre(HasSubstr("1 opens a quote"), HasSubstr("2 opens a quote")));
    EXPECT_THAT(records(R"($TTL 1h
@   IN SOA ns1 host.example.net. ( 2024010101 ; serial
        3h   ; refresh
        15m 1w
        1d )
    NS  dns1.example.org.
    NS  dns2
www 60 IN A 192.0.2.1
    IN 2m A 192.0.2.2
    AAAA 2001:db8::1
$ORIGIN sub.example.net.
@   A   192.0.2.3
www CNAME www.example.net.
abs.example.net. MX 10 mail
$ORIGIN deeper
x   TXT "one" two ( "three" )
)"),
                ElementsAre("3600 @ NS dns1.example.org", "3600 @ NS dns2.example.net", "60 www A 192.0.2.1",
                            "120 www A 192.0.2.2", "3600 www AAAA 2001:db8::1", "3600 sub A 192.0.2.3",
                            "3600 www.sub CNAME www.example.net", "3600 abs MX 10 mail.sub.example.net",
                            "3600 x.deeper.sub TXT onetwothree"));
}

TEST(ZoneFile, Types) {
    EXPECT_THAT(records(R"(@ CAA 0 issue "ca.example.org; account=1"
_sip._tcp SRV 5 10 5060 sip
_443._tcp TLSA 3 1 1 ( ABCD
   EF01 )
h SSHFP 4 2 00ff
n NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:a@example.net!" .
p PTR host
d DNAME other.example.org.
s SPF "v=spf1 -all"
ds DS 12345 13 2 ABCD
* A 192.0.2.9
nomail MX 0 .
)"),
                ElementsAre(R"(@ CAA 0 issue "ca.example.org; account=1")", "_sip._tcp SRV 5 10 5060 sip.example.net",
                            "_443._tcp TLSA 3 1 1 abcdef01", "h SSHFP 4 2 00ff",
                            R"(n NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:a@example.net!" .)", "p PTR host.example.net",
                            "d DNAME other.example.org", "s SPF v=spf1 -all", "ds DS 12345 13 2 abcd", "* A 192.0.2.9",
                            "nomail MX 0 ."));
}

TEST(ZoneFile, TextsAreExact) {
    const auto text = [](std::string_view line) { return read_zone_file(line, zone).records.at(0).content; };
    EXPECT_EQ(text(R"(x TXT "a\"b\\c\032d\;e;f")"), R"(a"b\c d;e;f)");
    EXPECT_EQ(text(R"(x TXT a\;b\ c)"), "a;b c");
    EXPECT_EQ(text(R"(x TXT "" )"), "");
    EXPECT_EQ(text(R"(x TXT "b\195\188")"), "b\xC3\xBC");
    EXPECT_EQ(text("x TXT \"b\xC3\xBC\""), "b\xC3\xBC");
    EXPECT_EQ(text(R"(x TXT "\"q\"")"), R"("\"q\"")");
    EXPECT_EQ(plain_text(text(R"(x TXT "\"q\"")")), R"("q")");
    const std::string part(255, 'k');
    EXPECT_EQ(text("x TXT \"" + part + "\" \"" + part + "\""), part + part);
}

TEST(ZoneFile, TimesToLive) {
    EXPECT_EQ(parse_ttl("3600"), 3600);
    EXPECT_EQ(parse_ttl("1h30m"), 5400);
    EXPECT_EQ(parse_ttl("1W2D3H4M5S"), 604800 + 2 * 86400 + 3 * 3600 + 245);
    EXPECT_EQ(parse_ttl("2147483647"), 2147483647);
    for (const char *wrong : {"", "h", "1x", "-1", "2147483648", "4000w", "99999999999999999999", "1h-1m"})
        EXPECT_EQ(parse_ttl(wrong), std::nullopt) << wrong;
    EXPECT_THAT(records("a 60 A 192.0.2.1\nb A 192.0.2.2\n"), ElementsAre("60 a A 192.0.2.1", "60 b A 192.0.2.2"));
    EXPECT_THAT(records("@ SOA a b 1 2 3 4 1h\nb A 192.0.2.2\n"), ElementsAre("3600 b A 192.0.2.2"));
    EXPECT_THAT(records("b A 192.0.2.2\n"), ElementsAre("b A 192.0.2.2"));
}

TEST(ZoneFile, LineEndsAndMarks) {
    EXPECT_THAT(records("\xEF\xBB\xBFwww A 192.0.2.1\r\n\tA 192.0.2.2\r\n\r\n; end"),
                ElementsAre("www A 192.0.2.1", "www A 192.0.2.2"));
    EXPECT_THAT(records("www A 192.0.2.1"), ElementsAre("www A 192.0.2.1"));
    EXPECT_THAT(records(""), IsEmpty());
    EXPECT_THAT(records("   \n; only a comment\n()\n"), IsEmpty());
}

TEST(ZoneFile, Generate) {
    EXPECT_THAT(records("$TTL 60\n$GENERATE 1-5/2 host-$ A 192.0.2.$\n"),
                ElementsAre("60 host-1 A 192.0.2.1", "60 host-3 A 192.0.2.3", "60 host-5 A 192.0.2.5"));
    EXPECT_THAT(records("$GENERATE 9-10 h${0,3} 30 IN CNAME n${-8,2,x}.example.org.\n"),
                ElementsAre("30 h009 CNAME n01.example.org", "30 h010 CNAME n02.example.org"));
    EXPECT_THAT(records(R"($GENERATE 1-1 x TXT "$$ \$ ${10,0,X}")"), ElementsAre("x TXT $ $ B"));
    EXPECT_THAT(mistakes("$GENERATE 1-300 h$ A 192.0.2.$\n"), ElementsAre(HasSubstr("1 has a record of type A that")));
    for (const char *wrong :
         {"$GENERATE 1-2 a A", "$GENERATE 2-1 a$ A 192.0.2.1", "$GENERATE x a$ A 192.0.2.1",
          "$GENERATE 0-65536 a$ A 192.0.2.1", "$GENERATE 1-2/0 a$ A 192.0.2.1", "$GENERATE 1-2 a${ A 192.0.2.1",
          "$GENERATE 1-2 a${0,99} A 192.0.2.1", "$GENERATE 1-2 a${0,1,n} A 192.0.2.1",
          "$GENERATE 1-2 a${-5} A 192.0.2.1", "$GENERATE 1-2 a${0,0,d,7} A 192.0.2.1"})
        EXPECT_EQ(mistakes(wrong).size(), 1u) << wrong;
}

TEST(ZoneFile, EveryMistakeIsToldWithItsLine) {
    const std::vector<std::string> told = mistakes(R"($TTL forever
$INCLUDE other.db
$MAGIC 1
 A 192.0.2.1
www A 192.0.2.300
www CH A 192.0.2.1
www FOO bar
www URL http://example.org/
www TYPE65534 \# 2 abcd
other.example.org. A 192.0.2.1
a..b A 192.0.2.1
@ MX mail
@ SRV 1 2 3
www A 192.0.2.1 192.0.2.2
www
)
x TXT "open
y TXT "bad \300 escape"
www 60 60 A 192.0.2.1
sub SOA a b 1 2 3 4 5
@ SOA a b 1 2 3 4 5
@ SOA a b 1 2 3 4 5
$ORIGIN a..b
www A (
)");
    EXPECT_THAT(told,
                ElementsAre(HasSubstr("1 has a $TTL"), HasSubstr("2 includes another file"),
                            HasSubstr("3 has a directive that is unknown"), HasSubstr("4 begins with a blank"),
                            HasSubstr("5 has a record of type A that is not an IPv4"), HasSubstr("6 is of the class"),
                            HasSubstr("7 names the type 'FOO'"), HasSubstr("8 names the type URL, which only panels"),
                            HasSubstr("9 is in the form of unknown types"), HasSubstr("10 has the owner other"),
                            HasSubstr("11 has an owner that holds an empty label"),
                            HasSubstr("12 has a record of type MX that does not begin with a priority"),
                            HasSubstr("13 has a record of type SRV that is not a weight"),
                            HasSubstr("14 has a record of type A that has more"), HasSubstr("15 has no type"),
                            HasSubstr("16 closes a parenthesis"), HasSubstr("17 opens a quote"),
                            HasSubstr("18 has a record of type TXT that holds a backslash"),
                            HasSubstr("19 names the type '60'"), HasSubstr("20 is a SOA record that is not the zone's"),
                            HasSubstr("22 is a second SOA"), HasSubstr("23 has an $ORIGIN that holds"),
                            HasSubstr("24 opens a parenthesis")));
}

TEST(ZoneFile, MistakesOfTextsAndNames) {
    EXPECT_THAT(mistakes("x TXT \"" + std::string(256, 'k') + "\""), ElementsAre(HasSubstr("255 octets")));
    EXPECT_THAT(mistakes(R"(x TXT "\200")"), ElementsAre(HasSubstr("UTF-8")));
    EXPECT_THAT(mistakes("x TXT"), ElementsAre(HasSubstr("no data")));
    EXPECT_THAT(mistakes("x CNAME \"quoted\""), ElementsAre(HasSubstr("in quotes")));
    EXPECT_THAT(mistakes("\"x\" A 192.0.2.1"), ElementsAre(HasSubstr("in quotes")));
    EXPECT_THAT(mistakes("b\xC3\xBC"
                         "cher A 192.0.2.1"),
                ElementsAre(HasSubstr("xn--")));
    EXPECT_THAT(mistakes(std::string("x TXT \"a\0b\"", 11)), ElementsAre(HasSubstr("NUL")));
}

TEST(ZoneFile, ACnameStandsAlone) {
    EXPECT_THAT(mistakes("www A 192.0.2.1\nftp A 192.0.2.1\nwww CNAME ftp\n"),
                ElementsAre(HasSubstr("3 meets line 1 at the name www")));
    EXPECT_THAT(mistakes("www CNAME ftp\nwww CNAME mail\n"), ElementsAre(HasSubstr("2 meets line 1")));
    EXPECT_THAT(mistakes("www CNAME ftp\nwww CNAME ftp\n"), IsEmpty());
}

// --- Writing ------------------------------------------------------------------------------------------------------

TEST(ZoneFile, IsWritten) {
    const std::vector<std::string> servers = {"ns1.example.org", "ns2.example.org"};
    EXPECT_EQ(write_zone_file(zone, dns_records(R"([
                  {"name":"www","type":"A","ttl":60,"content":"192.0.2.1"},
                  {"name":"@","type":"MX","ttl":60,"priority":10,"content":"mail.example.net"},
                  {"name":"_sip._tcp","type":"SRV","priority":5,"content":"1 2 ."},
                  {"name":"t","type":"TXT","content":"a\"b;\u00fc"},
                  {"name":"u","type":"URL","content":"http://example.org/\n"}])"),
                              servers),
              "$ORIGIN example.net.\n$TTL 3600\n; The portal shows no SOA record: this one is made up.\n"
              "@\t\tIN\tSOA\tns1.example.org. hostmaster.example.net. 1 10800 3600 604800 3600\n"
              "@\t\tIN\tNS\tns1.example.org.\n@\t\tIN\tNS\tns2.example.org.\n"
              "@\t60\tIN\tMX\t10 mail.example.net.\n"
              "_sip._tcp\t\tIN\tSRV\t5 1 2 .\n"
              "t\t\tIN\tTXT\t\"a\\\"b;\\195\\188\"\n"
              "; no zone file can say this: \"u\" \"URL\" \"http://example.org/\"\n"
              "www\t60\tIN\tA\t192.0.2.1\n");
}

TEST(ZoneFile, ThePortalsOwnSoaIsWritten) {
    const std::string text = write_zone_file(
        zone,
        dns_records(R"([{"name":"@","type":"SOA","ttl":60,"content":"a.example.org. b.example.org. 7 6 5 4 3"}])"), {});
    EXPECT_THAT(text, HasSubstr("@\t60\tIN\tSOA\ta.example.org. b.example.org. 7 6 5 4 3\n"));
}

TEST(ZoneFile, WildTextStaysInItsComment) {
    std::vector<DnsRecord> wild(1);
    wild[0] = {.id = 1, .name = "a\nb A 192.0.2.1", .type = "X\nY", .content = "c\n@ A 192.0.2.1"};
    const std::string text = write_zone_file(zone, wild, {});
    EXPECT_THAT(records(text.substr(text.find("; no zone file"))), IsEmpty());
}

std::string random_text(std::mt19937 &random) {
    constexpr std::string_view pieces[] = {"a", "\"", "\\", ";", " ", "(", "$", "@", "\t", "\xC3\xBC", "1", "v=DKIM1;"};
    std::string text;
    for (std::size_t n = random() % (random() % 10 == 0 ? 400 : 12); n > 0; --n)
        text += pieces[random() % std::size(pieces)];
    return text;
}

std::vector<DnsRecord> random_zone(std::mt19937 &random) {
    const auto number = [&](unsigned below) { return std::to_string(random() % below); };
    const auto host = [&] {
        constexpr const char *hosts[] = {"a.example.org", "b.example.org", "c.d.example.org"};
        return std::string(hosts[random() % std::size(hosts)]);
    };
    std::vector<DnsRecord> records;
    records.push_back({.name = "@", .type = "NS", .ttl = 3600, .content = "ns1.example.org"});
    for (std::size_t n = random() % 30; n > 0; --n) {
        DnsRecord record;
        constexpr const char *names[] = {"@", "www", "*.w", "_sip._tcp", "a.b", "xn--bcher-kva",
                                         "x", "y",   "z",   "in",        "60"};
        record.name = names[random() % std::size(names)];
        record.ttl = random() % 100000;
        switch (random() % 10) {
        case 0:
            record.type = "AAAA";
            record.content = "2001:db8::1" + number(9);
            break;
        case 1:
            record.type = "MX";
            record.priority = random() % 65536;
            record.content = host();
            break;
        case 2:
            record.type = "SRV";
            record.priority = random() % 65536;
            record.content = number(65536) + " " + number(65536) + " " + host();
            break;
        case 3:
            record.type = "CAA";
            record.content = "0 issue " + quoted("ca" + number(9) + ".example.org; x=\"\\", Octets::escaped);
            break;
        case 4:
            record.type = "TLSA";
            record.content = "3 1 2 " + std::string(128, 'a');
            break;
        case 5:
            record.type = "NAPTR";
            record.content = number(99) + R"( 10 "u" "E2U+sip" "!^.*$!sip:a@example.org!" .)";
            break;
        case 6:
            record.type = "CNAME";
            record.name = "alias" + number(1000000);
            record.content = host();
            break;
        case 7:
        case 8:
            record.type = "TXT";
            record.content = text_content(random_text(random));
            break;
        default:
            record.type = "A";
            record.content = "192.0.2." + number(255);
        }
        records.push_back(record);
    }
    // One time to live for each name and type, as DNS wants it.
    for (DnsRecord &record : records)
        record.ttl = std::find_if(records.begin(), records.end(), [&](const DnsRecord &other) {
                         return other.name == record.name && other.type == record.type;
                     })->ttl;
    return without_repetitions(records);
}

TEST(ZoneFile, WhatIsWrittenIsReadBackWithoutADifference) {
    std::mt19937 random(29);
    const DnsZone here = test_zone(DnsKind::zone);
    for (int i = 0; i < 500; ++i) {
        std::vector<DnsRecord> there = random_zone(random);
        if (i % 5 == 0)
            there.push_back({.name = "w", .type = "URL", .ttl = 5, .content = random_text(random) + "x"});
        for (std::size_t k = 0; k < there.size(); ++k)
            there[k].id = static_cast<std::int64_t>(k);
        ZoneFile file = read_zone_file(write_zone_file(zone, there, {}), zone);
        for (const ZoneFileMistake &mistake : file.mistakes)
            FAIL() << mistake.line << ' ' << mistake.what;
        const auto plan = plan_dns(here, there, {.records = file.records, .from_zone_file = true});
        ASSERT_TRUE(plan);
        EXPECT_THAT(plan->create, IsEmpty());
        std::vector<std::string> updates;
        for (const DnsUpdate &update : plan->update)
            updates.push_back(json::write_utf8(to_json(update.from)) + json::write_utf8(to_json(update.to)));
        EXPECT_THAT(updates, IsEmpty());
        EXPECT_THAT(plan->remove, IsEmpty());
    }
}

TEST(ZoneFile, AnyTextIsReadWithoutHarm) {
    std::mt19937 random(31);
    constexpr std::string_view pieces[] = {"\n",        " ",   "\"",        "(",   ")", ";",  "\\",  "$TTL",
                                           "$GENERATE", "1-9", "$",         "${",  "@", "A",  "TXT", "SOA",
                                           "MX",        "10",  "192.0.2.1", "www", ".", "IN", "\0",  "\xFF"};
    for (int i = 0; i < 5000; ++i) {
        std::string text;
        for (std::size_t n = random() % 40; n > 0; --n)
            text += std::string(pieces[random() % std::size(pieces)]) + (random() % 2 == 0 ? " " : "");
        const ZoneFile file = read_zone_file(text, zone);
        const int lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
        for (const ZoneFileMistake &mistake : file.mistakes)
            EXPECT_TRUE(mistake.line >= 1 && mistake.line <= lines);
        for (const DnsRecord &record : file.records)
            EXPECT_TRUE(fits_zone_file(record, zone)) << brief(record);
    }
}

#ifdef HOSTBILL_NAMED_CHECKZONE
TEST(ZoneFile, BindLoadsWhatIsWritten) {
    std::mt19937 random(37);
    for (int i = 0; i < 8; ++i) {
        const std::string path = testing::TempDir() + "zone" + std::to_string(getpid()) + "." + std::to_string(i);
        std::ofstream(path) << write_zone_file(zone, random_zone(random), {});
        const std::string command = std::string(HOSTBILL_NAMED_CHECKZONE) + " -k ignore example.net " + path + " 2>&1";
        std::string said;
        FILE *pipe = popen(command.c_str(), "r");
        ASSERT_NE(pipe, nullptr);
        char buffer[512];
        while (fgets(buffer, sizeof(buffer), pipe) != nullptr)
            said += buffer;
        EXPECT_EQ(pclose(pipe), 0) << said;
        std::remove(path.c_str());
    }
}
#endif

} // namespace
} // namespace hostbill::test
