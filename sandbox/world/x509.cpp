#include "sandbox/world/x509.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace hostbill::sandbox {
namespace {

template <auto free>
struct Free {
    template <class Type>
    void operator()(Type *held) const {
        free(held);
    }
};
using Memory = std::unique_ptr<BIO, Free<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Issued = std::unique_ptr<X509, Free<X509_free>>;
using Asked = std::unique_ptr<X509_REQ, Free<X509_REQ_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

constexpr int least_rsa_bits = 2048;
constexpr int most_rsa_bits = 8192; // Checking what longer ones signed takes long.

void require(bool done) {
    if (!done)
        throw std::runtime_error("OpenSSL failed");
}

// What failed to be read leaves its errors on the thread, where the next TLS connection would find them.
struct ErrorsForgotten {
    ~ErrorsForgotten() { ERR_clear_error(); }
};

// PEM can be encrypted, and OpenSSL would ask the terminal for the password.
int no_password(char *, int, int, void *) { return -1; }

Memory reader(const std::string &pem) {
    Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    require(memory != nullptr);
    return memory;
}

template <class Write>
std::string written(Write write) {
    Memory out(BIO_new(BIO_s_mem()));
    require(out != nullptr && write(out.get()) == 1);
    char *data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

Key read_private_key(const std::string &pem) {
    Key key(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, no_password, nullptr));
    require(key != nullptr);
    return key;
}

Key read_public_key(const std::string &pem) {
    Key key(PEM_read_bio_PUBKEY(reader(pem).get(), nullptr, no_password, nullptr));
    require(key != nullptr);
    return key;
}

std::string public_pem(EVP_PKEY *key) {
    return written([key](BIO *out) { return PEM_write_bio_PUBKEY(out, key); });
}

std::string entry(const X509_NAME *name, int kind) {
    const int place = X509_NAME_get_index_by_NID(name, kind, -1);
    if (place < 0)
        return {};
    unsigned char *text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, place)));
    if (size < 0)
        return {};
    std::string copy(reinterpret_cast<char *>(text), static_cast<std::size_t>(size));
    OPENSSL_free(text);
    return copy;
}

Subject read_subject(const X509_NAME *name) {
    return {
        entry(name, NID_commonName),   entry(name, NID_organizationName),    entry(name, NID_organizationalUnitName),
        entry(name, NID_localityName), entry(name, NID_stateOrProvinceName), entry(name, NID_countryName)};
}

void write_subject(X509_NAME *name, const Subject &subject) {
    for (const auto &[kind, text] :
         std::initializer_list<std::pair<int, const std::string &>>{{NID_countryName, subject.country},
                                                                    {NID_stateOrProvinceName, subject.state},
                                                                    {NID_localityName, subject.locality},
                                                                    {NID_organizationName, subject.organization},
                                                                    {NID_organizationalUnitName, subject.unit},
                                                                    {NID_commonName, subject.common_name}})
        if (!text.empty())
            require(X509_NAME_add_entry_by_NID(name, kind, MBSTRING_UTF8,
                                               reinterpret_cast<const unsigned char *>(text.data()),
                                               static_cast<int>(text.size()), -1, 0) == 1);
}

void read_names(X509_REQ *request, SigningRequest &into) {
    STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(request);
    auto *names = static_cast<GENERAL_NAMES *>(X509V3_get_d2i(extensions, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_DNS)
            into.names.emplace_back(reinterpret_cast<const char *>(ASN1_STRING_get0_data(name->d.dNSName)),
                                    static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
        else
            into.other_names = true;
    }
    GENERAL_NAMES_free(names);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
}

// What is wrong with a key; empty where nothing is.
std::string weakness(EVP_PKEY *key) {
    constexpr std::string_view wanted = "has a key that is neither RSA nor on the curve P-256, P-384 or P-521";
    if (key == nullptr)
        return "has a key that cannot be read";
    const int bits = EVP_PKEY_get_bits(key);
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        if (bits < least_rsa_bits)
            return "has a key of " + std::to_string(bits) + " bits; at least " + std::to_string(least_rsa_bits) +
                   " are wanted";
        return bits > most_rsa_bits ? "has a key of more than " + std::to_string(most_rsa_bits) + " bits" : "";
    }
    char curve[64] = "";
    if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_group_name(key, curve, sizeof curve, nullptr) != 1)
        return std::string(wanted);
    const int group = OBJ_sn2nid(curve);
    const bool known = group == NID_X9_62_prime256v1 || group == NID_secp384r1 || group == NID_secp521r1;
    return known ? "" : std::string(wanted);
}

