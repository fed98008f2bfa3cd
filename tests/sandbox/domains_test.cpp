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
    auto error = [&](const std::string &body) { return box.post("/domain/770/dns", body).error(); };
    EXPECT_THAT(error(R"({"type":"A"})"), testing::HasSubstr("content is required"));
    EXPECT_THAT(error(R"({"type":"NO","content":"x"})"), testing::HasSubstr("type"));
    EXPECT_THAT(error(R"({"type":"A","content":"x"})"), testing::HasSubstr("IPv4"));
    EXPECT_THAT(error(R"({"type":"AAAA","content":"203.0.113.1"})"), testing::HasSubstr("IPv6"));
    EXPECT_THAT(error(R"({"type":"MX","content":"mail.example.net","priority":"70000"})"),
                testing::HasSubstr("priority"));
    EXPECT_THAT(error(R"({"type":"URL","content":"www.example.net"})"), testing::HasSubstr("web address"));
    EXPECT_THAT(error(R"({"type":"SOA","content":"a.net b.net 1 2 3 4 5"})"), testing::HasSubstr("type"));
    EXPECT_THAT(error(R"({"name":"www","type":"A","content":"203.0.113.80"})"), testing::HasSubstr("already such"));
    EXPECT_THAT(error(R"({"name":"www","type":"CNAME","content":"example.org"})"), testing::HasSubstr("beside"));
    EXPECT_EQ(error(R"({"name":"_sip._tcp","type":"SRV","priority":5,"content":[10,5060,"sip.example.net"]})"), "");
    EXPECT_EQ(error(R"({"type":"URL","content":"https://www.example.net/"})"), "");
    EXPECT_THAT(box.put("/domain/770/dns/1", R"({"content":"nowhere"})").error(), testing::HasSubstr("IPv4"));
    EXPECT_EQ(box.get("/domain/770/dns").word({"records", "0", "content"}), "203.0.113.80");
    EXPECT_EQ(box.post("/domain/1/dns", R"({"type":"A","content":"x"})").error(), "Domain 1 not found");
    for (const auto &[id, name] : {std::pair{"776", "old-example.org is Expired"},
                                   {"779", "taken-example.net is Pending Transfer"},
                                   {"781", "gone-example.org is Cancelled"}})
        EXPECT_EQ(box.post("/domain/" + std::string(id) + "/dns", R"({"type":"A","content":"203.0.113.1"})").error(),
                  "Domain " + std::string(name));
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
}

TEST(Domains, GiveTheirCodeWhenTheyAreNotLocked) {
    Box box("elsecloud");
    EXPECT_EQ(box.get("/domain/770/reglock").word({"reglock"}), "1");
    EXPECT_THAT(box.get("/domain/770/epp").error(), testing::HasSubstr("is locked"));
    box.put("/domain/770/reglock", R"({"reglock":"0"})");
    EXPECT_EQ(box.get("/domain/770/epp").word({"epp_code"}), "example-epp-code");
    box.put("/domain/770/reglock");
    EXPECT_THAT(box.get("/domain/770/epp").error(), testing::HasSubstr("is locked"));
    EXPECT_THAT(box.put("/domain/770/reglock", R"({"reglock":"maybe"})").error(),
                testing::HasSubstr("reglock must be 1 or 0"));
}

TEST(Domains, RegisterNameServersOfTheirOwn) {
    Box box("elsecloud");
    auto with = [](const std::string &name, const std::string &ip) {
        return R"({"nameserver":")" + name + R"(","ip":")" + ip + "\"}";
    };
    EXPECT_THAT(box.put("/domain/770/ns", R"({"nameservers":["ns1.example.net","dns1.example.org"]})").error(),
                testing::HasSubstr("ns1.example.net is not registered"));
    EXPECT_THAT(box.post("/domain/770/reg", with("ns1.example.net", "203.0.113.999")).error(),
                testing::HasSubstr("ip is not an address"));
    EXPECT_THAT(box.post("/domain/770/reg", with("ns1.example.org", "203.0.113.53")).error(),
                testing::HasSubstr("below example.net"));
    EXPECT_EQ(box.post("/domain/770/reg", with("NS1.example.net", "203.0.113.53")).error(), "");
    EXPECT_THAT(box.post("/domain/770/reg", with("ns1", "203.0.113.54")).error(), testing::HasSubstr("already"));
    EXPECT_EQ(box.post("/domain/770/reg").error(), "");
    const Answer shown = box.get("/domain/770/ns");
    EXPECT_EQ(shown.word({"registered", "0", "name"}), "ns1.example.net");
    EXPECT_EQ(shown.word({"registered", "0", "ip"}), "203.0.113.53");
    EXPECT_EQ(shown.word({"registered", "1", "name"}), "ns2.example.net");
    EXPECT_EQ(box.put("/domain/770/ns", R"({"nameservers":["ns1.example.net","ns2.example.net"]})").error(), "");
    EXPECT_EQ(box.get("/domain/770/sync").word({"details", "nameservers", "1"}), "ns2.example.net");
    // None given: the portal's own.
    EXPECT_EQ(box.put("/domain/770/ns").error(), "");
    EXPECT_EQ(box.get("/domain/770/ns").word({"nameservers", "0"}), "dns1.example.org");
    EXPECT_EQ(box.ledger("nameservers_registered"), 2);
}

