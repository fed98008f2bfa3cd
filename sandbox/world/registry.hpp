// What a sandbox keeps beside its main world's state: which other worlds there are, snapshots, and the key that signs
// tokens. In memory where the main world is; else in a folder next to its file.
#pragma once

#include "sandbox/world/database.hpp"
#include "sandbox/world/dates.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

class Registry {
public:
    struct WorldRow {
        std::string name;
        std::string username;
        std::string password;
        std::string seed; // the world's own seed document; empty: the sandbox's
    };
    struct SnapshotRow {
        std::string name;
        Seconds time;
        std::int64_t bytes;
    };

    // Of the sandbox whose main world is kept in `database`: ":memory:" or a file, which is ours alone already when
    // anything is asked of the registry. Its folder is made when there is something to keep. Throws DatabaseError.
    explicit Registry(const std::string &database);

    // Where the state of a world that is not the main one is kept: ":memory:" or a file.
    std::string file_of(std::string_view world) const;
    bool has_file(std::string_view world) const; // whether it was ever used

    std::vector<WorldRow> worlds(); // in the order in which they were made
    void add(const WorldRow &row);
    void remove(std::string_view world); // with its snapshots and its file

    void keep(std::string_view world, std::string_view name, Seconds now, std::string_view image);
    std::vector<SnapshotRow> snapshots(std::string_view world);
    std::optional<std::string> image(std::string_view world, std::string_view name); // of a snapshot
    bool forget(std::string_view world, std::string_view name);                      // false: there is none

    std::string signing_key(); // empty: none yet
    void set_signing_key(std::string_view pem);

private:
    bool anything() const; // whether something has ever been kept
    Database &db();
    void remove_strays(const std::vector<WorldRow> &rows);

    std::string folder_; // empty: in memory
    std::unique_ptr<Database> db_;
};

} // namespace hostbill::sandbox
