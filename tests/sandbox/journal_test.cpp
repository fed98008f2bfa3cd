// Requests found again, also those that no operation answers to.
#include "support.hpp"

#include "sandbox/world/journal.hpp"

#include <string>

namespace hostbill::sandbox::test {
namespace {

json::Value journal(const Box &box, const std::string &members = "") {
    return box.control(R"({"command":"journal")" + (members.empty() ? "" : "," + members) + "}");
}

// The targets of the requests that fit, one after the other.
std::string targets(const Box &box, const std::string &members) {
    const json::Value found = journal(box, members);
    EXPECT_EQ(error_message(found), "");
    std::string list;
    if (const json::Value *requests = found.find("requests"))
        for (const json::Value &one : *requests->array())
            list += (list.empty() ? "" : " ") + *one.find("target")->string();
    return list;
}

json::Value last(const Box &box) {
    const json::Value found = journal(box, R"("limit":1)");
    return found.find("requests")->array()->at(0);
}

// "PUT /domain/{domain_id}/ns method", the nearest first.
std::string near_texts(const json::Value &request) {
    std::string list;
    for (const json::Value &one : *request.find("near")->array())
        list += (list.empty() ? "" : ", ") + *one.find("method")->string() + " " + *one.find("path")->string() + " " +
                *one.find("why")->string();
    return list;
}

TEST(JournalFilter, FindsRequests) {
    Box box("elsecloud");
    const Customer one = create_world(box, R"("name":"one")");
    box.get("/details");
    box.put("/details", R"({"city":"Tartu"})");
    box.get("/service/5120");
    box.get("/service/9999999");
    box.get("/nothing");
    one.ask("GET", "/balance");
    box.control(R"({"command":"fault","operation":"services.list","fault":{"kind":"status","status":503}})");
    box.get("/service");
    send({.method = "GET", .url = box.url() + "/vms", .headers = {}, .body = "", .user = "nobody:x"});

    EXPECT_EQ(targets(box, R"("operation":"services.get")"), "/api/service/5120 /api/service/9999999");
    EXPECT_EQ(targets(box, R"("operation":"GET /service/{service_id}","limit":1)"), "/api/service/9999999");
    EXPECT_EQ(targets(box, R"("method":"PUT")"), "/api/details");
    EXPECT_EQ(targets(box, R"("path":"service/")"), "/api/service/5120 /api/service/9999999");
    EXPECT_EQ(targets(box, R"("path":"/api/service*")"), "/api/service/5120 /api/service/9999999 /api/service");
    EXPECT_EQ(targets(box, R"("path":"*/service")"), "/api/service");
    EXPECT_EQ(targets(box, R"("status":503)"), "/api/service");
    EXPECT_EQ(targets(box, R"("status":"5xx")"), "/api/service");
    EXPECT_EQ(targets(box, R"("status":"4xx")"), "/api/nothing /api/vms");
    EXPECT_EQ(targets(box, R"("fault":true)"), "/api/service");
    EXPECT_EQ(targets(box, R"("unmatched":true,"status":404)"), "/api/nothing /api/vms");
    EXPECT_EQ(targets(box, R"("refused":true)"), "/api/service/9999999 /api/nothing /api/vms");
    EXPECT_EQ(targets(box, R"("refused":false,"limit":2)"), "/api/balance /api/service");
    EXPECT_EQ(targets(box, R"("world":"one")"), "/api/balance");
    EXPECT_EQ(targets(box, R"("since":6)"), "/api/service /api/vms");
    EXPECT_EQ(*journal(box).find("last"), json::Value(8));
    EXPECT_THAT(error_message(journal(box, R"("operation":"services.gte")")), testing::HasSubstr("services.get"));
    EXPECT_THAT(error_message(journal(box, R"("status":"4x")")), testing::HasSubstr("404"));
    EXPECT_THAT(error_message(journal(box, R"("limit":0)")), testing::HasSubstr("1 to 10000"));
}

TEST(Journal, TellsWhyARequestWasRefused) {
    Box box("elsecloud");
    box.get("/service/9999999");
    json::Value request = last(box);
    EXPECT_EQ(*request.find("refused"), json::Value(true));
    EXPECT_EQ(json::write_utf8(*request.find("errors")), R"(["Service 9999999 not found"])");
    EXPECT_EQ(*request.find("status"), json::Value(200));
    EXPECT_EQ(*request.find("world"), json::Value("main"));
    ASSERT_NE(request.find("duration_us")->integer(), nullptr);
    EXPECT_GT(*request.find("duration_us")->integer(), 0);
    EXPECT_EQ(request.find("near"), nullptr);
    box.get("/service/5120");
    request = last(box);
    EXPECT_EQ(*request.find("refused"), json::Value(false));
    EXPECT_EQ(request.find("errors"), nullptr);
}

// Whatever a portal repeats of what was asked, the journal does not.
TEST(Journal, MasksSecretsInRefusals) {
    Box box("elsecloud");
    const Answer answer = box.post("/contact", R"({"email":"ann@example.net","password":["secret-word"]})");
    EXPECT_NE(answer.error(), "");
    box.post("/login", R"({"username":"ann@example.net","password":"secret-word"})");
    const std::string text = json::write_utf8(journal(box));
    EXPECT_THAT(text, testing::HasSubstr("wronglogin"));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("secret-word")));
}

