// Random values, password hashes, base64 and RS256. Like x509.hpp, it hides OpenSSL from all others.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

std::string random_bytes(std::size_t count);
std::string random_password(); // 20 characters that no shell or URL minds

std::string base64(std::string_view bytes); // with padding
std::string base64url(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text); // either alphabet, with or without padding

std::string hash_password(std::string_view password, std::string_view salt);
std::string keyed_hash(std::string_view key, std::string_view text);
bool same(std::string_view a, std::string_view b); // in constant time

std::string sha256_of(std::string_view text);
std::string new_p256_point(); // the public half of a key that nobody keeps, as DNSSEC writes it: 64 bytes

// An RSA key that signs and checks.
class SigningKey {
public:
    static SigningKey generate();
    static std::optional<SigningKey> from_pem(std::string_view pem);
    std::string pem() const;
    std::string sign(std::string_view text) const;
    bool verify(std::string_view text, std::string_view signature) const;

private:
    explicit SigningKey(void *key);
    std::shared_ptr<void> key_;
};

} // namespace hostbill::sandbox
