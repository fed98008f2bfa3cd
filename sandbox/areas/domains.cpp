// Domains: what the customer has, what is free, and what it costs.
#include "sandbox/areas/domains.hpp"

#include "core/base/ascii.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/host_names.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

std::string day(Seconds time) { return time == 0 ? "0000-00-00" : date(time); }

json::Value list(Call &call) {
    json::Array domains;
    for (auto row =
             call.db.query("SELECT id, name, expires, recurring, created, status, period, autorenew FROM domains "
                           "ORDER BY id");
         row.next();)
        domains.push_back(json::Object{
            {"id", row.text(0)},
            {"name", row.text(1)},
            {"expires", day(row.integer(2))},
            {"recurring_amount", money_text(row.integer(3))},
            {"date_created", day(row.integer(4))},
            {"status", row.text(5)},
            {"period", row.text(6)},
            {"autorenew", row.text(7)},
            {"daytoexpire", std::to_string(std::max<std::int64_t>(0, (row.integer(2) - call.now) / one_day))}});
    return json::Object{{"domains", std::move(domains)}};
}

// What the documents do not name is there where it has been set.
void append_where_set(json::Object &details, std::string_view name, const std::string &json_text) {
    json::Value value = stored(json_text);
    if (value.object() != nullptr && !value.object()->empty())
        details.append(name, std::move(value));
}

json::Object details(Database &db, std::int64_t id) {
    auto row = db.query("SELECT name, created, first_payment, recurring, period, expires, status, idprotection, "
                        "nameservers, autorenew, forwarding, form FROM domains WHERE id = ?",
                        id);
    row.next();
    const Seconds expires = row.integer(5);
    json::Object details{{"id", std::to_string(id)},
                         {"name", row.text(0)},
                         {"date_created", day(row.integer(1))},
                         {"firstpayment", money_text(row.integer(2))},
                         {"recurring_amount", money_text(row.integer(3))},
                         {"period", row.text(4)},
                         {"expires", day(expires)},
                         {"status", row.text(6)},
                         {"next_due", day(expires)},
                         {"next_invoice", day(expires == 0 ? 0 : expires - renewal_invoiced_ahead * one_day)},
                         {"idprotection", row.text(7)},
                         {"nameservers", stored(row.text(8))},
                         {"autorenew", row.text(9)}};
    append_where_set(details, "forwarding", row.text(10));
    append_where_set(details, "custom", row.text(11));
    return details;
}

json::Value get(Call &call) { return json::Object{{"details", details(call.db, call.integer("domain_id"))}}; }

json::Value get_by_name(Call &call) {
    json::Array found;
    for (auto row = call.db.query("SELECT id FROM domains WHERE name = ? ORDER BY status, id", call.text("name"));
         row.next();)
        found.push_back(details(call.db, row.integer(0)));
    if (found.empty())
        not_found("Domain", call.text("name"));
    return json::Object{{"details", std::move(found)}};
}

// For each number of years that a name can be taken for. Of a name that costs more than others, its own.
json::Array prices(const Tld &tld, std::string_view name) {
    json::Array periods;
    for (std::int64_t years = 1; years <= tld.years; ++years) {
        json::Object period;
        if (!name.empty())
            period.append("id", std::to_string(tld.id));
        period.append("period", std::to_string(years));
        period.append("register", money_text(registration_price(tld, name, years)));
        period.append("transfer", money_text(transfer_price(tld, years)));
        period.append("renew", money_text(tld.renewal * years));
        period.append("redemption", money_text(tld.redemption));
        periods.push_back(std::move(period));
    }
    return periods;
}

json::Value lookup(Call &call) {
    const std::string name = lower(call.text("name"));
    const Tld *tld = tld_to_order(name);
    if (tld == nullptr)
        refuse("Parameter name is not a domain name that can be ordered here");
    return json::Object{{"available", is_available(call.db, name, call.now)},
                        {"name", name},
                        {"premium", is_premium(name)},
                        {"periods", prices(*tld, name)}};
}

json::Value list_tlds(Call &) {
    json::Array list;
    for (const Tld &tld : tlds())
        list.push_back(json::Object{{"id", std::to_string(tld.id)}, {"tld", tld.name}, {"periods", prices(tld, "")}});
    return json::Object{{"tlds", std::move(list)}};
}

json::Value get_form(Call &call) {
    const Tld *tld = find_tld(call.integer("tld_id"));
    if (tld == nullptr)
        not_found("TLD", call.text("tld_id"));
    return json::Object{{"forms", order_form(*tld)}};
}

constexpr HandlerRow handlers[] = {
    {"domains.get", get},       {"domains.get_by_name", get_by_name}, {"domains.list", list},
    {"domains.lookup", lookup}, {"domains.tlds.form", get_form},      {"domains.tlds.list", list_tlds},
};

