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

// What the database has against a row, for whoever wrote it.
std::string problem_of(const DatabaseError &error) {
    const std::string text = error.what();
    const std::string said = text.substr(0, text.find(" in: "));
    const std::size_t colon = said.find(": ");
    const std::string column = colon == std::string::npos ? "" : " (" + said.substr(colon + 2) + ")";
    if (said.starts_with("UNIQUE"))
        return "is there twice" + column;
    if (said.starts_with("NOT NULL") || said.starts_with("FOREIGN KEY"))
        return "lacks something, or names what the document does not have" + column;
    return said;
}

void seed(const Moment &moment, json::Value document, bool strict) {
    grow(document);
    SeedQuestions questions;
    const SeedRow rows(document, questions);
    for (const Area *area : areas()) {
        if (area->seed == nullptr)
            continue;
        try {
            area->seed(moment, rows);
        } catch (const SeedRefusal &) {
            throw;
        } catch (const Refusal &refusal) { // Of a rule that holds for requests as well.
            refuse_seed(questions.latest, "is refused: " + refusal.errors.front());
        } catch (const DatabaseError &error) {
            refuse_seed(questions.latest, problem_of(error));
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
