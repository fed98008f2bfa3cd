// Contacts may do what they were granted, and nothing else.
#include "people.hpp"
#include "requests.hpp"

#include <set>

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What everybody who can sign in may do; lists are empty of what is not theirs to see.
const std::set<std::string_view> open_to_all = {
    "account.get",
    "account.logs",
    "auth.logout",
    "auth.revoke",
    "certificates.list",
    "certificates.products.list",
    "certificates.products.software",
    "dns.zones.list",
    "domains.list",
    "domains.lookup",
    "domains.tlds.form",
    "domains.tlds.list",
    "notifications.list",
    "notifications.list_new",
    "payment_methods.fees",
    "payment_methods.list",
    "products.available_vps",
    "products.categories",
    "products.get",
    "products.list",
    "products.server_stock",
    "scripts.get",
    "scripts.list",
    "servers.list",
    "services.list",
    "statuses.get",
    "statuses.list",
    "tickets.departments",
    "tickets.list",
    "vpn.clients",
    "vpn.servers.config",
    "vpn.servers.list",
};

// Every operation but those that need no login, with its sample, as that person.
template <class Check>
void ask_all(const Box &box, const Person &person, const Portal &portal, Check check) {
    const json::Value info = box.control(R"({"command":"info"})");
    for (const Operation &operation : operations()) {
        if ((operation.portals & portal.bit) == 0 || operation.anonymous)
            continue;
        SCOPED_TRACE(operation.id);
        Request request = make_request(operation, portal, *info.find("operations")->find(operation.id)->object());
        request.url = box.url() + request.url;
        request.user = person.user();
        check(operation, send(request));
    }
}

class EveryPortal : public testing::TestWithParam<std::string_view> {};

TEST_P(EveryPortal, RefusesAContactWithoutPrivilegesAllButWhatIsOpen) {
    const Portal &portal = *find_portal(GetParam());
    Box box(GetParam());
    Person nobody(box, "nobody", "{}");
    const json::Value before = box.control(R"({"command":"ledger"})");
    std::size_t refused = 0;
    ask_all(box, nobody, portal, [&](const Operation &operation, const Answer &answer) {
        EXPECT_EQ(answer.status, 200);
        if (open_to_all.count(operation.id) == 1) {
            EXPECT_EQ(answer.error(), "");
        } else {
            EXPECT_THAT(answer.error(), StartsWith(std::string(no_permission)));
            ++refused;
        }
    });
    EXPECT_GT(refused, 25U);
    // Sessions may be ended; nothing else has happened.
    const json::Value after = box.control(R"({"command":"ledger"})");
    for (const json::Member &effect : *after.object())
        EXPECT_TRUE(effect.key.starts_with("auth.") || before.find(effect.key) != nullptr) << effect.key.view();
}

TEST_P(EveryPortal, LetsAContactWithAllPrivilegesDoEverything) {
    const Portal &portal = *find_portal(GetParam());
    Box box(GetParam(), R"("auto_credit":false)");
    Person deputy(box, "deputy", json::write_utf8(box.get("/contact/privileges").at({"privileges"})));
    std::size_t answered = 0;
    ask_all(box, deputy, portal, [&](const Operation &operation, const Answer &answer) {
        if (operation.id == "auth.revoke" || operation.id == "auth.refresh")
            return; // They want a token.
        EXPECT_EQ(answer.error(), "");
        ++answered;
    });
    EXPECT_GT(answered, 60U);
}

INSTANTIATE_TEST_SUITE_P(Portals, EveryPortal, testing::ValuesIn(all_portals),
                         [](const auto &tested) { return std::string(tested.param); });

TEST(Privileges, OfOneServiceAreForThatServiceAlone) {
    Box box("elsecloud");
    Person person(box, "one", R"({"services":{"5120":["basic"]}})");
    EXPECT_EQ(person.get("/service/5120").word({"service", "label"}), "web");
    EXPECT_THAT(person.get("/service/5121").error(), StartsWith(std::string(no_permission)));
    Answer list = person.get("/service");
    ASSERT_EQ(list.at({"services"}).array()->size(), 1U);
    EXPECT_EQ(list.word({"services", "0", "id"}), "5120");
    EXPECT_EQ(person.get("/certificate").text, R"({"sslservices":[]})");
    EXPECT_THAT(person.ask("POST", "/service/5120/vms/1601/reboot").error(), HasSubstr("services.manage"));
    EXPECT_THAT(person.ask("POST", "/service/5120/cancel", R"({"immediate":"true","reason":"x"})").error(),
                HasSubstr("services.cancelation"));
    EXPECT_EQ(box.get("/service/5120/vms/1601").word({"vm", "status"}), "running");
    person.grant(R"({"services":{"5120":["basic","manage"]}})");
    EXPECT_EQ(person.ask("POST", "/service/5120/vms/1601/stop").error(), "");
    EXPECT_EQ(box.get("/service/5120/vms/1601").word({"vm", "status"}), "stopped");
}

