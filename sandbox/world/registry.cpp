#include "sandbox/world/registry.hpp"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>

namespace hostbill::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view in_memory = ":memory:";
// Counts up when a registry of an older sandbox can no longer be used.
constexpr std::string_view schema_version = "1";
constexpr const char *tables = R"sql(
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE worlds (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, username TEXT NOT NULL,
    password TEXT NOT NULL, seed TEXT NOT NULL);
CREATE TABLE snapshots (world TEXT NOT NULL, name TEXT NOT NULL, time INTEGER NOT NULL, image BLOB NOT NULL,
    PRIMARY KEY (world, name));
)sql";

// A file and what SQLite keeps beside it.
void remove_file(const std::string &file) {
    std::error_code ignored;
    for (const char *end : {"", "-wal", "-shm", "-journal"})
        fs::remove(file + end, ignored);
}

} // namespace

Registry::Registry(const std::string &database) : folder_(database == in_memory ? "" : database + "-worlds") {}

bool Registry::anything() const { return db_ != nullptr || (!folder_.empty() && fs::is_directory(folder_)); }

Database &Registry::db() {
    if (db_ != nullptr)
        return *db_;
    if (!folder_.empty() && ::mkdir(folder_.c_str(), 0700) != 0 && !fs::is_directory(folder_))
        throw DatabaseError("the folder beside the database file cannot be made: " + folder_);
    // The name has an end that no world's file has.
    auto opened = std::make_unique<Database>(folder_.empty() ? std::string(in_memory) : folder_ + "/registry.sqlite");
    Transaction transaction(*opened);
    if (!opened->exists("SELECT 1 FROM sqlite_master")) {
        opened->script(tables);
        opened->run("INSERT INTO settings (name, value) VALUES ('schema', ?)", schema_version);
    } else if (opened->text("SELECT value FROM settings WHERE name = 'schema'") != schema_version) {
        throw DatabaseError("the folder beside the database file is not of this version of the sandbox: " + folder_);
    }
    transaction.commit();
    db_ = std::move(opened);
    return *db_;
}

std::string Registry::file_of(std::string_view world) const {
    return folder_.empty() ? std::string(in_memory) : folder_ + "/" + std::string(world) + ".db";
}

bool Registry::has_file(std::string_view world) const { return !folder_.empty() && fs::exists(file_of(world)); }

std::vector<Registry::WorldRow> Registry::worlds() {
    std::vector<WorldRow> rows;
    if (!anything())
        return rows;
    for (auto row = db().query("SELECT name, username, password, seed FROM worlds ORDER BY id"); row.next();)
        rows.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
    remove_strays(rows);
    return rows;
}

// The row is the world: its file is made when it is first used, and whatever an older one of the name left is gone.
void Registry::add(const WorldRow &row) {
    if (!folder_.empty())
        remove_file(file_of(row.name));
    db().run("INSERT INTO worlds (name, username, password, seed) VALUES (?, ?, ?, ?)", row.name, row.username,
             row.password, row.seed);
}

void Registry::remove(std::string_view world) {
    Transaction transaction(db());
    db().run("DELETE FROM worlds WHERE name = ?", world);
    db().run("DELETE FROM snapshots WHERE world = ?", world);
    transaction.commit();
    if (!folder_.empty())
        remove_file(file_of(world));
}

void Registry::keep(std::string_view world, std::string_view name, Seconds now, std::string_view image) {
    db().run("INSERT INTO snapshots (world, name, time, image) VALUES (?, ?, ?, ?) ON CONFLICT (world, name) DO UPDATE "
             "SET time = excluded.time, image = excluded.image",
             world, name, now, Blob{image});
}

std::vector<Registry::SnapshotRow> Registry::snapshots(std::string_view world) {
    std::vector<SnapshotRow> rows;
    auto row = db().query("SELECT name, time, length(image) FROM snapshots WHERE world = ? ORDER BY time, name", world);
    while (row.next())
        rows.push_back({row.text(0), row.integer(1), row.integer(2)});
    return rows;
}

std::optional<std::string> Registry::image(std::string_view world, std::string_view name) {
    auto row = db().query("SELECT image FROM snapshots WHERE world = ? AND name = ?", world, name);
    return row.next() ? std::optional(row.text(0)) : std::nullopt;
}

bool Registry::forget(std::string_view world, std::string_view name) {
    return db().change("DELETE FROM snapshots WHERE world = ? AND name = ?", world, name) > 0;
}

std::string Registry::signing_key() {
    return !anything() ? std::string() : db().text("SELECT value FROM settings WHERE name = 'signing_key'");
}

void Registry::set_signing_key(std::string_view pem) {
    db().run("INSERT INTO settings (name, value) VALUES ('signing_key', ?)", pem);
}

// Files of worlds whose end was cut short: killed after the row was gone and before the file was.
void Registry::remove_strays(const std::vector<WorldRow> &rows) {
    if (folder_.empty())
        return;
    std::vector<std::string> strays;
    for (const fs::directory_entry &entry : fs::directory_iterator(folder_)) {
        const std::string stem = entry.path().stem().string();
        const bool known = std::any_of(rows.begin(), rows.end(), [&](const WorldRow &row) { return row.name == stem; });
        if (entry.path().extension() == ".db" && !known)
            strays.push_back(entry.path().string());
    }
    for (const std::string &stray : strays)
        remove_file(stray);
}

} // namespace hostbill::sandbox
