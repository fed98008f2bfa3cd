// Certificates are real: by an authority of the sandbox, for the key and the hosts of the request.
#include "csr.hpp"
#include "support.hpp"

#include <filesystem>
#include <unistd.h>

namespace hostbill::sandbox::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string order(const Csr &csr, const std::string &more = "", int product = 250) {
    return R"({"product_id":)" + std::to_string(product) + R"(,"years":1,"csr":)" + csr.json() + more + "}";
}

void advance(const Box &box, long seconds) {
    box.control(R"({"command":"clock","advance":)" + std::to_string(seconds) + "}");
}

std::string time_of(const Box &box) { return *box.control(R"({"command":"clock"})").find("time")->string(); }

std::string status(const Box &box, const std::string &path) { return box.get(path).word({"service", "cert_status"}); }

// Ordered and paid, not yet approved.
std::string buy(const Box &box, const std::string &body) {
    const Answer answer = box.post("/certificate/order", body);
    EXPECT_EQ(answer.error(), "") << answer.text;
    box.control(R"({"command":"pay","invoice_id":)" + answer.word({"invoice_id"}) + "}");
    return "/certificate/" + answer.word({"items", "id"});
}

TEST(Certificates, AreIssuedOncePaidAndApproved) {
    Box box("internetport", R"("auto_credit":false)");
    const Csr csr = make_csr("shop.example.net", "DNS:shop.example.net,DNS:www.shop.example.net");
    const Answer answer = box.post("/certificate/order", order(csr, R"(,"admin":4220,"software":2)"));
    EXPECT_EQ(answer.word({"items", "name"}), "shop.example.net");
    const std::string path = "/certificate/" + answer.word({"items", "id"});
    EXPECT_EQ(status(box, path), "pending");
    EXPECT_THAT(box.get(path + "/crt").error(), HasSubstr("not been issued"));
    EXPECT_THAT(box.get(path + "/ca").error(), HasSubstr("not been issued"));
    box.control(R"({"command":"pay","invoice_id":)" + answer.word({"invoice_id"}) + "}");
    EXPECT_EQ(status(box, path), "processing");
    EXPECT_THAT(box.get(path + "/crt").error(), HasSubstr("not been issued"));
    EXPECT_EQ(box.ledger("certificates_issued"), 0);

    advance(box, 600);
    const Answer shown = box.get(path);
    EXPECT_EQ(shown.word({"service", "cert_status"}), "active");
    EXPECT_EQ(shown.word({"service", "csr"}), csr.pem);
    EXPECT_EQ(shown.word({"service", "software"}), "2");
    EXPECT_EQ(shown.word({"service", "cert_email"}), "admin@shop.example.net");
    EXPECT_EQ(shown.word({"service", "contacts", "admin", "FName"}), "Grace");
    EXPECT_EQ(box.ledger("certificates_issued"), 1);
    const std::string crt = box.get(path + "/crt").word({"crt"});
    const CertificateText text = read_certificate(crt, box.get(path + "/ca").word({"ca"}), time_of(box));
    EXPECT_TRUE(text.trusted);
    EXPECT_EQ(text.public_key, csr.public_key);
    EXPECT_EQ(text.subject, "CN = shop.example.net");
    EXPECT_THAT(text.names, ElementsAre("shop.example.net", "www.shop.example.net"));
    EXPECT_EQ(text.until, shown.word({"service", "cert_expires"}));
    EXPECT_EQ(box.get(path + "/crt").word({"crt"}), crt) << "it is made once";
}

TEST(Certificates, AreIssuedAtOnceWhereTasksAre) {
    Box box("internetport", R"("task_polls":0,"auto_credit":false)");
    const std::string path = buy(box, order(make_csr("now.example.net")));
    EXPECT_EQ(status(box, path), "active");
}

TEST(Certificates, OfTheSeedAreReal) {
    Box box("internetport", R"("auto_credit":false)");
    const Answer shown = box.get("/certificate/5140");
    const CertificateText text = read_certificate(box.get("/certificate/5140/crt").word({"crt"}),
                                                  box.get("/certificate/5140/ca").word({"ca"}), time_of(box));
    EXPECT_TRUE(text.trusted);
    EXPECT_THAT(text.names, ElementsAre("shop.example.net", "www.shop.example.net"));
    EXPECT_EQ(text.until, shown.word({"service", "cert_expires"}));
    EXPECT_EQ(box.get("/certificate/5141").word({"service", "cert_status"}), "active");
    EXPECT_EQ(box.get("/certificate/5120").error(), "Service 5120 not found");
}

TEST(Certificates, NameTheOrganisationThatWasChecked) {
    Box box("internetport", R"("task_polls":0,"auto_credit":false)");
    const Csr csr = make_csr("example.net", "DNS:shop.example.net,DNS:mail.example.org", KeyKind::rsa2048);
    EXPECT_THAT(box.post("/certificate/order", order(csr, "", 252)).error(),
                HasSubstr("organization[name] is required"));
    EXPECT_THAT(
        box.post("/certificate/order",
                 order(csr, R"(,"organization":{"name":"Example Works","locality":"Exampleton","country":"Estonia"})",
                       252))
            .error(),
        HasSubstr("organization[country]"));
    const std::string path =
        buy(box, order(csr, R"(,"organization":{"name":"Example Works","locality":"Exampleton","country":"EE"})", 252));
    const CertificateText text =
        read_certificate(box.get(path + "/crt").word({"crt"}), box.get(path + "/ca").word({"ca"}), time_of(box));
    EXPECT_TRUE(text.trusted);
    EXPECT_EQ(text.subject, "C = EE, L = Exampleton, O = Example Works, CN = example.net");
    EXPECT_THAT(text.names, ElementsAre("example.net", "shop.example.net", "mail.example.org"));
    EXPECT_EQ(text.public_key, csr.public_key);
    EXPECT_EQ(box.get(path).word({"service", "organization", "locality"}), "Exampleton");
}

