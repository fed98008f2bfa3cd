// Proxies: which are taken, from where, and what they get to see.
#include "core/http/proxy.hpp"

#include "core/base/base64.hpp"
#include "core/session/config.hpp"

#include "process.hpp"
#include "support.hpp"

#include <cstdlib>

namespace hostbill::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ProxyUrl, IsTakenApart) {
    const auto plain = parse_proxy("HTTP://Proxy.Example:3128/");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->url, "http://proxy.example:3128");
    EXPECT_TRUE(plain->username.empty());
    const auto full = parse_proxy("socks5h://us%40er:p%3A%40ss:w%25@[::1]:1080");
    ASSERT_TRUE(full);
    EXPECT_EQ(full->url, "socks5h://[::1]:1080");
    EXPECT_EQ(full->username.view(), "us@er");
    EXPECT_EQ(full->password.view(), "p:@ss:w%");
    EXPECT_TRUE(parse_proxy("https://u@proxy.example"));
}

TEST(ProxyUrl, OfAnotherFormIsRefusedWithoutRepeatingIt) {
    for (const char *url :
         {"proxy.example:3128", "socks4://p:1", "socks5://p:1", "ftp://p:1", "http://", "http://:3128", "http://p:0",
          "http://p:65536", "http://p:x", "http://u:hidden@", "http://u:hid%0aden@p:1", "http://u:hidden%4@p:1",
          "http://p:1/path", "http://p:1?q", "http://p q:1", "file:///x", ""}) {
        const auto proxy = parse_proxy(url);
        ASSERT_FALSE(proxy) << url;
        EXPECT_THAT(proxy.error(), Not(HasSubstr("hid"))) << url;
    }
}

class ProxyEnvironment : public testing::Test {
protected:
    ProxyEnvironment() { clear(); }
    ~ProxyEnvironment() override { clear(); }

    static void clear() {
        for (const char *name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY",
                                 "no_proxy", "NO_PROXY", "REQUEST_METHOD"})
            unsetenv(name);
    }

    static std::string url() {
        const auto proxy = proxy_from_environment();
        return proxy ? proxy->url : "error";
    }
};

TEST_F(ProxyEnvironment, IsReadInLowerCaseAlone) {
    for (const char *name : {"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"})
        setenv(name, "http://upper.example:1", 1);
    EXPECT_EQ(url(), "");
    setenv("https_proxy", "http://lower.example:1", 1);
    EXPECT_EQ(url(), "http://lower.example:1");
    setenv("https_proxy", "bare.example:1", 1);
    EXPECT_EQ(url(), "http://bare.example:1");
    setenv("NO_PROXY", "upper.example", 1);
    EXPECT_EQ(proxy_from_environment()->no_proxy, "");
    setenv("no_proxy", "lower.example", 1);
    EXPECT_EQ(proxy_from_environment()->no_proxy, "lower.example");
}

TEST_F(ProxyEnvironment, HttpoxyIsNoProxy) {
    setenv("HTTP_PROXY", "http://evil.example:1", 1); // what a client's "Proxy:" header becomes under CGI
    setenv("http_proxy", "http://evil.example:1", 1);
    setenv("https_proxy", "http://evil.example:1", 1);
    setenv("REQUEST_METHOD", "GET", 1);
    EXPECT_EQ(url(), "");
}

TEST_F(ProxyEnvironment, ThatIsMalformedIsAnErrorAndNotIgnored) {
    setenv("https_proxy", "socks4://hidden:hidden@proxy.example:1", 1);
    const auto config = parse_config(R"({"portal":"time4vps","auth":"none"})");
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, HasSubstr("https_proxy"));
    EXPECT_THAT(error_document(config.error()), Not(HasSubstr("hidden")));
    EXPECT_TRUE(parse_config(R"({"portal":"time4vps","auth":"none","proxy":""})"));
}

TEST_F(ProxyEnvironment, IsNeverForThisMachine) {
    TestServer proxy({Reply{.body = R"({"proxied":true})"}});
    TestServer server({Reply{}});
    setenv("http_proxy", proxy.url().c_str(), 1);
    setenv("https_proxy", ("http://127.0.0.1:" + std::to_string(proxy.port())).c_str(), 1);
    answer(basic_client(server)->call("invoices.list"));
    answer(basic_client(server, "time4vps", R"(,"proxy":"http://127.0.0.1:)" + std::to_string(proxy.port()) + "\"")
               ->call("invoices.list"));
    EXPECT_TRUE(proxy.received().empty());
}

// Through a proxy that stands for all that is out there, to a portal that does not exist.
class Proxied : public ProxyEnvironment {
protected:
    static std::string proxy_key(const TestServer &proxy, const std::string &user = "") {
        return R"(,"proxy":"http://)" + user + "127.0.0.1:" + std::to_string(proxy.port()) + "\"";
    }

    static Error call_through(const std::string &more, const std::string &operation = "orders.create",
                              const std::string &params = R"({"product_id":1})") {
        const auto client = make_client(
            R"({"portal":"time4vps","username":"user","password":"s3cret-word","base_url":"https://portal.invalid/api")" +
            more + "}");
        const Result<std::string> result = client->call(operation, params, R"({"max_attempts":1})");
        EXPECT_FALSE(result);
        return result ? Error{} : result.error();
    }
};

TEST_F(Proxied, ARefusedConnectionHasSentNothingToThePortal) {
    TestServer proxy({Reply{.status = 403}});
    const Error error = call_through(proxy_key(proxy));
    EXPECT_EQ(error.error_class, ErrorClass::network); // not an unknown outcome
    EXPECT_THAT(error.message, HasSubstr("403"));
    EXPECT_EQ(proxy.received().at(0).method, "CONNECT");
    EXPECT_EQ(proxy.received().at(0).target, "portal.invalid:443");
}

TEST_F(Proxied, TheProxySeesItsOwnCredentialsAndNoOthers) {
    TestServer proxy({Reply{.status = 407, .headers = {{"Proxy-Authenticate", "Basic realm=\"x\""}}}});
    const Error error = call_through(proxy_key(proxy, "proxy%40user:proxy-word@"));
    const Received request = proxy.received().at(0);
    EXPECT_EQ(request.header("Proxy-Authorization"), "Basic " + base64_encode("proxy@user:proxy-word"));
    EXPECT_FALSE(request.has_header("Authorization"));
    EXPECT_THAT(request.head, Not(HasSubstr("s3cret-word")));
    EXPECT_THAT(error_document(error), Not(HasSubstr("proxy-word")));
}

TEST_F(Proxied, AnExplicitOneIsNotBypassedByTheEnvironment) {
    TestServer proxy({Reply{.status = 403}});
    setenv("no_proxy", "*", 1);
    setenv("NO_PROXY", "portal.invalid", 1);
    call_through(proxy_key(proxy));
    EXPECT_EQ(proxy.received().size(), 1U);
}

TEST_F(Proxied, TheEnvironmentsExceptionsHoldForItsProxy) {
    TestServer proxy({Reply{.status = 403}});
    setenv("https_proxy", ("http://127.0.0.1:" + std::to_string(proxy.port())).c_str(), 1);
    setenv("no_proxy", "portal.invalid", 1);
    EXPECT_EQ(call_through("").error_class, ErrorClass::network);
    EXPECT_TRUE(proxy.received().empty());
    unsetenv("no_proxy");
    call_through("");
    EXPECT_EQ(proxy.received().size(), 1U);
}

} // namespace
} // namespace hostbill::test
