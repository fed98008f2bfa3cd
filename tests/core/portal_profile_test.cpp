// Portals that are known by the document they publish.
#include "core/catalog/catalog_json.hpp"
#include "core/catalog/portal_profile.hpp"
#include "core/catalog/swagger.hpp"
#include "core/session/config.hpp"

#include "support.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace hostbill::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

// As portals publish them: a raw line break and a tab in texts, placeholders of three kinds, no leading slash, an
// empty method, bodies under query, HTML, an answer in Markdown, a parameter with its sign, one operation twice.
const std::string published =
    "\xEF\xBB\xBF"
    R"({"swagger":"2.0","info":{"title":"Example <b>Host</b> &amp; Co"},)"
    R"("host":"portal.example","basePath":"api/","schemes":["http"],)"
    R"("securityDefinitions":{"basicAuth":{"type":"basic"}},"paths":{)"
    R"("/domain":{"get":{"summary":"All
domains)"
    "\t"
    R"(here","responses":{"200":{"description":"ok"}}}},)"
    R"("/domain/@id/dns":{"post":{"summary":"Add","parameters":[)"
    R"({"name":"@id","in":"path","type":"integer","required":true},)"
    R"({"name":"type","in":"query","type":"string","required":true,"enum":["A","TXT"]},)"
    R"({"name":"name","in":"query","type":"string","required":true},)"
    R"({"name":"content","in":"query","type":"string"},)"
    R"({"name":"colour","in":"query","type":"integer","description":"Of <i>what</i>"}]}},)"
    R"("service/:id/backup":{"get":{"summary":"Backups","responses":{"200":{"description":)"
    R"("```json
{\"backups\":[{\"id\":1,\"size\":\"2 GB\",\"kept\":true}]}
```"}}},)"
    R"("post":{"parameters":[{"in":"body","name":"body","schema":{"$ref":"#/definitions/B"}}]}},)"
    R"("/service/{id}/backup":{"get":{"summary":"again"}},)"
    R"("/service/$id/backup/$backup":{"get":{},"delete":{}},)"
    R"("/vpn/logindetails":{"":{"summary":"Login"}}},)"
    R"("definitions":{"B":{"type":"object","required":["label"],"properties":{)"
    R"("label":{"type":"string"},"password":{"type":"string"},"tags":{"type":"array","items":)"
    R"({"type":"string"}}}}}})";

std::shared_ptr<const PortalProfile> profile_of(std::string_view text) {
    auto profile = PortalProfile::from_swagger(text);
    if (!profile) {
        ADD_FAILURE() << profile.error();
        std::abort();
    }
    return *profile;
}

std::string problem_of(std::string_view text) {
    auto profile = PortalProfile::from_swagger(text);
    EXPECT_FALSE(profile);
    return profile ? "" : profile.error();
}

std::vector<std::string> ids(const PortalProfile &profile) {
    std::vector<std::string> found;
    for (const Operation &operation : profile.operations())
        found.emplace_back(operation.id);
    return found;
}

// A configuration with that document, of a portal that is where `base_url` says.
std::string config_of(const json::Value &swagger, const std::string &base_url = {}) {
    json::Object config{
        {"portal", json::Object{{"swagger", swagger}}}, {"username", "u"}, {"password", "p"}, {"auth", "basic"}};
    if (!base_url.empty())
        config.set("base_url", base_url);
    return json::write_utf8(config);
}

TEST(PortalProfile, KnowsOperationsByMethodAndPathAndNamesTheOthers) {
    EXPECT_THAT(ids(*profile_of(published)),
                testing::ElementsAre("domains.dns_records.create", "domains.list", "portal.service.backup.create",
                                     "portal.service.backup.delete", "portal.service.backup.get",
                                     "portal.service.backup.list", "vpn.login_details"));
}

TEST(PortalProfile, TellsWhatItPutRight) {
    EXPECT_THAT(profile_of(published)->repaired(),
                IsSupersetOf({HasSubstr("control characters"), HasSubstr("leading slash"), HasSubstr("@name"),
                              HasSubstr("empty method of /vpn/logindetails"), HasSubstr("sent in the body"),
                              HasSubstr("GET /service/{id}/backup stands there twice"), HasSubstr("read as samples")}));
    EXPECT_TRUE(profile_of(R"({"swagger":"2.0","paths":{"/domain":{"get":{}}}})")->repaired().empty());
}