TEST(Privileges, HideMoneyAndPasswordsOfAService) {
    Box box("elsecloud");
    Person person(box, "one", R"({"services":{"5120":["basic"]}})");
    Answer seen = person.get("/service/5120");
    EXPECT_EQ(seen.word({"service", "domain"}), "vm1.example.net");
    EXPECT_EQ(seen.word({"service", "password"}), "");
    EXPECT_EQ(seen.word({"service", "total"}), "");
    person.grant(R"({"services":{"5120":["basic","billing"]}})");
    EXPECT_EQ(person.get("/service/5120").word({"service", "total"}), "8.00");
    EXPECT_EQ(person.get("/service/5120").word({"service", "password"}), "");
    EXPECT_EQ(person.get("/service").word({"services", "0", "total"}), "8.00");
    person.grant(R"({"services":{"5120":["basic","logindetails"]}})");
    EXPECT_NE(person.get("/service/5120").word({"service", "password"}), "");
}

TEST(Privileges, OfDomains) {
    Box box("coloup");
    Person person(box, "dns", R"({"domains":{"770":["basic","nameservers"]}})");
    EXPECT_EQ(person.get("/domain/770/ns").error(), "");
    EXPECT_EQ(person.ask("PUT", "/domain/770/ns", R"({"nameservers":["dns5.example.org","dns6.example.org"]})").error(),
              "");
    EXPECT_THAT(box.get("/domain/770/ns").text, HasSubstr("dns5.example.org"));
    EXPECT_THAT(person.get("/domain/770/epp").error(), HasSubstr("domains.eppcode"));
    EXPECT_THAT(person.ask("POST", "/domain/770/renew", R"({"years":1})").error(), HasSubstr("domains.renew"));
    EXPECT_THAT(person.get("/domain/771").error(), StartsWith(std::string(no_permission)));
    EXPECT_EQ(person.get("/domain").at({"domains"}).array()->size(), 1U);
    // Two domains have borne that name; one is seen.
    EXPECT_EQ(box.get("/domain/name/example.net").at({"details"}).array()->size(), 2U);
    EXPECT_EQ(person.get("/domain/name/example.net").at({"details"}).array()->size(), 1U);
    EXPECT_THAT(person.get("/domain/name/example.org").error(), StartsWith(std::string(no_permission)));
}

TEST(Privileges, OfServersHideOthersServers) {
    Box box("time4vps");
    Person person(box, "metal", R"({"services":{"2211":["basic"]}})");
    Answer list = person.get("/server");
    ASSERT_EQ(list.body.array()->size(), 1U);
    EXPECT_EQ(list.word({"0", "server_id"}), "2211");
    EXPECT_EQ(person.get("/server/2211").word({"domain"}), "vps2.example.net");
    EXPECT_THAT(person.ask("POST", "/server/2211/reboot").error(), HasSubstr("services.manage"));
    EXPECT_THAT(person.get("/server/2210").error(), StartsWith(std::string(no_permission)));
    EXPECT_EQ(box.ledger("servers.reboot"), 0);
}

TEST(Privileges, OfZonesFollowTheirServices) {
    Box box("elsecloud");
    Person person(box, "zones", R"({"services":{"5130":["basic"]}})");
    Answer zones = person.get("/dns");
    EXPECT_EQ(zones.at({"service_ids"}).array()->size(), 1U);
    for (const json::Value &zone : *zones.at({"zones"}).array())
        EXPECT_EQ(*zone.find("service_id")->string(), "5130");
    EXPECT_EQ(person.get("/service/5130/dns/640").error(), "");
    EXPECT_THAT(person.ask("DELETE", "/service/5130/dns/640").error(), HasSubstr("services.manage"));
    EXPECT_EQ(box.get("/service/5130/dns/640").error(), "");
}

