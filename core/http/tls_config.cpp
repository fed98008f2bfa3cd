#include "core/http/tls_config.hpp"

#include <unistd.h>

namespace hostbill {
namespace {

constexpr const char *ca_places[] = {
    "/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // newer ones of them
    "/etc/ssl/ca-bundle.pem",                            // openSUSE
    "/etc/ssl/cert.pem",                                 // Alpine, the BSDs
    "/usr/local/share/certs/ca-root-nss.crt",            // FreeBSD
};

std::string path_or_pem(ObjectReader &reader, std::string_view key) {
    const std::string_view text = reader.text(key).value_or("");
    if (text.find('\0') != std::string_view::npos)
        reader.report(key, "must have no NUL");
    return std::string(text);
}

bool is_pin(std::string_view pin) {
    constexpr std::string_view prefix = "sha256//";
    constexpr std::size_t digest_in_base64 = 44;
    if (!pin.starts_with(prefix) || pin.size() != prefix.size() + digest_in_base64)
        return false;
    const std::string_view digest = pin.substr(prefix.size());
    return digest.ends_with('=') && digest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                                             "0123456789+/") == digest.size() - 1;
}

bool is_pin_list(std::string_view pins) {
    while (!pins.empty()) {
        const std::size_t end = pins.find(';');
        if (!is_pin(pins.substr(0, end)))
            return false;
        if (end == std::string_view::npos)
            return true;
        pins.remove_prefix(end + 1);
    }
    return false;
}

} // namespace

TlsConfig read_tls_config(ObjectReader &reader) {
    TlsConfig tls;
    tls.ca_file = path_or_pem(reader, "ca_file");
    tls.ca_pem = reader.text("ca_pem").value_or("");
    if (!tls.ca_pem.empty() && !is_pem(tls.ca_pem))
        reader.report("ca_pem", "is not PEM", "certificates in PEM, each with its -----BEGIN CERTIFICATE----- line");
    if (!tls.ca_pem.empty() && !tls.ca_file.empty())
        reader.report("ca_pem", "cannot be combined with ca_file");

    tls.client_certificate = path_or_pem(reader, "client_certificate");
    std::string key = path_or_pem(reader, "client_key");
    tls.client_key = Secret(key);
    wipe(key);
    if (!tls.client_certificate.empty())
        reader.require("client_key", "the private key of client_certificate: a path or PEM");
    if (!tls.client_key.empty())
        reader.require("client_certificate", "the certificate of client_key: a path or PEM");

    tls.pinned_public_key = reader.text("pinned_public_key").value_or("");
    if (!tls.pinned_public_key.empty() && !is_pin_list(tls.pinned_public_key)) {
        reader.report("pinned_public_key", "is not a pin", "sha256//BASE64, several with a semicolon between");
    }
    return tls;
}

bool is_pem(std::string_view text) { return text.find("-----BEGIN ") != std::string_view::npos; }

std::string system_ca_file() {
    for (const char *place : ca_places) {
        if (access(place, R_OK) == 0)
            return place;
    }
    return {};
}

std::string system_ca_places() {
    std::string places;
    for (const char *place : ca_places)
        places += (places.empty() ? "" : ", ") + std::string(place);
    return places;
}

} // namespace hostbill
