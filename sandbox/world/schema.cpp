#include "sandbox/world/schema.hpp"

#include <string>

namespace hostbill::sandbox {
namespace {

// Counts up when a file of an older sandbox can no longer be used.
constexpr const char *schema_version = "2";

// Money is in cents, times in seconds since 1970 (0: never), flags are 0 or 1, JSON is text.
constexpr const char *tables = R"sql(
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL, step INTEGER NOT NULL);
CREATE TABLE ledger (effect TEXT PRIMARY KEY, count INTEGER NOT NULL);

CREATE TABLE logins (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL UNIQUE, username TEXT NOT NULL UNIQUE,
    salt TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE sessions (id INTEGER PRIMARY KEY, login INTEGER NOT NULL, refresh_id TEXT NOT NULL,
    expires INTEGER NOT NULL, ended INTEGER NOT NULL);

CREATE TABLE contacts (id INTEGER PRIMARY KEY, privileges TEXT NOT NULL, created INTEGER NOT NULL);
-- Of the account itself (contact 0) and of its contacts. Which fields there are is the portal's affair.
CREATE TABLE profile (contact_id INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (contact_id, field));
CREATE TABLE logs (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, description TEXT NOT NULL, address TEXT NOT NULL);
CREATE TABLE notifications (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    rel_type TEXT NOT NULL, rel_id TEXT NOT NULL, seen INTEGER NOT NULL);

CREATE TABLE tickets (number INTEGER PRIMARY KEY, date INTEGER NOT NULL, dept_id INTEGER NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, status TEXT NOT NULL, last_reply INTEGER NOT NULL);
CREATE TABLE replies (id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL REFERENCES tickets (number), name TEXT NOT NULL,
    date INTEGER NOT NULL, body TEXT NOT NULL, type TEXT NOT NULL);

CREATE TABLE credit (id INTEGER PRIMARY KEY, date INTEGER NOT NULL, amount INTEGER NOT NULL, description TEXT NOT NULL);
CREATE TABLE invoices (id INTEGER PRIMARY KEY, number TEXT NOT NULL, date INTEGER NOT NULL, due INTEGER NOT NULL,
    paid INTEGER NOT NULL, status TEXT NOT NULL, subtotal INTEGER NOT NULL, tax INTEGER NOT NULL,
    tax_rate INTEGER NOT NULL, credit INTEGER NOT NULL, total INTEGER NOT NULL, pay_method INTEGER NOT NULL);
-- `details` says what paying the line does, by its type.
CREATE TABLE invoice_items (id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    type TEXT NOT NULL, item_id INTEGER NOT NULL, description TEXT NOT NULL, amount INTEGER NOT NULL,
    details TEXT NOT NULL);
CREATE INDEX items_of_invoice ON invoice_items (invoice_id);
CREATE TABLE orders (number INTEGER PRIMARY KEY, date INTEGER NOT NULL, invoice_id INTEGER NOT NULL,
    service_id INTEGER NOT NULL);

CREATE TABLE services (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, product_id INTEGER NOT NULL, domain TEXT NOT NULL,
    status TEXT NOT NULL, created INTEGER NOT NULL, next_due INTEGER NOT NULL, first_payment INTEGER NOT NULL,
    recurring INTEGER NOT NULL, cycle TEXT NOT NULL, label TEXT NOT NULL, username TEXT NOT NULL,
    password TEXT NOT NULL, options TEXT NOT NULL, cancellation TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE jobs (kind TEXT NOT NULL, service_id INTEGER NOT NULL REFERENCES services (id), template TEXT NOT NULL,
    status TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL, polls INTEGER NOT NULL,
    all_polls INTEGER NOT NULL, PRIMARY KEY (kind, service_id));
CREATE TABLE addons (id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL REFERENCES services (id),
    addon_id INTEGER NOT NULL, status TEXT NOT NULL);
CREATE TABLE certificates (service_id INTEGER PRIMARY KEY REFERENCES services (id), csr TEXT NOT NULL,
    years INTEGER NOT NULL, email TEXT NOT NULL, software INTEGER NOT NULL, contacts TEXT NOT NULL,
    organization TEXT NOT NULL);

CREATE TABLE domains (id INTEGER PRIMARY KEY, name TEXT NOT NULL, tld_id INTEGER NOT NULL, status TEXT NOT NULL,
    created INTEGER NOT NULL, expires INTEGER NOT NULL, first_payment INTEGER NOT NULL, recurring INTEGER NOT NULL,
    period INTEGER NOT NULL, autorenew INTEGER NOT NULL, idprotection INTEGER NOT NULL, locked INTEGER NOT NULL,
    epp TEXT NOT NULL, nameservers TEXT NOT NULL, contacts TEXT NOT NULL, forwarding TEXT NOT NULL,
    email_forwarding TEXT NOT NULL);
CREATE INDEX domains_by_name ON domains (name);
CREATE TABLE domain_records (id INTEGER PRIMARY KEY, domain_id INTEGER NOT NULL REFERENCES domains (id),
    name TEXT NOT NULL, ttl INTEGER NOT NULL, priority INTEGER NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL);
CREATE INDEX records_of_domain ON domain_records (domain_id);
CREATE TABLE dnssec_keys (id INTEGER PRIMARY KEY, domain_id INTEGER NOT NULL REFERENCES domains (id),
    key TEXT NOT NULL, fields TEXT NOT NULL);

CREATE TABLE zones (id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL REFERENCES services (id), name TEXT NOT NULL UNIQUE);
CREATE INDEX zones_of_service ON zones (service_id);
CREATE TABLE zone_records (id INTEGER PRIMARY KEY, zone_id INTEGER NOT NULL REFERENCES zones (id) ON DELETE CASCADE,
    name TEXT NOT NULL, ttl INTEGER NOT NULL, priority INTEGER NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL);
CREATE INDEX records_of_zone ON zone_records (zone_id);

CREATE TABLE vms (id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL REFERENCES services (id), label TEXT NOT NULL,
    state TEXT NOT NULL, template TEXT NOT NULL, memory INTEGER NOT NULL, cpu INTEGER NOT NULL, disk INTEGER NOT NULL,
    ip TEXT NOT NULL, password TEXT NOT NULL, rescued INTEGER NOT NULL, boot TEXT NOT NULL, image TEXT NOT NULL,
    pxe INTEGER NOT NULL, created INTEGER NOT NULL);
CREATE INDEX vms_of_service ON vms (service_id);

CREATE TABLE servers (id INTEGER PRIMARY KEY REFERENCES services (id), package_id INTEGER NOT NULL, domain TEXT NOT NULL,
    type TEXT NOT NULL, os TEXT NOT NULL, ip TEXT NOT NULL, additional TEXT NOT NULL, dns TEXT NOT NULL,
    cores INTEGER NOT NULL, memory INTEGER NOT NULL, disk INTEGER NOT NULL);
CREATE TABLE tasks (id INTEGER PRIMARY KEY, server_id INTEGER NOT NULL REFERENCES servers (id), name TEXT NOT NULL,
    activated INTEGER NOT NULL, assigned INTEGER NOT NULL, completed INTEGER NOT NULL, polls INTEGER NOT NULL,
    results TEXT NOT NULL, effect TEXT NOT NULL);
CREATE INDEX tasks_of_server ON tasks (server_id);
)sql";

void create(Database &database, const Config &config, Seconds now) {
    database.script(tables);
    database.run("INSERT INTO settings (name, value) VALUES ('schema', ?), ('portal', ?)", schema_version,
                 config.portal->id);
    seed(database, config, now);
}

} // namespace

void prepare(Database &database, const Config &config, Seconds now) {
    Transaction transaction(database);
    if (!database.exists("SELECT 1 FROM sqlite_master")) {
        create(database, config, now);
    } else {
        bool ours = database.exists("SELECT 1 FROM sqlite_master WHERE name = 'settings'");
        if (!ours || database.text("SELECT value FROM settings WHERE name = 'schema'") != schema_version)
            throw DatabaseError("the database file is not one of this version of the sandbox");
        std::string portal = database.text("SELECT value FROM settings WHERE name = 'portal'");
        if (portal != config.portal->id)
            throw DatabaseError("the database file belongs to portal " + portal);
    }
    transaction.commit();
}

void reset(Database &database, const Config &config, Seconds now) {
    // Children before what they refer to.
    static constexpr const char *deletions[] = {
        "DELETE FROM tasks",          "DELETE FROM servers",       "DELETE FROM vms",
        "DELETE FROM zone_records",   "DELETE FROM zones",         "DELETE FROM dnssec_keys",
        "DELETE FROM domain_records", "DELETE FROM domains",       "DELETE FROM certificates",
        "DELETE FROM addons",         "DELETE FROM jobs",          "DELETE FROM services",
        "DELETE FROM orders",         "DELETE FROM invoice_items", "DELETE FROM invoices",
        "DELETE FROM credit",         "DELETE FROM replies",       "DELETE FROM tickets",
        "DELETE FROM notifications",  "DELETE FROM logs",          "DELETE FROM profile",
        "DELETE FROM contacts",       "DELETE FROM sessions",      "DELETE FROM logins WHERE contact_id <> 0",
        "DELETE FROM ledger",         "DELETE FROM sequences",
    };
    Transaction transaction(database);
    for (const char *deletion : deletions)
        database.run(deletion);
    seed(database, config, now);
    transaction.commit();
}

} // namespace hostbill::sandbox
