#include "sandbox/world/database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <utility>

namespace hostbill::sandbox {
namespace {

// The last one takes the lock. WAL makes a transaction one append, and a killed process leaves nothing half-done.
constexpr const char *setup = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                              "PRAGMA foreign_keys=ON; BEGIN EXCLUSIVE; COMMIT;";

} // namespace

Query::Query(Database &database, std::string_view sql)
    : database_(database), sql_(sql), statement_(database.take(sql)) {}

Query::Query(Query &&other) noexcept
    : database_(other.database_), sql_(other.sql_), statement_(std::exchange(other.statement_, nullptr)) {}

Query::~Query() {
    if (statement_ != nullptr)
        database_.give_back(sql_, statement_);
}

void Query::bind(int position, std::nullptr_t) {
    if (sqlite3_bind_null(statement_, position) != SQLITE_OK)
        database_.fail(sql_);
}

void Query::bind(int position, std::int64_t value) {
    if (sqlite3_bind_int64(statement_, position, value) != SQLITE_OK)
        database_.fail(sql_);
}

void Query::bind(int position, std::string_view value) {
    // An empty view may hold a null pointer, which would bind NULL.
    const char *data = value.data() != nullptr ? value.data() : "";
    if (sqlite3_bind_text64(statement_, position, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK)
        database_.fail(sql_);
}

bool Query::next() {
    int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE)
        database_.fail(sql_);
    return false;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
    const auto *data = reinterpret_cast<const char *>(sqlite3_column_text(statement_, column));
    if (data == nullptr)
        return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Database::Database(const std::string &path) {
    if (path != ":memory:") {
        // SQLite would let everybody read it.
        int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0)
            throw DatabaseError("the database file cannot be opened for writing: " + path);
        ::close(file);
    }
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    sqlite3 *opened = nullptr;
    int result = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
    handle_.reset(opened);
    if (result == SQLITE_OK)
        result = sqlite3_exec(opened, setup, nullptr, nullptr, nullptr);
    if (result == SQLITE_BUSY)
        throw DatabaseError("the database file is in use by another sandbox: " + path);
    if (result != SQLITE_OK)
        throw DatabaseError("the database file cannot be used (" + std::string(sqlite3_errstr(result)) + "): " + path);
}

Database::~Database() {
    for (auto &[sql, statement] : idle_)
        sqlite3_finalize(statement);
}

void Database::Close::operator()(sqlite3 *handle) const { sqlite3_close(handle); }

void Database::script(const char *sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail("script");
}

sqlite3_stmt *Database::take(std::string_view sql) {
    if (auto found = idle_.find(sql); found != idle_.end() && found->second != nullptr)
        return std::exchange(found->second, nullptr);
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK)
        fail(sql);
    return statement;
}

void Database::give_back(std::string_view sql, sqlite3_stmt *statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    sqlite3_stmt *&place = idle_[sql];
    if (place == nullptr)
        place = statement;
    else
        sqlite3_finalize(statement); // The same statement was open twice.
}

void Database::fail(std::string_view what) const {
    throw DatabaseError(std::string(sqlite3_errmsg(handle_.get())) + " in: " + std::string(what));
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }
std::int64_t Database::changes() const { return sqlite3_changes(handle_.get()); }

Transaction::Transaction(Database &database) : database_(database) { database_.run("BEGIN"); }

Transaction::~Transaction() {
    if (!open_)
        return;
    try {
        database_.run("ROLLBACK");
    } catch (const DatabaseError &) {
        // SQLite has rolled back by itself.
    }
}

void Transaction::commit() {
    database_.run("COMMIT");
    open_ = false;
}

} // namespace hostbill::sandbox
