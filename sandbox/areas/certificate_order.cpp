// Certificates as they are ordered: the request is read, and everything else must fit it.
#include "sandbox/areas/certificates.hpp"

#include "core/base/ascii.hpp"
#include "sandbox/areas/host_names.hpp"

#include <algorithm>
#include <set>

namespace hostbill::sandbox {
namespace {

constexpr CertificateRules all_rules[] = {
    {250, 1, false, false},
    {251, 1, true, false},
    {252, 10, false, true},
};
constexpr Software all_software[] = {{1, "Apache"}, {2, "nginx"}, {3, "Caddy"}, {4, "HAProxy"}, {5, "Other"}};

constexpr std::size_t longest_csr = 16384;
constexpr std::size_t longest_common_name = 64; // X.509's own limit, and that of an organisation's name
constexpr std::string_view wild = "*.";
constexpr std::string_view approvers[] = {"admin", "administrator", "hostmaster", "postmaster", "webmaster"};
constexpr std::string_view organization_fields[] = {"name",       "unit",     "address1", "address2",
                                                    "postalcode", "locality", "state",    "country"};
constexpr std::string_view organization_required[] = {"name", "locality", "country"};

[[noreturn]] void wrong_csr(const std::string &problem) { refuse("Parameter csr " + problem); }

SigningRequest read_csr(const json::Object &fields) {
    const std::string csr = field_text(fields, "csr");
    if (csr.empty())
        refuse("Parameter csr is required");
    if (csr.size() > longest_csr)
        wrong_csr("is longer than " + std::to_string(longest_csr) + " bytes");
    std::string problem;
    auto request = read_signing_request(csr, problem);
    if (!request)
        wrong_csr(problem);
    return std::move(*request);
}

std::string without(std::string name, std::string_view front) {
    return name.starts_with(front) ? name.substr(front.size()) : name;
}

// A name and the same with www. are one.
std::size_t how_many(const std::vector<std::string> &hosts) {
    std::set<std::string> different;
    for (const std::string &host : hosts)
        different.insert(without(host, "www."));
    return different.size();
}

void check_hosts(const std::vector<std::string> &hosts, const CertificateRules &rules) {
    const std::string &own = hosts.front();
    if (rules.wildcard && !own.starts_with(wild))
        wrong_csr("is for " + own + "; this certificate is for a name that begins with *.");
    for (const std::string &host : hosts) {
        const bool below_wild = rules.wildcard && (host == own || host == without(own, wild));
        if (host.starts_with(wild) && !below_wild)
            wrong_csr("names " + host + ", which this certificate cannot be for");
        if (rules.wildcard && !below_wild)
            wrong_csr("names " + host + " besides " + own);
    }
    if (!rules.wildcard && how_many(hosts) > rules.names)
        wrong_csr("names " + std::to_string(how_many(hosts)) + " hosts; this certificate can be for " +
                  std::to_string(rules.names));
}

// Whoever reads the mail of a name, or of one above it, may say so.
std::string read_approver(const json::Object &fields, const std::string &own) {
    const std::string host = without(without(own, wild), "www.");
    const std::string given = lower(field_text(fields, "approver_email"));
    if (given.empty())
        return std::string(approvers[0]) + "@" + host;
    const std::size_t at = given.find('@');
    const std::string domain = at != std::string::npos ? given.substr(at + 1) : "";
    const bool fits = is_domain_name(domain) && (host == domain || host.ends_with("." + domain));
    if (!fits || std::find(std::begin(approvers), std::end(approvers), given.substr(0, at)) == std::end(approvers))
        refuse("Parameter approver_email must be admin, administrator, hostmaster, postmaster or webmaster at " + host +
               " or at a domain above it");
    return given;
}

std::int64_t read_software(const json::Object &fields) {
    if (field_text(fields, "software").empty())
        return all_software[0].id;
    const std::int64_t id = field_number(fields, "software");
    for (const Software &software : all_software)
        if (software.id == id)
            return id;
    not_found("Software", std::to_string(id));
}

// What was given, and what the request says where nothing was.
json::Object read_organization(const json::Object &fields, const Subject &subject, bool required) {
    json::Object organization{{"name", subject.organization},
                              {"unit", subject.unit},
                              {"address1", ""},
                              {"address2", ""},
                              {"postalcode", ""},
                              {"locality", subject.locality},
                              {"state", subject.state},
                              {"country", subject.country}};
    const json::Value *given = fields.find("organization");
    if (given != nullptr && given->object() != nullptr)
        for (const json::Member &member : *given->object()) {
            const std::string place = "Parameter organization[" + member.key + "] ";
            const auto text = scalar_text(member.value);
            if (std::find(std::begin(organization_fields), std::end(organization_fields), member.key) ==
                std::end(organization_fields))
                refuse(place + "is not part of an organisation's details");
            if (!text || text->size() > longest_common_name)
                refuse(place + "must be a text of at most " + std::to_string(longest_common_name) + " letters");
            organization.set(member.key, *text);
        }
    for (std::string_view field : organization_required)
        if (required && field_text(organization, field).empty())
            refuse("Parameter organization[" + std::string(field) + "] is required for this certificate");
    const std::string country = field_text(organization, "country");
    if (!country.empty() &&
        (country.size() != 2 || country.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos))
        refuse("Parameter organization[country] must be a country of two letters, such as EE");
    return organization;
}

} // namespace

const CertificateRules &certificate_rules(std::int64_t product) {
    for (const CertificateRules &rules : all_rules)
        if (rules.product == product)
            return rules;
    return all_rules[0];
}

std::span<const Software> certificate_software() { return all_software; }

std::vector<std::string> hosts_of(const SigningRequest &request) {
    if (request.other_names)
        wrong_csr("names what is no host, such as an address");
    std::vector<std::string> hosts;
    std::string own = lower(request.subject.common_name);
    if (own.empty() && !request.names.empty())
        own = lower(request.names.front());
    hosts.push_back(own);
    for (const std::string &name : request.names)
        if (const std::string host = lower(name); std::find(hosts.begin(), hosts.end(), host) == hosts.end())
            hosts.push_back(host);
    if (own.empty())
        wrong_csr("names no host");
    for (const std::string &host : hosts)
        if (!is_domain_name(without(host, wild)))
            wrong_csr("names a host that is none");
    if (own.size() > longest_common_name)
        wrong_csr("names a host of more than " + std::to_string(longest_common_name) + " letters");
    return hosts;
}

CartItem read_certificate(Call &call, const json::Object &fields) {
    CartItem item;
    item.fields = fields;
    item.plan.product = &product_of(fields, true);
    item.years = read_years(fields);
    const SigningRequest request = read_csr(fields);
    const Period *period = find_period(item.plan.product->periods, item.years == 1 ? "a" : item.years == 2 ? "b" : "");
    if (period == nullptr)
        refuse("Parameter years has no price for product " + std::to_string(item.plan.product->id));
    const CertificateRules &rules = certificate_rules(item.plan.product->id);
    const std::vector<std::string> hosts = hosts_of(request);
    check_hosts(hosts, rules);
    item.fields.set("approver_email", read_approver(fields, hosts.front()));
    item.fields.set("software", read_software(fields));
    item.fields.set("organization", read_organization(fields, request.subject, rules.names_organization));
    for (std::string_view role : {"admin", "tech", "billing"})
        if (std::string id = field_text(fields, role);
            !id.empty() && id != "0" && !call.db.exists("SELECT 1 FROM contacts WHERE id = ?", id))
            not_found("Contact", id);
    item.plan.cycle = find_cycle(period->cycle);
    item.price = item.recurring = period->price;
    item.name = hosts.front();
    return item;
}

void make_certificate_service(Call &call, std::int64_t service, const CartItem &item) {
    json::Object contacts;
    for (std::string_view role : {"admin", "tech", "billing"})
        contacts.append(role, field_text(item.fields, role));
    call.db.run("INSERT INTO certificates (service_id, csr, years, email, software, contacts, organization, status) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, 'pending')",
                service, field_text(item.fields, "csr"), item.years, field_text(item.fields, "approver_email"),
                field_number(item.fields, "software"), json::write_utf8(contacts),
                json::write_utf8(*item.fields.find("organization")));
}

} // namespace hostbill::sandbox
