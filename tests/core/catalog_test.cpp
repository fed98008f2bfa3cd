#include "core/catalog/catalog.hpp"
#include "core/catalog/catalog_json.hpp"
#include "core/catalog/error.hpp"
#include "core/catalog/result_texts.hpp"

#include "support.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

namespace hostbill::test {
namespace {

TEST(Catalog, HasWhatTheFiveDocumentsHave) {
    const std::map<std::string_view, int> documented = {
        {"coloup", 130}, {"generic", 71}, {"time4vps", 73}, {"elsecloud", 119}, {"internetport", 109}};
    EXPECT_EQ(operations().size(), 200U);
    ASSERT_EQ(portals().size(), documented.size());
    for (const Portal &portal : portals()) {
        const auto count = std::count_if(operations().begin(), operations().end(), [&](const Operation &operation) {
            return (operation.portals & portal.bit) != 0;
        });
        EXPECT_EQ(count, documented.at(portal.id)) << portal.id;
    }
}

TEST(Catalog, IsSortedById) {
    EXPECT_TRUE(std::is_sorted(operations().begin(), operations().end(),
                               [](const Operation &a, const Operation &b) { return a.id < b.id; }));
}

TEST(Catalog, FindsEveryOperationByIdAndByEachFormOfItsPath) {
    for (const Operation &operation : operations()) {
        EXPECT_EQ(find_operation(operation.id), &operation);
        const std::string method = std::string(operation.method) + " ";
        EXPECT_EQ(find_operation(method + std::string(operation.path)), &operation) << operation.id;
        EXPECT_EQ(find_operation(method + std::string(operation.document_path)), &operation) << operation.id;
        const std::string with_colons = std::regex_replace(std::string(operation.path), std::regex("\\{\\w+\\}"), ":x");
        EXPECT_EQ(find_operation(method + with_colons), &operation) << operation.id;
    }
}

TEST(Catalog, DoesNotFindWhatIsNotThere) {
    for (const char *name : {"", "domains", "domains.gett", "GET", "GET ", "GET /", "GET /domain/", "get /domain",
                             "POST /server/{id}/reboot/", "GET /domain/7", "GET  /domain", " GET /domain"}) {
        EXPECT_EQ(find_operation(name), nullptr) << name;
    }
    EXPECT_EQ(find_portal("Time4VPS"), nullptr);
    EXPECT_EQ(find_portal(""), nullptr);
}

TEST(Catalog, FindsParametersByNameWireNameAndAlias) {
    const Operation &operation = *find_operation("domains.get");
    const PortalSet coloup = find_portal("coloup")->bit;
    const Param *param = find_param(operation, coloup, "domain_id");
    ASSERT_NE(param, nullptr);
    EXPECT_EQ(find_param(operation, coloup, "id"), param);
    EXPECT_EQ(find_param(operation, coloup, "nothing"), nullptr);
    const Operation &signup = *find_operation("account.signup");
    for (const Param &each : signup.params) {
        if ((each.portals & find_portal("time4vps")->bit) == 0)
            continue;
        EXPECT_EQ(find_param(signup, find_portal("time4vps")->bit, each.wire), &each) << each.wire;
    }
}

TEST(Catalog, NamesAreUnambiguousOnEveryPortal) {
    for (const Operation &operation : operations()) {
        for (const Portal &portal : portals()) {
            if ((operation.portals & portal.bit) == 0)
                continue;
            std::set<std::string_view> names;
            for (const Param &param : operation.params) {
                if ((param.portals & portal.bit) == 0)
                    continue;
                EXPECT_TRUE(names.insert(param.name).second) << operation.id << " " << param.name;
            }
        }
    }
}

TEST(Catalog, HasATextOfWhatEachOperationAnswersWith) {
    const ResultTexts results;
    const json::Value definitions = parsed(results.definitions());
    EXPECT_NE(definitions.find("Invoice"), nullptr);
    for (const Operation &operation : operations()) {
        const json::Value result = parsed(results.of(operation));
        EXPECT_NE(result.find("raw")->find("schema"), nullptr) << operation.id;
    }
}

TEST(CatalogJson, DescribesOnePortal) {
    const Result<std::string> text = catalog_json("time4vps");
    ASSERT_TRUE(text);
    EXPECT_TRUE(std::all_of(text->begin(), text->end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    const json::Value document = parsed(*text);
    EXPECT_EQ(*document.find("portal")->string(), "time4vps");
    EXPECT_EQ(*document.find("body")->string(), "json");
    EXPECT_EQ(document.find("operations")->array()->size(), 73U);
    for (const json::Value &operation : *document.find("operations")->array()) {
        for (const char *key : {"id", "method", "path", "document_path", "group", "summary", "effect", "money",
                                "destructive", "documented", "source", "params", "result"}) {
            EXPECT_NE(operation.find(key), nullptr) << key;
        }
        for (const json::Value &param : *operation.find("params")->array()) {
            for (const char *key :
                 {"name", "in", "type", "required", "enum", "pattern", "sensitive", "aliases", "summary"}) {
                EXPECT_NE(param.find(key), nullptr) << key;
            }
        }
    }
}

TEST(CatalogJson, ListsAllPortals) {
    const json::Value document = parsed(*catalog_json());
    EXPECT_EQ(document.find("portals")->array()->size(), 5U);
}

TEST(CatalogJson, RefusesAnUnknownPortalAndNamesTheNearest) {
    const Result<std::string> text = catalog_json("time4vsp");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().error_class, ErrorClass::usage);
    EXPECT_EQ(text.error().fields.at(0).nearest, "time4vps");
}

} // namespace
} // namespace hostbill::test
