// Certificates that were ordered: unpaid they are "pending", while the approver is asked "processing", then "active" until
// they are "expired". Those whose service has ended are "cancelled".
#include "sandbox/areas/certificates.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/world/patience.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr Seconds approval_takes = 600;

std::string cert_status(const std::string &service_status, const std::string &own) {
    if (service_status == "Active" || service_status == "Suspended")
        return own;
    return service_status == "Pending" ? "pending" : "cancelled";
}

std::string expires_text(Seconds time) { return time == 0 ? "0000-00-00 00:00:00" : date_time(time); }

json::Value list(Call &call) {
    json::Array certificates;
    for (auto row =
             call.db.query("SELECT id, domain, recurring, services.status, cycle, next_due, product_id, email, "
                           "certificates.status, expires FROM services JOIN certificates ON service_id = id ORDER BY "
                           "id");
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
                                            {"cert_status", cert_status(row.text(3), row.text(8))},
                                            {"cert_expires", expires_text(row.integer(9))}});
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
    auto row = call.db.query("SELECT csr, email, software, contacts, organization, expires, status FROM certificates "
                             "WHERE service_id = ?",
                             call.integer("service_id"));
    row.next();
    json::Value ids = stored(row.text(3));
    json::Object contacts;
    for (std::string_view role : {"admin", "billing", "tech"})
        contacts.append(role, contact(call, ids.find(role)));
    service.append("cert_status", cert_status(service_status(call), row.text(6)));
    service.append("cert_expires", expires_text(row.integer(5)));
    service.append("csr", row.text(0));
    service.append("contacts", std::move(contacts));
    service.append("organization", stored(row.text(4)));
    service.append("cert_email", row.text(1));
    service.append("software", row.text(2));
    return json::Object{{"service", std::move(service)}};
}

void require_issued(Call &call) {
    const std::string own =
        call.db.text("SELECT status FROM certificates WHERE service_id = ?", call.integer("service_id"));
    const std::string status = cert_status(service_status(call), own);
    if (status == "cancelled")
        refuse("Certificate " + call.text("service_id") + " is cancelled");
    if (status != "active" && status != "expired")
        refuse("Certificate " + call.text("service_id") + " has not been issued");
}

json::Value download(Call &call) {
    require_issued(call);
    return json::Object{{"crt", issued_certificate(call.moment(), call.integer("service_id"))}};
}

json::Value ca_bundle(Call &call) {
    require_issued(call);
    return json::Object{{"ca", authority_certificate(call.moment())}};
}

json::Value list_software(Call &call) {
    const Product *product = find_product(call.integer("product_id"));
    if (product == nullptr || product->kind != Kind::certificate)
        not_found("Product", call.text("product_id"));
    json::Array list;
    for (const Software &software : certificate_software())
        list.push_back(json::Object{{"id", software.id}, {"name", software.name}});
    return json::Object{{"software", std::move(list)}};
}

constexpr HandlerRow handlers[] = {
    {"certificates.ca_bundle", ca_bundle},
    {"certificates.download", download},
    {"certificates.get", get},
    {"certificates.list", list},
    {"certificates.products.software", list_software},
};

// `crt` is made when it is first asked for. `due` is when something happens by itself: the approver answers, or the
// certificate expires.
constexpr std::string_view tables = R"sql(
CREATE TABLE certificates (service_id INTEGER PRIMARY KEY REFERENCES services (id), csr TEXT NOT NULL,
    years INTEGER NOT NULL, email TEXT NOT NULL, software INTEGER NOT NULL, contacts TEXT NOT NULL,
    organization TEXT NOT NULL, status TEXT NOT NULL, answer_due INTEGER NOT NULL DEFAULT 0,
    issued INTEGER NOT NULL DEFAULT 0, expires INTEGER NOT NULL DEFAULT 0, crt TEXT NOT NULL DEFAULT '',
    due INTEGER GENERATED ALWAYS AS (CASE status WHEN 'processing' THEN answer_due WHEN 'active' THEN expires ELSE 0
        END) VIRTUAL);
