// Whom the client trusts, against a sandbox that speaks TLS well and badly.
#include "core/base/clock.hpp"

#include "loopback.hpp"
#include "process.hpp"
#include "submitting.hpp"
#include "support.hpp"
#include "transport.hpp"

#include <arpa/inet.h>
#include <array>
#include <fstream>
#include <hostbill_sandbox.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace hostbill::test {
namespace {

using testing::HasSubstr;

// A portal over TLS, and what its `info` says of certificates.
class TlsPortal {
public:
    explicit TlsPortal(const std::string &tls) {
        char *error = nullptr;
        const std::string config =
            R"({"portal":"time4vps","username":"user","password":"s3cret-word","tls":)" + tls + "}";
        if (hostbill_sandbox_new(config.c_str(), &sandbox_, &error) != 0)
            ADD_FAILURE() << error;
        hostbill_sandbox_string_free(error);
    }
    ~TlsPortal() { hostbill_sandbox_free(sandbox_); }
    TlsPortal(const TlsPortal &) = delete;
    TlsPortal &operator=(const TlsPortal &) = delete;

    std::string url() const { return hostbill_sandbox_url(sandbox_); }

    json::Value control(const char *command) const {
        char *text = hostbill_sandbox_control(sandbox_, command);
        json::Value answer = parsed(text);
        hostbill_sandbox_string_free(text);
        return answer;
    }

    std::string info(const std::string &name) const {
        const json::Value about = control(R"({"command":"info"})");
        const json::Value *value = about.find(name);
        return value != nullptr && value->string() != nullptr ? *value->string() : "";
    }

private:
    hostbill_sandbox *sandbox_ = nullptr;
};

using Settings = json::Object;

Result<std::string> call(const TlsPortal &portal, const Settings &more) {
    json::Object config{
        {"portal", "time4vps"}, {"base_url", portal.url()}, {"username", "user"}, {"password", "s3cret-word"}};
    for (const json::Member &member : more)
        config.append(member.key, member.value);
    return make_client(json::write_utf8(json::Value(config)))->call("account.balance", "", R"({"max_attempts":1})");
}

std::string refusal(const Result<std::string> &result) {
    EXPECT_FALSE(result);
    if (result)
        return "";
    EXPECT_EQ(result.error().error_class, ErrorClass::tls) << result.error().message;
    EXPECT_FALSE(result.error().retryable);
    return result.error().message;
}

TEST(Trust, ComesFromPemOrAFile) {
    TlsPortal portal(R"({"certificate":"good"})");
    const std::string pem = portal.info("ca_pem");
    EXPECT_TRUE(call(portal, {{"ca_pem", pem}}));
    Folder folder;
    std::ofstream(folder / "ca.pem") << pem;
    EXPECT_TRUE(call(portal, {{"ca_file", folder / "ca.pem"}}));
}

TEST(Trust, ErrorsSayWhatWasTried) {
    TlsPortal portal("{}");
    EXPECT_THAT(refusal(call(portal, {})), HasSubstr("/etc/"));
    TlsPortal other("{}");
    EXPECT_THAT(refusal(call(portal, {{"ca_pem", other.info("ca_pem")}})), HasSubstr("ca_pem"));
    EXPECT_THAT(refusal(call(portal, {{"ca_file", "/nowhere/ca.pem"}})), HasSubstr("/nowhere/ca.pem"));
}

class BadCertificate : public testing::TestWithParam<const char *> {};

TEST_P(BadCertificate, IsRefusedBeforeAnythingIsSent) {
    TlsPortal portal(R"({"certificate":")" + std::string(GetParam()) + "\"}");
    refusal(call(portal, {{"ca_pem", portal.info("ca_pem")}}));
    // A pin does not stand in for trust.
    refusal(call(portal, {{"ca_pem", portal.info("ca_pem")}, {"pinned_public_key", portal.info("public_key_pin")}}));
}

INSTANTIATE_TEST_SUITE_P(Kinds, BadCertificate,
                         testing::Values("expired", "not_yet_valid", "wrong_host", "self_signed", "untrusted"),
                         [](const auto &tested) { return std::string(tested.param); });

