#include "core/dns/dns_record.hpp"

#include "core/dns/dns_text.hpp"
#include "dns_support.hpp"

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const DnsName zone = dns_name("example.net");

struct Content {
    const char *type;
    const char *given;
    const char *canonical;
};

void PrintTo(const Content &c, std::ostream *out) { *out << c.type << ' ' << c.given; }

class DnsContent : public testing::TestWithParam<Content> {};

TEST_P(DnsContent, HasOneForm) {
    const Content &c = GetParam();
    const auto content = canonical_content(c.type, c.given, zone);
    ASSERT_TRUE(content) << content.error().text;
    EXPECT_EQ(*content, c.canonical);
    EXPECT_EQ(*canonical_content(c.type, *content, zone), c.canonical);
}

INSTANTIATE_TEST_SUITE_P(
    Types, DnsContent,
    testing::Values(
        Content{"A", " 192.0.2.1 ", "192.0.2.1"}, Content{"AAAA", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        Content{"CNAME", "WWW.Example.org.", "www.example.org"}, Content{"CNAME", "@", "example.net"},
        Content{"MX", ".", "."}, Content{"NS", "dns1.example.org", "dns1.example.org"},
        Content{"PTR", "host.example.org.", "host.example.org"}, Content{"TXT", "v=spf1 -all", "v=spf1 -all"},
        Content{"TXT", R"("v=spf1 " "-all")", "v=spf1 -all"}, Content{"TXT", " blanks stay ", " blanks stay "},
        Content{"TXT", R"("\"in quotes\"")", R"("\"in quotes\"")"}, Content{"TXT", R"(a "b" c)", R"(a "b" c)"},
        Content{"TXT", R"("")", ""}, Content{"SPF", R"("v=spf1 -all")", "v=spf1 -all"},
        Content{"SRV", "010  5060 SIP.example.org.", "10 5060 sip.example.org"}, Content{"SRV", "0 0 .", "0 0 ."},
        Content{"CAA", "0 Issue ca.example.org", R"(0 issue "ca.example.org")"},
        Content{"CAA", R"(128 iodef "mailto:a@example.org")", R"(128 iodef "mailto:a@example.org")"},
        Content{"TLSA", "3 1 1 ABCD ef01", "3 1 1 abcdef01"}, Content{"SSHFP", "4 2 0A0b", "4 2 0a0b"},
        Content{"DS", "12345 13 2 00FF", "12345 13 2 00ff"},
        Content{"NAPTR", R"(100 10 "u" E2U+sip "!^.*$!sip:a@example.org!" .)",
                R"(100 10 "u" "E2U+sip" "!^.*$!sip:a@example.org!" .)"},
        Content{"SOA", "NS1.example.org. host.example.org 1 2 3 4 5", "ns1.example.org host.example.org 1 2 3 4 5"},
        Content{"URL", " http://example.org/ ", "http://example.org/"}, Content{"NEW", "what ever", "what ever"}));

class DnsContentRefused : public testing::TestWithParam<Content> {};

TEST_P(DnsContentRefused, SaysWhy) {
    const auto content = canonical_content(GetParam().type, GetParam().given, zone);
    ASSERT_FALSE(content) << *content;
    EXPECT_THAT(content.error().text, HasSubstr(GetParam().canonical));
}

INSTANTIATE_TEST_SUITE_P(
    Types, DnsContentRefused,
    testing::Values(Content{"A", "192.0.2.256", "IPv4"}, Content{"A", "192.0.2", "IPv4"}, Content{"A", "", "empty"},
                    Content{"AAAA", "192.0.2.1", "IPv6"}, Content{"CNAME", "two words", "blank"},
                    Content{"SRV", "10 5060", "weight"}, Content{"SRV", "10 70000 a", "65535"},
                    Content{"SRV", "-1 5060 a", "number"}, Content{"CAA", "0 issue", "flags"},
                    Content{"CAA", "256 issue x", "255"}, Content{"CAA", "0 is-sue x", "letters"},
                    Content{"CAA", "0 issue \"x", "quote"}, Content{"TLSA", "3 1 1", "hexadecimal"},
                    Content{"TLSA", "3 1 1 abc", "whole octets"}, Content{"TLSA", "3 1 1 xy", "hexadecimal"},
                    Content{"NAPTR", "1 2 3", "order"}, Content{"SOA", "a b 1 2 3 4", "five numbers"}));

TEST(DnsRecords, AreReadInEveryForm) {
    const char *forms[] = {
        R"({"records":[{"id":"7","name":"www","ttl":"3600","priority":"0","type":"A","content":"192.0.2.1"}]})",
        R"({"records":{"7":{"name":"www.example.net","ttl":3600,"priority":0,"type":"a","content":"192.0.2.1"}}})",
        R"([{"id":7,"name":"www.example.net.","ttl":3600,"type":"A","content":"192.0.2.1"}])",
        R"({"7":{"id":7,"name":"WWW","ttl":3600,"type":"A","content":"192.0.2.1 "}})",
    };
    for (const char *form : forms) {
        const std::vector<DnsRecord> records = read_records(parsed(form), zone);
        ASSERT_EQ(records.size(), 1u) << form;
        EXPECT_EQ(records[0], (DnsRecord{7, "www", "A", 3600, std::nullopt, "192.0.2.1"})) << form;
    }
    EXPECT_TRUE(read_records(parsed(R"({"records":[]})"), zone).empty());
    EXPECT_TRUE(read_records(parsed(R"({"records":{}})"), zone).empty());
    EXPECT_TRUE(read_records(parsed(R"({"records":["x",{"name":"www"},null]})"), zone).empty());
}

TEST(DnsRecords, PrioritiesAndPartsWhereverTheyStand) {
    const std::vector<DnsRecord> records =
        read_records(parsed(R"([{"type":"MX","name":"@","priority":"10","content":"mail.example.net."},
                   {"type":"MX","name":"","priority":0,"content":"20 mail2.example.net"},
                   {"type":"SRV","name":"_sip._tcp","priority":5,"content":[10,"5060","sip.example.net"]},
                   {"type":"SRV","name":"_sip._tcp","priority":0,"content":"6 10 5060 sip.example.net"},
                   {"type":"SRV","name":"_sip._tcp","priority":7,"content":"10 5060 sip.example.net."},
                   {"type":"TXT","name":"t","content":"\"one \" \"two\""},
                   {"type":"TXT","name":"t","content":["one ","two"]}])"),
                     zone);
    EXPECT_THAT(brief(records),
                ElementsAre("@ MX 10 mail.example.net", "@ MX 20 mail2.example.net",
                            "_sip._tcp SRV 5 10 5060 sip.example.net", "_sip._tcp SRV 6 10 5060 sip.example.net",
                            "_sip._tcp SRV 7 10 5060 sip.example.net", "t TXT one two", "t TXT one two"));
}

