// The sandbox over TLS: one certificate that is good, and many that a careful client must refuse.
#include "tls_client.hpp"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <chrono>

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

std::string tls(std::string_view members) { return R"("tls":{)" + std::string(members) + "}"; }

TlsClient trusting(const Box &box) {
    TlsClient client;
    client.ca_pem = box.info("ca_pem");
    return client;
}

TEST(Tls, AnswersThoseWhoTrustItsCa) {
    Box box("time4vps", tls(R"("certificate":"good")"));
    EXPECT_THAT(box.url(), testing::StartsWith("https://127.0.0.1:"));
    EXPECT_THAT(box.info("control_url"), testing::StartsWith("https://127.0.0.1:"));
    for (const char *host : {"127.0.0.1", "localhost", "::1"}) {
        TlsClient client = trusting(box);
        client.host = host;
        TlsAttempt attempt = try_tls(box, client);
        EXPECT_TRUE(attempt.connected) << host << ": " << attempt.error;
        EXPECT_EQ(attempt.version, "TLSv1.3");
        EXPECT_THAT(attempt.answer, testing::StartsWith("HTTP/1.1 200 OK"));
    }
}

TEST(Tls, IsOffWithoutItsKey) {
    Box box("time4vps");
    EXPECT_THAT(box.url(), testing::StartsWith("http://"));
    EXPECT_EQ(box.info("ca_pem"), "");
}

TEST(Tls, MakesANewCaForEachSandbox) {
    Box one("time4vps", tls("")), other("time4vps", tls(""));
    EXPECT_NE(one.info("ca_pem"), other.info("ca_pem"));
    EXPECT_FALSE(try_tls(one, trusting(other)).connected);
}

struct Untrusted {
    std::string_view certificate;
    long reason;
};

void PrintTo(const Untrusted &one, std::ostream *out) { *out << one.certificate; }

class BadCertificate : public testing::TestWithParam<Untrusted> {};

