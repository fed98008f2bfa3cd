#include "core/tasks/composition.hpp"
#include "core/tasks/dns_zones.hpp"

#include "dns_support.hpp"
#include "fake_run.hpp"

#include <map>

namespace hostbill::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A portal that answers by operation.
class Portal {
public:
    explicit Portal(std::map<std::string, std::string> answers, const std::string &portal = "elsecloud",
                    const std::string &more = "")
        : server_([answers = std::move(answers)](const Received &request) {
              const std::string route = request.method + request.target.substr(4);
              const auto found = answers.find(route);
              return found != answers.end() ? Reply{.body = found->second} : Reply{.status = 404, .body = "{}"};
          }),
          client_(basic_client(server_, portal, more)) {}

    Result<std::string> call(const char *operation, const std::string &params, const std::string &options = "") {
        return client_->call(operation, params, options);
    }
    json::Value data(const char *operation, const std::string &params, const std::string &options = "") {
        return *answer(call(operation, params, options)).find("data");
    }
    Error error(const char *operation, const std::string &params, const std::string &options = "") {
        Result<std::string> result = call(operation, params, options);
        EXPECT_FALSE(result);
        return result ? Error{} : result.error();
    }
    std::size_t requests() const { return server_.received().size(); }

private:
    TestServer server_;
    std::unique_ptr<Client> client_;
};

const std::string zones = R"({"service_ids":["5130"],"zones":[
    {"domain_id":"640","name":"example.net","service_id":"5130"},
    {"domain_id":"641","name":"sub.example.net","service_id":"5130"}]})";
const std::string domains = R"({"domains":[{"id":"412","name":"example.net","status":"Expired"},
    {"id":"770","name":"Example.NET","status":"Active"},{"id":"771","name":"example.com","status":"Active"}]})";
const std::string content = R"({"service_id":5130,"name":"example.net","records":[
    {"id":"6001","name":"www","ttl":3600,"priority":0,"type":"A","content":"203.0.113.80"},
    {"id":"6002","name":"example.net","ttl":3600,"priority":0,"type":"NS","content":"dns1.example.org"}]})";

std::map<std::string, std::string> everything() {
    return {{"GET/dns", zones}, {"GET/domain", domains}, {"GET/service/5130/dns/640", content}};
}

std::string shown(const json::Value &value) { return json::write_utf8(value); }

TEST(DnsTools, FindsTheLongestZoneOfEitherKind) {
    Portal portal(everything());
    EXPECT_EQ(shown(portal.data("dns.zones.find", R"({"name":"_acme-challenge.A.Sub.example.net."})")),
              R"({"zone":"sub.example.net","kind":"zone","service_id":5130,"zone_id":641,"domain_id":null,)"
              R"("relative":"_acme-challenge.a"})");
    EXPECT_EQ(
        shown(portal.data("dns.zones.find", R"({"name":"example.com"})")),
        R"({"zone":"example.com","kind":"domain","service_id":null,"zone_id":null,"domain_id":771,"relative":"@"})");
    EXPECT_EQ(portal.error("dns.zones.find", R"({"name":"www.notexample.net"})").error_class, ErrorClass::not_found);
    EXPECT_EQ(portal.error("dns.zones.find", R"({"name":"net"})").error_class, ErrorClass::not_found);
}

TEST(DnsTools, NothingIsGuessed) {
    Portal portal(everything());
    const Error error = portal.error("dns.zones.find", R"({"name":"www.example.net"})");
    EXPECT_EQ(error.error_class, ErrorClass::conflict);
    EXPECT_THAT(error.message, HasSubstr("zone 640, domain 770"));
    EXPECT_EQ(
        *portal.data("dns.zones.find", R"({"name":"www.example.net","kind":"domain"})").find("domain_id")->integer(),
        770);
    EXPECT_EQ(*portal.data("dns.zones.find", R"({"name":"www.example.net","zone_id":640})").find("zone_id")->integer(),
              640);
    EXPECT_THAT(field_names(portal.error("dns.zones.find", R"({"name":"x","zone_id":640,"domain_id":770})")),
                ElementsAre("domain_id"));
    EXPECT_THAT(field_names(portal.error("dns.zones.find", R"({"name":"a..b"})")), ElementsAre("name"));
}

TEST(DnsTools, AListThatCannotBeReadIsNotTakenForEmpty) {
    Portal portal({{"GET/dns", zones}, {"GET/domain", R"({"error":["You may not do this"]})"}});
    EXPECT_FALSE(portal.call("dns.zones.find", R"({"name":"www.example.net"})"));
    Portal without({{"GET/dns", zones}, {"GET/domain", R"({"error":["invalid method"]})"}});
    EXPECT_EQ(*without.data("dns.zones.find", R"({"name":"www.example.net"})").find("zone_id")->integer(), 640);
}

