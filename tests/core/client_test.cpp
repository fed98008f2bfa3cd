#include "core/catalog/catalog.hpp"
#include "core/client.hpp"

#include "support.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace hostbill::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char *new_ticket = R"({"dept_id":1,"subject":"s","body":"b"})";

Error failed(const Result<std::string> &result) {
    EXPECT_FALSE(result) << *result;
    return result ? Error{} : result.error();
}

TEST(Client, AnswersWithDataInfoAndMeta) {
    TestServer server({Reply{.body = R"({"a":"é","big":9007199254740993,"d":1.10,"info":[["x","y"]]})"}});
    const auto client = basic_client(server, "coloup");
    const Result<std::string> result = client->call("account.get", "", R"({"tag":"t1"})");
    const json::Value document = answer(result);
    EXPECT_THAT(
        *result,
        HasSubstr(
            R"({"data":{"a":"\u00e9","big":"9007199254740993","d":1.10,"info":[["x","y"]]},"info":["x: y"],"meta":{)"));
    const json::Value &meta = *document.find("meta");
    EXPECT_EQ(*meta.find("operation")->string(), "account.get");
    EXPECT_EQ(*meta.find("http_status")->integer(), 200);
    EXPECT_EQ(*meta.find("attempts")->integer(), 1);
    EXPECT_NE(meta.find("elapsed_ms")->integer(), nullptr);
    EXPECT_EQ(*meta.find("tag")->string(), "t1");
    EXPECT_EQ(server.received().at(0).header("Authorization"), "Basic dXNlcjpzM2NyZXQtd29yZA==");
}

TEST(Client, GivesTheBodyUntouchedWhenAskedForRaw) {
    TestServer server({Reply{.body = "{ \"a\" : 1.00, \"big\":9007199254740993,\r\n\"\xC3\xA9\":[\"\\ud83d\"] }\n"},
                       Reply{.body = R"({"error":["no"]})"}, Reply{.status = 204, .body = ""}});
    const auto client = basic_client(server, "coloup");
    const Result<std::string> result = client->call("domains.list", "", R"({"raw":true})");
    ASSERT_TRUE(result);
    EXPECT_THAT(
        *result,
        HasSubstr("{\"data\":{ \"a\" : 1.00, \"big\":9007199254740993,  \"\\u00e9\":[\"\\ufffd\"] } ,\"info\""));
    EXPECT_EQ(failed(client->call("domains.list", "", R"({"raw":true})")).error_class, ErrorClass::portal_error);
    EXPECT_TRUE(answer(client->call("domains.list", "", R"({"raw":true})")).find("data")->is_null());
}

TEST(Client, TakesAnEmptyAnswerForOneWhereADocumentSaysSo) {
    const struct {
        int status;
        const char *body, *available;
    } rows[] = {{200, "[]", "false"},
                {200, "{}", "false"},
                {200, R"("")", "false"},
                {204, "", "false"},
                {200, R"({"status":"ok"})", "true"},
                {200, R"({"available":false,"status":"ok"})", "false"},
                {200, R"({"status":"ok","available":false})", "false"}};
    for (const auto &row : rows) {
        TestServer server({Reply{.status = row.status, .body = row.body}});
        const json::Value document =
            answer(basic_client(server, "coloup")->call("domains.lookup", R"({"name":"a.b"})"));
        const json::Value *available = document.find("data")->find("available");
        ASSERT_NE(available, nullptr) << row.status << row.body;
        EXPECT_EQ(json::write_ascii(*available), row.available) << row.status << row.body;
        EXPECT_EQ(server.received().size(), 1U);
    }
    // What is no answer of any operation is none of this one.
    for (const char *nothing : {"", "null"}) {
        TestServer server({Reply{.body = nothing}});
        const auto client = basic_client(server, "coloup", R"(,"retry":{"max_attempts":1})");
        EXPECT_EQ(failed(client->call("domains.lookup", R"({"name":"a.b"})")).error_class, ErrorClass::protocol);
    }
}

TEST(Client, NamesAnOperationByItsPathToo) {
    TestServer server({Reply{.body = R"({"task_id":1})"}});
    const auto client = basic_client(server, "time4vps");
    const json::Value document = answer(client->call("POST /server/{server_id}/reboot", R"({"server_id":5})"));
    EXPECT_EQ(*document.find("meta")->find("operation")->string(), "servers.reboot");
    EXPECT_EQ(server.received().at(0).target, "/api/server/5/reboot");
    EXPECT_EQ(server.received().at(0).header("Content-Length"), "0");
    EXPECT_FALSE(server.received().at(0).has_header("Content-Type"));
}

