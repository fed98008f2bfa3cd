#include "sandbox/world/schema.hpp"

#include "sandbox/areas/areas.hpp"

#include <string>
#include <vector>

namespace hostbill::sandbox {
namespace {

// Counts up when a file of an older sandbox can no longer be used.
constexpr const char *schema_version = "4";

// Money is in cents, times in seconds since 1970 (0: never), flags are 0 or 1, JSON is text; here and in all areas.
constexpr const char *own_tables = R"sql(
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL, step INTEGER NOT NULL);
CREATE TABLE ledger (effect TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE logins (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL UNIQUE, username TEXT NOT NULL UNIQUE,
    salt TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE sessions (id INTEGER PRIMARY KEY, login INTEGER NOT NULL, refresh_id TEXT NOT NULL,
    expires INTEGER NOT NULL, ended INTEGER NOT NULL);
)sql";

void seed(const Moment &moment) {
    json::Value document = stored(std::string(customer_seed()));
    grow(document);
    const SeedRow rows(document, "");
    for (const Area *area : areas())
        if (area->seed != nullptr)
            area->seed(moment, rows);
}

void create(const Moment &moment) {
    moment.db.script(own_tables);
    for (const Area *area : areas())
        moment.db.script(std::string(area->tables).c_str());
    moment.db.run("INSERT INTO settings (name, value) VALUES ('schema', ?), ('portal', ?)", schema_version,
                  moment.portal.id);
    seed(moment);
}

} // namespace

void prepare(const Moment &moment) {
    Database &db = moment.db;
    Transaction transaction(db);
    if (!db.exists("SELECT 1 FROM sqlite_master")) {
        create(moment);
    } else {
        bool ours = db.exists("SELECT 1 FROM sqlite_master WHERE name = 'settings'");
        if (!ours || db.text("SELECT value FROM settings WHERE name = 'schema'") != schema_version)
            throw DatabaseError("the database file is not one of this version of the sandbox");
        std::string portal = db.text("SELECT value FROM settings WHERE name = 'portal'");
        if (portal != moment.portal.id)
            throw DatabaseError("the database file belongs to portal " + portal);
    }
    transaction.commit();
}

void reset(const Moment &moment) {
    Database &db = moment.db;
    std::vector<std::string> tables;
    for (auto row = db.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'settings'"); row.next();)
        tables.push_back(row.text(0));
    Transaction transaction(db);
    db.run("PRAGMA defer_foreign_keys = ON"); // Until all are empty.
    for (const std::string &table : tables)
        db.script(("DELETE FROM " + table).c_str());
    seed(moment);
    transaction.commit();
}

} // namespace hostbill::sandbox