TEST_P(BadCertificate, IsRefusedForItsReason) {
    Box box("time4vps", tls(R"("certificate":")" + std::string(GetParam().certificate) + '"'));
    TlsAttempt attempt = try_tls(box, trusting(box));
    EXPECT_FALSE(attempt.connected);
    EXPECT_EQ(attempt.verification, GetParam().reason) << X509_verify_cert_error_string(attempt.verification);
}

INSTANTIATE_TEST_SUITE_P(Kinds, BadCertificate,
                         testing::Values(Untrusted{"expired", X509_V_ERR_CERT_HAS_EXPIRED},
                                         Untrusted{"not_yet_valid", X509_V_ERR_CERT_NOT_YET_VALID},
                                         Untrusted{"wrong_host", X509_V_ERR_IP_ADDRESS_MISMATCH},
                                         Untrusted{"self_signed", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
                                         Untrusted{"untrusted", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY}),
                         [](const auto &tested) { return std::string(tested.param.certificate); });

TEST(Tls, IsGoodForNobodyWithoutTheCa) {
    Box box("time4vps", tls(""));
    TlsAttempt attempt = try_tls(box, {});
    EXPECT_FALSE(attempt.connected);
    EXPECT_NE(attempt.verification, X509_V_OK);
}

TEST(TlsVersions, AreLimitedAsTold) {
    const std::pair<const char *, const char *> versions[] = {
        {"1.0", "TLSv1"}, {"1.1", "TLSv1.1"}, {"1.2", "TLSv1.2"}, {"1.3", "TLSv1.3"}};
    for (const auto &[configured, spoken] : versions) {
        Box box("time4vps", tls(R"("max_version":")" + std::string(configured) + '"'));
        TlsClient client = trusting(box);
        client.old_ciphers = true;
        client.min_version = TLS1_VERSION;
        TlsAttempt attempt = try_tls(box, client);
        EXPECT_TRUE(attempt.connected) << configured << ": " << attempt.error;
        EXPECT_EQ(attempt.version, spoken);
    }
}

TEST(TlsVersions, ThatAreTooOldAreRefusedWithAnAlert) {
    for (std::string_view version : {"1.0", "1.1"}) {
        Box box("time4vps", tls(R"("max_version":")" + std::string(version) + '"'));
        TlsClient client = trusting(box);
        client.min_version = TLS1_2_VERSION;
        TlsAttempt attempt = try_tls(box, client);
        EXPECT_FALSE(attempt.connected);
        EXPECT_THAT(attempt.error, HasSubstr("protocol version"));
    }
}

TEST(TlsHandshake, TakesItsTime) {
    Box box("time4vps", tls(R"("handshake_delay_ms":300)"));
    auto start = std::chrono::steady_clock::now();
    TlsAttempt attempt = try_tls(box, trusting(box));
    EXPECT_TRUE(attempt.connected) << attempt.error;
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(300));
}

TEST(TlsHandshake, NeverStartsWhereItIsToWait) {
    Box box("time4vps", tls(R"("handshake_delay_ms":3600000)"));
    Connection waiting(box), another(box);
    waiting.send("\x16\x03\x01");
    another.send("\x16\x03\x01");
    EXPECT_NE(box.control(R"({"command":"info"})").find("url"), nullptr);
    EXPECT_FALSE(waiting.is_readable());
}

TEST(TlsHandshake, SurvivesWhatIsNoTls) {
    Box box("time4vps", tls(""));
    Connection connection(box);
    connection.send(request(box, "GET", "/balance"));
    Received answer = connection.read_all();
    EXPECT_THAT(answer.bytes, testing::Not(HasSubstr("200 OK")));
    EXPECT_TRUE(try_tls(box, trusting(box)).connected);
}

TEST(ClientCertificate, IsRequiredWhereItIsSaid) {
    Box box("time4vps", tls(R"("client_certificate":"required")"));
    TlsClient client = trusting(box);
    TlsAttempt without = try_tls(box, client);
    EXPECT_FALSE(without.connected);
    EXPECT_THAT(without.error, HasSubstr("certificate required"));
    client.certificate_pem = box.info("client_certificate_pem");
    client.key_pem = box.info("client_key_pem");
    TlsAttempt with = try_tls(box, client);
    EXPECT_TRUE(with.connected) << with.error;
    EXPECT_THAT(with.answer, testing::StartsWith("HTTP/1.1 200 OK"));
}

TEST(ClientCertificate, OfSomebodyElseIsRefused) {
    Box box("time4vps", tls(R"("client_certificate":"required")"));
    Box other("time4vps", tls(R"("client_certificate":"required")"));
    TlsClient client = trusting(box);
    client.certificate_pem = other.info("client_certificate_pem");
    client.key_pem = other.info("client_key_pem");
    EXPECT_FALSE(try_tls(box, client).connected);
}

TEST(ClientCertificate, IsNotHandedOutWhereNobodyAsksForIt) {
    Box box("time4vps", tls(""));
    EXPECT_EQ(box.info("client_key_pem"), "");
    EXPECT_THAT(box.info("public_key_pin"), testing::MatchesRegex("sha256//[A-Za-z0-9+/]+=*"));
}

TEST(TlsFaults, GoThroughTheSameWay) {
    Box box("time4vps", tls(""));
    add_fault(box, "*", R"({"kind":"lost_reply"})");
    TlsAttempt lost = try_tls(box, trusting(box));
    EXPECT_FALSE(lost.connected);
    EXPECT_EQ(lost.answer, "");
    add_fault(box, "*", R"({"kind":"reset","when":"after"})");
    EXPECT_FALSE(try_tls(box, trusting(box)).connected);
    std::int64_t bomb = add_fault(box, "*", R"({"kind":"gzip_bomb","bytes":2000000,"layers":5})");
    EXPECT_TRUE(try_tls(box, trusting(box)).connected);
    EXPECT_EQ(fired(box, bomb), 1);
}

struct Mistake {
    std::string_view tls;
    std::string_view field;
    std::string_view nearest;
};

constexpr Mistake mistakes[] = {{"true", "tls", ""},
                                {R"({"certificat":"good"})", "tls.certificat", "certificate"},
                                {R"({"certificate":"expried"})", "tls.certificate", "expired"},
                                {R"({"certificate":1})", "tls.certificate", ""},
                                {R"({"max_version":"1.4"})", "tls.max_version", "1.0"},
                                {R"({"handshake_delay_ms":-1})", "tls.handshake_delay_ms", ""},
                                {R"({"client_certificate":"require"})", "tls.client_certificate", "required"}};

TEST(TlsConfig, WithAMistakeIsRefusedByName) {
    for (const Mistake &mistake : mistakes) {
        SCOPED_TRACE(mistake.tls);
        std::string config = R"({"portal":"time4vps","tls":)" + std::string(mistake.tls) + "}";
        hostbill_sandbox *box = nullptr;
        char *error = nullptr;
        EXPECT_LT(hostbill_sandbox_new(config.c_str(), &box, &error), 0);
        EXPECT_EQ(box, nullptr);
        auto parsed = json::parse(error != nullptr ? error : "");
        hostbill_sandbox_string_free(error);
        ASSERT_TRUE(parsed);
        const json::Array &fields = *parsed->find("fields")->array();
        ASSERT_EQ(fields.size(), 1U);
        EXPECT_EQ(*fields[0].find("field"), json::Value(mistake.field));
        EXPECT_EQ(*fields[0].find("nearest"), json::Value(mistake.nearest));
    }
}

} // namespace
} // namespace hostbill::sandbox::test