TEST(Client, NeverSendsWhatIsWrong) {
    TestServer server({Reply{}});
    const auto client = basic_client(server, "coloup", R"(,"read_only":true)");
    EXPECT_EQ(failed(client->call("nothing.like.it")).error_class, ErrorClass::usage);
    EXPECT_EQ(failed(client->call("domains.get", R"({"domain_id":"../x"})")).error_class, ErrorClass::usage);
    EXPECT_EQ(failed(client->call("domains.list", "", R"({"nothing":1})")).error_class, ErrorClass::usage);
    EXPECT_EQ(failed(client->call("servers.reboot", R"({"server_id":5})")).error_class, ErrorClass::unsupported);
    EXPECT_EQ(failed(client->call("tickets.create", new_ticket)).error_class, ErrorClass::read_only);
    EXPECT_EQ(failed(client->call("tickets.create", new_ticket, R"({"dry_run":true})")).error_class,
              ErrorClass::read_only);
    EXPECT_TRUE(server.received().empty());
}

TEST(Client, MapsFailuresToErrors) {
    TestServer server({Reply{.status = 404, .body = R"({"error":["Domain not found"]})"}});
    const Error error =
        failed(basic_client(server, "coloup")->call("domains.get", R"({"domain_id":5})", R"({"tag":"x"})"));
    EXPECT_EQ(error.error_class, ErrorClass::not_found);
    EXPECT_EQ(error.operation, "domains.get");
    EXPECT_EQ(error.http_status, 404);
    EXPECT_EQ(error.attempts, 1);
    EXPECT_EQ(error.tag, "x");
    EXPECT_THAT(error.portal_errors, testing::ElementsAre("Domain not found"));
}

TEST(Client, DoesNotPretendToKnowWhatBecameOfAnUnsafeRequest) {
    for (const Reply &reply : {Reply{.reset = true}, Reply{.body = "<html>"}, Reply{.body = "{\"a\":"},
                               Reply{.status = 500, .body = ""}, Reply{.hold = true}}) {
        TestServer server({reply});
        const auto client = basic_client(server, "coloup");
        const Error unsafe = failed(client->call("tickets.create", new_ticket, R"({"timeout":0.3})"));
        EXPECT_EQ(unsafe.error_class, ErrorClass::outcome_unknown);
        EXPECT_FALSE(unsafe.retryable);
        EXPECT_EQ(server.received().size(), 1U);
    }
}

TEST(Client, GivesUnsafeRequestsAConnectionOfTheirOwn) {
    TestServer server({Reply{}});
    const auto client = basic_client(server, "coloup");
    answer(client->call("domains.list"));
    answer(client->call("domains.list"));
    answer(client->call("tickets.create", new_ticket));
    const std::vector<Received> received = server.received();
    EXPECT_EQ(received.at(0).connection, received.at(1).connection);
    EXPECT_NE(received.at(1).connection, received.at(2).connection);
}

TEST(Client, HoldsTheDeadlineOfTheCall) {
    TestServer server({Reply{.hold = true}});
    const Error error = failed(basic_client(server, "coloup")->call("domains.list", "", R"({"timeout":0.2})"));
    EXPECT_EQ(error.error_class, ErrorClass::timeout);
    EXPECT_TRUE(error.retryable);
}

TEST(Client, LimitsTheAnswer) {
    TestServer server({Reply{.body = R"({"a":")" + std::string(1000, 'x') + "\"}"}});
    const auto client = basic_client(server, "coloup", R"(,"max_response_bytes":500)");
    EXPECT_EQ(failed(client->call("domains.list")).error_class, ErrorClass::protocol);
}

