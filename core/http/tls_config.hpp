// Whom to trust, and how to prove who we are, on an encrypted connection.
#pragma once

#include "core/base/secret.hpp"
#include "core/catalog/caller_json.hpp"

#include <string>
#include <string_view>

namespace hostbill {

// There is no way to turn the verification off.
struct TlsConfig {
    std::string ca_file; // trusted instead of the system's certificates; at most one of the two
    std::string ca_pem;
    // The client's own certificate and its private key: paths, or the PEM texts themselves. Both or neither.
    std::string client_certificate;
    Secret client_key;
    std::string pinned_public_key; // "sha256//BASE64", several with a semicolon between; empty: any trusted one
};

TlsConfig read_tls_config(ObjectReader &reader);

// Whether a text is PEM itself and not the path of a file.
bool is_pem(std::string_view text);

// The file with the certificates that this system trusts; empty where none of the known places has one. Asked at run
// time: the library may run on another distribution than the one it was built on.
std::string system_ca_file();
// The places that are looked at, for people.
std::string system_ca_places();

} // namespace hostbill