void add_extension(X509 *certificate, X509 *issuer, int kind, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void add_usage(X509 *certificate, X509 *issuer, Usage usage, bool rsa) {
    const bool authority = usage == Usage::authority;
    add_extension(certificate, issuer, NID_basic_constraints, authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(certificate, issuer, NID_key_usage,
                  authority ? "critical,keyCertSign,cRLSign"
                  : rsa     ? "critical,digitalSignature,keyEncipherment"
                            : "critical,digitalSignature");
    if (!authority)
        add_extension(certificate, issuer, NID_ext_key_usage,
                      usage == Usage::website  ? "serverAuth,clientAuth"
                      : usage == Usage::client ? "clientAuth"
                                               : "serverAuth");
}

void set_random_serial(X509 *certificate) {
    unsigned char bytes[8];
    require(RAND_bytes(bytes, sizeof bytes) == 1);
    std::uint64_t number = 0;
    for (unsigned char byte : bytes)
        number = number << 8 | byte;
    require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1 | 1U) == 1);
}

} // namespace

std::string make_private_key() {
    const Key key(EVP_EC_gen("P-256"));
    require(key != nullptr);
    return written(
        [&](BIO *out) { return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

std::string public_key_of(const std::string &private_key) { return public_pem(read_private_key(private_key).get()); }

std::string public_key_pin(const std::string &public_key) {
    const Key key = read_public_key(public_key);
    unsigned char *der = nullptr;
    const int size = i2d_PUBKEY(key.get(), &der);
    require(size > 0);
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256(der, static_cast<std::size_t>(size), hash);
    OPENSSL_free(der);
    std::string text((sizeof hash + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(text.data()), hash, sizeof hash);
    text.resize(static_cast<std::size_t>(length));
    return "sha256//" + text;
}

std::optional<SigningRequest> read_signing_request(const std::string &pem, std::string &problem) {
    const ErrorsForgotten forgotten;
    const Asked request(PEM_read_bio_X509_REQ(reader(pem).get(), nullptr, no_password, nullptr));
    if (request == nullptr) {
        problem = "is not a certificate signing request in PEM";
        return std::nullopt;
    }
    EVP_PKEY *key = X509_REQ_get0_pubkey(request.get());
    problem = weakness(key);
    if (!problem.empty())
        return std::nullopt;
    if (X509_REQ_verify(request.get(), key) != 1) {
        problem = "is not signed with its own key";
        return std::nullopt;
    }
    SigningRequest read{read_subject(X509_REQ_get_subject_name(request.get())), {}, false, public_pem(key)};
    read_names(request.get(), read);
    return read;
}

std::string make_certificate(const Certifying &certifying, const Authority &by) {
    const Key key = read_public_key(certifying.public_key);
    const Key signer = read_private_key(by.key);
    Issued issuer;
    if (!by.certificate.empty())
        issuer.reset(PEM_read_bio_X509(reader(by.certificate).get(), nullptr, no_password, nullptr));
    require(by.certificate.empty() || issuer != nullptr);

    const Issued made(X509_new());
    X509 *certificate = made.get();
    require(certificate != nullptr && X509_set_version(certificate, X509_VERSION_3) == 1);
    set_random_serial(certificate);
    require(ASN1_TIME_set(X509_getm_notBefore(certificate), certifying.from) != nullptr);
    require(ASN1_TIME_set(X509_getm_notAfter(certificate), certifying.until) != nullptr);
    write_subject(X509_get_subject_name(certificate), certifying.subject);
    X509 *signing = issuer != nullptr ? issuer.get() : certificate;
    require(X509_set_issuer_name(certificate, X509_get_subject_name(signing)) == 1);
    require(X509_set_pubkey(certificate, key.get()) == 1);
    add_extension(certificate, signing, NID_subject_key_identifier, "hash");
    if (issuer != nullptr)
        add_extension(certificate, signing, NID_authority_key_identifier, "keyid:always");
    add_usage(certificate, signing, certifying.usage, EVP_PKEY_is_a(key.get(), "RSA") == 1);
    if (!certifying.names.empty())
        add_extension(certificate, signing, NID_subject_alt_name, certifying.names.c_str());
    require(X509_sign(certificate, signer.get(), EVP_sha256()) > 0);
    return written([certificate](BIO *out) { return PEM_write_bio_X509(out, certificate); });
}

} // namespace hostbill::sandbox
