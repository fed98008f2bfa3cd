// An account of one's own to begin with.
#include "folder.hpp"
#include "support.hpp"

#include <fstream>

namespace hostbill::sandbox::test {
namespace {

std::string refusal(const std::string &config) {
    char *error = nullptr;
    hostbill_sandbox *sandbox = nullptr;
    EXPECT_LT(hostbill_sandbox_new((R"({"portal":"elsecloud",)" + config + "}").c_str(), &sandbox, &error), 0);
    EXPECT_EQ(sandbox, nullptr);
    std::string text = error != nullptr ? error : "";
    hostbill_sandbox_string_free(error);
    return text;
}

TEST(SeedDocument, ReplacesTheAccount) {
    Box box("elsecloud", R"("seed_data":{"profile":{"firstname":"Zoe","city":"Tartu"},
        "credit":[{"days_ago":3,"amount":"12.50","description":"Deposit"}],
        "tickets":[{"number":700001,"department":31,"days_ago":3,"status":"Open","subject":"Only one","body":"Hello"}]})");
    const Answer details = box.get("/details");
    EXPECT_EQ(details.word({"client", "firstname"}), "Zoe");
    EXPECT_EQ(details.word({"client", "email"}), "api@example.com");
    EXPECT_EQ(box.get("/balance").word({"details", "acc_credit"}), "12.50");
    EXPECT_EQ(box.get("/tickets").at({"tickets"}).array()->size(), 1U);
    EXPECT_EQ(box.get("/service/5120").error(), "Service 5120 not found");
    box.put("/details", R"({"city":"Narva"})");
    box.control(R"({"command":"reset"})");
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Tartu");
    // Other worlds begin with it as well, unless they have their own.
    EXPECT_EQ(create_world(box).ask("GET", "/details").word({"client", "firstname"}), "Zoe");
    EXPECT_EQ(create_world(box, R"("seed_data":{"profile":{"firstname":"Max"}})")
                  .ask("GET", "/details")
                  .word({"client", "firstname"}),
              "Max");
}

TEST(SeedDocument, Grows) {
    Box box("elsecloud", R"("seed_data":{"generate":{"services":7,"zones":3,"records_per_zone":2}})");
    EXPECT_EQ(box.get("/service").at({"services"}).array()->size(), 7U + 1U) << "one more holds the zones";
    EXPECT_EQ(box.get("/service/1000006").word({"service", "domain"}), "site6.example.net");
    EXPECT_EQ(box.get("/dns").at({"zones"}).array()->size(), 3U);
    EXPECT_THAT(refusal(R"("seed_data":{"generate":{"servces":7}})"), testing::HasSubstr("services"));
    EXPECT_THAT(refusal(R"("seed_data":{"generate":{"zones":-1}})"), testing::HasSubstr("generate.zones"));
}

TEST(SeedDocument, MayBeAFile) {
    Folder folder;
    const std::string file = folder.database() + ".json";
    std::ofstream(file) << R"({"profile":{"firstname":"Zoe"}})";
    Box box("coloup", R"("seed_file":")" + file + '"');
    EXPECT_EQ(box.get("/details").word({"client", "firstname"}), "Zoe");
    EXPECT_THAT(refusal(R"("seed_file":"/nowhere")"), testing::HasSubstr("seed_file"));
    EXPECT_THAT(refusal(R"("seed_data":{},"seed_file":")" + file + '"'), testing::HasSubstr("exclude"));
    std::ofstream(file) << R"({"profile":)";
    EXPECT_THAT(refusal(R"("seed_file":")" + file + '"'), testing::HasSubstr("not JSON"));
}

TEST(SeedDocument, MistakesAreTold) {
    struct Case {
        std::string document;
        std::string place;
        std::string says;
    };
    Box box("elsecloud");
    for (const Case &one : {
             Case{R"({"tickts":[]})", "tickts", "tickets"},
             Case{R"({"tickets":{}})", "tickets", "a list"},
             Case{R"({"tickets":[7]})", "tickets[0]", "an object"},
             Case{R"({"tickets":[{"number":"many"}]})", "tickets[0].number", "a whole number"},
             Case{R"({"tickets":[{"number":1,"numbr":1}]})", "tickets[0].numbr", "number"},
             Case{R"({"tickets":[{"number":1},{"number":1}]})", "tickets[1]", "is there twice (tickets.number)"},
             Case{R"({"vms":[{"service_id":1}]})", "vms[0]", "names what the document does not have"},
             Case{R"({"services":[{"id":1},{"id":2}]})", "services[0].product", "one of the products"},
             Case{R"({"domains":[{"id":1,"tld":77}]})", "domains[0].tld", "one of the top level domains"},
             Case{R"({"stock":{"77":1}})", "stock.77", "is no product"},
             Case{R"({"tickets":[{"number":1,"replies":[{},{"bdy":"x"}]}]})", "tickets[0].replies[1].bdy", "body"},
             Case{R"({"credit":[{"amount":"much"}]})", "credit[0].amount", "12.50"},
             Case{R"({"logs":[{"days_ago":1000000}]})", "logs[0].days_ago", "hundred years"},
         }) {
        EXPECT_THAT(refusal(R"("seed_data":)" + one.document),
                    testing::AllOf(testing::HasSubstr(one.place), testing::HasSubstr(one.says)))
            << one.document;
        const json::Value made = box.control(R"({"command":"world_create","seed_data":)" + one.document + "}");
        EXPECT_THAT(error_message(made), testing::AllOf(testing::HasSubstr(one.place), testing::HasSubstr(one.says)));
    }
    EXPECT_THAT(refusal(R"("seed_data":[])"), testing::HasSubstr("seed_data"));
    EXPECT_EQ(box.control(R"({"command":"worlds"})").find("worlds")->array()->size(), 1U);
}

TEST(SeedDocument, WrongOneLeavesTheFileAlone) {
    Folder folder;
    { Box box("elsecloud", folder.config()); }
    EXPECT_THAT(refusal(folder.config() + R"(,"seed_data":{"tickts":[]})"), testing::HasSubstr("tickts"));
    Box box("elsecloud", folder.config());
    EXPECT_EQ(box.get("/details").word({"client", "city"}), "Exampleton");
}

} // namespace
} // namespace hostbill::sandbox::test