TEST(Domains, CheckTheirContacts) {
    Box box("elsecloud");
    auto error = [&](const char *body) { return box.put("/domain/770/contact", body).error(); };
    EXPECT_THAT(error(R"({"owner":{"firstname":"Tim"}})"), testing::HasSubstr("owner is none of: registrant, admin"));
    EXPECT_THAT(error(R"({"tech":{"shoesize":"44"}})"), testing::HasSubstr("tech[shoesize]"));
    EXPECT_THAT(error(R"({"tech":{"email":"nobody"}})"), testing::HasSubstr("tech[email] is not an e-mail address"));
    EXPECT_THAT(error(R"({"tech":{"country":"Estonia"}})"), testing::HasSubstr("tech[country]"));
    EXPECT_EQ(error(R"({"tech":99})"), "Contact 99 not found");
    EXPECT_EQ(error(R"({"contact_info":{"billing":4220,"registrant":{"email":"tim@example.org"}}})"), "");
    const Answer contacts = box.get("/domain/770/contact");
    EXPECT_EQ(contacts.word({"contact_info", "billing", "firstname"}), "Grace");
    EXPECT_EQ(contacts.word({"contact_info", "registrant", "email"}), "tim@example.org");
    EXPECT_EQ(contacts.word({"contact_info", "registrant", "city"}), "Exampleton");
}