TEST(DnsTools, ZonesOfTheCallersOwn) {
    Portal portal({});
    const std::string listed =
        R"(["net","example.net",{"zone":"a.example.net","kind":"domain","service_id":null,"zone_id":null,"domain_id":5},)"
        R"({"domain_id":"641","name":"b.example.net","service_id":"5130"},{"id":"6","name":"c.example.net"}])";
    const auto zone = [&](const char *name) {
        return shown(
            portal.data("dns.zones.find", R"({"name":")" + std::string(name) + R"(","zones":)" + listed + "}"));
    };
    EXPECT_THAT(zone("www.example.net"), HasSubstr(R"("zone":"example.net","kind":null)"));
    EXPECT_THAT(zone("x.a.example.net"),
                HasSubstr(R"("kind":"domain","service_id":null,"zone_id":null,"domain_id":5)"));
    EXPECT_THAT(zone("b.example.net"), HasSubstr(R"("kind":"zone","service_id":5130,"zone_id":641,"domain_id":null)"));
    EXPECT_THAT(zone("c.example.net"), HasSubstr(R"("domain_id":6)"));
    EXPECT_EQ(portal.requests(), 0u);
    EXPECT_THAT(field_names(portal.error("dns.zones.find", R"({"name":"x","zones":[5,"a..b",{"name":"y"}]})")),
                ElementsAre("zones[0]", "zones[1]", "zones[2]"));
}

TEST(DnsTools, PlanReadsAndChangesNothing) {
    Portal portal(everything());
    const json::Value plan = portal.data(
        "dns.plan",
        R"({"zone":"example.net","kind":"zone","records":[{"name":"new","type":"A","content":"192.0.2.1"}]})");
    EXPECT_EQ(plan.find("create")->array()->size(), 1u);
    EXPECT_EQ(plan.find("delete")->array()->size(), 1u);
    EXPECT_EQ(plan.find("kept")->array()->size(), 1u);
    EXPECT_EQ(portal.requests(), 2u);
}

TEST(DnsTools, MistakesAreToldBeforeAnythingIsSent) {
    Portal portal(everything());
    EXPECT_THAT(field_names(portal.error("dns.plan", R"({"zone":"example.net","records":[]})")),
                ElementsAre("records"));
    EXPECT_THAT(field_names(portal.error("dns.plan", R"({"zone":"example.net","mode":"all","keep":["a b c"],
                                                         "records":[{"type":"A","content":"x"}]})")),
                ElementsAre("mode"));
    EXPECT_THAT(field_names(portal.error("dns.plan", R"({"zone":"example.net","keep":["a b c"],
                                                         "records":[{"type":"A","content":"x"}]})")),
                ElementsAre("keep[0]", "records[0].content"));
    EXPECT_THAT(field_names(portal.error("dns.plan", R"({"zone":"example.net","records":[
                    {"name":"a","type":"A","content":"192.0.2.1"},{"name":"a","type":"CNAME","content":"b.example.net"}]})")),
                ElementsAre("records"));
    EXPECT_THAT(field_names(portal.error("dns.apply", R"({"zone":"example.net"})")), ElementsAre("plan"));
    EXPECT_THAT(field_names(portal.error("dns.apply", R"({"records":[]})")), ElementsAre("zone"));
    EXPECT_THAT(
        field_names(portal.error("dns.apply", R"({"plan":{"zone":"example.net","kind":"domain"},"mode":"add"})")),
        testing::AllOf(Contains("mode"), Contains("plan.domain_id")));
    EXPECT_EQ(portal.requests(), 0u);
}

TEST(DnsTools, AZoneFileWithMistakesNamesEachLineAndChangesNothing) {
    Portal portal(everything());
    for (const char *operation : {"dns.import_zone_file", "dns.apply"}) {
        const std::string text = operation == std::string("dns.apply") ? "zone_file" : "text";
        const Error error =
            portal.error(operation, R"({"zone":"example.net",")" + text +
                                        R"(":"www A 192.0.2.1\nwww A nowhere\n\n@ MX 10\n$INCLUDE x\n"})");
        EXPECT_EQ(error.error_class, ErrorClass::usage);
        EXPECT_THAT(field_names(error), ElementsAre("line 2", "line 4", "line 5"));
        EXPECT_THAT(error.message, HasSubstr("line 2 has a record of type A that is not an IPv4 address"));
    }
    std::string lines;
    for (int i = 0; i < 1500; ++i)
        lines += "x\\n";
    EXPECT_EQ(portal.error("dns.import_zone_file", R"({"zone":"example.net","text":")" + lines + "\"}").fields.size(),
              1001u);
    EXPECT_THAT(field_names(portal.error("dns.import_zone_file", R"({"zone":"example.net","text":"; nothing\n"})")),
                ElementsAre("zone file"));
    EXPECT_EQ(portal.requests(), 0u);
}

