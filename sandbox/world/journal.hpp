// What came in, without anything secret: no bodies, no Authorization, sensitive parameters masked.
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"
#include "sandbox/world/dates.hpp"
#include "sandbox/world/near.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

// Which entries are wanted; what is not set does not matter.
struct JournalFilter {
    std::int64_t since = 0;            // only later ones
    std::optional<std::int64_t> limit; // the latest so many
    const Operation *operation = nullptr;
    std::string method;
    std::string path;   // a part of the target without its query, or with * the whole of it
    std::string status; // "404", or "4xx"
    std::string world;
    std::optional<bool> fault;
    std::optional<bool> refused;
    std::optional<bool> unmatched; // no operation of the portal answers to it
};

class Journal {
public:
    struct Entry {
        std::int64_t number = 0; // the journal's own
        Seconds time = 0;
        std::string world;
        std::string method;
        std::string target = {};
        const Operation *operation = nullptr; // null: the path was none of the portal's
        int status = 0;                       // 0: no answer was sent
        std::int64_t duration_us = 0;
        json::Value fault = {}; // which one fired; null: none
        bool refused = false;
        std::vector<std::string> errors = {}; // the words of a refusal
        std::vector<Near> near = {};          // operations that the request was perhaps meant for
    };

    // The number that the next request gets. None is given twice.
    std::int64_t next_number() const { return added_ + 1; }
    void add(Entry entry, std::string_view path, std::string_view query);
    void forget(std::string_view world);
    std::int64_t count(std::string_view world) const; // of those that are kept
    // {"requests":[..],"dropped":N,"last":N}, oldest first.
    json::Value to_json(const JournalFilter &filter) const;

private:
    std::deque<Entry> entries_;
    std::int64_t added_ = 0;
    std::int64_t dropped_ = 0;
};

} // namespace hostbill::sandbox
