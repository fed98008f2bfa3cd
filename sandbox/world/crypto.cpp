#include "sandbox/world/crypto.hpp"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <stdexcept>

namespace hostbill::sandbox {
namespace {

// Enough to slow a guesser down, little enough to start at once.
constexpr int password_rounds = 4096;
constexpr std::size_t hash_bytes = 32;
constexpr int key_bits = 2048;
constexpr std::size_t point_bytes = 65;

const unsigned char *bytes(std::string_view text) { return reinterpret_cast<const unsigned char *>(text.data()); }
unsigned char *bytes(std::string &text) { return reinterpret_cast<unsigned char *>(text.data()); }

void require(bool done) {
    if (!done)
        throw std::runtime_error("OpenSSL failed");
}

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// Without padding.
std::string encode(std::string_view input, std::string_view last_two) {
    auto letter = [&](unsigned sextet) {
        return sextet < letters.size() ? letters[sextet] : last_two[sextet - letters.size()];
    };
    std::string out;
    out.reserve((input.size() * 4 + 2) / 3);
    unsigned pending = 0;
    int bits = 0;
    for (unsigned char byte : input) {
        pending = (pending << 8 | byte) & 0xffffU;
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            out += letter(pending >> bits & 63U);
        }
    }
    if (bits > 0)
        out += letter(pending << (6 - bits) & 63U);
    return out;
}

int sextet(char letter) {
    if (letter >= 'A' && letter <= 'Z')
        return letter - 'A';
    if (letter >= 'a' && letter <= 'z')
        return letter - 'a' + 26;
    if (letter >= '0' && letter <= '9')
        return letter - '0' + 52;
    if (letter == '+' || letter == '-')
        return 62;
    return letter == '/' || letter == '_' ? 63 : -1;
}

} // namespace

std::string random_bytes(std::size_t count) {
    std::string result(count, '\0');
    require(RAND_bytes(bytes(result), static_cast<int>(count)) == 1);
    return result;
}

std::string random_password() { return base64url(random_bytes(15)); }

std::string base64url(std::string_view input) { return encode(input, "-_"); }

std::string base64(std::string_view input) {
    std::string out = encode(input, "+/");
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
    while (text.ends_with('='))
        text.remove_suffix(1);
    if (text.size() % 4 == 1)
        return std::nullopt;
    std::string out;
    out.reserve(text.size() * 3 / 4);
    unsigned pending = 0;
    int bits = 0;
    for (char letter : text) {
        int value = sextet(letter);
        if (value < 0)
            return std::nullopt;
        pending = (pending << 6 | static_cast<unsigned>(value)) & 0xffffU;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(pending >> bits & 0xffU);
        }
    }
    return out;
}

std::string hash_password(std::string_view password, std::string_view salt) {
    std::string hash(hash_bytes, '\0');
    require(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes(salt),
                              static_cast<int>(salt.size()), password_rounds, EVP_sha256(), hash_bytes,
                              bytes(hash)) == 1);
    return hash;
}

std::string keyed_hash(std::string_view key, std::string_view text) {
    // Not HMAC: the hash leaves nobody's hands, and is made for every request.
    static EVP_MD *const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    std::string joined(key);
    joined += text;
    std::string hash(hash_bytes, '\0');
    require(EVP_Digest(joined.data(), joined.size(), bytes(hash), nullptr, algorithm, nullptr) == 1);
    return hash;
}

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string sha256_of(std::string_view text) {
    std::string hash(hash_bytes, '\0');
    unsigned size = 0;
    require(EVP_Digest(text.data(), text.size(), bytes(hash), &size, EVP_sha256(), nullptr) == 1);
    return hash;
}

std::string new_p256_point() {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    std::string point(point_bytes, '\0'); // behind a byte that tells how it is written
    std::size_t size = 0;
    require(key &&
            EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes(point), point.size(), &size) ==
                1 &&
            size == point.size());
    return point.substr(1);
}

SigningKey::SigningKey(void *key) : key_(key, [](void *held) { EVP_PKEY_free(static_cast<EVP_PKEY *>(held)); }) {}

SigningKey SigningKey::generate() {
    EVP_PKEY *key = EVP_RSA_gen(key_bits);
    require(key != nullptr);
    return SigningKey(key);
}

std::optional<SigningKey> SigningKey::from_pem(std::string_view pem) {
    std::unique_ptr<BIO, decltype(&BIO_free)> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
    EVP_PKEY *key = in ? PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr) : nullptr;
    if (key == nullptr)
        return std::nullopt;
    return SigningKey(key);
}

std::string SigningKey::pem() const {
    std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    require(out && PEM_write_bio_PrivateKey(out.get(), static_cast<EVP_PKEY *>(key_.get()), nullptr, nullptr, 0,
                                            nullptr, nullptr) == 1);
    char *data = nullptr;
    long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string SigningKey::sign(std::string_view text) const {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    auto *key = static_cast<EVP_PKEY *>(key_.get());
    std::size_t size = 0;
    require(context && EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1);
    require(EVP_DigestSign(context.get(), nullptr, &size, bytes(text), text.size()) == 1);
    std::string signature(size, '\0');
    require(EVP_DigestSign(context.get(), bytes(signature), &size, bytes(text), text.size()) == 1);
    signature.resize(size);
    return signature;
}

bool SigningKey::verify(std::string_view text, std::string_view signature) const {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    auto *key = static_cast<EVP_PKEY *>(key_.get());
    require(context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1);
    return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

} // namespace hostbill::sandbox
