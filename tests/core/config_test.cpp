#include "core/session/config.hpp"

#include "support.hpp"

namespace hostbill::test {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

Config good(const std::string &text) {
    Result<Config> config = parse_config(text);
    if (!config) {
        ADD_FAILURE() << error_document(config.error());
        return {};
    }
    return std::move(*config);
}

Error bad(const std::string &text) {
    Result<Config> config = parse_config(text);
    EXPECT_FALSE(config) << text;
    return config ? Error{} : std::move(config.error());
}

std::string with_url(const std::string &url) {
    return json::write_utf8(
        json::Object{{"portal", "generic"}, {"base_url", url}, {"username", "u"}, {"password", "p"}});
}

TEST(Config, TakesThePortalsOwnAddressAndPreference) {
    const Config config = good(R"({"portal":"time4vps","username":"u","password":"p"})");
    EXPECT_EQ(config.base_url.origin, "https://billing.time4vps.com");
    EXPECT_EQ(config.base_url.path, "/api");
    EXPECT_EQ(config.auth, Auth::basic);
    EXPECT_EQ(config.timeout, std::chrono::seconds(60));
    EXPECT_EQ(config.connect_timeout, std::chrono::seconds(5));
    EXPECT_EQ(config.user_agent, "hostbill/0.1.0");
}

TEST(Config, ReadsEveryKey) {
    const Config config = good(
        R"({"portal":"generic","base_url":"https://p.example:8443/api/","username":"u","password":"p","token":null,)"
        R"("auth":"jwt","read_only":true,"timeout":2.5,"connect_timeout":1,"ca_file":"/ca.pem","max_response_bytes":10,)"
        R"("max_request_bytes":20,"pool_size":3,"user_agent":"shop/2"})");
    EXPECT_EQ(config.base_url.origin, "https://p.example:8443");
    EXPECT_EQ(config.base_url.path, "/api");
    EXPECT_EQ(config.auth, Auth::jwt);
    EXPECT_TRUE(config.read_only);
    EXPECT_EQ(config.timeout, std::chrono::milliseconds(2500));
    EXPECT_EQ(config.connect_timeout, std::chrono::seconds(1));
    EXPECT_EQ(config.tls.ca_file, "/ca.pem");
    EXPECT_EQ(config.max_response_bytes, 10U);
    EXPECT_EQ(config.max_request_bytes, 20U);
    EXPECT_EQ(config.pool_size, 3U);
    EXPECT_EQ(config.user_agent, "hostbill/0.1.0 shop/2");
}

TEST(Config, ChoosesTheWayToAuthenticate) {
    const auto auth_of = [](const std::string &portal, const std::string &more) {
        return good(R"({"portal":")" + portal + R"(","base_url":"https://p.example","username":"u","password":"p")" +
                    more + "}")
            .auth;
    };
    EXPECT_EQ(auth_of("generic", ""), Auth::jwt);
    EXPECT_EQ(auth_of("coloup", ""), Auth::basic);
    EXPECT_EQ(auth_of("coloup", R"(,"token":"t")"), Auth::bearer);
    EXPECT_EQ(auth_of("coloup", R"(,"token":"t","auth":"basic")"), Auth::basic);
    EXPECT_EQ(auth_of("coloup", R"(,"auth":"none")"), Auth::none);
}

TEST(Config, ReportsAllMistakesAtOnceWithTheNearestName) {
    const Error error = bad(
        R"({"portal":"colo","usrname":"u","password":5,"timeout":0,"pool_size":"8","read_only":"yes","auth":"basci"})");
    EXPECT_EQ(error.error_class, ErrorClass::usage);
    EXPECT_THAT(field_names(error),
                UnorderedElementsAre("portal", "usrname", "password", "timeout", "pool_size", "read_only", "auth"));
    for (const FieldProblem &problem : error.fields) {
        if (problem.field == "portal") {
            EXPECT_EQ(problem.nearest, "coloup");
        }
        if (problem.field == "usrname") {
            EXPECT_EQ(problem.nearest, "username");
        }
        if (problem.field == "auth") {
            EXPECT_EQ(problem.nearest, "basic");
        }
    }
}

TEST(Config, WantsWhatTheWayToAuthenticateNeeds) {
    EXPECT_THAT(field_names(bad(R"({"portal":"coloup"})")), ElementsAre("username", "password"));
    EXPECT_THAT(field_names(bad(R"({"portal":"coloup","username":"","password":"p"})")), ElementsAre("username"));
    EXPECT_THAT(field_names(bad(R"({"portal":"coloup","auth":"bearer"})")), ElementsAre("token"));
    EXPECT_THAT(field_names(bad(R"({"portal":"generic","token":"t"})")), ElementsAre("base_url"));
    EXPECT_THAT(field_names(bad("{}")), testing::Contains("portal"));
}

TEST(Config, RefusesCredentialsThatCannotTravel) {
    EXPECT_THAT(field_names(bad(R"({"portal":"coloup","username":"a:b","password":"p"})")), ElementsAre("username"));
    EXPECT_THAT(field_names(bad(R"({"portal":"coloup","username":"a\nb","password":"p\u0000"})")),
                ElementsAre("username", "password"));
    EXPECT_THAT(field_names(bad(R"({"portal":"coloup","token":"a\r\nX: y"})")), ElementsAre("token"));
    EXPECT_THAT(field_names(bad(R"({"portal":"coloup","token":"t","user_agent":"a\nb"})")), ElementsAre("user_agent"));
    EXPECT_EQ(good(R"({"portal":"generic","base_url":"https://p.example","username":"a:b","password":"p"})").username,
              "a:b");
}

TEST(Config, RefusesWhatIsNoObject) {
    for (const char *text : {"[]", "1", "\"x\"", "{", "{\"portal\":\"coloup\",\"portal\":\"coloup\"}", "\xff"}) {
        EXPECT_EQ(bad(text).error_class, ErrorClass::usage) << text;
    }
}

TEST(Config, NeverShowsASecret) {
    const Error error = bad(R"({"portal":"nowhere","username":"u","password":"hunter2hunter2","token":"tok tok tok",)"
                            R"("base_url":"https://me:hunter2hunter2@x.example","tiemout":1})");
    const std::string text = error_document(error);
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("hunter2")));
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("tok tok")));
}