TEST(DnsTools, ADryRunOfApplyShowsItsSteps) {
    Portal portal(everything());
    const json::Value dry = portal.data("dns.apply",
                                        R"({"zone":"example.net","kind":"zone","mode":"sets","records":[
                                           {"name":"t","type":"TXT","content":"text","ttl":60},
                                           {"name":"www","type":"A","content":"192.0.2.1"}]})",
                                        R"({"dry_run":true})");
    EXPECT_EQ(
        shown(*dry.find("steps")),
        R"([{"operation":"dns.records.create","params":{"service_id":5130,"zone_id":640,"name":"t.example.net",)"
        R"("type":"TXT","ttl":60,"content":"text"}},{"operation":"dns.records.update","params":{"service_id":5130,)"
        R"("zone_id":640,"record_id":6001,"name":"www.example.net","type":"A","ttl":3600,"content":"192.0.2.1"}}])");
    EXPECT_NE(dry.find("plan")->find("seen"), nullptr);
}

TEST(DnsTools, AReadOnlyClientPlansButDoesNotApply) {
    Portal portal(everything(), "elsecloud", R"(,"read_only":true)");
    const char *params =
        R"({"zone":"example.net","kind":"zone","mode":"add","records":[{"type":"A","content":"192.0.2.1"}]})";
    EXPECT_TRUE(portal.call("dns.plan", params));
    EXPECT_TRUE(portal.call("dns.export_zone_file", R"({"zone":"example.net","kind":"zone"})"));
    const std::size_t before = portal.requests();
    EXPECT_EQ(portal.error("dns.apply", params).error_class, ErrorClass::read_only);
    EXPECT_EQ(portal.requests(), before);
}

TEST(DnsTools, KindsThatAPortalDoesNotHave) {
    Portal coloup(everything(), "coloup");
    EXPECT_EQ(*coloup.data("dns.zones.find", R"({"name":"www.example.net"})").find("domain_id")->integer(), 770);
    EXPECT_EQ(coloup.error("dns.zones.find", R"({"name":"www.example.net","kind":"zone"})").error_class,
              ErrorClass::unsupported);
    Portal time4vps(everything(), "time4vps");
    EXPECT_EQ(*time4vps.data("dns.zones.find", R"({"name":"www.example.net"})").find("zone_id")->integer(), 640);
}

TEST(DnsTools, ExportHasTheServersOfADomain) {
    auto answers = everything();
    answers["GET/domain/770/dns"] =
        R"({"records":[{"id":1,"name":"www","ttl":0,"priority":0,"type":"A","content":"192.0.2.1"},
                                                   {"id":2,"name":"u","ttl":0,"priority":0,"type":"URL","content":"http://x"}]})";
    answers["GET/domain/770/ns"] = R"({"nameservers":["Dns1.example.org.","dns2.example.org"]})";
    Portal portal(answers);
    const json::Value data = portal.data("dns.export_zone_file", R"({"zone":"example.net","domain_id":770})");
    EXPECT_THAT(*data.find("text")->string(), HasSubstr("IN\tNS\tdns1.example.org.\n"));
    EXPECT_EQ(*data.find("left_out")->integer(), 1);
}

// Taken for an empty zone, it would get every record a second time.
TEST(DnsTools, AnAnswerWithoutRecordsIsNoEmptyZone) {
    for (const char *zone : {R"({"success":true,"message":"later"})", "true", R"({"records":"none"})"}) {
        FakeRun run;
        run.script("dns.zones.list", {R"({"zones":[{"domain_id":"2","name":"example.net","service_id":"1"}]})"});
        run.script("dns.zones.get", {zone});
        const auto result = compose(run, "elsecloud", "dns.apply",
                                    R"({"zone":"example.net","kind":"zone","mode":"add",)"
                                    R"("records":[{"name":"a","type":"A","content":"192.0.2.1"}]})");
        ASSERT_FALSE(result) << zone;
        EXPECT_EQ(result.error().error_class, ErrorClass::protocol) << result.error().message;
        EXPECT_EQ(run.count("dns.records.create"), 0U) << zone;
    }
}

} // namespace
} // namespace hostbill::test