TEST(NearMiss, TellsWhatWasMeant) {
    struct Case {
        std::string portal, method, path, nearest;
    };
    for (const Case &one : {
             Case{"elsecloud", "POST", "/api/domain/770/ns", "PUT /domain/{domain_id}/ns method"},
             Case{"elsecloud", "POST", "/api/service/5120/vm", "POST /service/{service_id}/vms path"},
             Case{"elsecloud", "GET", "/api/service/5120/vms/", "GET /service/{service_id}/vms trailing slash"},
             Case{"elsecloud", "GET", "/api/service//vms", "GET /service/{service_id}/vms placeholder"},
             Case{"elsecloud", "GET", "/api/Details", "GET /details path"},
             Case{"elsecloud", "GET", "/api/v1/details", "GET /details path"},
             Case{"elsecloud", "GET", "/details", "GET /details prefix"},
             Case{"elsecloud", "GET", "/api/server", "GET /server portal"},
             Case{"time4vps", "PUT", "/api/server/2210/reboot", "POST /server/{server_id}/reboot method"},
         }) {
        Box box(one.portal);
        const std::string origin = box.url().substr(0, box.url().size() - 4);
        const Answer answer =
            send({.method = one.method, .url = origin + one.path, .headers = {}, .body = "", .user = box.user()});
        EXPECT_EQ(answer.status, 404);
        EXPECT_EQ(answer.error(), "invalid method");
        const json::Value request = last(box);
        EXPECT_TRUE(request.find("operation")->is_null());
        EXPECT_THAT(near_texts(request), testing::StartsWith(one.nearest)) << one.path;
        EXPECT_LE(request.find("near")->array()->size(), 3U);
        const auto header = answer.headers.find("x-sandbox-near");
        if (one.nearest.ends_with(" portal")) {
            EXPECT_EQ(header, answer.headers.end()); // It was just what was asked for.
        } else {
            ASSERT_NE(header, answer.headers.end());
            EXPECT_THAT(one.nearest, testing::StartsWith(header->second));
        }
    }
}

TEST(NearMiss, GuessesNothingWild) {
    Box box("elsecloud");
    for (const char *path : {"/", "/x", "/zebra", "/nothing/at/all", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14"}) {
        const Answer answer = box.get(path);
        EXPECT_EQ(answer.status, 404);
        EXPECT_EQ(near_texts(last(box)), "") << path;
        EXPECT_EQ(answer.headers.count("x-sandbox-near"), 0U);
    }
}

TEST(JournalRing, KeepsTheLatest) {
    Journal journal;
    for (int number = 1; number <= 10'100; ++number)
        journal.add({.world = number % 2 == 0 ? "even" : "odd",
                     .method = std::string(100, 'M'),
                     .errors = std::vector<std::string>(number == 101 ? 100 : 0, std::string(10'000, 'e'))},
                    "/" + std::string(3'000, 'p'), "");
    EXPECT_EQ(journal.next_number(), 10'101);
    const json::Value all = journal.to_json({});
    EXPECT_EQ(all.find("requests")->array()->size(), 10'000U);
    EXPECT_EQ(*all.find("dropped"), json::Value(100));
    const json::Value &first = all.find("requests")->array()->front();
    EXPECT_EQ(*first.find("number"), json::Value(101));
    EXPECT_LT(json::write_utf8(first).size(), 15'000U);
    journal.forget("odd");
    EXPECT_EQ(journal.to_json({}).find("requests")->array()->size(), 5'000U);
    EXPECT_EQ(journal.next_number(), 10'101) << "no number comes again";
}

} // namespace
} // namespace hostbill::sandbox::test
