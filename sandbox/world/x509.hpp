// X.509: keys, signing requests, and certificates by an authority of our own. Everything in PEM, so that no other file
// sees OpenSSL's types.
#pragma once

#include "sandbox/world/dates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hostbill::sandbox {

std::string make_private_key(); // on P-256
std::string public_key_of(const std::string &private_key);
std::string public_key_pin(const std::string &public_key); // "sha256//" and the hash in base64

// Whom a certificate is for. What is empty is left out.
struct Subject {
    std::string common_name;
    std::string organization = {};
    std::string unit = {};
    std::string locality = {};
    std::string state = {};
    std::string country = {};
};

// A request that can be read, by a key that is good enough, and signed with it.
struct SigningRequest {
    Subject subject;
    std::vector<std::string> names; // of hosts, besides the subject's
    bool other_names = false;       // whether it names what is no host, such as addresses
    std::string public_key;
};

// Without one, `problem` says what is wrong, as the end of a sentence.
std::optional<SigningRequest> read_signing_request(const std::string &pem, std::string &problem);

enum class Usage : std::uint8_t { authority, server, client, website };

struct Certifying {
    Subject subject;
    std::string public_key;
    std::string names; // as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1"; may be empty
    Usage usage = Usage::server;
    Seconds from = 0;
    Seconds until = 0;
};

struct Authority {
    std::string certificate; // empty: there is none yet, the certificate is signed with its own key
    std::string key;
};

std::string make_certificate(const Certifying &certifying, const Authority &by);

} // namespace hostbill::sandbox
