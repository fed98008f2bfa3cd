// How a sandbox is to speak TLS.
#pragma once

#include "core/catalog/error.hpp"
#include "core/json/json.hpp"
#include "sandbox/http/http.hpp"

#include <cstdint>
#include <vector>

namespace hostbill::sandbox {

enum class Certificate : std::uint8_t { good, expired, not_yet_valid, wrong_host, self_signed, untrusted };

struct TlsConfig {
    Certificate certificate = Certificate::good;
    TlsVersion max_version = TlsVersion::tls1_3;
    std::int64_t handshake_delay = 0; // milliseconds
    bool client_certificate = false;  // whether clients must show one
};

// From the member "tls" of the config; mistakes are added to `problems`.
TlsConfig read_tls_config(const json::Value &value, std::vector<FieldProblem> &problems);

} // namespace hostbill::sandbox
