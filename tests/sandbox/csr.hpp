// Certificate signing requests as customers make them, and what is told by the certificates they get.
#pragma once

#include <string>
#include <vector>

namespace hostbill::sandbox::test {

struct Csr {
    std::string pem;
    std::string public_key; // in PEM

    std::string json() const; // as a JSON string
};

enum class KeyKind { p256, p384, secp256k1, rsa1024, rsa2048 };

// `names` as OpenSSL writes them: "DNS:example.net,IP:192.0.2.1"; empty: none.
Csr make_csr(const std::string &common_name, const std::string &names = "", KeyKind kind = KeyKind::p256);
// One whose signature does not fit.
Csr make_forged_csr(const std::string &common_name);

struct CertificateText {
    bool trusted = false; // by the bundle, at the time, for a web site
    std::string public_key;
    std::string subject; // "CN = example.net"
    std::string issuer;
    std::vector<std::string> names;
    std::string until; // "2027-01-31 23:59:59"
};

// `time` as control's clock tells it.
CertificateText read_certificate(const std::string &pem, const std::string &bundle, const std::string &time);

} // namespace hostbill::sandbox::test
