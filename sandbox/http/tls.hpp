// Throw-away certificates: made when a sandbox starts, trusted by nobody else, gone with it.
#pragma once

#include "sandbox/http/http.hpp"
#include "sandbox/http/tls_config.hpp"

#include <string>

namespace hostbill::sandbox {

// All in PEM. The CA signed the certificates, but for those that are to be refused because it did not.
struct TlsIdentity {
    std::string ca;
    std::string certificate;
    std::string key;
    std::string client_certificate;
    std::string client_key;
    std::string public_key_pin; // of the server's key: "sha256//" and the hash in base64
};

TlsIdentity make_tls_identity(Certificate certificate);

ServerTls server_tls(const TlsConfig &config, const TlsIdentity &identity);

} // namespace hostbill::sandbox
