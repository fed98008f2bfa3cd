// What the registry knows and does. Moments come from `due`, which the table works out of each domain's row.
#include "sandbox/areas/domains.hpp"

#include "sandbox/areas/host_names.hpp"
#include "sandbox/areas/notifications.hpp"
#include "sandbox/world/patience.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view reserved[] = {"example.com", "example.net", "example.org"};
constexpr std::string_view taken = "taken";
constexpr std::string_view premium = "premium";
constexpr std::size_t shortest_plain = 4; // letters of a name that costs what others do
constexpr Cents premium_factor = 25;

std::string_view first_label(std::string_view name) { return name.substr(0, name.find('.')); }

// Registered by someone, as far as the name tells.
bool is_taken(std::string_view name) {
    return std::find(std::begin(reserved), std::end(reserved), name) != std::end(reserved) || name.starts_with(taken);
}

// Registered by this account. What has expired is free after a while.
bool is_ours(Database &db, const std::string &name, Seconds now) {
    return db.exists("SELECT 1 FROM domains WHERE name = ? AND status NOT IN ('Cancelled', 'Fraud') AND (status <> "
                     "'Expired' OR expires > ?)",
                     name, now - redeemable * one_day);
}

void tell(const Moment &moment, std::int64_t domain, const std::string &what, std::string_view more) {
    const std::string name = moment.db.text("SELECT name FROM domains WHERE id = ?", domain);
    notify(moment, "Domain", domain, "Domain " + name + " " + what, more);
}

void activate(const Moment &moment, std::int64_t domain, Seconds expires) {
    moment.db.run("UPDATE domains SET status = 'Active', expires = ?, answer_due = 0, renewal_invoice = 0 WHERE id = ?",
                  expires, domain);
    count_effect(moment.db, "domains_activated");
    tell(moment, domain, "is active", "It can be used now.");
}

// A domain that renews itself gets its invoice ahead of time.
void invoice_renewal(const Moment &moment, std::int64_t domain) {
    auto row = moment.db.query("SELECT name, recurring, period FROM domains WHERE id = ?", domain);
    row.next();
    const std::int64_t years = std::max<std::int64_t>(1, row.integer(2));
    InvoiceLine line{"Domain Renew", domain,
                     "Domain Renew " + row.text(0) + ", " + std::to_string(years) + (years == 1 ? " year" : " years"),
                     row.integer(1) * years, json::Object{{"years", years}}};
    // A note of it first: where the credit pays at once, being paid takes the note away again.
    moment.db.run("UPDATE domains SET renewal_invoice = -1 WHERE id = ?", domain);
    const Invoice invoice = make_invoice(moment, 0, {std::move(line)});
    moment.db.run("UPDATE domains SET renewal_invoice = ? WHERE id = ? AND renewal_invoice = -1", invoice.id, domain);
    count_effect(moment.db, "domain_renewals_invoiced");
}

// On its last day: the credit pays for a domain that renews itself, or it expires.
void expire(const Moment &moment, std::int64_t domain) {
    const std::int64_t invoice = moment.db.number(
        "SELECT renewal_invoice FROM domains WHERE id = ? AND autorenew = 1 AND renewal_invoice > 0", domain);
    if (invoice != 0 && pay_from_credit(moment, invoice))
        return;
    moment.db.run("UPDATE domains SET status = 'Expired' WHERE id = ?", domain);
    count_effect(moment.db, "domains_expired");
    tell(moment, domain, "has expired", "It can still be renewed.");
}

void happen(const Moment &moment, std::int64_t domain) {
    auto row = moment.db.query("SELECT status, expires, period FROM domains WHERE id = ?", domain);
    row.next();
    if (row.text(0) == "Pending Transfer")
        activate(moment, domain, row.integer(1));
    else if (row.integer(1) <= moment.now)
        expire(moment, domain);
    else
        invoice_renewal(moment, domain);
}

} // namespace

bool is_available(Database &db, const std::string &name, Seconds now) {
    return !is_taken(name) && !is_ours(db, name, now);
}

