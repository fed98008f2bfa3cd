#include "sandbox/world/database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstring>
#include <utility>

namespace hostbill::sandbox {
namespace {

// The last one takes the lock. WAL makes a transaction one append, and a killed process leaves nothing half-done. Nobody
// waits for the disk: what a killed process had written is the system's to keep, and a machine without power takes no
// more than a made-up account. Small pages: most tables of a portal hold a few rows.
constexpr const char *setup = "PRAGMA page_size=1024; PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=OFF; "
                              "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; BEGIN EXCLUSIVE; COMMIT;";

// More than a busy portal asks at a time; few enough that thousands of worlds do not fill the memory.
constexpr std::size_t max_prepared = 200;

// Which write and read version the header claims; an image in memory has no log to write ahead to.
constexpr std::size_t first_version_byte = 18;

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

void Query::bind(int position, Blob value) {
    const char *data = value.bytes.data() != nullptr ? value.bytes.data() : "";
    if (sqlite3_bind_blob64(statement_, position, data, value.bytes.size(), SQLITE_TRANSIENT) != SQLITE_OK)
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
    const void *bytes = sqlite3_column_type(statement_, column) == SQLITE_BLOB
                            ? sqlite3_column_blob(statement_, column)
                            : static_cast<const void *>(sqlite3_column_text(statement_, column));
    const auto *data = static_cast<const char *>(bytes);
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
    sqlite3_update_hook(opened, &Database::on_change, this);
}

Database::~Database() {
    for (const Prepared &one : prepared_)
        sqlite3_finalize(one.statement);
}

void Database::Close::operator()(sqlite3 *handle) const { sqlite3_close(handle); }

void Database::script(const char *sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail("script");
}

std::string Database::image() {
    sqlite3_int64 size = 0;
    std::unique_ptr<unsigned char, decltype(&sqlite3_free)> bytes(sqlite3_serialize(handle_.get(), "main", &size, 0),
                                                                  sqlite3_free);
    if (!bytes)
        throw DatabaseError("there is no memory for a copy of the database");
    std::string image(reinterpret_cast<const char *>(bytes.get()), static_cast<std::size_t>(size));
    if (image.size() > first_version_byte + 1)
        image[first_version_byte] = image[first_version_byte + 1] = 1;
    return image;
}

std::unique_ptr<Database> Database::from_image(std::string_view image) {
    auto database = std::make_unique<Database>(":memory:");
    auto *bytes = static_cast<unsigned char *>(sqlite3_malloc64(image.size()));
    if (bytes == nullptr)
        throw DatabaseError("there is no memory for a copy of the database");
    std::memcpy(bytes, image.data(), image.size());
    const auto size = static_cast<sqlite3_int64>(image.size());
    if (sqlite3_deserialize(database->handle_.get(), "main", bytes, size, size,
                            SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK)
        database->fail("a copy of a database");
    database->script("PRAGMA journal_mode=MEMORY; PRAGMA foreign_keys=ON;");
    return database;
}

void Database::copy_from(Database &other) {
    sqlite3_backup *copy = sqlite3_backup_init(handle_.get(), "main", other.handle_.get(), "main");
    if (copy == nullptr)
        fail("copying a database");
    sqlite3_backup_step(copy, -1);
    if (sqlite3_backup_finish(copy) != SQLITE_OK)
        fail("copying a database");
}

void Database::on_change(void *self, int, const char *, const char *table, long long) {
    auto *database = static_cast<Database *>(self);
    database->touched_ = database->touched_ || database->watched_ == table;
}

sqlite3_stmt *Database::take(std::string_view sql) {
    if (auto found = by_text_.find(sql); found != by_text_.end() && found->second->statement != nullptr)
        return std::exchange(found->second->statement, nullptr);
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK)
        fail(sql);
    return statement;
}

void Database::give_back(std::string_view sql, sqlite3_stmt *statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    auto [found, is_new] = by_text_.try_emplace(sql);
    if (is_new) {
        found->second = prepared_.insert(prepared_.begin(), {sql, statement});
        forget_oldest();
    } else if (found->second->statement == nullptr) {
        found->second->statement = statement;
        prepared_.splice(prepared_.begin(), prepared_, found->second);
    } else {
        sqlite3_finalize(statement); // The same statement was open twice.
    }
}

void Database::forget_oldest() {
    if (prepared_.size() <= max_prepared || prepared_.back().statement == nullptr)
        return;
    by_text_.erase(prepared_.back().sql);
    sqlite3_finalize(prepared_.back().statement);
    prepared_.pop_back();
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