TEST(DnsRecords, WhatIsWrongForItsTypeStaysAsItIs) {
    const std::vector<DnsRecord> records =
        read_records(parsed(R"([{"id":1,"type":"A","name":"www","content":"not an address"},
                   {"id":2,"type":"A","name":"www.example.org.","content":"192.0.2.1"}])"),
                     zone);
    EXPECT_EQ(records[0].content, "not an address");
    EXPECT_EQ(records[1].name, "www.example.org.");
    EXPECT_FALSE(fits_zone_file(records[0], zone));
    EXPECT_FALSE(fits_zone_file(records[1], zone));
    EXPECT_TRUE(fits_zone_file(dns_record(R"({"name":"www","type":"A","content":"192.0.2.1"})"), zone));
    EXPECT_FALSE(fits_zone_file(dns_record(R"({"name":"www","type":"URL","content":"http://example.org"})"), zone));
}

TEST(DnsRecords, EveryMistakeOfACallerIsTold) {
    std::vector<FieldProblem> problems;
    parse_records(parsed(R"([{"name":"www.","type":"A","content":"192.0.2.1"},
                             {"type":"MX","content":"mail.example.net"},
                             {"type":"A","contents":"192.0.2.1"},
                             {"type":"A","content":"192.0.2","ttl":-1},
                             {"type":"A","content":7},
                             {"content":"x","priority":70000},
                             "www"])"),
                  "records", zone, problems);
    std::vector<std::string> told;
    for (const FieldProblem &problem : problems)
        told.push_back(problem.field + " " + problem.problem +
                       (problem.nearest.empty() ? "" : " (" + problem.nearest + ")"));
    EXPECT_THAT(told,
                ElementsAre("records[0].name is outside of the zone example.net", "records[1].priority is required",
                            "records[2].contents is unknown (content)", "records[2].content is required",
                            "records[3].ttl must be a whole number", "records[3].content is not an IPv4 address",
                            "records[4].content must be text, or a list of its parts",
                            "records[5].priority must be a whole number", "records[5].type is required",
                            "records[6] must be an object"));
}

TEST(DnsRecords, WhatIsShownCanBeGivenBack) {
    for (
        const char *record :
        {R"({"id":5,"name":"www","type":"A","ttl":60,"priority":null,"content":"192.0.2.1"})",
         R"({"id":null,"name":"@","type":"MX","ttl":null,"priority":10,"content":"mail.example.net"})",
         R"({"id":null,"name":"t","type":"TXT","ttl":null,"priority":null,"content":"\"\\\"in quotes\\\"\""})",
         R"({"id":null,"name":"example.net.example.net","type":"A","ttl":null,"priority":null,"content":"192.0.2.1"})"})
        EXPECT_EQ(json::write_utf8(to_json(dns_record(record))), record);
}

TEST(DnsRecords, AreSentInThePortalsForm) {
    const auto sent = [](const char *record, bool lists) {
        return json::write_utf8(portal_content(dns_record(record), lists));
    };
    const char *srv = R"({"name":"_sip._tcp","type":"SRV","priority":5,"content":"10 5060 sip.example.net."})";
    EXPECT_EQ(sent(srv, true), R"([10,5060,"sip.example.net"])");
    EXPECT_EQ(sent(srv, false), R"("10 5060 sip.example.net")");
    EXPECT_EQ(sent(R"({"type":"TXT","content":"v=spf1 -all"})", true), R"("v=spf1 -all")");
    EXPECT_EQ(sent(R"({"type":"TXT","content":"\"v=spf1 -all\""})", true), R"("v=spf1 -all")");
    EXPECT_EQ(sent(R"({"type":"TXT","content":"say \"hi\""})", true), R"("\"say \\\"hi\\\"\"")");
    EXPECT_EQ(sent(R"({"type":"TXT","content":""})", true), R"("\"\"")");
    const std::string key(300, 'k');
    EXPECT_EQ(sent((R"({"type":"TXT","content":")" + key + "\"}").c_str(), true),
              "\"\\\"" + key.substr(0, 255) + "\\\" \\\"" + key.substr(255) + "\\\"\"");
}

} // namespace
} // namespace hostbill::test
