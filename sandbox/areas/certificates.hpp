// Certificates: what may be ordered, and the authority that issues it. It is thrown away with the world it belongs to,
// and trusted by nobody else.
#pragma once

#include "sandbox/areas/cart.hpp"
#include "sandbox/world/call.hpp"
#include "sandbox/world/x509.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

// What a product certifies.
struct CertificateRules {
    std::int64_t product;
    std::size_t names;       // of hosts, at most; a name and the same with www. count once
    bool wildcard;           // whether it is for *.name
    bool names_organization; // whether the organisation stands in it
};

const CertificateRules &certificate_rules(std::int64_t product);

struct Software {
    std::int64_t id;
    std::string_view name;
};

std::span<const Software> certificate_software();

// The hosts a request is for, its own name first. Refuses what no certificate can be for.
std::vector<std::string> hosts_of(const SigningRequest &request);

// Makes the certificate of a new service, which waits for its invoice to be paid.
void make_certificate_service(Call &call, std::int64_t service, const CartItem &item);

// What the authority has issued for a service, and its own certificate. Made when they are first asked for.
std::string issued_certificate(const Moment &moment, std::int64_t service);
std::string authority_certificate(const Moment &moment);

// The approver gave its word: the certificate holds from now on, for as many years as were paid for.
void issue_certificate(const Moment &moment, std::int64_t service);
Seconds certificate_expiry(Seconds issued, std::int64_t years);

} // namespace hostbill::sandbox