TEST(Certificates, ExpireUnlessTheirServiceIsPaidForAnew) {
    Box box("internetport", R"("task_polls":0,"auto_credit":false)");
    const std::string path = buy(box, order(make_csr("year.example.net")));
    const std::string first = box.get(path + "/crt").word({"crt"});
    EXPECT_EQ(status(box, path), "active");
    advance(box, 370L * 86400);
    // Nobody paid for another year of the service, which may itself have ended by now.
    EXPECT_THAT(status(box, path), testing::AnyOf("expired", "cancelled"));
    EXPECT_FALSE(read_certificate(first, box.get("/certificate/5140/ca").word({"ca"}), time_of(box)).trusted);
    box.control(R"({"command":"set_state","kind":"certificate","id":5140,"state":"expired"})");
    EXPECT_EQ(status(box, "/certificate/5140"), "expired");
    EXPECT_THAT(box.get("/certificate/5140/crt").word({"crt"}), HasSubstr("BEGIN CERTIFICATE"));
    box.control(R"({"command":"set_state","kind":"service","id":5140,"state":"Active"})");
    EXPECT_EQ(status(box, "/certificate/5140"), "active") << "the service was paid for: issued anew";
    const CertificateText anew = read_certificate(box.get("/certificate/5140/crt").word({"crt"}),
                                                  box.get("/certificate/5140/ca").word({"ca"}), time_of(box));
    EXPECT_TRUE(anew.trusted);
}

TEST(Certificates, AreNotGivenOutWhenTheirServiceHasEnded) {
    Box box("internetport", R"("auto_credit":false)");
    box.control(R"({"command":"set_state","kind":"service","id":5140,"state":"Terminated"})");
    EXPECT_EQ(status(box, "/certificate/5140"), "cancelled");
    EXPECT_EQ(box.get("/certificate/5140/crt").error(), "Certificate 5140 is cancelled");
}

struct Refused {
    std::string name;
    std::string body;
    std::string error;
};

TEST(Certificates, AreOnlyOrderedWithARequestThatIsOne) {
    Box box("internetport", R"("auto_credit":false)");
    const Refused cases[] = {
        {"no PEM", R"({"product_id":250,"years":1,"csr":"x"})", "csr is not a certificate signing request"},
        {"encrypted PEM",
         R"({"product_id":250,"years":1,"csr":"-----BEGIN CERTIFICATE REQUEST-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END CERTIFICATE REQUEST-----\n"})",
         "csr is not a certificate signing request"},
        {"too long", R"({"product_id":250,"years":1,"csr":")" + std::string(20000, 'x') + "\"}", "csr is longer than"},
        {"weak key", order(make_csr("example.net", "", KeyKind::rsa1024)), "csr has a key of 1024 bits"},
        {"odd curve", order(make_csr("example.net", "", KeyKind::secp256k1)), "neither RSA nor on the curve"},
        {"forged", order(make_forged_csr("example.net")), "csr is not signed with its own key"},
        {"no name", order(make_csr("")), "csr names no host"},
        {"no host", order(make_csr("not a host")), "csr names a host that is none"},
        {"an address", order(make_csr("example.net", "IP:192.0.2.1")), "csr names what is no host"},
        {"wildcard", order(make_csr("*.example.net")), "names *.example.net, which"},
        {"two hosts", order(make_csr("example.net", "DNS:example.org")), "csr names 2 hosts"},
        {"years", R"({"product_id":250,"years":3,"csr":)" + make_csr("example.net").json() + "}", "years has no price"},
        {"a stranger approves", order(make_csr("example.net"), R"(,"approver_email":"ada@example.net")"),
         "approver_email must be"},
        {"of another domain", order(make_csr("example.net"), R"(,"approver_email":"admin@example.org")"),
         "approver_email must be"},
        {"software", order(make_csr("example.net"), R"(,"software":99)"), "Software 99 not found"},
        {"contact", order(make_csr("example.net"), R"(,"tech":99)"), "Contact 99 not found"},
        {"organisation", order(make_csr("example.net"), R"(,"organization":{"nmae":"x"})"), "organization[nmae]"},
    };
    for (const Refused &each : cases) {
        SCOPED_TRACE(each.name);
        EXPECT_THAT(box.post("/certificate/order", each.body).error(), HasSubstr(each.error));
    }
    EXPECT_EQ(box.ledger("orders"), 0);
    EXPECT_EQ(box.post("/certificate/order",
                       order(make_csr("deep.down.example.net"), R"(,"approver_email":"Webmaster@Example.net")"))
                  .error(),
              "");
}

TEST(Certificates, SurviveARestartWithTheirAuthority) {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("hostbill-certificates-" + std::to_string(getpid()));
    std::filesystem::create_directory(folder);
    const std::string config = R"("database":")" + (folder / "state.db").string() + R"(","password":"x")";
    std::string crt, ca;
    {
        Box box("internetport", config);
        crt = box.get("/certificate/5140/crt").word({"crt"});
        ca = box.get("/certificate/5140/ca").word({"ca"});
    }
    {
        Box box("internetport", config);
        EXPECT_EQ(box.get("/certificate/5140/crt").word({"crt"}), crt);
        EXPECT_EQ(box.get("/certificate/5141/ca").word({"ca"}), ca);
        EXPECT_TRUE(read_certificate(box.get("/certificate/5141/crt").word({"crt"}), ca, time_of(box)).trusted);
    }
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace hostbill::sandbox::test