TEST(BaseUrl, TakesHttpsAnywhereAndHttpOnThisMachine) {
    for (const char *url :
         {"https://portal.example", "https://portal.example:8443/api", "HTTPS://Portal.Example/a/b/",
          "http://127.0.0.1:8080/api", "http://127.255.0.3", "http://localhost:1", "http://[::1]:80/x",
          "https://[2001:db8::1]/api", "https://xn--bcher-kva.example/~u/api.php"}) {
        EXPECT_TRUE(parse_config(with_url(url))) << url;
    }
}

TEST(BaseUrl, RefusesEverythingElse) {
    for (const char *url : {"",
                            "portal.example",
                            "//portal.example",
                            "ftp://portal.example",
                            "http://portal.example",
                            "http://127.1",
                            "http://127.0.0.1.evil.example",
                            "http://localhost.evil.example",
                            "http://0177.0.0.1",
                            "http://127.0.0.01",
                            "http://127.0.0.1.",
                            "http://2130706433",
                            "http://128.0.0.1",
                            "http://[::2]",
                            "http://[::ffff:127.0.0.1]",
                            "https://user@portal.example",
                            "https://u:p@portal.example",
                            "http://127.0.0.1@evil.example",
                            "https://portal.example?x=1",
                            "https://portal.example/api?x",
                            "https://portal.example/#f",
                            "https://portal.example:0",
                            "https://portal.example:65536",
                            "https://portal.example:80x",
                            "https://portal.example:",
                            "https://",
                            "https:///api",
                            "https://a b",
                            "https://b\xC3\xBC"
                            "cher.example",
                            "https://portal.example/a//b",
                            "https://portal.example/../x",
                            "https://portal.example/a b",
                            "https://portal.example/a\\b",
                            "https://portal.example\\@evil.example",
                            "https://[::1",
                            "file:///etc/passwd",
                            "https://portal.example/\x01"}) {
        const Error error = bad(with_url(url));
        EXPECT_THAT(field_names(error), ElementsAre("base_url")) << url;
    }
}

TEST(BaseUrl, NamesNoPortThatTheSchemeHasByItself) {
    EXPECT_EQ(parse_base_url("https://portal.example:443/api")->origin, "https://portal.example");
    EXPECT_EQ(parse_base_url("https://portal.example:0443")->origin, "https://portal.example");
    EXPECT_EQ(parse_base_url("https://portal.example:80")->origin, "https://portal.example:80");
    EXPECT_EQ(parse_base_url("https://[::1]:08443")->origin, "https://[::1]:8443");
    EXPECT_EQ(parse_base_url("http://localhost:80")->origin, "http://localhost");
}

TEST(BaseUrl, KnowsLoopback) {
    EXPECT_TRUE(parse_base_url("https://127.0.0.1")->loopback);
    EXPECT_TRUE(parse_base_url("http://LOCALHOST:8080")->loopback);
    EXPECT_FALSE(parse_base_url("https://portal.example")->loopback);
}

} // namespace
} // namespace hostbill::test
