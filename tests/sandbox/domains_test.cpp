#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(DomainRecords, AreNumberedByTheirPlace) {
    Box box("coloup");
    EXPECT_EQ(box.get("/domain/770/dns").word({"records", "1", "id"}), "2");
    EXPECT_EQ(box.post("/domain/770/dns", R"({"name":"_acme-challenge","type":"TXT","content":"token"})").error(), "");
    EXPECT_EQ(box.get("/domain/770/dns").word({"records", "3", "content"}), "token");
    EXPECT_EQ(box.put("/domain/770/dns/4", R"({"content":"other"})").error(), "");
    EXPECT_EQ(box.get("/domain/770/dns").word({"records", "3", "content"}), "other");
    EXPECT_EQ(box.del("/domain/770/dns/1").error(), "");
    // The others moved up.
    EXPECT_EQ(box.get("/domain/770/dns").word({"records", "2", "content"}), "other");
    EXPECT_EQ(box.get("/domain/770/dns").word({"records", "2", "id"}), "3");
    for (const char *place : {"0", "4", "-1", "99"})
        EXPECT_EQ(box.del(std::string("/domain/770/dns/") + place).error(),
                  std::string("Record ") + place + " not found");
    EXPECT_EQ(box.get("/domain/771/dns").at({"records"}).array()->size(), 3U);
}

TEST(DomainRecords, AreChecked) {
    Box box("elsecloud");
    EXPECT_THAT(box.post("/domain/770/dns", R"({"type":"A"})").error(), testing::HasSubstr("content is required"));
    EXPECT_THAT(box.post("/domain/770/dns", R"({"type":"NO","content":"x"})").error(), testing::HasSubstr("type"));
    EXPECT_EQ(box.post("/domain/1/dns", R"({"type":"A","content":"x"})").error(), "Domain 1 not found");
}

TEST(Domains, AreFoundByName) {
    Box box("internetport");
    EXPECT_EQ(box.get("/domain/name/example.net").word({"details", "0", "id"}), "770");
    EXPECT_EQ(box.get("/domain/name/example.net").word({"details", "1", "status"}), "Expired");
    EXPECT_EQ(box.get("/domain/name/nothing.net").error(), "Domain nothing.net not found");
}

TEST(Domains, SettingsAreKept) {
    Box box("elsecloud");
    box.put("/domain/770/ns", R"({"nameservers":["a.example.org","b.example.org"]})");
    EXPECT_EQ(box.get("/domain/770/ns").word({"nameservers", "1"}), "b.example.org");
    EXPECT_EQ(box.get("/domain/770").word({"details", "nameservers", "0"}), "a.example.org");
    EXPECT_THAT(box.put("/domain/770/ns", R"({"nameservers":["a.example.org"]})").error(),
                testing::HasSubstr("nameservers"));
    EXPECT_EQ(box.get("/domain/770/autorenew").word({"autorenew"}), "1");
    box.put("/domain/770/autorenew");
    EXPECT_EQ(box.get("/domain/770/autorenew").word({"autorenew"}), "0");
    box.put("/domain/770/reglock", R"({"switch":0})");
    box.put("/domain/770/reglock", R"({"switch":0})");
    EXPECT_EQ(box.get("/domain/770/reglock").word({"reglock"}), "0");
    box.put("/domain/770/emforwarding", R"({"forwarding":[{"from":"a","to":"b@example.net"}]})");
    EXPECT_EQ(box.get("/domain/770/emforwarding").word({"forwarding", "0", "from"}), "a");
    box.put("/domain/770/contact", R"({"tech":{"firstname":"Tim"}})");
    EXPECT_EQ(box.get("/domain/770/contact").word({"contact_info", "tech", "firstname"}), "Tim");
    EXPECT_EQ(box.get("/domain/770/contact").word({"contact_info", "admin", "firstname"}), "Ada");
    EXPECT_NE(box.get("/domain/770/epp").word({"epp_code"}), "");
}

TEST(Domains, DnssecKeysComeAndGo) {
    Box box("internetport");
    box.send_json("PUT", "/domain/771/dnssec", R"({"flags":257,"protocol":3,"algorithm":13,"publickey":"AAAA"})");
    std::string key = box.get("/domain/771/dnssec").word({"keys", "0", "key"});
    EXPECT_EQ(box.del("/domain/771/dnssec/" + key).error(), "");
    EXPECT_EQ(box.get("/domain/771/dnssec").text, R"({"keys":[]})");
    EXPECT_THAT(box.del("/domain/771/dnssec/" + key).error(), testing::HasSubstr("not found"));
    EXPECT_THAT(box.put("/domain/771/dnssec", R"({"flags":1})").error(), testing::HasSubstr("flags must be one of"));
}

TEST(Domains, AreOrderedWithNameServersThatAreNames) {
    Box box("coloup");
    EXPECT_THAT(box.post("/domain/order",
                         R"({"name":"ns-name.net","years":"1","action":"register","nameservers":["a.net",{}]})")
                    .error(),
                testing::HasSubstr("nameservers"));
    Answer order = box.post(
        "/domain/order",
        R"({"name":"ns-name.net","years":"1","action":"register","nameservers":["a.example.org","b.example.org"]})");
    EXPECT_EQ(box.get("/domain/" + order.word({"items", "id"}) + "/ns").word({"nameservers", "0"}), "a.example.org");
}

TEST(Lookup, RefusesWhatIsNoName) {
    Box box("coloup");
    EXPECT_THAT(box.post("/domain/lookup", R"({"name":"no such tld"})").error(), testing::HasSubstr("name"));
    EXPECT_EQ(box.post("/domain/lookup", "{}").error(), "Parameter name is required");
}

} // namespace
} // namespace hostbill::sandbox::test