TEST(TlsVersion, OldOnesAreRefused) {
    for (const char *version : {"1.0", "1.1"}) {
        TlsPortal portal(R"({"max_version":")" + std::string(version) + "\"}");
        const Result<std::string> result = call(portal, {{"ca_pem", portal.info("ca_pem")}});
        ASSERT_FALSE(result) << version;
        EXPECT_EQ(result.error().error_class, ErrorClass::tls) << version;
    }
    TlsPortal portal(R"({"max_version":"1.2"})");
    EXPECT_TRUE(call(portal, {{"ca_pem", portal.info("ca_pem")}}));
}

TEST(VerificationOff, CannotBeHad) {
    for (const char *key :
         {"verify", "insecure", "verify_ssl", "tls_verify", "ssl_verify", "verify_peer", "verify_host"}) {
        const auto client = Client::create(R"({"portal":"time4vps","auth":"none",")" + std::string(key) + "\":false}");
        EXPECT_FALSE(client) << key;
    }
}

TEST(PinnedKey, HasToBeThePortals) {
    TlsPortal portal("{}");
    const std::string pem = portal.info("ca_pem");
    const std::string pin = portal.info("public_key_pin");
    const std::string other = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    EXPECT_TRUE(call(portal, {{"ca_pem", pem}, {"pinned_public_key", pin}}));
    EXPECT_TRUE(call(portal, {{"ca_pem", pem}, {"pinned_public_key", other + ";" + pin}}));
    EXPECT_THAT(refusal(call(portal, {{"ca_pem", pem}, {"pinned_public_key", other}})), HasSubstr("pinned_public_key"));
}

TEST(PinnedKey, OfAnotherFormIsRefused) {
    for (const char *pin : {"sha1//AAAA", "AAAA", "sha256//", "sha256//short=", "/etc/key.pem", "sha256//x;",
                            "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;"}) {
        const auto client =
            Client::create(R"({"portal":"time4vps","auth":"none","pinned_public_key":")" + std::string(pin) + "\"}");
        EXPECT_FALSE(client) << pin;
    }
}

TEST(ClientCertificate, IsShownFromPemOrFiles) {
    TlsPortal portal(R"({"client_certificate":"required"})");
    const std::string pem = portal.info("ca_pem");
    const std::string certificate = portal.info("client_certificate_pem");
    const std::string key = portal.info("client_key_pem");
    EXPECT_FALSE(call(portal, {{"ca_pem", pem}}));
    EXPECT_TRUE(call(portal, {{"ca_pem", pem}, {"client_certificate", certificate}, {"client_key", key}}));
    Folder folder;
    std::ofstream(folder / "cert.pem") << certificate;
    std::ofstream(folder / "key.pem") << key;
    EXPECT_TRUE(call(
        portal, {{"ca_pem", pem}, {"client_certificate", folder / "cert.pem"}, {"client_key", folder / "key.pem"}}));
    const Result<std::string> broken =
        call(portal, {{"ca_pem", pem}, {"client_certificate", certificate}, {"client_key", folder / "none.pem"}});
    EXPECT_THAT(refusal(broken), HasSubstr("client_key"));
}

TEST(ClientCertificate, NeedsItsKey) {
    EXPECT_FALSE(Client::create(R"({"portal":"time4vps","auth":"none","client_certificate":"/c.pem"})"));
    EXPECT_FALSE(Client::create(R"({"portal":"time4vps","auth":"none","client_key":"/k.pem"})"));
    EXPECT_FALSE(Client::create(R"({"portal":"time4vps","auth":"none","ca_pem":"no pem"})"));
}

