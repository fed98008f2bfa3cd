// What a zone holds must be a zone.
#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char *zone = "/service/5130/dns/640/records";

std::string error(const Box &box, const std::string &body) { return box.post(zone, body).error(); }

TEST(RecordRules, ContentsMustFitTheirTypes) {
    Box box("elsecloud");
    const std::pair<const char *, const char *> good[] = {
        {"A", R"("203.0.113.9")"},
        {"AAAA", R"("2001:DB8::9")"},
        {"CNAME", R"("www.example.net.")"},
        {"MX", R"("mail")"},
        {"NS", R"("dns3.example.org")"},
        {"TXT", R"("\"with quotes\" \\o/ ü")"},
        {"SRV", R"([10,5060,"sip.example.net"])"},
        {"SRV", R"("10 5061 sip.example.net")"},
        {"SRV", R"("5 10 5062 sip.example.net")"},
        {"CAA", R"("0 issue \"ca.example.org\"")"},
        {"PTR", R"("www.example.net")"},
        {"TLSA", R"("3 1 1 0f0f0f0f")"},
        {"SSHFP", R"("4 2 0F0F0F0F")"},
        {"NAPTR", R"("10 20 \"u\" \"sip+E2U\" \"!^.*$!sip:a@example.net!\" .")"},
        {"DNAME", R"("example.org")"},
        {"ALIAS", R"("example.org")"},
    };
    int number = 0;
    for (const auto &[type, content] : good) {
        SCOPED_TRACE(content);
        EXPECT_EQ(error(box, R"({"name":"good)" + std::to_string(number++) + R"(","type":")" + type +
                                 R"(","content":)" + content + "}"),
                  "");
    }
    const std::pair<const char *, const char *> bad[] = {
        {"A", R"("203.0.113.256")"},
        {"A", R"("2001:db8::9")"},
        {"A", R"("host.example.net")"},
        {"A", R"(["203.0.113.9"])"},
        {"AAAA", R"("203.0.113.9")"},
        {"AAAA", R"("2001:db8:::9")"},
        {"CNAME", R"("203.0.113.9")"},
        {"CNAME", R"("two words")"},
        {"MX", R"("10 mail.example.net")"},
        {"MX", R"("-mail.example.net")"},
        {"NS", R"("a..example.net")"},
        {"TXT", R"("line\nline")"},
        {"SRV", R"([10,5060])"},
        {"SRV", R"([10,65536,"sip.example.net"])"},
        {"SRV", R"("ten 5060 sip.example.net")"},
        {"CAA", R"("256 issue \"x\"")"},
        {"CAA", R"("0 tissue \"x\"")"},
        {"TLSA", R"("3 1 1 0f0")"},
        {"SOA", R"("dns1.example.org hostmaster.example.net 1 2 3")"},
    };
    for (const auto &[type, content] : bad) {
        SCOPED_TRACE(content);
        EXPECT_THAT(error(box, R"({"name":"bad","type":")" + std::string(type) + R"(","content":)" + content + "}"),
                    HasSubstr("content"));
    }
    EXPECT_THAT(error(box, R"({"name":"long","type":"TXT","content":")" + std::string(4097, 'x') + "\"}"),
                HasSubstr("longer than 4096"));
    EXPECT_EQ(error(box, R"({"name":"long","type":"TXT","content":")" + std::string(4096, 'x') + "\"}"), "");
    EXPECT_EQ(box.ledger("records_created"), number + 1);
}

TEST(RecordRules, NamesAreInTheirZone) {
    Box box("elsecloud");
    auto named = [&](const std::string &name) {
        return error(box, R"({"name":")" + name + R"(","type":"TXT","content":"t"})");
    };
    for (const char *good : {"", "plain", "_dmarc", "*.wild", "Deep.Down", "full.example.net", "dotted.example.net."})
        EXPECT_EQ(named(good), "") << good;
    for (const char *bad : {"www.example.org.", "notexample.net.", "-www", "a..b", "a b", "www.*.b"})
        EXPECT_THAT(named(bad), HasSubstr("name")) << bad;
    EXPECT_THAT(named(std::string(64, 'a')), HasSubstr("name"));
    // Kept as they came.
    EXPECT_THAT(box.get("/service/5130/dns/640").text, HasSubstr(R"("name":"dotted.example.net.")"));
    EXPECT_THAT(box.get("/service/5130/dns/640").text, HasSubstr(R"("name":"Deep.Down")"));
}

TEST(RecordRules, NothingStandsThereTwice) {
    Box box("elsecloud");
    EXPECT_EQ(error(box, R"({"name":"a","type":"MX","priority":5,"content":"mail.example.net"})"), "");
    EXPECT_THAT(error(box, R"({"name":"A.Example.NET","type":"MX","priority":5,"content":"Mail.example.net."})"),
                HasSubstr("already such a MX record"));
    EXPECT_EQ(error(box, R"({"name":"a","type":"MX","priority":6,"content":"mail.example.net"})"), "");
    EXPECT_THAT(error(box, R"({"name":"www","type":"A","content":"203.0.113.80"})"), HasSubstr("already such"));
    Answer other = box.post(zone, R"({"name":"www","type":"A","content":"203.0.113.81"})");
    EXPECT_THAT(box.put(zone + ("/" + other.word({"record", "id"})), R"({"content":"203.0.113.80"})").error(),
                HasSubstr("already such"));
    EXPECT_EQ(box.put(zone + ("/" + other.word({"record", "id"})), R"({"content":"203.0.113.81"})").error(), "");
}