CREATE INDEX certificates_by_due ON certificates (due) WHERE due > 0;
CREATE TABLE certificate_authority (certificate TEXT NOT NULL, key TEXT NOT NULL);
)sql";

constexpr SeededId seeded_ids[] = {
    {"certificates.products.", "product_id", "250"},
    {"certificates.", "service_id", "5140"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("certificates")) {
        const Seconds issued = row.has("days_ago") ? row.time(moment) : 0;
        const std::int64_t years = row.integer("years", 1);
        const Seconds expires = issued == 0 ? 0 : certificate_expiry(issued, years);
        const std::string_view status = issued == 0 ? "pending" : expires < moment.now ? "expired" : "active";
        moment.db.run("INSERT INTO certificates (service_id, csr, years, email, software, contacts, organization, "
                      "status, issued, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                      row.integer("service"), row.text("csr"), years, row.text("email"), row.integer("software"),
                      row.json_text("contacts", "{}"), row.json_text("organization", "{}"), status, issued, expires);
    }
}

void ask_approver(const Moment &moment, std::int64_t service) {
    const Seconds answer = moment.now + patience(moment.config, approval_takes);
    moment.db.run("UPDATE certificates SET status = 'processing', answer_due = ? WHERE service_id = ?", answer,
                  service);
    if (answer == moment.now)
        issue_certificate(moment, service);
}

// A certificate whose service was paid for anew is issued anew.
void expire(const Moment &moment, std::int64_t service) {
    if (moment.db.exists("SELECT 1 FROM certificates JOIN services ON id = service_id WHERE service_id = ? AND "
                         "services.status = 'Active' AND next_due > expires",
                         service))
        return issue_certificate(moment, service);
    moment.db.run("UPDATE certificates SET status = 'expired' WHERE service_id = ?", service);
    count_effect(moment.db, "certificates_expired");
}

void service_is(const Moment &moment, const ServiceChange &change) {
    if (change.status == gone)
        moment.db.run("DELETE FROM certificates WHERE service_id = ?", change.id);
    else if (change.status == "Active" &&
             moment.db.exists("SELECT 1 FROM certificates WHERE service_id = ? AND status IN ('pending', 'expired')",
                              change.id))
        ask_approver(moment, change.id);
}

Seconds next_due(Database &db) { return db.number("SELECT MIN(due) FROM certificates WHERE due > 0"); }

void tick(const Moment &moment) {
    while (const std::int64_t service = moment.db.number(
               "SELECT service_id FROM certificates WHERE due > 0 AND due <= ? ORDER BY due LIMIT 1", moment.now)) {
        // However far the clock jumped, it happened when it was due.
        Moment then = moment;
        then.now = moment.db.number("SELECT due FROM certificates WHERE service_id = ?", service);
        if (moment.db.text("SELECT status FROM certificates WHERE service_id = ?", service) == "processing")
            issue_certificate(then, service);
        else
            expire(then, service);
    }
}

constexpr std::string_view certificate_states[] = {"pending", "processing", "active", "expired"};

void set_status(const Moment &moment, std::int64_t id, std::string_view state) {
    if (state == gone)
        service_is(moment, {id, "certificate", gone});
    else if (state == "active")
        issue_certificate(moment, id);
    else
        moment.db.run("UPDATE certificates SET status = ?, answer_due = 0 WHERE service_id = ?", state, id);
}

constexpr StateRow states[] = {
    {"certificate", certificate_states, "SELECT 1 FROM certificates WHERE service_id = ?", set_status}};

} // namespace

constinit const Area certificates_area{.name = "certificates",
                                       .tables = tables,
                                       .seed = seed,
                                       .handlers = handlers,
                                       .seeded_ids = seeded_ids,
                                       .states = states,
                                       .service_changed = service_is,
                                       .next_due = next_due,
                                       .tick = tick};

} // namespace hostbill::sandbox