TEST(PortalProfile, TakesTheAddressAndTheTitleFromTheDocument) {
    const auto profile = profile_of(published);
    EXPECT_EQ(profile->portal().title, "Example Host & Co");
    EXPECT_EQ(profile->portal().base_url, "https://portal.example/api");
}

TEST(PortalProfile, ALongDescriptionIsCutBetweenCharacters) {
    std::string description = "x";
    for (int i = 0; i < 150; ++i)
        description += "\u00e9";
    const auto profile =
        profile_of(R"({"swagger":"2.0","paths":{"/new":{"get":{"description":")" + description + R"("}}}})");
    const std::string_view summary = profile->operations().at(0).summary;
    EXPECT_EQ(summary.size(), 199U);
    EXPECT_EQ(json::count_code_points(summary), 100U);
}

TEST(PortalProfile, EffectsOfUnknownOperationsAreTheCarefulOnes) {
    const auto profile = profile_of(published);
    EXPECT_EQ(profile->find_operation("portal.service.backup.list")->effect, Effect::read);
    EXPECT_EQ(profile->find_operation("portal.service.backup.create")->effect, Effect::unsafe);
    EXPECT_TRUE(profile->find_operation("portal.service.backup.delete")->destructive);
    EXPECT_EQ(profile->find_operation("POST /service/{x}/backup")->id, "portal.service.backup.create");
}

TEST(PortalProfile, InfersTheShapeFromASample) {
    const json::Value result = parsed(profile_of(published)->find_operation("portal.service.backup.list")->own_result);
    const json::Value *item =
        result.find("schema")->find("properties")->find("backups")->find("items")->find("properties");
    EXPECT_EQ(*item->find("id")->find("type")->string(), "integer");
    EXPECT_EQ(*item->find("size")->find("type")->string(), "string");
    EXPECT_EQ(*item->find("kept")->find("type")->string(), "boolean");
}

TEST(PortalProfile, SendsWhatTheDocumentSays) {
    TestServer server({Reply{.body = R"({"success":true})"}});
    const auto client = make_client(config_of(published, server.url()));
    const json::Value said = answer(client->call(
        "domains.dns_records.create", R"({"domain_id":7,"type":"TXT","name":"www","content":"x","colour":3})"));
    const auto request = server.received().at(0);
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/api/domain/7/dns");
    EXPECT_EQ(parsed(request.body), parsed(R"({"type":"TXT","name":"www","content":"x","colour":3})"));
}

// How a dry run of the document's operation would send these parameters: the type of the body, and the body.
std::string body_of(std::string_view document, const std::string &operation, const std::string &params) {
    const auto client = make_client(config_of(parsed(document)));
    const auto shown = client->call(operation, params, R"({"dry_run":true})");
    if (!shown)
        return shown.error().message;
    const json::Value answered = parsed(*shown);
    const json::Value *request = answered.find("data");
    const json::Value *type = request->find("headers")->find("Content-Type");
    return (type == nullptr ? "" : *type->string() + ": ") +
           (request->find("body")->is_null() ? "(none)" : *request->find("body")->string());
}

// A document of these paths, with what stands besides.
std::string document_of(const std::string &paths, const std::string &besides = {}) {
    return R"({"swagger":"2.0","host":"portal.example","basePath":"/api",)" + besides + R"("paths":{)" + paths + "}}";
}

