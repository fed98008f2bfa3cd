// Domains: what the customer has, what is free, and their DNS records.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/cart.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view record_types[] = {"A",   "AAAA", "CNAME", "MX",    "TXT", "NS",
                                             "SRV", "CAA",  "URL",   "FRAME", "MXE"};
constexpr int invoiced_ahead = 30; // days before a domain expires

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

json::Object details(Database &db, std::int64_t id) {
    auto row = db.query("SELECT name, created, first_payment, recurring, period, expires, status, idprotection, "
                        "nameservers, autorenew FROM domains WHERE id = ?",
                        id);
    row.next();
    const Seconds expires = row.integer(5);
    return json::Object{{"id", std::to_string(id)},
                        {"name", row.text(0)},
                        {"date_created", day(row.integer(1))},
                        {"firstpayment", money_text(row.integer(2))},
                        {"recurring_amount", money_text(row.integer(3))},
                        {"period", row.text(4)},
                        {"expires", day(expires)},
                        {"status", row.text(6)},
                        {"next_due", day(expires)},
                        {"next_invoice", day(expires == 0 ? 0 : expires - invoiced_ahead * one_day)},
                        {"idprotection", row.text(7)},
                        {"nameservers", stored(row.text(8))},
                        {"autorenew", row.text(9)}};
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

json::Array prices(const Tld &tld, bool with_id) {
    json::Array periods;
    for (int years = 1; years <= 2; ++years) {
        json::Object period;
        if (with_id)
            period.append("id", std::to_string(tld.id));
        period.append("period", std::to_string(years));
        period.append("register", money_text(registration_price(tld, years)));
        period.append("transfer", money_text(tld.registration));
        period.append("renew", money_text(tld.renewal * years));
        period.append("redemption", money_text(tld.redemption));
        periods.push_back(std::move(period));
    }
    return periods;
}

json::Value lookup(Call &call) {
    std::string name = call.text("name");
    const Tld *tld = tld_of(name);
    if (!is_domain_name(name) || tld == nullptr)
        refuse("Parameter name is not a domain name that can be ordered here");
    return json::Object{{"available", is_available(call.db, name)},
                        {"name", name},
                        {"premium", false},
                        {"periods", prices(*tld, true)}};
}

json::Value list_tlds(Call &) {
    json::Array list;
    for (const Tld &tld : tlds())
        list.push_back(
            json::Object{{"id", std::to_string(tld.id)}, {"tld", tld.name}, {"periods", prices(tld, false)}});
    return json::Object{{"tlds", std::move(list)}};
}

// Records have no lasting id: the index in the path is a place in the list, from 1.
std::int64_t record_at(Call &call) {
    const std::int64_t place = call.integer("record_id");
    std::int64_t id = 0;
    if (place > 0)
        id = call.db.number("SELECT id FROM domain_records WHERE domain_id = ? ORDER BY id LIMIT 1 OFFSET ?",
                            call.integer("domain_id"), place - 1);
    if (id == 0)
        not_found("Record", call.text("record_id"));
    return id;
}

json::Value list_records(Call &call) {
    json::Array records;
    std::int64_t place = 0;
    for (auto row = call.db.query("SELECT name, ttl, priority, type, content FROM domain_records WHERE domain_id = ? "
                                  "ORDER BY id",
                                  call.integer("domain_id"));
         row.next();)
        records.push_back(json::Object{{"id", ++place},
                                       {"name", row.text(0)},
                                       {"ttl", row.integer(1)},
                                       {"priority", row.integer(2)},
                                       {"type", row.text(3)},
                                       {"content", stored(row.text(4))}});
    return json::Object{{"records", std::move(records)}};
}

json::Value list_types(Call &) {
    json::Array types;
    for (std::string_view type : record_types)
        types.push_back(type);
    return json::Object{{"types", std::move(types)}};
}

std::string checked_type(Call &call) {
    std::string type = call.text("type");
    if (std::find(std::begin(record_types), std::end(record_types), type) == std::end(record_types))
        refuse("Parameter type is not a known record type");
    return type;
}

std::string checked_content(Call &call) {
    const json::Value &content = *call.value("content");
    if (content.object() != nullptr || (content.array() == nullptr && call.text("content").empty()))
        refuse("Parameter content must be a text or a list of texts");
    return json::write_utf8(content);
}

json::Value create_record(Call &call) {
    call.db.run(
        "INSERT INTO domain_records (domain_id, name, ttl, priority, type, content) VALUES (?, ?, 7200, ?, ?, ?)",
        call.integer("domain_id"), call.text("name"), call.integer("priority"), checked_type(call),
        checked_content(call));
    call.count("domain_records_created");
    return info("DNS Management updated successfully");
}

json::Value update_record(Call &call) {
    const std::int64_t id = record_at(call);
    if (call.has("name"))
        call.db.run("UPDATE domain_records SET name = ? WHERE id = ?", call.text("name"), id);
    if (call.has("priority"))
        call.db.run("UPDATE domain_records SET priority = ? WHERE id = ?", call.integer("priority"), id);
    if (call.has("type"))
        call.db.run("UPDATE domain_records SET type = ? WHERE id = ?", checked_type(call), id);
    if (call.has("content"))
        call.db.run("UPDATE domain_records SET content = ? WHERE id = ?", checked_content(call), id);
    call.count("domain_records_updated");
    return info("DNS Management updated successfully");
}

json::Value delete_record(Call &call) {
    call.db.run("DELETE FROM domain_records WHERE id = ?", record_at(call));
    call.count("domain_records_deleted");
    return info("DNS Management updated successfully");
}

constexpr HandlerRow handlers[] = {
    {"domains.dns_records.create", create_record},
    {"domains.dns_records.delete", delete_record},
    {"domains.dns_records.list", list_records},
    {"domains.dns_records.types", list_types},
    {"domains.dns_records.update", update_record},
    {"domains.get", get},
    {"domains.get_by_name", get_by_name},
    {"domains.list", list},
    {"domains.lookup", lookup},
    {"domains.tlds.list", list_tlds},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE domains (id INTEGER PRIMARY KEY, name TEXT NOT NULL, tld_id INTEGER NOT NULL, status TEXT NOT NULL,
    created INTEGER NOT NULL, expires INTEGER NOT NULL, first_payment INTEGER NOT NULL, recurring INTEGER NOT NULL,
    period INTEGER NOT NULL, autorenew INTEGER NOT NULL, idprotection INTEGER NOT NULL, locked INTEGER NOT NULL,
    epp TEXT NOT NULL, nameservers TEXT NOT NULL, contacts TEXT NOT NULL, forwarding TEXT NOT NULL,
    email_forwarding TEXT NOT NULL);
CREATE INDEX domains_by_name ON domains (name);
CREATE TABLE domain_records (id INTEGER PRIMARY KEY, domain_id INTEGER NOT NULL REFERENCES domains (id),
    name TEXT NOT NULL, ttl INTEGER NOT NULL, priority INTEGER NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL);
CREATE INDEX records_of_domain ON domain_records (domain_id);
)sql";

constexpr PathId ids[] = {
    {"domain_id", "Domain", "SELECT 1 FROM domains WHERE id = ?"},
};

constexpr SeededId seeded_ids[] = {
    {"domains.", "record_id", "1"},
    {"", "domain_id", "770"},
    {"", "name", R"("example.net")"},
    {"", "tld_id", "17"},
};

constexpr Sample samples[] = {
    {"domains.dns_records.create", R"({"name":"sample","type":"A","content":"203.0.113.90"})"},
    {"domains.dns_records.delete", R"({"domain_id":771,"record_id":2})"},
    {"domains.dns_records.update", R"({"content":"203.0.113.91"})"},
    {"domains.lookup", R"({"name":"sample-name.net"})"},
};

void seed_domain(const Moment &moment, const SeedRow &row) {
    const Tld *tld = find_tld(row.integer("tld"));
    if (tld == nullptr)
        not_found("Seed: TLD", row.text("tld"));
    const std::int64_t id = row.integer("id");
    moment.db.run("INSERT INTO domains (id, name, tld_id, status, created, expires, first_payment, recurring, period, "
                  "autorenew, idprotection, locked, epp, nameservers, contacts, forwarding, email_forwarding) VALUES "
                  "(?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 1, 1, 'example-epp-code', ?, '{}', '{}', ?)",
                  id, row.text("name"), tld->id, row.text("status"), row.time(moment),
                  moment.now + row.integer("expires_in_days") * one_day, tld->registration, tld->renewal,
                  row.flag("autorenew"), R"(["dns1.example.org","dns2.example.org"])",
                  R"([{"from":"info","to":"ada@example.org"},{"from":"sales","to":"grace@example.org"}])");
    for (const SeedRow &record : row.rows("records"))
        moment.db.run("INSERT INTO domain_records (domain_id, name, ttl, priority, type, content) VALUES (?, ?, ?, ?, "
                      "?, ?)",
                      id, record.text("name"), record.integer("ttl", 7200), record.integer("priority"),
                      record.text("type"), record.json_text("content", "\"\""));
}

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("domains"))
        seed_domain(moment, row);
}

constexpr std::string_view domain_states[] = {
    "Pending", "Pending Registration", "Pending Transfer", "Active", "Expired", "Cancelled", "Fraud"};

void set_status(const Moment &moment, std::int64_t id, std::string_view state) {
    moment.db.run("UPDATE domains SET status = ? WHERE id = ?", state, id);
    if (state == gone) {
        moment.db.run("DELETE FROM domain_records WHERE domain_id = ?", id);
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
                                  .states = states};

} // namespace hostbill::sandbox
