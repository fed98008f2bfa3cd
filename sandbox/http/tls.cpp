#include "sandbox/http/tls.hpp"

#include "sandbox/world/x509.hpp"

#include <ctime>

namespace hostbill::sandbox {
namespace {

constexpr Seconds one_month = 30 * one_day;

struct Pair {
    std::string certificate;
    std::string key;
};

Pair make_ca(std::string name, Seconds now) {
    std::string key = make_private_key();
    const Certifying certifying{
        {.common_name = std::move(name)}, public_key_of(key), "", Usage::authority, now - one_day, now + one_month};
    std::string certificate = make_certificate(certifying, {"", key});
    return {std::move(certificate), std::move(key)};
}

Certifying server(Certificate kind, const std::string &key, Seconds now) {
    Certifying certifying{{.common_name = "localhost"},
                          public_key_of(key),
                          "DNS:localhost,IP:127.0.0.1,IP:::1",
                          Usage::server,
                          now - one_day,
                          now + one_month};
    if (kind == Certificate::expired) {
        certifying.from = now - one_month;
        certifying.until = now - one_day;
    } else if (kind == Certificate::not_yet_valid) {
        certifying.from = now + one_day;
    } else if (kind == Certificate::wrong_host) {
        certifying.subject.common_name = "elsewhere.example";
        certifying.names = "DNS:elsewhere.example,IP:192.0.2.1";
    }
    return certifying;
}

} // namespace

TlsIdentity make_tls_identity(Certificate kind) {
    const Seconds now = std::time(nullptr);
    const Pair ca = make_ca("hostbill sandbox CA", now);
    const std::string key = make_private_key();
    const std::string client_key = make_private_key();
    Authority by{ca.certificate, ca.key};
    if (kind == Certificate::untrusted) {
        const Pair stranger = make_ca("somebody else's CA", now);
        by = {stranger.certificate, stranger.key};
    } else if (kind == Certificate::self_signed) {
        by = {"", key};
    }
    const Certifying client{{.common_name = "hostbill sandbox client"},
                            public_key_of(client_key),
                            "",
                            Usage::client,
                            now - one_day,
                            now + one_month};
    return {ca.certificate,
            make_certificate(server(kind, key, now), by),
            key,
            make_certificate(client, {ca.certificate, ca.key}),
            client_key,
            public_key_pin(public_key_of(key))};
}

ServerTls server_tls(const TlsConfig &config, const TlsIdentity &identity) {
    return {identity.certificate, identity.key, config.client_certificate ? identity.ca : std::string(),
            config.max_version, std::chrono::milliseconds(config.handshake_delay)};
}

} // namespace hostbill::sandbox