TEST(Domains, CheckWhereTheyForwardTo) {
    Box box("elsecloud");
    auto mail = [&](const char *body) { return box.put("/domain/770/emforwarding", body).error(); };
    EXPECT_THAT(mail(R"({"forwarding":"all"})"), testing::HasSubstr("must be a list"));
    EXPECT_THAT(mail(R"({"forwarding":[{"from":"a@b","to":"c@example.org"}]})"), testing::HasSubstr("[0][from]"));
    EXPECT_THAT(mail(R"({"forwarding":[{"from":"a","to":"c"}]})"), testing::HasSubstr("[0][to]"));
    EXPECT_EQ(box.get("/domain/770/emforwarding").word({"forwarding", "0", "from"}), "info");
    EXPECT_EQ(mail(R"({"forwarding":[{"from":"*","to":"all@example.org"}]})"), "");
    EXPECT_EQ(box.get("/domain/770/emforwarding").text, R"({"forwarding":[{"from":"*","to":"all@example.org"}]})");
    auto web = [&](const char *body) { return box.put("/domain/770/forwarding", body).error(); };
    EXPECT_THAT(web(R"({"url":"ftp://example.org"})"), testing::HasSubstr("url"));
    EXPECT_THAT(web(R"({"url":"https://example.org","type":"307"})"), testing::HasSubstr("type"));
    EXPECT_EQ(web(R"({"url":"https://example.org/shop"})"), "");
    EXPECT_EQ(box.get("/domain/770").word({"details", "forwarding", "url"}), "https://example.org/shop");
    EXPECT_EQ(web(R"({"url":""})"), "");
    EXPECT_EQ(box.get("/domain/770").at({"details", "forwarding"}), json::Value());
}

// Key and digest of RFC 6605's example.
constexpr const char *public_key =
    "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==";

TEST(Domains, DnssecKeysComeAndGo) {
    Box box("internetport");
    const std::string key = R"("flags":257,"protocol":3,"algorithm":13,"publickey":")" + std::string(public_key) + "\"";
    EXPECT_EQ(box.put("/domain/771/dnssec", "{" + key + "}").error(), "");
    const Answer shown = box.get("/domain/771/dnssec");
    EXPECT_EQ(shown.word({"keys", "0", "publickey"}), public_key);
    EXPECT_EQ(shown.word({"keys", "0", "keytag"}), "55648");
    EXPECT_EQ(shown.word({"keys", "0", "digest"}).size(), 64U);
    EXPECT_THAT(box.put("/domain/771/dnssec", "{" + key + "}").error(), testing::HasSubstr("has that key already"));
    const std::string path = "/domain/771/dnssec/" + shown.word({"keys", "0", "key"});
    EXPECT_EQ(box.del(path).error(), "");
    EXPECT_EQ(box.get("/domain/771/dnssec").text, R"({"keys":[]})");
    EXPECT_THAT(box.del(path).error(), testing::HasSubstr("not found"));
    EXPECT_THAT(box.get("/domain/771/dnssec/flags").text, testing::HasSubstr("Key signing key"));
    // A digest alone will do.
    EXPECT_EQ(box.put("/domain/771/dnssec",
                      R"({"algorithm":8,"keytag":"7","digesttype":1,"digest":")" + std::string(40, 'a') + "\"}")
                  .error(),
              "");
    EXPECT_EQ(box.get("/domain/771/dnssec").word({"keys", "0", "digest"}), std::string(40, 'A'));
}

TEST(Domains, DnssecKeysAreChecked) {
    Box box("internetport");
    const std::string good = R"("flags":257,"algorithm":13,"publickey":")" + std::string(public_key) + "\"";
    const std::pair<std::string, const char *> cases[] = {
        {R"("flags":1)", "flags must be one of"},
        {R"("algorithm":13)", "publickey is required"},
        {R"("flags":257,"publickey":"AAAA")", "algorithm must be one of"},
        {R"("flags":257,"algorithm":3,"publickey":"AAAA")", "algorithm must be one of"},
        {R"("flags":257,"algorithm":13,"publickey":"AAAA")", "publickey has 3 bytes"},
        {R"("flags":257,"algorithm":13,"publickey":"no base64!")", "publickey is not base64"},
        {R"("algorithm":13,"digesttype":2,"digest":"00")", "keytag must be 0 to 65535"},
        {R"("algorithm":13,"keytag":"70000","digesttype":2,"digest":"00")", "keytag must be 0 to 65535"},
        {R"("algorithm":13,"keytag":"7","digesttype":3,"digest":"00")", "digesttype must be one of: 1, 2, 4"},
        {R"("algorithm":13,"keytag":"7","digesttype":2,"digest":"00")", "64 hexadecimal digits"},
        {good + R"(,"keytag":"7","digesttype":2,"digest":"00")", "keytag is not that of the public key"},
        {good + R"(,"keytag":"55648","digesttype":2,"digest":")" + std::string(64, '0') + "\"",
         "digest is not that of the public key"},
    };
    for (const auto &[members, problem] : cases)
        EXPECT_THAT(box.put("/domain/771/dnssec", "{" + members + "}").error(), testing::HasSubstr(problem)) << members;
    EXPECT_EQ(box.get("/domain/771/dnssec").text, R"({"keys":[]})");
}

TEST(Domains, WithoutParametersThePortalMakesTheKey) {
    Box box("coloup");
    EXPECT_EQ(box.put("/domain/771/dnssec").error(), "");
    EXPECT_EQ(box.get("/domain/771/dnssec").word({"keys", "0", "algorithm"}), "13");
    EXPECT_EQ(box.get("/domain/771/dnssec").word({"keys", "0", "publickey"}).size(), 88U);
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