bool is_premium(std::string_view name) {
    return first_label(name).size() < shortest_plain || name.starts_with(premium);
}

Cents registration_price(const Tld &tld, std::string_view name, std::int64_t years) {
    return tld.registration * (is_premium(name) ? premium_factor : 1) + (years - 1) * tld.renewal;
}

Cents transfer_price(const Tld &tld, std::int64_t years) { return tld.registration + (years - 1) * tld.renewal; }

void check_transfer(Database &db, const Tld &tld, const std::string &name, const std::string &epp, Seconds now) {
    if (is_ours(db, name, now))
        refuse("Domain " + name + " is already in this account");
    if (!is_taken(name))
        refuse("Domain " + name + " is not registered, there is nothing to transfer");
    if (first_label(name).find("locked") != std::string_view::npos)
        refuse("Domain " + name + " is locked by its registrar");
    if (!tld.epp)
        return;
    if (epp.empty())
        refuse("Parameter epp is required to transfer a " + std::string(tld.name) + " domain");
    if (epp != "epp-" + name)
        refuse("Parameter epp is not the code that authorises the transfer of " + name);
}

Cents renewal_price(Database &db, std::int64_t domain, std::int64_t years, Seconds now) {
    auto row = db.query("SELECT name, tld_id, status, expires, recurring FROM domains WHERE id = ?", domain);
    if (!row.next())
        not_found("Domain", std::to_string(domain));
    const std::string name = row.text(0), status = row.text(2);
    const Seconds expires = row.integer(3);
    if (status != "Active" && status != "Expired")
        refuse("Domain " + name + " is " + status);
    if (status == "Expired" && expires + redeemable * one_day < now)
        refuse("Domain " + name + " expired on " + date(expires) + " and can no longer be renewed");
    const Tld &tld = *find_tld(row.integer(1));
    if (add_months(expires, static_cast<int>(years * 12)) > add_months(now, furthest_expiry * 12))
        refuse("Domain " + name + " cannot be renewed to more than " + std::to_string(furthest_expiry) +
               " years from now");
    return row.integer(4) * years + (status == "Expired" ? tld.redemption : 0);
}

void registration_paid(const Moment &moment, std::int64_t domain, std::int64_t years) {
    if (moment.db.text("SELECT status FROM domains WHERE id = ?", domain) == "Pending Registration")
        activate(moment, domain, add_months(moment.now, static_cast<int>(years * 12)));
}

void transfer_paid(const Moment &moment, std::int64_t domain, std::int64_t years) {
    if (moment.db.text("SELECT status FROM domains WHERE id = ?", domain) != "Pending Transfer")
        return;
    const Seconds answer = moment.now + patience(moment.config, transfer_takes);
    const Seconds expires = add_months(answer, static_cast<int>(years * 12));
    if (answer == moment.now)
        return activate(moment, domain, expires);
    moment.db.run("UPDATE domains SET answer_due = ?, expires = ? WHERE id = ?", answer, expires, domain);
    count_effect(moment.db, "domain_transfers_begun");
}

void renewal_paid(const Moment &moment, std::int64_t domain, std::int64_t years) {
    const Seconds expires = moment.db.number("SELECT expires FROM domains WHERE id = ?", domain);
    moment.db.run("UPDATE domains SET status = 'Active', expires = ?, renewal_invoice = 0 WHERE id = ? AND status IN "
                  "('Active', 'Expired')",
                  add_months(expires, static_cast<int>(years * 12)), domain);
    count_effect(moment.db, "domains_renewed");
}

Seconds next_domain_due(Database &db) { return db.number("SELECT MIN(due) FROM domains WHERE due > 0"); }

void domains_tick(const Moment &moment) {
    while (const std::int64_t domain = moment.db.number(
               "SELECT id FROM domains WHERE due > 0 AND due <= ? ORDER BY due, id LIMIT 1", moment.now)) {
        // However far the clock jumped, it happened when it was due.
        Moment then = moment;
        then.now = moment.db.number("SELECT due FROM domains WHERE id = ?", domain);
        happen(then, domain);
    }
}

} // namespace hostbill::sandbox
