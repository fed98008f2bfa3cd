#include "sandbox/areas/certificates.hpp"

#include "sandbox/areas/host_names.hpp"

namespace hostbill::sandbox {
namespace {

constexpr int authority_years = 30;
constexpr Seconds early = 3600;                        // for clocks that are behind
constexpr Seconds authority_began = 4 * 366 * one_day; // ago: before anything it may have issued

Authority authority(const Moment &moment) {
    if (auto row = moment.db.query("SELECT certificate, key FROM certificate_authority"); row.next())
        return {row.text(0), row.text(1)};
    Authority made{"", make_private_key()};
    Certifying own;
    own.subject.common_name = "hostbill sandbox certificates";
    own.subject.organization = "hostbill sandbox";
    own.public_key = public_key_of(made.key);
    own.usage = Usage::authority;
    own.from = moment.now - authority_began;
    own.until = add_months(moment.now, authority_years * 12);
    made.certificate = make_certificate(own, made);
    moment.db.run("INSERT INTO certificate_authority (certificate, key) VALUES (?, ?)", made.certificate, made.key);
    return made;
}

Subject organization(const json::Value &details) {
    const json::Object none;
    const json::Object &fields = details.object() != nullptr ? *details.object() : none;
    return {"",
            field_text(fields, "name"),
            field_text(fields, "unit"),
            field_text(fields, "locality"),
            field_text(fields, "state"),
            field_text(fields, "country")};
}

} // namespace

std::string authority_certificate(const Moment &moment) { return authority(moment).certificate; }

std::string issued_certificate(const Moment &moment, std::int64_t service) {
    Certifying certifying;
    std::string csr;
    {
        auto row = moment.db.query("SELECT crt, csr, issued, certificates.expires, organization, product_id FROM "
                                   "certificates JOIN services ON id = service_id WHERE service_id = ?",
                                   service);
        if (!row.next())
            not_found("Service", std::to_string(service));
        if (std::string made = row.text(0); !made.empty())
            return made;
        csr = row.text(1);
        certifying.from = row.integer(2) - early;
        certifying.until = row.integer(3);
        if (certificate_rules(row.integer(5)).names_organization)
            certifying.subject = organization(stored(row.text(4)));
    }
    std::string problem;
    const auto request = read_signing_request(csr, problem);
    if (!request)
        refuse("The signing request of service " + std::to_string(service) + " " + problem);
    const std::vector<std::string> hosts = hosts_of(*request);
    certifying.subject.common_name = hosts.front();
    certifying.public_key = request->public_key;
    certifying.usage = Usage::website;
    for (const std::string &host : hosts)
        certifying.names += (certifying.names.empty() ? "DNS:" : ",DNS:") + host;
    std::string made = make_certificate(certifying, authority(moment));
    moment.db.run("UPDATE certificates SET crt = ? WHERE service_id = ?", made, service);
    return made;
}

Seconds certificate_expiry(Seconds issued, std::int64_t years) {
    const Seconds last = add_months(issued, static_cast<int>(years * 12));
    return last - last % one_day + one_day - 1;
}

void issue_certificate(const Moment &moment, std::int64_t service) {
    const std::int64_t years = moment.db.number("SELECT years FROM certificates WHERE service_id = ?", service);
    moment.db.run("UPDATE certificates SET status = 'active', answer_due = 0, issued = ?, expires = ?, crt = '' WHERE "
                  "service_id = ?",
                  moment.now, certificate_expiry(moment.now, years), service);
    count_effect(moment.db, "certificates_issued");
}

} // namespace hostbill::sandbox