TEST(Client, LimitsTheDepthOfTheAnswer) {
    TestServer server({Reply{.body = std::string(10'000, '[') + std::string(10'000, ']')}});
    EXPECT_EQ(failed(basic_client(server, "coloup")->call("domains.list")).error_class, ErrorClass::protocol);
}

TEST(Client, RefusesARedirectAndNamesItsTarget) {
    TestServer elsewhere({Reply{}});
    TestServer server({Reply{.status = 307, .headers = {{"Location", elsewhere.url() + "?password=x"}}}});
    const Error error = failed(basic_client(server, "coloup")->call("tickets.create", new_ticket));
    EXPECT_EQ(error.error_class, ErrorClass::protocol);
    EXPECT_THAT(error.message, HasSubstr("http://127.0.0.1:" + std::to_string(elsewhere.port())));
    EXPECT_THAT(error.message, Not(HasSubstr("password")));
    EXPECT_TRUE(elsewhere.received().empty());
}

TEST(Client, HidesSecretsThatThePortalRepeats) {
    TestServer server(
        {Reply{.body = R"({"error":["password Very-Secret-99 of s3cret-word is dXNlcjpzM2NyZXQtd29yZA=="]})"}});
    const Error error = failed(
        basic_client(server, "coloup")->call("auth.login", R"({"username":"user","password":"Very-Secret-99"})"));
    const std::string text = error_document(error);
    EXPECT_THAT(text, Not(HasSubstr("Very-Secret")));
    EXPECT_THAT(text, Not(HasSubstr("s3cret")));
}

TEST(Client, HidesSecretsInEverySpellingOfThem) {
    // The same password as JSON inside JSON, percent-encoded, as a form has it, and in base64.
    TestServer server(
        {Reply{.body = R"({"error":[{"password":"Kanarie \"7\\é"},{"body":"{\"p\":\"Kanarie \\\"7\\\\é\"}"},)"
                       R"("Kanarie%20%227%5C%C3%A9","Kanarie+%227%5C%C3%A9","S2FuYXJpZSAiN1zDqQ=="]})"}});
    const Error error = failed(
        basic_client(server, "coloup")->call("auth.login", R"({"username":"user","password":"Kanarie \"7\\é"})"));
    const std::string text = error_document(error);
    EXPECT_THAT(text, Not(HasSubstr("Kanarie")));
    EXPECT_THAT(text, Not(HasSubstr("S2FuYXJp")));
}

TEST(ClientCancel, StopsOneCallFromAnotherThread) {
    TestServer server({Reply{.hold = true}});
    const auto client = basic_client(server, "coloup");
    CallControl control;
    std::thread canceller([&] {
        server.wait_for(1);
        control.cancel();
    });
    const Error error = failed(client->call("tickets.create", new_ticket, "", control));
    canceller.join();
    EXPECT_EQ(error.error_class, ErrorClass::outcome_unknown);
    EXPECT_THAT(error.message, HasSubstr("cancelled"));
    EXPECT_THAT(error.message, HasSubstr("may have taken effect"));
}

TEST(ClientCancel, HappensBeforeAnythingIsSentToo) {
    TestServer server({Reply{}});
    const auto client = basic_client(server, "coloup");
    CallControl control;
    control.cancel();
    EXPECT_EQ(failed(client->call("domains.list", "", "", control)).error_class, ErrorClass::cancelled);
    EXPECT_TRUE(server.received().empty());
}

TEST(ClientCancel, StopsAllCallsAndSparesLaterOnes) {
    TestServer server([](const Received &request) { return Reply{.hold = request.target == "/api/domain"}; });
    const auto client = basic_client(server, "coloup");
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back(
            [&] { EXPECT_EQ(failed(client->call("domains.list")).error_class, ErrorClass::cancelled); });
    }
    server.wait_for(3);
    client->cancel_all();
    for (std::thread &thread : threads)
        thread.join();
    answer(client->call("invoices.list"));
}

TEST(ClientClose, StopsCallsAndRefusesNewOnes) {
    TestServer server({Reply{.hold = true}});
    const auto client = basic_client(server, "coloup");
    std::thread caller([&] { EXPECT_EQ(failed(client->call("domains.list")).error_class, ErrorClass::cancelled); });
    server.wait_for(1);
    client->close();
    client->close();
    caller.join();
    EXPECT_TRUE(client->closed());
    EXPECT_EQ(failed(client->call("domains.list")).error_class, ErrorClass::usage);
    EXPECT_EQ(server.received().size(), 1U);
}

