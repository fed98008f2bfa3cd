#include "sandbox/http/tls.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <utility>

namespace hostbill::sandbox {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Issued = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Extensions = std::initializer_list<std::pair<int, const char *>>;

constexpr long one_day = 86400;
constexpr long one_month = 30 * one_day;

void require(bool done) {
    if (!done)
        throw std::runtime_error("OpenSSL failed");
}

Key make_key() {
    Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    require(key != nullptr);
    return key;
}

std::string contents(const Memory &memory) {
    char *data = nullptr;
    long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string pem(const Key &key) {
    Memory out(BIO_new(BIO_s_mem()), BIO_free);
    require(out && PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return contents(out);
}

std::string pem(const Issued &certificate) {
    Memory out(BIO_new(BIO_s_mem()), BIO_free);
    require(out && PEM_write_bio_X509(out.get(), certificate.get()) == 1);
    return contents(out);
}

void set_random_serial(X509 *certificate) {
    unsigned char bytes[8];
    require(RAND_bytes(bytes, sizeof bytes) == 1);
    std::uint64_t number = 0;
    for (unsigned char byte : bytes)
        number = number << 8 | byte;
    require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1 | 1U) == 1);
}

void add_extension(X509 *certificate, X509 *issuer, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value), X509_EXTENSION_free);
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// Seconds from now between which it holds.
struct Validity {
    long from = -one_day;
    long to = one_month;
};

// Signs a key for a name. An issuer of nullptr: with itself.
Issued issue(const char *name, const Key &key, X509 *issuer, const Key &issuer_key, Validity validity,
             Extensions extensions) {
    Issued certificate(X509_new(), X509_free);
    require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
    set_random_serial(certificate.get());
    require(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), validity.from) != nullptr);
    require(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), validity.to) != nullptr);
    X509_NAME *subject = X509_get_subject_name(certificate.get());
    require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(name), -1,
                                       -1, 0) == 1);
    X509 *signer = issuer != nullptr ? issuer : certificate.get();
    require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer)) == 1);
    require(X509_set_pubkey(certificate.get(), key.get()) == 1);
    add_extension(certificate.get(), signer, NID_subject_key_identifier, "hash");
    if (issuer != nullptr)
        add_extension(certificate.get(), signer, NID_authority_key_identifier, "keyid:always");
    for (const auto &[kind, value] : extensions)
        add_extension(certificate.get(), signer, kind, value);
    require(X509_sign(certificate.get(), issuer_key.get(), EVP_sha256()) > 0);
    return certificate;
}

Issued make_ca(const char *name, const Key &key) {
    return issue(name, key, nullptr, key, {},
                 {{NID_basic_constraints, "critical,CA:TRUE"}, {NID_key_usage, "critical,keyCertSign,cRLSign"}});
}

Issued make_server(Certificate kind, const Key &key, X509 *issuer, const Key &issuer_key) {
    Validity validity;
    if (kind == Certificate::expired)
        validity = {-one_month, -one_day};
    else if (kind == Certificate::not_yet_valid)
        validity = {one_day, one_month};
    const bool wrong_host = kind == Certificate::wrong_host;
    return issue(wrong_host ? "elsewhere.example" : "localhost", key, issuer, issuer_key, validity,
                 {{NID_basic_constraints, "critical,CA:FALSE"},
                  {NID_key_usage, "critical,digitalSignature"},
                  {NID_ext_key_usage, "serverAuth"},
                  {NID_subject_alt_name,
                   wrong_host ? "DNS:elsewhere.example,IP:192.0.2.1" : "DNS:localhost,IP:127.0.0.1,IP:::1"}});
}

std::string base64(const unsigned char *bytes, std::size_t size) {
    std::string text((size + 2) / 3 * 4 + 1, '\0');
    int length = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(text.data()), bytes, static_cast<int>(size));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::string pin(const Key &key) {
    unsigned char *der = nullptr;
    int size = i2d_PUBKEY(key.get(), &der);
    require(size > 0);
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256(der, static_cast<std::size_t>(size), hash);
    OPENSSL_free(der);
    return "sha256//" + base64(hash, sizeof hash);
}

} // namespace

TlsIdentity make_tls_identity(Certificate kind) {
    Key ca_key = make_key();
    Issued ca = make_ca("hostbill sandbox CA", ca_key);
    Key stranger_key = make_key();
    Issued stranger = make_ca("somebody else's CA", stranger_key);
    Key key = make_key();
    Key client_key = make_key();

    const bool untrusted = kind == Certificate::untrusted;
    Issued server = kind == Certificate::self_signed ? make_server(kind, key, nullptr, key)
                                                     : make_server(kind, key, untrusted ? stranger.get() : ca.get(),
                                                                   untrusted ? stranger_key : ca_key);
    Issued client = issue("hostbill sandbox client", client_key, ca.get(), ca_key, {},
                          {{NID_basic_constraints, "critical,CA:FALSE"},
                           {NID_key_usage, "critical,digitalSignature"},
                           {NID_ext_key_usage, "clientAuth"}});
    return {pem(ca), pem(server), pem(key), pem(client), pem(client_key), pin(key)};
}

ServerTls server_tls(const TlsConfig &config, const TlsIdentity &identity) {
    return {identity.certificate, identity.key, config.client_certificate ? identity.ca : std::string(),
            config.max_version, std::chrono::milliseconds(config.handshake_delay)};
}

} // namespace hostbill::sandbox