TEST(PortalProfile, EachOperationIsSentAsItSaysItself) {
    const std::string form = R"("/a":{"post":{"consumes":["application/x-www-form-urlencoded"],)"
                             R"("parameters":[{"name":"v","in":"formData","type":"boolean"}]}})";
    const std::string json = R"("/b":{"post":{"consumes":["application/json; charset=utf-8"],)"
                             R"("parameters":[{"name":"v","in":"query","type":"boolean"}]}})";
    const std::string list = R"("/c":{"get":{"consumes":[]}})";
    for (const std::string &paths : {form + "," + json + "," + list, list + "," + json + "," + form}) {
        const std::string document = document_of(paths);
        EXPECT_EQ(body_of(document, "portal.a.create", R"({"v":true})"), "application/x-www-form-urlencoded: v=1");
        EXPECT_EQ(body_of(document, "portal.b.create", R"({"v":true})"), R"(application/json: {"v":true})");
    }
    EXPECT_EQ(profile_of(document_of(form + "," + list))->portal().body, BodyForm::form);
    EXPECT_EQ(profile_of(document_of(json + "," + list))->portal().body, BodyForm::json);
    // Fields of a form are a form, also where nothing else says so.
    for (const char *consumes : {"", R"("consumes":["multipart/form-data"],)"}) {
        const std::string silent = document_of(R"("/a":{"post":{)" + std::string(consumes) +
                                               R"("parameters":[{"name":"v","in":"formData","type":"string"}]}})");
        EXPECT_EQ(body_of(silent, "portal.a.create", R"({"v":"x"})"), "application/x-www-form-urlencoded: v=x");
    }
    const std::string throughout = document_of(R"("/a":{"post":{"parameters":[{"name":"v","in":"query"}]}})",
                                               R"("consumes":["application/x-www-form-urlencoded"],)");
    EXPECT_EQ(body_of(throughout, "portal.a.create", R"({"v":"x"})"), "application/x-www-form-urlencoded: v=x");
}

