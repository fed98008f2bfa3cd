// Certificates that were ordered. What they certify comes with a later floor; the shapes are all there.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/areas/services.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

std::string cert_status(const std::string &service_status) { return service_status == "Active" ? "active" : ""; }

std::string expires(Seconds due) { return due == 0 ? "0000-00-00 00:00:00" : date(due) + " 23:59:59"; }

json::Value list(Call &call) {
    json::Array certificates;
    for (auto row =
             call.db.query("SELECT id, domain, recurring, status, cycle, next_due, product_id, email FROM services "
                           "JOIN certificates ON service_id = id ORDER BY id");
         row.next();) {
        const Product &product = *find_product(row.integer(6));
        const Category &category = *find_category(product.category);
        const Seconds due = row.integer(5);
        certificates.push_back(json::Object{{"id", row.text(0)},
                                            {"domain", row.text(1)},
                                            {"total", money_text(row.integer(2))},
                                            {"status", row.text(3)},
                                            {"billingcycle", find_cycle(row.text(4))->name},
                                            {"next_due", due == 0 ? "0000-00-00" : date(due)},
                                            {"category", category.name},
                                            {"category_url", category.slug},
                                            {"name", product.name},
                                            {"cert_email", row.text(7)},
                                            {"cert_status", cert_status(row.text(3))},
                                            {"cert_expires", expires(due)}});
    }
    return json::Object{{"sslservices", std::move(certificates)}};
}

std::string word(const json::Object &profile, std::string_view field) {
    const json::Value *value = profile.find(field);
    auto text = value != nullptr ? scalar_text(*value) : std::nullopt;
    return text ? *text : std::string();
}

// A contact in the registry's own words. Its telephone number is a number there.
json::Value contact(Call &call, const json::Value *id) {
    auto text = id != nullptr ? scalar_text(*id) : std::nullopt;
    json::Object profile = read_profile(call.db, text && !text->empty() ? std::stoll(*text) : 0);
    std::string digits = word(profile, "phonenumber");
    digits.erase(std::remove_if(digits.begin(), digits.end(), [](char c) { return c < '0' || c > '9'; }), digits.end());
    return json::Object{
        {"FName", word(profile, "firstname")},
        {"LName", word(profile, "lastname")},
        {"City", word(profile, "city")},
        {"State", word(profile, "state")},
        {"PostalCode", word(profile, "postcode")},
        {"EmailAddress", word(profile, "email")},
        {"Country", word(profile, "country")},
        {"Address1", word(profile, "address1")},
        {"Address2", word(profile, "address2")},
        {"Phone", digits.empty() || digits.size() > 15 ? std::int64_t{0} : std::int64_t{std::stoll(digits)}},
        {"OrgName", word(profile, "companyname")},
        {"PreFix", 1},
        {"JobTitle", "n/a"}};
}

json::Value get(Call &call) {
    json::Object service = service_details(call);
    service.erase("username");
    service.erase("password");
    auto row = call.db.query("SELECT csr, email, software, contacts, organization, next_due FROM certificates JOIN "
                             "services ON service_id = id WHERE id = ?",
                             call.integer("service_id"));
    row.next();
    json::Value ids = stored(row.text(3));
    json::Object contacts;
    for (std::string_view role : {"admin", "billing", "tech"})
        contacts.append(role, contact(call, ids.find(role)));
    service.append("cert_status", cert_status(service_status(call)));
    service.append("cert_expires", expires(row.integer(5)));
    service.append("csr", row.text(0));
    service.append("contacts", std::move(contacts));
    service.append("organization", stored(row.text(4)));
    service.append("cert_email", row.text(1));
    service.append("software", row.text(2));
    return json::Object{{"service", std::move(service)}};
}

void require_issued(Call &call) {
    if (service_status(call) != "Active")
        refuse("Certificate " + call.text("service_id") + " has not been issued");
}

std::string pem(std::string_view body) {
    return "-----BEGIN CERTIFICATE-----\n" + std::string(body) + "\n-----END CERTIFICATE-----\n";
}

json::Value download(Call &call) {
    require_issued(call);
    return json::Object{{"crt", pem("ZXhhbXBsZSBjZXJ0aWZpY2F0ZQ==")}};
}

json::Value ca_bundle(Call &call) {
    require_issued(call);
    return json::Object{{"ca", pem("ZXhhbXBsZSBhdXRob3JpdHk=")}};
}

constexpr HandlerRow handlers[] = {
    {"certificates.ca_bundle", ca_bundle},
    {"certificates.download", download},
    {"certificates.get", get},
    {"certificates.list", list},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE certificates (service_id INTEGER PRIMARY KEY REFERENCES services (id), csr TEXT NOT NULL,
    years INTEGER NOT NULL, email TEXT NOT NULL, software INTEGER NOT NULL, contacts TEXT NOT NULL,
    organization TEXT NOT NULL);
)sql";

constexpr SeededId seeded_ids[] = {
    {"certificates.products.", "product_id", "250"},
    {"certificates.", "service_id", "5140"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("certificates"))
        moment.db.run("INSERT INTO certificates (service_id, csr, years, email, software, contacts, organization) "
                      "VALUES (?, ?, ?, ?, ?, '{}', ?)",
                      row.integer("service"), row.text("csr"), row.integer("years", 1), row.text("email"),
                      row.integer("software"), row.json_text("organization", "{}"));
}

void forget(const Moment &moment, const ServiceChange &change) {
    if (change.status == gone)
        moment.db.run("DELETE FROM certificates WHERE service_id = ?", change.id);
}

} // namespace

constinit const Area certificates_area{.name = "certificates",
                                       .tables = tables,
                                       .seed = seed,
                                       .handlers = handlers,
                                       .seeded_ids = seeded_ids,
                                       .service_changed = forget};

} // namespace hostbill::sandbox
