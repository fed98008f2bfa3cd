// The page's files as a browser gets them, and what is asked for it alone. tests/page looks at the page itself.
#include "support.hpp"

#include "sandbox/world/database.hpp"

#include <cstdio>
#include <unistd.h>

namespace hostbill::sandbox::test {
namespace {

std::string message(const json::Value &answer) {
    const json::Value *error = answer.find("error");
    return error != nullptr ? std::string(*error->find("message")->string()) : std::string();
}

class Page : public testing::Test {
protected:
    Answer ask(const std::string &path, std::vector<std::string> headers = {}, const std::string &method = "GET") {
        const std::string url = box_.url();
        const std::string origin = url.substr(0, url.size() - std::string("/api").size());
        return send({.method = method, .url = origin + path, .headers = std::move(headers), .body = "", .user = ""});
    }
    Box box_{"coloup"};
};

TEST_F(Page, IsServedWithoutATokenUnderAStrictPolicy) {
    const std::pair<std::string, std::string> files[] = {
        {"/", "text/html; charset=utf-8"},
        {"/_sandbox/page/app.js", "text/javascript; charset=utf-8"},
        {"/_sandbox/page/app.css", "text/css; charset=utf-8"},
        {"/_sandbox/page/icon.svg", "image/svg+xml"},
        {"/_sandbox/page/licenses.txt", "text/plain; charset=utf-8"},
        {"/_sandbox/catalog.json", "application/json"},
    };
    for (const auto &[path, type] : files) {
        Answer answer = ask(path);
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_EQ(answer.headers["content-type"], type);
        EXPECT_GT(answer.text.size(), 200U) << path;
        EXPECT_THAT(answer.headers["content-security-policy"], testing::StartsWith("default-src 'self';"));
        EXPECT_THAT(answer.headers["content-security-policy"], testing::Not(testing::HasSubstr("unsafe")));
        EXPECT_EQ(answer.headers["x-content-type-options"], "nosniff");
        EXPECT_EQ(answer.headers["referrer-policy"], "no-referrer");
        EXPECT_EQ(answer.headers.count("set-cookie"), 0U);
        EXPECT_THAT(answer.text, testing::Not(testing::HasSubstr(box_.info("control_token"))));
    }
    // Whatever it has of its own is in files: nothing inline would be let through.
    EXPECT_THAT(ask("/").text, testing::Not(testing::HasSubstr("<style")));
    EXPECT_THAT(ask("/").text, testing::Not(testing::ContainsRegex("<script[^>]*>[^<]")));
    EXPECT_EQ(*ask("/_sandbox/catalog.json").at({"portal"}).string(), "coloup");
}

TEST_F(Page, ComesSmallerForWhoTakesGzipAndNotAgainForWhoHasIt) {
    Answer plain = ask("/_sandbox/page/app.js");
    Answer zipped = ask("/_sandbox/page/app.js", {"Accept-Encoding: br;q=1.0, gzip;q=0.8"});
    EXPECT_EQ(zipped.headers["content-encoding"], "gzip");
    EXPECT_LT(zipped.text.size() * 2, plain.text.size());
    EXPECT_EQ(zipped.text.substr(0, 2), "\x1f\x8b");
    EXPECT_EQ(plain.headers["vary"], "Accept-Encoding");
    EXPECT_NE(zipped.headers["etag"], plain.headers["etag"]);
    EXPECT_EQ(ask("/_sandbox/page/app.js", {"Accept-Encoding: gzip;q=0"}).text, plain.text);
    for (Answer *known : {&plain, &zipped}) {
        std::vector<std::string> headers = {"If-None-Match: " + known->headers["etag"]};
        if (known == &zipped)
            headers.emplace_back("Accept-Encoding: gzip");
        Answer again = ask("/_sandbox/page/app.js", headers);
        EXPECT_EQ(again.status, 304);
        EXPECT_EQ(again.text, "");
        EXPECT_EQ(again.headers["etag"], known->headers["etag"]);
    }
    EXPECT_EQ(ask("/_sandbox/page/app.js", {"If-None-Match: \"another\""}).status, 200);
}

TEST_F(Page, IsNoPartOfThePortal) {
    box_.control(R"({"command":"fault","operation":"*","times":0,"fault":{"kind":"status","status":503}})");
    EXPECT_EQ(ask("/").status, 200);
    EXPECT_EQ(*box_.control(R"({"command":"journal"})").find("requests"), json::Value(json::Array{}));
    EXPECT_EQ(ask("/_sandbox/page/nothing.js").status, 404);
    EXPECT_EQ(ask("/", {}, "POST").status, 503); // The portal's, as any other path.
    EXPECT_EQ(ask("/", {"Host: portal.example"}).status, 421);
}

TEST_F(Page, HasALinkWithTheTokenWhereServersDoNotSeeIt) {
    const std::string url = box_.info("page_url");
    EXPECT_THAT(url, testing::MatchesRegex("http://127\\.0\\.0\\.1:[0-9]+/#token=[A-Za-z0-9_-]+"));
    EXPECT_THAT(url, testing::EndsWith(box_.info("control_token")));
}

TEST(Overview, ShowsTheAccountAndChangesNothing) {
    Box box("time4vps", R"("task_polls":4)");
    box.post("/server/2219/reboot");
    box.get("/server/2219/task/server_reboot");
    const json::Value ledger = box.control(R"({"command":"ledger"})");
    json::Value first;
    for (int time = 0; time < 5; ++time) {
        json::Value overview = box.control(R"({"command":"overview"})");
        EXPECT_EQ(*overview.find("requests"), json::Value(2));
        overview.object()->set("time", "");
        if (time > 0) {
            EXPECT_EQ(overview, first);
        }
        first = std::move(overview);
    }
    EXPECT_EQ(box.control(R"({"command":"ledger"})"), ledger);
    const json::Value &server = (*first.find("servers")->array())[0];
    EXPECT_EQ(*server.find("id"), json::Value(2219));
    EXPECT_EQ(*server.find("task")->find("name"), json::Value("server_reboot"));
    EXPECT_EQ(*server.find("task")->find("progress"), json::Value(25));
    EXPECT_THAT(message(box.control(R"({"command":"overview","extra":1})")), testing::HasSubstr("extra"));
    EXPECT_THAT(json::write_utf8(first), testing::Not(testing::HasSubstr("password")));
}

TEST(Overview, AgreesWithTheApi) {
    Box box("coloup");
    box.post("/order/820", R"({"cycle":"m"})");
    json::Value overview = box.control(R"({"command":"overview"})");
    Answer balance = box.get("/balance");
    EXPECT_EQ(*overview.find("balance")->find("credit")->string(), balance.word({"details", "acc_credit"}));
    EXPECT_EQ(*overview.find("balance")->find("unpaid")->string(), balance.word({"details", "acc_balance"}));
    const std::pair<std::string_view, std::string> lists[] = {
        {"domains", "/domain"}, {"invoices", "/invoice"}, {"tickets", "/tickets"}};
    for (const auto &[name, path] : lists) {
        const std::size_t rows = overview.find(name)->array()->size();
        EXPECT_EQ(rows, box.get(path).at({name}).array()->size()) << name;
        EXPECT_EQ(*overview.find("counts")->find(name), json::Value(static_cast<std::int64_t>(rows))) << name;
    }
}

TEST(Overview, IsBoundedAndCountsTheRest) {
    const std::string file = testing::TempDir() + "hostbill-sandbox-overview-" + std::to_string(getpid());
    const std::string config = R"("database":")" + file + '"';
    std::int64_t fresh = 0;
    {
        Box box("coloup", config);
        fresh = *box.control(R"({"command":"overview"})").find("counts")->find("tickets")->integer();
    }
    {
        Database database(file);
        Transaction transaction(database);
        for (int number = 0; number < 5000; ++number)
            database.run("INSERT INTO tickets (number, date, dept_id, subject, body, status, last_reply, contact_id, "
                         "client_read) VALUES (?, 0, "
                         "3, 'many', 'many', 'Open', 0, 0, 0)",
                         600'000 + number);
        transaction.commit();
    }
    json::Value overview = Box("coloup", config).control(R"({"command":"overview"})");
    std::remove(file.c_str());
    EXPECT_EQ(overview.find("tickets")->array()->size(), 500U);
    EXPECT_EQ(*overview.find("counts")->find("tickets"), json::Value(5000 + fresh));
    EXPECT_EQ(*(*overview.find("tickets")->array())[0].find("number"), json::Value(604'999));
}

TEST(Journal, GivesWhatIsNewer) {
    Box box("coloup");
    for (int request = 0; request < 3; ++request)
        box.get("/balance");
    const auto newer = [&](std::string_view since) {
        return box.control(R"({"command":"journal","since":)" + std::string(since) + "}")
            .find("requests")
            ->array()
            ->size();
    };
    EXPECT_EQ(newer("0"), 3U);
    EXPECT_EQ(newer("2"), 1U);
    EXPECT_EQ(newer("3"), 0U);
    EXPECT_THAT(message(box.control(R"({"command":"journal","since":"x"})")), testing::HasSubstr("since"));
}

TEST(Faults, AreTakenBackOneByOne) {
    Box box("coloup");
    const std::string_view script =
        R"({"command":"fault","operation":"*","times":0,"fault":{"kind":"status","status":503}})";
    box.control(script);
    box.control(script);
    EXPECT_EQ(*box.control(R"({"command":"clear_faults","fault_id":1})").find("cleared"), json::Value(true));
    EXPECT_EQ(box.control(R"({"command":"faults"})").find("faults")->array()->size(), 1U);
    EXPECT_EQ(box.get("/balance").status, 503);
    EXPECT_THAT(message(box.control(R"({"command":"clear_faults","fault_id":1})")), testing::HasSubstr("fault_id"));
    box.control(R"({"command":"clear_faults","fault_id":2})");
    EXPECT_EQ(box.get("/balance").status, 200);
}

} // namespace
} // namespace hostbill::sandbox::test
