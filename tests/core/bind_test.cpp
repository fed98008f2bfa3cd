#include "core/call/bind.hpp"
#include "core/call/prepare.hpp"

#include "support.hpp"

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

Config config_of(const std::string &portal) {
    return std::move(*parse_config(R"({"portal":")" + portal + R"(","base_url":"https://p.example","token":"t"})"));
}

Error bad(const std::string &portal, const std::string &operation, const std::string &params,
          const std::string &options = "") {
    Result<Prepared> prepared = prepare(config_of(portal), operation, params, options);
    EXPECT_FALSE(prepared) << operation << " " << params.substr(0, 200);
    return prepared ? Error{} : std::move(prepared.error());
}

std::string target_of(const std::string &portal, const std::string &operation, const std::string &params) {
    Result<Prepared> prepared = prepare(config_of(portal), operation, params, "");
    if (!prepared)
        return error_document(prepared.error());
    return prepared->request.target;
}

std::string body_of(const std::string &portal, const std::string &operation, const std::string &params,
                    const std::string &options = "") {
    Result<Prepared> prepared = prepare(config_of(portal), operation, params, options);
    if (!prepared)
        return error_document(prepared.error());
    return prepared->request.body.value_or("(none)");
}

const FieldProblem &problem_of(const Error &error, const std::string &field) {
    static const FieldProblem none{};
    for (const FieldProblem &problem : error.fields) {
        if (problem.field == field)
            return problem;
    }
    ADD_FAILURE() << field << " is not among " << error_document(error);
    return none;
}

TEST(Bind, ReportsEveryMistakeAtOnce) {
    const Error error = bad("coloup", "domains.dns_records.create",
                            R"({"domian_id":1,"name":5,"type":"AA","content":[1],"ttl":"soon"})");
    EXPECT_EQ(error.error_class, ErrorClass::usage);
    EXPECT_EQ(error.operation, "domains.dns_records.create");
    const std::vector<std::string> fields = field_names(error);
    EXPECT_THAT(fields, testing::Contains("domian_id"));
    EXPECT_THAT(fields, testing::Contains("domain_id"));
    EXPECT_THAT(fields, testing::Contains("name"));
    EXPECT_EQ(problem_of(error, "domian_id").nearest, "domain_id");
    EXPECT_EQ(problem_of(error, "domain_id").problem, "is required");
    EXPECT_EQ(problem_of(error, "domain_id").expected, "a whole number");
}

TEST(Bind, TakesAliasesButNotTwoNamesForOneThing) {
    EXPECT_EQ(target_of("coloup", "domains.get", R"({"domain_id":7})"), "/domain/7");
    EXPECT_EQ(target_of("coloup", "domains.get", R"({"id":7})"), "/domain/7");
    EXPECT_EQ(target_of("coloup", "domains.get", R"({"id":null,"domain_id":7})"), "/domain/7");
    const Error error = bad("coloup", "domains.get", R"({"domain_id":7,"id":7})");
    EXPECT_THAT(problem_of(error, "id").problem, HasSubstr("domain_id"));
}

TEST(Bind, TellsTheNameThatIsNearToItsOtherName) {
    EXPECT_EQ(problem_of(bad("coloup", "invoices.get", R"({"idd":1})"), "idd").nearest, "invoice_id");
    EXPECT_EQ(problem_of(bad("coloup", "invoices.get", R"({"quite_another":1})"), "quite_another").nearest, "");
}

TEST(Bind, TellsThatNumbersAreTakenForTextOfDigits) {
    EXPECT_EQ(problem_of(bad("elsecloud", "vms.get", R"({"service_id":1,"vm_id":true})"), "vm_id").problem,
              "must be text or a whole number");
}

TEST(Bind, TakesIntegersAsNumbersOrDigits) {
    EXPECT_EQ(target_of("coloup", "domains.get", R"({"domain_id":"7"})"), "/domain/7");
    for (const char *value : {"1.0", "\"7x\"", "\" 7\"", "\"+7\"", "\"\"", "true", "[7]", "{}", "1e3", "\"1e3\"",
                              "99999999999999999999", "\"99999999999999999999\""}) {
        EXPECT_THAT(field_names(bad("coloup", "domains.get", std::string(R"({"domain_id":)") + value + "}")),
                    ElementsAre("domain_id"))
            << value;
    }
}

TEST(Bind, TakesTextAsTextOnly) {
    for (const char *value : {"7", "true", "[\"a\"]", "{}", "1.5"}) {
        EXPECT_THAT(field_names(bad("coloup", "domains.get_by_name", std::string(R"({"name":)") + value + "}")),
                    ElementsAre("name"))
            << value;
    }
}

TEST(Bind, TreatsNullAsNotGiven) {
    EXPECT_EQ(body_of("coloup", "invoices.apply_credit", R"({"invoice_id":1,"amount":null})"), "(none)");
    EXPECT_THAT(field_names(bad("coloup", "invoices.apply_credit", R"({"invoice_id":null})")),
                ElementsAre("invoice_id"));
}

TEST(Bind, SendsDecimalsAsTheyWereWritten) {
    const auto amount = [](const std::string &value) {
        return body_of("coloup", "invoices.apply_credit", R"({"invoice_id":1,"amount":)" + value + "}");
    };
    EXPECT_EQ(amount("12.50"), R"({"amount":12.50})");
    EXPECT_EQ(amount("\"12.50\""), R"({"amount":12.50})");
    EXPECT_EQ(amount("0.1000000000000000000000000001"), R"({"amount":0.1000000000000000000000000001})");
    for (const char *value : {"\"12,50\"", "\"1 \"", "\"\"", "\"NaN\"", "true", "\"0x10\"", "\".5\""}) {
        EXPECT_THAT(field_names(bad("coloup", "invoices.apply_credit",
                                    std::string(R"({"invoice_id":1,"amount":)") + value + "}")),
                    ElementsAre("amount"))
            << value;
    }
}

TEST(Bind, WritesBooleansInThePortalsWords) {
    const auto power = [](const std::string &value) {
        return body_of("internetport", "vms.set_pxe", R"({"service_id":1,"vm_id":"2","state":)" + value + "}");
    };
    EXPECT_EQ(power("true"), "state=on");
    EXPECT_EQ(power("\"off\""), "state=off");
    EXPECT_THAT(power("\"perhaps\""), HasSubstr("usage"));
    EXPECT_THAT(power("1"), HasSubstr("usage"));
}

TEST(Bind, RefusesAValueOutsideOfTheEnumAndNamesTheNearest) {
    const Error error = bad("generic", "orders.create_many", R"({"items":[{"type":"produkt"}]})");
    const FieldProblem &problem = problem_of(error, "items[0].type");
    EXPECT_EQ(problem.nearest, "product");
    EXPECT_EQ(problem.expected, "one of product, certificate, domain");
}

TEST(Bind, ChecksNestedFieldsAndNamesTheirPlace) {
    const Error error =
        bad("generic", "orders.create_many",
            R"({"items":[{"type":"product","product_id":1},{"type":"product","product_id":"x","prodct":1},5,{}]})");
    EXPECT_THAT(field_names(error),
                UnorderedElementsAre("items[1].product_id", "items[1].prodct", "items[2]", "items[3].type"));
    EXPECT_THAT(field_names(bad("generic", "orders.create_many", R"({"items":{"type":"product"}})")),
                ElementsAre("items"));
}

TEST(Bind, ChecksPatterns) {
    const auto problems = [](const std::string &password) {
        Result<Prepared> prepared =
            prepare(config_of("time4vps"), "account.signup",
                    json::write_utf8(json::Object{{"email", "a@b.example"}, {"password", password}}), "");
        return prepared ? std::vector<std::string>() : field_names(prepared.error());
    };
    EXPECT_THAT(problems("short"), testing::Contains("password"));
    EXPECT_THAT(problems("no digits or capitals"), testing::Contains("password"));
    EXPECT_THAT(problems("Long Enough Password 1"), testing::Not(testing::Contains("password")));
    // Long enough to overflow the stack of a recursive matcher.
    EXPECT_THAT(problems(std::string(1'000'000, 'a')), testing::Contains("password"));
}

TEST(Bind, ChecksFileNameEndings) {
    EXPECT_EQ(body_of("coloup", "account.update", R"({"mellicardimage":"card.PNG"})"),
              R"({"mellicardimage":"card.PNG"})");
    EXPECT_THAT(field_names(bad("coloup", "account.update", R"({"mellicardimage":"card.exe"})")),
                ElementsAre("mellicardimage"));
    EXPECT_THAT(field_names(bad("coloup", "account.update", R"({"mellicardimage":".png"})")),
                ElementsAre("mellicardimage"));
}

TEST(Bind, KnowsParametersOfOtherPortals) {
    const Error error = bad("internetport", "orders.create", R"({"product_id":1,"promocode":"x"})");
    EXPECT_THAT(problem_of(error, "promocode").problem, HasSubstr("generic, time4vps, elsecloud"));
}

TEST(Bind, TakesListsOnlyAsLists) {
    EXPECT_THAT(
        field_names(bad("coloup", "domains.nameservers.update", R"({"domain_id":1,"nameservers":"ns1.example"})")),
        ElementsAre("nameservers"));
    EXPECT_THAT(field_names(bad("coloup", "domains.nameservers.update", R"({"domain_id":1,"nameservers":["a",5]})")),
                ElementsAre("nameservers[1]"));
}

TEST(Bind, TakesAListWhereOneIsAnAlternative) {
    EXPECT_EQ(body_of("generic", "dns.records.create",
                      R"({"service_id":1,"zone_id":2,"name":"n","type":"SRV","content":[10,5060,"sip.example"]})"),
              R"({"name":"n","type":"SRV","content":[10,5060,"sip.example"]})");
}

TEST(Bind, ChecksTheValuesOfMaps) {
    EXPECT_EQ(body_of("elsecloud", "services.rdns.update", R"({"service_id":1,"ipaddress":{"192.0.2.1":"a.example"}})"),
              R"({"ipaddress":{"192.0.2.1":"a.example"}})");
    EXPECT_THAT(
        field_names(bad("elsecloud", "services.rdns.update", R"({"service_id":1,"ipaddress":{"192.0.2.1":5}})")),
        ElementsAre("ipaddress.192.0.2.1"));
}

// Everything that could make a path mean something else.
TEST(Bind, RefusesPathValuesThatAreNoIds) {
    for (const char *value : {R"("../x")", R"("//evil")", R"("a?b")", R"("%2e%2e")", R"("a\r\nb")", R"("a\u0000b")",
                              R"("")", R"(".")", R"("..")", R"("a/b")", R"("a\\b")", R"("a#b")", R"("\u007f")"}) {
        EXPECT_THAT(field_names(bad("coloup", "domains.get_by_name", std::string(R"({"name":)") + value + "}")),
                    ElementsAre("name"))
            << value;
        EXPECT_THAT(field_names(bad("coloup", "domains.get", std::string(R"({"domain_id":)") + value + "}")),
                    ElementsAre("domain_id"))
            << value;
    }
    EXPECT_EQ(target_of("coloup", "domains.get_by_name", R"({"name":"a b+c:d@e\u00e9"})"),
              "/domain/name/a%20b%2Bc%3Ad%40e%C3%A9");
}

TEST(Bind, RefusesHostileJson) {
    const std::string deep = R"({"domain_id":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}";
    const std::string large = R"({"domain_id":")" + std::string(64'000'000, '1') + "\"}";
    for (const std::string &params :
         {deep, large, std::string("{\"domain_id\":\"\xff\"}"), std::string(R"({"domain_id":"\ud800"})"),
          std::string(R"({"domain_id":1,"domain_id":2})"), std::string("[]"), std::string("{"), std::string("null"),
          std::string("{\"domain_id\":1}\0", 16)}) {
        const Error error = bad("coloup", "domains.get", params);
        EXPECT_EQ(error.error_class, ErrorClass::usage);
        EXPECT_THAT(field_names(error), ElementsAre("params")) << params.substr(0, 40);
    }
}

TEST(Bind, NeverShowsAValue) {
    const Error error = bad("time4vps", "account.signup", R"({"email":["Sensitive-1"],"password":"Sensitive-2"})");
    EXPECT_THAT(error_document(error), testing::Not(HasSubstr("Sensitive")));
}

TEST(Options, ReportsAllMistakesTogetherWithThoseOfTheParameters) {
    const Error error =
        bad("coloup", "domains.get", "{}",
            R"({"timeout":-1,"raw":1,"dry_run":"no","max_attempts":11,"tag":5,"extra":[],"tiemout":1})");
    EXPECT_THAT(field_names(error),
                UnorderedElementsAre("options.timeout", "options.raw", "options.dry_run", "options.max_attempts",
                                     "options.tag", "options.extra", "options.tiemout", "domain_id"));
    EXPECT_EQ(problem_of(error, "options.tiemout").nearest, "timeout");
}

TEST(Options, EchoesTheTagInErrors) {
    EXPECT_EQ(bad("coloup", "domains.get", "{}", R"({"tag":"t1"})").tag, "t1");
    EXPECT_EQ(bad("coloup", "no.such", "{}", R"({"tag":"t1"})").tag, "t1");
}

TEST(Options, PutsUndocumentedFieldsWhereTheyBelong) {
    EXPECT_EQ(
        body_of("coloup", "tickets.reply", R"({"ticket_number":1,"body":"x"})", R"({"extra":{"new":[1,{"a":null}]}})"),
        R"({"body":"x","new":[1,{"a":null}]})");
    Result<Prepared> prepared = prepare(config_of("coloup"), "domains.list", "", R"({"extra":{"page":2,"a b":"c&d"}})");
    ASSERT_TRUE(prepared);
    EXPECT_EQ(prepared->request.target, "/domain?page=2&a+b=c%26d");
    EXPECT_FALSE(prepared->request.body);
    EXPECT_THAT(field_names(bad("coloup", "tickets.reply", R"({"ticket_number":1})", R"({"extra":{"body":"x"}})")),
                testing::Contains("options.extra.body"));
}

TEST(Prepare, KnowsWhoHasAnOperation) {
    const Error error = bad("time4vps", "vms.list", R"({"service_id":1})");
    EXPECT_EQ(error.error_class, ErrorClass::unsupported);
    EXPECT_EQ(error.operation, "vms.list");
    EXPECT_FALSE(error.portals.empty());
    EXPECT_THAT(error.portals, testing::Not(testing::Contains("time4vps")));
    EXPECT_THAT(error.message, HasSubstr(error.portals[0]));
}

TEST(Prepare, SuggestsAnOperation) {
    const Error error = bad("coloup", "domain.list", "");
    EXPECT_EQ(error.error_class, ErrorClass::usage);
    EXPECT_EQ(problem_of(error, "operation").nearest, "domains.list");
}

TEST(Prepare, LetsAReadOnlyClientReadAndLogIn) {
    Config config = config_of("generic");
    config.read_only = true;
    EXPECT_TRUE(prepare(config, "orders.quote", R"({"items":[{"type":"product","product_id":1}]})", ""));
    EXPECT_TRUE(prepare(config, "auth.logout", "", ""));
    for (const char *operation : {"account.update", "orders.create", "tickets.create"}) {
        const Result<Prepared> prepared = prepare(config, operation, "", "");
        ASSERT_FALSE(prepared) << operation;
        EXPECT_EQ(prepared.error().error_class, ErrorClass::read_only) << operation;
    }
}

TEST(Prepare, LimitsTheUrl) {
    for (const char *operation : {"vms.delete", "vms.get"}) {
        const std::string params = R"({"service_id":1,"vm_id":")" + std::string(2'000'000, '7') + "\"}";
        const Result<Prepared> prepared = prepare(config_of("coloup"), operation, params, "");
        ASSERT_FALSE(prepared) << operation;
        EXPECT_EQ(prepared.error().error_class, ErrorClass::usage);
        EXPECT_LT(error_document(prepared.error()).size(), 1000U);
    }
}

TEST(Prepare, LimitsTheRequest) {
    Config config = config_of("coloup");
    config.max_request_bytes = 50;
    const Result<Prepared> prepared =
        prepare(config, "tickets.reply", R"({"ticket_number":1,"body":")" + std::string(100, 'x') + "\"}", "");
    ASSERT_FALSE(prepared);
    EXPECT_EQ(prepared.error().error_class, ErrorClass::usage);
}

} // namespace
} // namespace hostbill::test