TEST(PortalProfile, ABodyHasTheFieldsOfAllThatItIsComposedOf) {
    const std::string definitions =
        R"("definitions":{"Named":{"type":"object","properties":{"name":{"type":"string"}}},)"
        R"("Sized~1/":{"allOf":[{"$ref":"#/definitions/Named"},{"required":["name"]},)"
        R"({"type":"object","properties":{"size":{"type":"integer"}}}]},)"
        R"("Alias":{"$ref":"#/definitions/Sized~01~1"},"Self":{"allOf":[{"$ref":"#/definitions/Self"},{"$ref":"#/definitions/Self"}]}},)";
    const auto document = [&](const std::string &schema) {
        return document_of(R"("/a":{"post":{"parameters":[{"in":"body","name":"body","schema":)" + schema + "}]}}",
                           definitions);
    };
    const std::string alias = document(R"({"$ref":"#/definitions/Alias"})");
    EXPECT_EQ(body_of(alias, "portal.a.create", R"({"size":3,"name":"x"})"),
              R"(application/json: {"name":"x","size":3})");
    EXPECT_THAT(body_of(alias, "portal.a.create", R"({"size":3})"), HasSubstr("name is required"));
    for (const char *nameless : {R"({"type":"array","items":{"type":"string"}})", R"({"$ref":"#/definitions/Self"})"})
        EXPECT_THAT(profile_of(document(nameless))->repaired(), Contains(HasSubstr("the body of POST /a")));
}

TEST(PortalProfile, ReadsWhatSwaggerAllows) {
    const std::string document = document_of(
        R"("x-owner":{"name":"somebody"},"/a/{id}":{"parameters":[{"name":"id","in":"path","type":"integer"}],)"
        R"("post":{"parameters":[{"name":"names[]","in":"formData","type":"array","items":{"type":"string"}},)"
        R"({"name":"ids[]","in":"formData","type":"integer"},{"name":"id","in":"formData","type":"string"}]}})");
    const auto profile = profile_of(document);
    EXPECT_THAT(ids(*profile), testing::ElementsAre("portal.a.create"));
    EXPECT_THAT(profile->repaired(), testing::ElementsAre(HasSubstr("named as one of their path")));
    EXPECT_EQ(body_of(document, "portal.a.create", R"({"id":7,"names":["x","y"],"ids[]":[1]})"),
              "application/x-www-form-urlencoded: names[0]=x&names[1]=y&ids[0]=1");
    EXPECT_THAT(body_of(document, "portal.a.create", R"({"id":7,"ids":["one"]})"), HasSubstr("whole number"));
}

// The fields of a profile are each portal's own, and what other portals count, one may name.
TEST(PortalProfile, TakesTheTypesThatTheDocumentSays) {
    const std::string document = document_of(
        R"("/details":{"put":{"parameters":[)"
        R"({"name":"2faenable","in":"query","type":"array","items":{"type":"string"},"enum":["Enable"]},)"
        R"({"name":"emarketing","in":"query","type":"string","enum":["Yes"]},)"
        R"({"name":"type","in":"query","type":"integer"}]}},)"
        R"("/service/{service_id}/dns/{zone_id}/records/{record_id}":{"delete":{"parameters":[)"
        R"({"name":"record_id","in":"path","type":"string"},{"name":"zone_id","in":"path","type":"integer"}]}})");
    EXPECT_EQ(body_of(document, "account.update", R"({"2faenable":["Enable"],"emarketing":"Yes","type":2})"),
              R"(application/json: {"2faenable":["Enable"],"emarketing":"Yes","type":"2"})");
    EXPECT_EQ(body_of(document, "account.update", R"({"2faenable":"Enable","emarketing":["Yes"]})"),
              R"(application/json: {"2faenable":"Enable","emarketing":["Yes"]})");
    EXPECT_THAT(body_of(document, "account.update", R"({"2faenable":["x"]})"), HasSubstr("one of Enable"));
    EXPECT_EQ(body_of(document, "dns.records.delete", R"({"service_id":1,"zone_id":2,"record_id":"www-A"})"), "(none)");
    EXPECT_EQ(body_of(document, "dns.records.delete", R"({"service_id":1,"zone_id":2,"record_id":3})"), "(none)");
    EXPECT_THAT(body_of(document, "dns.records.delete", R"({"service_id":1,"zone_id":"x","record_id":3})"),
                HasSubstr("zone_id must be a whole number"));
}

TEST(PortalProfile, TheCatalogueNamesTheFormOfABodyThatIsNotThePortals) {
    const std::string document =
        document_of(R"("/a":{"post":{},"put":{"parameters":[{"name":"v","in":"formData","type":"string"}]}})"
                    R"(,"/b":{"post":{}})");
    const Result<std::string> text = catalog_json(json::write_utf8(json::Object{{"swagger", parsed(document)}}));
    ASSERT_TRUE(text) << error_document(text.error());
    const json::Value catalogue = parsed(*text);
    EXPECT_EQ(*catalogue.find("body")->string(), "json");
    for (const json::Value &row : *catalogue.find("operations")->array()) {
        const json::Value *body = row.find("body");
        EXPECT_EQ(body == nullptr ? "" : *body->string(), *row.find("method")->string() == "PUT" ? "form" : "");
    }
}

TEST(PortalProfile, AcceptsTheDocumentsOwnNamesAndRefusesOthers) {
    const auto client = make_client(config_of(published));
    EXPECT_TRUE(
        client->call("domains.dns_records.create", R"({"id":7,"type":"A","name":"www"})", R"({"dry_run":true})"));
    const auto wrong = client->call("domains.dns_records.create", R"({"id":7,"type":"MX","nam":"w"})");
    ASSERT_FALSE(wrong);
    EXPECT_THAT(field_names(wrong.error()), testing::UnorderedElementsAre("type", "nam", "name"));
    const auto unknown = client->call("portal.service.backup.creat");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().fields.at(0).nearest, "portal.service.backup.create");
}

TEST(PortalProfile, OperationsOfOtherPortalsAreUnsupported) {
    const auto client = make_client(config_of(published));
    const auto answer = client->call("servers.reboot", R"({"server_id":1})");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error_class, ErrorClass::unsupported);
    EXPECT_THAT(answer.error().message, HasSubstr("Example Host & Co"));
}

TEST(PortalProfile, SecretsOfUnknownOperationsAreMasked) {
    const auto client = make_client(config_of(published));
    const auto shown =
        client->call("portal.service.backup.create", R"({"id":7,"label":"a","password":"canary-71c3","tags":["x"]})",
                     R"({"dry_run":true})");
    ASSERT_TRUE(shown) << error_document(shown.error());
    EXPECT_THAT(*shown, HasSubstr("/service/7/backup"));
    EXPECT_THAT(*shown, Not(HasSubstr("canary-71c3")));
}

TEST(PortalProfile, WhatSoundsLikeASecretIsOneWhereverItStands) {
    const auto profile =
        profile_of(R"({"swagger":"2.0","host":"portal.example","basePath":"/api","paths":{)"
                   R"("/parcel":{"post":{"parameters":[{"name":"api_key","in":"query","type":"string"},)"
                   R"({"name":"epp_code","in":"query","type":"string"},{"name":"otp","in":"query","type":"string"},)"
                   R"({"name":"shipping","in":"query","type":"string"}]}}}})");
    std::vector<std::string_view> secret;
    for (const Param &param : profile->find_operation("portal.parcel.create")->params)
        if (param.sensitive)
            secret.push_back(param.name);
    EXPECT_THAT(secret, testing::UnorderedElementsAre("api_key", "epp_code", "otp"));
}

TEST(PortalProfile, ComesAsTextAsObjectOrAsAFile) {
    const std::string path = testing::TempDir() + "/portal-" + std::to_string(::getpid()) + ".json";
    std::ofstream(path) << published;
    EXPECT_TRUE(Client::create(config_of(published)));
    EXPECT_TRUE(Client::create(config_of(path)));
    EXPECT_TRUE(Client::create(
        config_of(parsed(R"({"swagger":"2.0","host":"p.example","basePath":"/api","paths":{"/domain":{"get":{}}}})"))));
    std::filesystem::remove(path);
    const auto missing = Client::create(config_of(path));
    ASSERT_FALSE(missing);
    EXPECT_THAT(field_names(missing.error()), Contains("portal.swagger"));
}

TEST(PortalProfile, SaysWhereADocumentStopsMakingSense) {
    EXPECT_THAT(problem_of("{\"swagger\":\"2.0\",\n  \"paths\": {,}}"), HasSubstr("line 2, column 13"));
    EXPECT_THAT(problem_of("[]"), HasSubstr("not an object"));
    EXPECT_THAT(problem_of(R"({"openapi":"3.0.1"})"), HasSubstr("OpenAPI 3.0.1"));
    EXPECT_THAT(problem_of(R"({"paths":{}})"), HasSubstr("\"swagger\""));
    EXPECT_THAT(problem_of(R"({"swagger":"2.0","paths":[]})"), HasSubstr("\"paths\""));
    EXPECT_THAT(problem_of(R"({"swagger":"2.0","paths":{}})"), HasSubstr("no operation"));
    EXPECT_THAT(problem_of(R"({"swagger":"2.0","paths":{"/a":[]}})"), HasSubstr("/a"));
    EXPECT_THAT(problem_of(R"({"swagger":"2.0","paths":{"/a":{"gett":{}}}})"), HasSubstr("gett"));
    EXPECT_THAT(problem_of(R"({"swagger":"2.0","paths":{"/a":{"get":7}}})"), HasSubstr("get /a"));
}

TEST(PortalProfile, SurvivesWildDocuments) {
    const std::string text = published;
    for (std::size_t length = 0; length < text.size(); length += 7)
        (void)PortalProfile::from_swagger(text.substr(0, length));
    for (const char *wild : {R"({"swagger":"2.0","paths":{"/a":{"get":{"parameters":{"a":1}}}}})",
                             R"({"swagger":"2.0","paths":{"/a":{"get":{"parameters":[1,null,{"name":7,"in":[]}]}}}})",
                             R"({"swagger":"2.0","paths":{"/{}":{"get":{"responses":{"200":{"description":"}{"}}}}}})",
                             R"({"swagger":"2.0","paths":{"":{"get":{}},"/{a":{"put":{}}},"securityDefinitions":7})"}) {
        const auto profile = PortalProfile::from_swagger(wild);
        EXPECT_TRUE(profile) << wild;
    }
}

TEST(PortalProfile, HasACatalogueOfItsOwn) {
    const Result<std::string> text = catalog_json(json::write_utf8(json::Object{{"swagger", json::Value(published)}}));
    ASSERT_TRUE(text) << error_document(text.error());
    const json::Value catalogue = parsed(*text);
    EXPECT_EQ(catalogue.find("operations")->array()->size(), 7U);
    EXPECT_FALSE(catalogue.find("repaired")->array()->empty());
    const Result<std::string> wrong = catalog_json(R"({"swager":"x"})");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().fields.at(0).nearest, "swagger");
}

} // namespace
} // namespace hostbill::test