TEST(DryRun, ShowsTheRequestAndSendsNothing) {
    TestServer server({Reply{}});
    const auto client = basic_client(server, "coloup");
    const json::Value document =
        answer(client->call("tickets.create", R"({"dept_id":1,"subject":"it's","body":"b"})", R"({"dry_run":true})"));
    EXPECT_TRUE(server.received().empty());
    const json::Value &data = *document.find("data");
    EXPECT_EQ(*data.find("method")->string(), "POST");
    EXPECT_EQ(*data.find("url")->string(), server.url() + "/tickets");
    EXPECT_EQ(*data.find("headers")->find("Authorization")->string(), "Basic ***");
    EXPECT_EQ(*data.find("headers")->find("Host")->string(), "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_THAT(*data.find("body")->string(), HasSubstr("it's"));
    EXPECT_THAT(*data.find("curl")->string(), HasSubstr("it'\\''s"));
    EXPECT_EQ(*document.find("meta")->find("attempts")->integer(), 0);
    EXPECT_EQ(*document.find("meta")->find("http_status")->integer(), 0);
}

TEST(DryRun, DoesNotLogIn) {
    TestServer server({Reply{}});
    const auto client = jwt_client(server);
    const json::Value data = *answer(client->call("invoices.list", "", R"({"dry_run":true})")).find("data");
    EXPECT_EQ(*data.find("headers")->find("Authorization")->string(), "Bearer ***");
    EXPECT_THAT(*data.find("curl")->string(), HasSubstr("$HOSTBILL_TOKEN"));
    EXPECT_TRUE(data.find("body")->is_null());
    EXPECT_TRUE(server.received().empty());
}

TEST(DryRun, MasksEverySecretInEveryForm) {
    for (const char *portal : {"generic", "internetport"}) {
        const auto client = make_client(
            std::string(R"({"portal":")") + portal +
            R"(","base_url":"https://p.example/api","auth":"basic","username":"user","password":"s3cret-word"})");
        const Result<std::string> result =
            client->call("orders.create", R"({"product_id":1,"custom":{"a":{"rootpassword":"Hidden-1"},"b":"seen"}})",
                         R"({"dry_run":true,"extra":{"api_token":"Hidden-2","nested":{"secret":["Hidden-3"]}}})");
        ASSERT_TRUE(result) << error_document(result.error());
        EXPECT_THAT(*result, Not(HasSubstr("Hidden")));
        EXPECT_THAT(*result, Not(HasSubstr("s3cret")));
        EXPECT_THAT(*result, Not(HasSubstr("dXNlcjpz")));
        EXPECT_THAT(*result, HasSubstr("seen"));
        EXPECT_THAT(*result, HasSubstr("***"));
    }
}

// A value that the row accepts; a sensitive one can be recognised in what is shown.
json::Value sample(const Param &param) {
    if (param.type == Type::boolean)
        return true;
    if (!param.allowed.empty())
        return param.allowed[0];
    if (!param.sensitive)
        return "1";
    if (param.pattern_is_extensions)
        return "Hidden.png";
    return param.pattern.find("[0-9]){10}") != std::string_view::npos ? "0918273645" : "Hidden-Value 1234";
}

// Whatever the catalogue calls sensitive is masked, wherever it goes.
TEST(DryRun, MasksEverySensitiveParameterOfTheCatalogue) {
    int checked = 0;
    for (const Portal &portal : portals()) {
        const auto client = make_client(R"({"portal":")" + std::string(portal.id) +
                                        R"(","base_url":"https://p.example/api","token":"t0ken-word"})");
        for (const Operation &operation : operations()) {
            if ((operation.portals & portal.bit) == 0)
                continue;
            json::Object params;
            bool sensitive = false;
            for (const Param &param : operation.params) {
                if ((param.portals & portal.bit) == 0 || !(param.required || param.sensitive))
                    continue;
                sensitive = sensitive || param.sensitive;
                params.set(param.name, sample(param));
            }
            if (!sensitive)
                continue;
            const Result<std::string> result =
                client->call(operation.id, json::write_utf8(json::Value(params)), R"({"dry_run":true})");
            ASSERT_TRUE(result) << operation.id << " " << error_document(result.error());
            EXPECT_THAT(*result, Not(HasSubstr("Hidden"))) << operation.id;
            EXPECT_THAT(*result, Not(HasSubstr("0918273645"))) << operation.id;
            EXPECT_THAT(*result, Not(HasSubstr("t0ken"))) << operation.id;
            ++checked;
        }
    }
    EXPECT_GT(checked, 10);
}

TEST(Client, ServesManyThreads) {
    TestServer server([](const Received &request) { return Reply{.body = "\"" + request.target + "\""}; });
    const auto client = basic_client(server, "coloup");
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int j = 1; j <= 10; ++j) {
                const std::string id = std::to_string(i * 100 + j);
                const json::Value document = answer(client->call("domains.get", R"({"domain_id":)" + id + "}"));
                EXPECT_EQ(*document.find("data")->string(), "/api/domain/" + id);
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
}

} // namespace
} // namespace hostbill::test
