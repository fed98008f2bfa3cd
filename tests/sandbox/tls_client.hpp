// OpenSSL's own client, as careful as one should be: chain, host, dates and versions are checked.
#pragma once

#include "fault_client.hpp"

#include <string>

namespace hostbill::sandbox::test {

struct TlsAttempt {
    bool connected = false;
    long verification = 0; // X509_V_OK, or why the server was not trusted
    std::string error;     // OpenSSL's words where the handshake failed
    std::string version;   // such as "TLSv1.3"
    std::string answer;    // to a request for the balance
};

struct TlsClient {
    std::string ca_pem; // empty: nobody is trusted
    std::string host = "127.0.0.1";
    int min_version = 0;
    int max_version = 0;
    bool old_ciphers = false; // also those that the system's policy forbids
    std::string certificate_pem;
    std::string key_pem;
};

TlsAttempt try_tls(const Box &box, const TlsClient &client);

} // namespace hostbill::sandbox::test