// `answer_due` is when another registry answers to a transfer, `renewal_invoice` the one that was made for the next
// renewal. `due` is when something happens by itself.
constexpr std::string_view tables = R"sql(
CREATE TABLE domains (id INTEGER PRIMARY KEY, name TEXT NOT NULL, tld_id INTEGER NOT NULL, status TEXT NOT NULL,
    created INTEGER NOT NULL, expires INTEGER NOT NULL, first_payment INTEGER NOT NULL, recurring INTEGER NOT NULL,
    period INTEGER NOT NULL, autorenew INTEGER NOT NULL, idprotection INTEGER NOT NULL, locked INTEGER NOT NULL,
    epp TEXT NOT NULL, nameservers TEXT NOT NULL, contacts TEXT NOT NULL, form TEXT NOT NULL DEFAULT '{}',
    forwarding TEXT NOT NULL DEFAULT '{}', email_forwarding TEXT NOT NULL DEFAULT '[]',
    answer_due INTEGER NOT NULL DEFAULT 0, renewal_invoice INTEGER NOT NULL DEFAULT 0,
    due INTEGER GENERATED ALWAYS AS (CASE
        WHEN status = 'Pending Transfer' THEN answer_due
        WHEN status <> 'Active' OR expires = 0 THEN 0
        WHEN autorenew = 1 AND renewal_invoice = 0 THEN expires - 30 * 86400
        ELSE expires END) VIRTUAL);
CREATE INDEX domains_by_name ON domains (name);
CREATE INDEX domains_by_due ON domains (due) WHERE due > 0;
)sql";
static_assert(renewal_invoiced_ahead == 30, "`due` says so as well");

constexpr PathId ids[] = {
    {"domain_id", "Domain", "SELECT 1 FROM domains WHERE id = ?"},
};

constexpr SeededId seeded_ids[] = {
    {"", "domain_id", "770"},
    {"", "name", R"("example.net")"},
    {"", "tld_id", "17"},
};

constexpr Sample samples[] = {
    {"domains.lookup", R"({"name":"sample-name.net"})"},
};

void seed_domain(const Moment &moment, const SeedRow &row) {
    const Tld *tld = find_tld(row.integer("tld"));
    if (tld == nullptr)
        row.wrong("tld", "one of the top level domains");
    json::Array own;
    for (std::string_view name : own_name_servers)
        own.push_back(name);
    const bool transfer = row.text("status") == "Pending Transfer";
    const Seconds until = moment.now + row.integer("expires_in_days") * one_day;
    moment.db.run(
        "INSERT INTO domains (id, name, tld_id, status, created, expires, first_payment, recurring, period, autorenew, "
        "idprotection, locked, epp, nameservers, contacts, form, email_forwarding, forwarding, answer_due) VALUES (?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.integer("id"), row.text("name"), tld->id, row.text("status"), row.time(moment),
        row.has("expires_in_days") ? until : Seconds{0}, tld->registration, tld->renewal, row.integer("years", 1),
        row.flag("autorenew"), row.flag("idprotection", true), row.flag("locked", true),
        row.text("epp", "example-epp-code"), row.json_text("nameservers", json::write_utf8(own)),
        json::write_utf8(contacts_of(moment.db, row.object("contacts"))), row.json_text("form", "{}"),
        row.json_text("email_forwarding", "[]"), row.json_text("forwarding", "{}"),
        transfer ? moment.now + row.integer("answer_in_days", 3) * one_day : Seconds{0});
}

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("domains"))
        seed_domain(moment, row);
}

constexpr std::string_view domain_states[] = {
    "Pending", "Pending Registration", "Pending Transfer", "Active", "Expired", "Cancelled", "Fraud"};

// Whatever is Active has a year to go, and whatever is Expired had its last day.
void set_status(const Moment &moment, std::int64_t id, std::string_view state) {
    moment.db.run("UPDATE domains SET status = ? WHERE id = ?", state, id);
    if (state == "Active")
        moment.db.run("UPDATE domains SET expires = ? WHERE id = ? AND expires <= ?", add_months(moment.now, 12), id,
                      moment.now);
    if (state == "Expired")
        moment.db.run("UPDATE domains SET expires = ? WHERE id = ? AND expires > ?", moment.now - one_day, id,
                      moment.now);
    if (state == gone) {
        moment.db.run("DELETE FROM domain_records WHERE domain_id = ?", id);
        moment.db.run("DELETE FROM domain_hosts WHERE domain_id = ?", id);
        moment.db.run("DELETE FROM dnssec_keys WHERE domain_id = ?", id);
        moment.db.run("DELETE FROM domains WHERE id = ?", id);
    }
}

constexpr StateRow states[] = {{"domain", domain_states, "SELECT 1 FROM domains WHERE id = ?", set_status}};

} // namespace

constinit const Area domains_area{.name = "domains",
                                  .tables = tables,
                                  .seed = seed,
                                  .handlers = handlers,
                                  .ids = ids,
                                  .seeded_ids = seeded_ids,
                                  .samples = samples,
                                  .states = states,
                                  .next_due = next_domain_due,
                                  .tick = domains_tick};

std::string domain_name(Call &call) {
    return call.db.text("SELECT name FROM domains WHERE id = ?", call.integer("domain_id"));
}

void require_active_domain(Call &call) {
    auto row = call.db.query("SELECT name, status FROM domains WHERE id = ?", call.integer("domain_id"));
    if (row.next() && row.text(1) != "Active")
        refuse("Domain " + row.text(0) + " is " + row.text(1));
}

json::Value domain_saved(Call &call) {
    call.count("domain_changes");
    return info("success_changes_save");
}

} // namespace hostbill::sandbox