TEST(Privileges, OfMoney) {
    Box box("elsecloud");
    Person person(box, "money", R"({"billing":["balance"]})");
    EXPECT_EQ(person.get("/balance").error(), "");
    EXPECT_THAT(person.get("/invoice").error(), HasSubstr("billing.payinvoice"));
    person.grant(R"({"billing":["payinvoice"]})");
    EXPECT_THAT(person.get("/balance").error(), HasSubstr("billing.balance"));
    EXPECT_EQ(person.ask("POST", "/invoice/9003/credit", "{}").error(), "");
    EXPECT_EQ(box.get("/invoice/9003").word({"invoice", "status"}), "Paid");
}

TEST(Privileges, TakeEffectAtOnceForOpenTokens) {
    Box box("generic");
    Person person(box, "token", R"({"billing":["balance"]})");
    Answer login = send({.method = "POST",
                         .url = box.url() + "/login",
                         .headers = {"Content-Type: application/json"},
                         .body = R"({"username":")" + person.email() + R"(","password":")" + person.password() + "\"}",
                         .user = ""});
    const std::string token = login.word({"token"});
    EXPECT_EQ(box.bearer("GET", "/balance", token).error(), "");
    person.grant("{}");
    EXPECT_THAT(box.bearer("GET", "/balance", token).error(), StartsWith(std::string(no_permission)));
    person.grant(R"({"billing":["balance"]})");
    EXPECT_EQ(box.bearer("GET", "/balance", token).error(), "");
    box.put("/contact/" + person.id(), R"({"password":"Another-password-2"})");
    EXPECT_EQ(box.bearer("GET", "/balance", token).status, 401);
    EXPECT_EQ(person.get("/balance").status, 401);
}

TEST(Privileges, AreCheckedWhenTheyAreGranted) {
    Box box("elsecloud");
    auto error = [&](const char *privileges) {
        return box.put("/contact/4221", R"({"city":"Elsewhere","privileges":)" + std::string(privileges) + "}").error();
    };
    EXPECT_EQ(error(R"({"biling":["orders"]})"), "Parameter privileges has no group biling");
    EXPECT_EQ(error(R"({"billing":["order"]})"), "Parameter privileges[billing] has no privilege order");
    EXPECT_EQ(error(R"({"billing":{"deep":{}}})"), "");
    EXPECT_EQ(error(R"({"services":{"1":["basic"]}})"), "Service 1 not found");
    EXPECT_EQ(error(R"({"services":{"5120":["renew"]}})"),
              "Parameter privileges[services][5120] has no privilege renew");
    EXPECT_EQ(error(R"({"services":["5120"]})"), "Parameter privileges[services] must be a map");
    EXPECT_EQ(error(R"({"billing":[["orders"]]})"), "Parameter privileges[billing] must be a list of privileges");
    box.put("/contact/4221", R"({"privileges":{"billing":["emails"]}})");
    EXPECT_EQ(error(R"({"domains":{"1":["basic"]}})"), "Domain 1 not found");
    EXPECT_EQ(box.get("/contact/4221").at({"contact", "privileges"}), *json::parse(R"({"billing":["emails"]})"));
}

TEST(Privileges, ComeInAForm) {
    Box box("internetport");
    Answer created = box.post_form("/contact", "email=f%40example.net&privileges[billing][0]=orders&privileges[support]"
                                               "[newticket]=1&privileges[support][tickets]=0&privileges[services]"
                                               "[full]=1");
    EXPECT_EQ(box.get("/contact/" + created.word({"contact_id"})).at({"contact", "privileges"}),
              *json::parse(R"({"billing":["orders"],"support":["newticket"],"services":{"full":1}})"));
}

TEST(Privileges, CannotBePassedOnByWhoLacksThem) {
    Box box("elsecloud");
    Person manager(box, "manager", R"({"misc":["manageprofiles"],"billing":["orders"]})");
    const std::string path = "/contact/4221";
    EXPECT_EQ(manager.ask("PUT", path, R"({"privileges":{"billing":["orders"]}})").error(), "");
    EXPECT_THAT(manager.ask("PUT", path, R"({"privileges":{"billing":["payinvoice"]}})").error(),
                HasSubstr("billing.payinvoice"));
    EXPECT_THAT(manager.ask("PUT", path, R"({"privileges":{"services":{"full":1}}})").error(),
                HasSubstr("services.full"));
    EXPECT_THAT(
        manager.ask("POST", "/contact", R"({"email":"x@example.net","privileges":{"domains":{"770":["basic"]}}})")
            .error(),
        HasSubstr("domains.basic"));
    EXPECT_EQ(box.get(path).at({"contact", "privileges"}), *json::parse(R"({"billing":["orders"]})"));
}

} // namespace
} // namespace hostbill::sandbox::test
