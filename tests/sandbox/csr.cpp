#include "csr.hpp"

#include "core/json/json.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <ctime>
#include <memory>
#include <stdexcept>

namespace hostbill::sandbox::test {
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
using Asked = std::unique_ptr<X509_REQ, Free<X509_REQ_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;

void require(bool done) {
    if (!done)
        throw std::runtime_error("OpenSSL failed");
}

std::string contents(const Memory &memory) {
    char *data = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

Key make_key(KeyKind kind) {
    switch (kind) {
    case KeyKind::p256:
        return Key(EVP_EC_gen("P-256"));
    case KeyKind::p384:
        return Key(EVP_EC_gen("P-384"));
    case KeyKind::secp256k1:
        return Key(EVP_EC_gen("secp256k1"));
    case KeyKind::rsa1024:
        return Key(EVP_RSA_gen(1024));
    case KeyKind::rsa2048:
        return Key(EVP_RSA_gen(2048));
    }
    return nullptr;
}

std::string public_pem(EVP_PKEY *key) {
    const Memory out(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_PUBKEY(out.get(), key) == 1);
    return contents(out);
}

Csr make(const std::string &common_name, const std::string &names, EVP_PKEY *key, EVP_PKEY *signer) {
    const Asked request(X509_REQ_new());
    X509_NAME *subject = X509_REQ_get_subject_name(request.get());
    if (!common_name.empty())
        require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                           reinterpret_cast<const unsigned char *>(common_name.c_str()), -1, -1,
                                           0) == 1);
    require(X509_REQ_set_pubkey(request.get(), key) == 1);
    if (!names.empty()) {
        STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
        require(extension != nullptr);
        sk_X509_EXTENSION_push(extensions, extension);
        require(X509_REQ_add_extensions(request.get(), extensions) == 1);
        sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    }
    require(X509_REQ_sign(request.get(), signer, EVP_sha256()) > 0);
    const Memory out(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509_REQ(out.get(), request.get()) == 1);
    return {contents(out), public_pem(key)};
}

Certificate read(const std::string &pem) {
    const Memory in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return Certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
}

std::string name_text(const X509_NAME *name) {
    const Memory out(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE);
    return contents(out);
}

// "2026-11-23T14:05:00" and whatever is behind.
std::time_t time_of(const std::string &text) {
    std::tm time{};
    require(std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d", &time.tm_year, &time.tm_mon, &time.tm_mday, &time.tm_hour,
                        &time.tm_min, &time.tm_sec) == 6);
    time.tm_year -= 1900;
    time.tm_mon -= 1;
    return timegm(&time);
}

bool is_trusted(X509 *certificate, X509 *authority, const std::string &time) {
    const std::unique_ptr<X509_STORE, Free<X509_STORE_free>> store(X509_STORE_new());
    const std::unique_ptr<X509_STORE_CTX, Free<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
    require(X509_STORE_add_cert(store.get(), authority) == 1);
    require(X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) == 1);
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_time(context.get(), 0, time_of(time));
    return X509_verify_cert(context.get()) == 1;
}

} // namespace

std::string Csr::json() const { return json::write_utf8(json::Value(pem)); }

Csr make_csr(const std::string &common_name, const std::string &names, KeyKind kind) {
    const Key key = make_key(kind);
    require(key != nullptr);
    return make(common_name, names, key.get(), key.get());
}

Csr make_forged_csr(const std::string &common_name) {
    const Key key = make_key(KeyKind::p256), other = make_key(KeyKind::p256);
    return make(common_name, "", key.get(), other.get());
}

CertificateText read_certificate(const std::string &pem, const std::string &bundle, const std::string &time) {
    const Certificate certificate = read(pem), authority = read(bundle);
    require(certificate != nullptr && authority != nullptr);
    CertificateText text;
    text.trusted = is_trusted(certificate.get(), authority.get(), time);
    text.public_key = public_pem(X509_get0_pubkey(certificate.get()));
    text.subject = name_text(X509_get_subject_name(certificate.get()));
    text.issuer = name_text(X509_get_issuer_name(certificate.get()));
    auto *names =
        static_cast<GENERAL_NAMES *>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
        const ASN1_IA5STRING *name = sk_GENERAL_NAME_value(names, i)->d.dNSName;
        text.names.emplace_back(reinterpret_cast<const char *>(ASN1_STRING_get0_data(name)),
                                static_cast<std::size_t>(ASN1_STRING_length(name)));
    }
    GENERAL_NAMES_free(names);
    std::tm until{};
    require(ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &until) == 1);
    char buffer[32];
    std::strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M:%S", &until);
    text.until = buffer;
    return text;
}

} // namespace hostbill::sandbox::test