TEST(SlowHandshake, EndsWithTheConnectTimeout) {
    TlsPortal portal(R"({"handshake_delay_ms":30000})");
    const auto started = Clock::now();
    const Result<std::string> result =
        call(portal, {{"ca_pem", portal.info("ca_pem")}, {"connect_timeout", json::Value::number("0.3")}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().error_class, ErrorClass::network);
    EXPECT_LT(Clock::now() - started, std::chrono::seconds(10));
}

// Between a client and a portal on this machine, for one connection: hands on what the client sends, the first megabytes
// of it slowly.
class SlowUpload {
public:
    explicit SlowUpload(const std::string &url) : url_(url), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int room = 16 * 1024;
        setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
        const sockaddr_in address = listen_on_loopback(listener_, 1);
        const std::size_t port = url_.rfind(':') + 1;
        sockaddr_in portal = address;
        portal.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url_.substr(port))));
        url_.replace(port, url_.find('/', port) - port, std::to_string(ntohs(address.sin_port)));
        thread_ = std::thread([this, portal] { serve(portal); });
    }
    ~SlowUpload() {
        thread_.join();
        close(listener_);
    }

    const std::string &url() const { return url_; }

private:
    static ssize_t hand_on(int from, int to) {
        std::array<char, 16 * 1024> buffer;
        const ssize_t size = recv(from, buffer.data(), buffer.size(), 0);
        if (size > 0 && send(to, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size)
            return size;
        shutdown(to, SHUT_WR);
        return 0;
    }

    void serve(const sockaddr_in &portal) const {
        const int client = accept(listener_, nullptr, nullptr);
        const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT_EQ(connect(server, reinterpret_cast<const sockaddr *>(&portal), sizeof portal), 0);
        std::thread answers([&] {
            while (hand_on(server, client) > 0) {
            }
        });
        ssize_t all = 0;
        while (const ssize_t size = hand_on(client, server)) {
            all += size;
            if (all < 1'500'000)
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        answers.join();
        close(client);
        close(server);
    }

    std::string url_;
    int listener_;
    std::thread thread_;
};

// TLS sends what it is given as a whole, as far as it says: what moves has to be seen all the same.
TEST(SlowUpload, IsNoStandstill) {
    TlsPortal portal("{}");
    const SlowUpload slow(portal.url());
    CurlSettings settings = transport_settings();
    settings.stall_timeout = std::chrono::seconds(1);
    settings.tls.ca_pem = portal.info("ca_pem");
    const auto http = make_curl_transport(settings);
    const std::string body(6'000'000, 'x');
    HttpRequest request = get(slow.url());
    request.method = "PUT";
    request.body = body;
    CallControl control;
    const Result<HttpResponse, HttpFailure> outcome = http->perform(request, control);
    EXPECT_TRUE(outcome) << outcome.error().message;
}

// Whether they can share a connection they know when the first is answered, or before, depending on libcurl.
TEST(InFlight, ASlowAnswerIsNoFailureOfTheOthersToConnect) {
    TlsPortal portal("{}");
    portal.control(R"({"command":"fault","operation":"account.balance","times":1,"fault":{"kind":"delay","ms":1500}})");
    const auto client = make_client(json::write_utf8(json::Value(json::Object{
        {"portal", "time4vps"},
        {"base_url", portal.url()},
        {"username", "user"},
        {"password", "s3cret-word"},
        {"ca_pem", portal.info("ca_pem")},
        {"connect_timeout", json::Value::number("1")},
    })));
    for (int i = 0; i < 4; ++i)
        submit(client, "account.balance", "", R"({"max_attempts":1})");
    for (int i = 0; i < 4; ++i) {
        const Outcome outcome = next(client);
        EXPECT_EQ(outcome.word, "ok") << outcome.message;
    }
}

TEST(TlsFork, AChildSaysNothingOnItsParentsConnection) {
#if defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the thread sanitizer does not follow a fork of many threads";
#endif
    TlsPortal portal("{}");
    json::Object config{
        {"portal", "time4vps"},      {"base_url", portal.url()},        {"username", "user"},
        {"password", "s3cret-word"}, {"ca_pem", portal.info("ca_pem")}, {"retry", json::Object{{"max_attempts", 1}}}};
    auto client = make_client(json::write_utf8(json::Value(config)));
    answer(client->call("account.balance"));
    Child child([&] {
        const bool works = bool(client->call("account.balance"));
        client.reset();
        return works;
    });
    EXPECT_TRUE(child.succeeded());
    answer(client->call("account.balance")); // on the kept connection: broken, it would be an error
}

} // namespace
} // namespace hostbill::test
