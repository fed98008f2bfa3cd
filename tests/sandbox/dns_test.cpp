#include "support.hpp"

namespace hostbill::sandbox::test {
namespace {

TEST(Zones, AreCreatedFoundAndDeleted) {
    Box box("time4vps");
    EXPECT_THAT(box.post("/service/5130/dns", R"({"name":"new-zone.net"})").word({"info", "0"}),
                testing::HasSubstr("new-zone.net"));
    Answer list = box.get("/dns");
    std::string id;
    for (const json::Value &zone : *list.at({"zones"}).array())
        if (*zone.find("name")->string() == "new-zone.net")
            id = *zone.find("domain_id")->string();
    ASSERT_NE(id, "");
    EXPECT_EQ(box.get("/service/5130/dns/" + id).word({"name"}), "new-zone.net");
    EXPECT_EQ(box.get("/service/5131/dns/" + id).error(), "Zone " + id + " not found");
    EXPECT_THAT(box.del("/service/5130/dns/" + id).word({"info", "0"}), testing::HasSubstr("deleted"));
    EXPECT_EQ(box.get("/service/5130/dns/" + id).error(), "Zone " + id + " not found");
}

TEST(Zones, AreRefusedWhenTheyCannotBe) {
    Box box("elsecloud");
    EXPECT_THAT(box.post("/service/5130/dns", R"({"name":"example.net"})").error(),
                testing::HasSubstr("already exists"));
    EXPECT_THAT(box.post("/service/5130/dns", R"({"name":"no zone"})").error(), testing::HasSubstr("name"));
    EXPECT_EQ(box.post("/service/5130/dns").error(), "Parameter name is required");
    EXPECT_EQ(box.post("/service/5118/dns", R"({"name":"a-zone.net"})").error(), "invalid method");
}

TEST(Records, AreCreatedReadChangedAndDeleted) {
    Box box("elsecloud");
    Answer created = box.post("/service/5130/dns/640/records",
                              R"({"name":"a","ttl":600,"priority":5,"type":"MX","content":"mail.example.org"})");
    std::string id = created.word({"record", "id"});
    EXPECT_EQ(created.word({"record", "ttl"}), "600");
    auto find = [&] {
        Answer zone = box.get("/service/5130/dns/640");
        for (const json::Value &record : *zone.at({"records"}).array())
            if (*record.find("id")->string() == id)
                return json::write_utf8(record);
        return std::string();
    };
    EXPECT_EQ(find(),
              R"({"id":")" + id + R"(","name":"a","ttl":600,"priority":5,"content":"mail.example.org","type":"MX"})");
    box.put("/service/5130/dns/640/records/" + id, R"({"content":"other.example.org"})");
    EXPECT_THAT(find(), testing::HasSubstr("other.example.org"));
    EXPECT_THAT(find(), testing::HasSubstr("600"));
    EXPECT_EQ(box.del("/service/5130/dns/640/records/" + id).error(), "");
    EXPECT_EQ(find(), "");
    EXPECT_EQ(box.del("/service/5130/dns/640/records/" + id).error(), "Record " + id + " not found");
    EXPECT_EQ(box.ledger("records_created"), 1);
    EXPECT_EQ(box.ledger("records_deleted"), 1);
}

TEST(Records, OfServicesMayBeLists) {
    Box box("generic");
    Answer created =
        box.post("/service/5130/dns/640/records",
                 R"({"name":"_sip._tcp","type":"SRV","priority":10,"content":[10,5060,"sip.example.net"]})");
    EXPECT_EQ(json::write_utf8(created.at({"record", "content"})), R"([10,5060,"sip.example.net"])");
    EXPECT_THAT(box.get("/service/5130/dns/640").text, testing::HasSubstr(R"([10,5060,"sip.example.net"])"));
}

TEST(Records, AreTakenFromAFormAndFromAQuery) {
    Box form("internetport");
    Answer created =
        form.post_form("/service/5130/dns/640/records", "name=f&type=SRV&content[0]=1&content[1]=2&content[2]=x.net");
    EXPECT_EQ(json::write_utf8(created.at({"record", "content"})), R"(["1","2","x.net"])");
    Box query("time4vps");
    created = query.post("/service/5130/dns/640/records?name=q&type=A&content=203.0.113.9");
    EXPECT_EQ(created.word({"record", "content"}), "203.0.113.9");
}

TEST(Records, AreChecked) {
    Box box("elsecloud");
    auto error = [&](const char *body) { return box.post("/service/5130/dns/640/records", body).error(); };
    EXPECT_THAT(error(R"({"type":"A"})"), testing::HasSubstr("content is required"));
    EXPECT_THAT(error(R"({"type":"BOGUS","content":"x"})"), testing::HasSubstr("type"));
    EXPECT_THAT(error(R"({"type":"A","content":""})"), testing::HasSubstr("content"));
    EXPECT_THAT(error(R"({"type":"A","content":{"a":1}})"), testing::HasSubstr("content"));
    EXPECT_THAT(error(R"({"type":"A","content":"x","ttl":"soon"})"), testing::HasSubstr("ttl must be a whole number"));
}

} // namespace
} // namespace hostbill::sandbox::test
