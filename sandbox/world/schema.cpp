#include "sandbox/world/schema.hpp"

#include "sandbox/areas/areas.hpp"

#include <string>

namespace hostbill::sandbox {
namespace {

// Counts up when a file of an older sandbox can no longer be used.
constexpr const char *schema_version = "7";

// Money is in cents, times in seconds since 1970 (0: never), flags are 0 or 1, JSON is text; here and in all areas.
constexpr const char *own_tables = R"sql(
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL, step INTEGER NOT NULL);
CREATE TABLE ledger (effect TEXT PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE logins (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL UNIQUE, username TEXT NOT NULL UNIQUE,
    salt TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE sessions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, login INTEGER NOT NULL,
    refresh_id TEXT NOT NULL, expires INTEGER NOT NULL);
CREATE INDEX sessions_by_end ON sessions (expires);
)sql";

void seed(const Moment &moment, json::Value document, bool strict) {
    grow(document);
    SeedQuestions questions;
    const SeedRow rows(document, questions);
    for (const Area *area : areas()) {
        if (area->seed == nullptr)
            continue;
        try {
            area->seed(moment, rows);
        } catch (const DatabaseError &error) { // Such as an id that stands twice.
            const std::string text = error.what();
            refuse("Seed: " + std::string(area->name) + ": " + text.substr(0, text.find(" in: ")));
        }
    }
    if (strict)
        check_seed_names(document, questions);
}

} // namespace

void create(const Moment &moment, const json::Value &document, bool strict) {
    Transaction transaction(moment.db);
    moment.db.script(own_tables);
    for (const Area *area : areas())
        moment.db.script(std::string(area->tables).c_str());
    moment.db.run("INSERT INTO settings (name, value) VALUES ('schema', ?), ('portal', ?)", schema_version,
                  moment.portal.id);
    seed(moment, document, strict);
    transaction.commit();
}

bool is_empty(Database &db) { return !db.exists("SELECT 1 FROM sqlite_master"); }

void check_schema(Database &db, const Portal &portal) {
    bool ours = db.exists("SELECT 1 FROM sqlite_master WHERE name = 'settings'");
    if (!ours || db.text("SELECT value FROM settings WHERE name = 'schema'") != schema_version)
        throw DatabaseError("the database file is not one of this version of the sandbox");
    std::string its_portal = db.text("SELECT value FROM settings WHERE name = 'portal'");
    if (its_portal != portal.id)
        throw DatabaseError("the database file belongs to portal " + its_portal);
}

} // namespace hostbill::sandbox