TEST(RecordRules, AliasesStandAlone) {
    Box box("elsecloud");
    EXPECT_THAT(error(box, R"({"name":"www","type":"CNAME","content":"example.org"})"), HasSubstr("beside"));
    EXPECT_THAT(error(box, R"({"name":"@","type":"CNAME","content":"example.org"})"), HasSubstr("zone itself"));
    EXPECT_EQ(error(box, R"({"name":"alias","type":"CNAME","content":"example.org"})"), "");
    EXPECT_THAT(error(box, R"({"name":"alias","type":"TXT","content":"t"})"), HasSubstr("CNAME"));
    EXPECT_THAT(error(box, R"({"name":"alias","type":"CNAME","content":"example.com"})"), HasSubstr("beside"));
}

TEST(RecordRules, NumbersHaveTheirRange) {
    Box box("elsecloud");
    for (const char *ttl : {"59", "-1", "2147483648"})
        EXPECT_THAT(error(box, R"({"name":"t","type":"A","content":"203.0.113.9","ttl":)" + std::string(ttl) + "}"),
                    HasSubstr("ttl must be 60 to 2147483647"));
    for (const char *priority : {"-1", "65536"})
        EXPECT_THAT(error(box, R"({"name":"t","type":"MX","content":"mail","priority":)" + std::string(priority) + "}"),
                    HasSubstr("priority must be 0 to 65535"));
}

std::string find(const Answer &zone_answer, std::string_view type, std::string_view member) {
    for (const json::Value &record : *zone_answer.at({"records"}).array())
        if (*record.find("type")->string() == type) {
            const json::Value &value = *record.find(member);
            return value.string() != nullptr ? std::string(*value.string()) : json::write_utf8(value);
        }
    return {};
}

TEST(Zones, HaveNameServersAndAnAuthorityOfTheirOwn) {
    Box box("elsecloud");
    box.post("/service/5131/dns", R"({"name":"Fresh-Zone.net."})");
    std::string path;
    const Answer list = box.get("/dns");
    for (const json::Value &each : *list.at({"zones"}).array())
        if (*each.find("name")->string() == "fresh-zone.net")
            path = "/service/5131/dns/" + *each.find("domain_id")->string();
    ASSERT_THAT(path, testing::Not(IsEmpty()));
    const Answer fresh = box.get(path);
    ASSERT_EQ(fresh.at({"records"}).array()->size(), 3U);
    EXPECT_THAT(find(fresh, "SOA", "content"), testing::StartsWith("dns1.example.org hostmaster.fresh-zone.net 20"));
    const std::string soa = path + "/records/" + find(fresh, "SOA", "id");
    EXPECT_THAT(box.del(soa).error(), HasSubstr("SOA of a zone cannot be removed"));
    EXPECT_THAT(box.put(soa, R"({"type":"TXT"})").error(), HasSubstr("cannot"));
    EXPECT_THAT(
        box.post(path + "/records", R"({"type":"SOA","content":"a.example.org b.example.org 1 2 3 4 5"})").error(),
        HasSubstr("SOA already"));
    EXPECT_EQ(box.del(path + "/records/" + find(fresh, "NS", "id")).error(), "");
    const std::string last = path + "/records/" + find(box.get(path), "NS", "id");
    EXPECT_THAT(box.del(last).error(), HasSubstr("last name server"));
    EXPECT_THAT(box.put(last, R"({"name":"sub"})").error(), HasSubstr("last name server"));
    EXPECT_EQ(box.put(last, R"({"content":"dns9.example.org"})").error(), "");
    // Whatever changes counts the serial number up.
    const std::string before = find(box.get(path), "SOA", "content");
    box.post(path + "/records", R"({"name":"a","type":"A","content":"203.0.113.9"})");
    EXPECT_GT(find(box.get(path), "SOA", "content"), before);
}

TEST(Zones, AreFiftyAtMost) {
    Box box("elsecloud");
    const std::size_t there = box.get("/service/5130/dns").at({"zones"}).array()->size();
    for (std::size_t i = there; i < 50; ++i)
        ASSERT_EQ(box.post("/service/5130/dns", R"({"name":"zone)" + std::to_string(i) + R"(.net"})").error(), "");
    EXPECT_THAT(box.post("/service/5130/dns", R"({"name":"one-more.net"})").error(), HasSubstr("has its 50 zones"));
    EXPECT_EQ(box.post("/service/5131/dns", R"({"name":"one-more.net"})").error(), "");
}

TEST(Zones, OfASuspendedServiceStandStill) {
    Box box("elsecloud");
    box.control(R"({"command":"set_state","kind":"service","id":5130,"state":"Suspended"})");
    EXPECT_EQ(box.post("/service/5130/dns", R"({"name":"a-zone.net"})").error(), "Service 5130 is Suspended");
    EXPECT_EQ(error(box, R"({"name":"t","type":"A","content":"203.0.113.9"})"), "Service 5130 is Suspended");
    EXPECT_EQ(box.del("/service/5130/dns/640").error(), "Service 5130 is Suspended");
    EXPECT_EQ(box.get("/service/5130/dns/640").word({"name"}), "example.net");
}

} // namespace
} // namespace hostbill::sandbox::test
