// SQLite: prepared statements with bound values, and nothing else.
#pragma once

#include "core/json/small_text.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace hostbill::sandbox {

// Says which statement failed and why; never holds a bound value.
struct DatabaseError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Bytes that are no text.
struct Blob {
    std::string_view bytes;
};

class Database;

// A statement with its values bound. Rows come one by one; going out of scope gives the statement back.
class Query {
public:
    ~Query();
    Query(Query &&other) noexcept;
    Query &operator=(Query &&) = delete;

    bool next();
    std::int64_t integer(int column) const;
    std::string text(int column) const; // or bytes

private:
    friend class Database;
    Query(Database &database, std::string_view sql);
    void bind(int position, Blob value);
    void bind(int position, std::nullptr_t);
    void bind(int position, std::int64_t value);
    void bind(int position, std::string_view value);
    void bind(int position, int value) { bind(position, std::int64_t{value}); }
    void bind(int position, bool value) { bind(position, std::int64_t{value}); }
    void bind(int position, const char *value) { bind(position, std::string_view(value)); }
    void bind(int position, const std::string &value) { bind(position, std::string_view(value)); }
    void bind(int position, const hostbill::json::Text &value) { bind(position, value.view()); }

    Database &database_;
    std::string_view sql_;
    sqlite3_stmt *statement_;
};

class Database {
public:
    // ":memory:" or a file, which is created for its owner alone. A file belongs to one sandbox at a time.
    explicit Database(const std::string &path);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    // Texts of statements must be literals: they key the cache of prepared ones.
    template <class... Values>
    Query query(std::string_view sql, const Values &...values) {
        Query query(*this, sql);
        int position = 0;
        (query.bind(++position, values), ...);
        return query;
    }
    template <class... Values>
    void run(std::string_view sql, const Values &...values) {
        query(sql, values...).next();
    }
    // The number of the new row.
    template <class... Values>
    std::int64_t insert(std::string_view sql, const Values &...values) {
        run(sql, values...);
        return last_row();
    }
    // How many rows the statement touched.
    template <class... Values>
    std::int64_t change(std::string_view sql, const Values &...values) {
        run(sql, values...);
        return changes();
    }
    template <class... Values>
    bool exists(std::string_view sql, const Values &...values) {
        return query(sql, values...).next();
    }
    template <class... Values>
    std::int64_t number(std::string_view sql, const Values &...values) {
        Query row = query(sql, values...);
        return row.next() ? row.integer(0) : 0;
    }
    template <class... Values>
    std::string text(std::string_view sql, const Values &...values) {
        Query row = query(sql, values...);
        return row.next() ? row.text(0) : std::string();
    }

    // The first column of all rows, so that what they name can be changed.
    template <class... Values>
    std::vector<std::int64_t> numbers(std::string_view sql, const Values &...values) {
        std::vector<std::int64_t> list;
        for (Query row = query(sql, values...); row.next();)
            list.push_back(row.integer(0));
        return list;
    }

    // Several statements without values, such as a schema.
    void script(const char *sql);

    // All that it holds, and a database in memory that begins with it.
    std::string image();
    static std::unique_ptr<Database> from_image(std::string_view image);
    // Becomes like the other one, at once or not at all. Neither may be inside a transaction.
    void copy_from(Database &other);

    // Whether rows of this table were written since `touched` was last asked, undone or not. One table at a time.
    void watch(std::string_view table) { watched_ = table; }
    bool touched() { return std::exchange(touched_, false); }

private:
    friend class Query;
    struct Prepared {
        std::string_view sql;
        sqlite3_stmt *statement; // null while it is in use
    };
    static void on_change(void *self, int, const char *, const char *table, long long);
    sqlite3_stmt *take(std::string_view sql);
    void give_back(std::string_view sql, sqlite3_stmt *statement);
    void forget_oldest();
    [[noreturn]] void fail(std::string_view what) const;
    std::int64_t last_row() const;
    std::int64_t changes() const;

    struct Close {
        void operator()(sqlite3 *handle) const;
    };
    std::unique_ptr<sqlite3, Close> handle_;
    std::list<Prepared> prepared_; // the one that was used last in front
    std::unordered_map<std::string_view, std::list<Prepared>::iterator> by_text_;
    std::string watched_;
    bool touched_ = false;
};

// All or nothing: what was done is undone unless `commit` is reached.
class Transaction {
public:
    explicit Transaction(Database &database);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;
    void commit();

private:
    Database &database_;
    bool open_ = true;
};

} // namespace hostbill::sandbox
