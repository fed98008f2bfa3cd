// What came in, without anything secret: no bodies, no Authorization, sensitive parameters masked.
#pragma once

#include "core/catalog.hpp"
#include "core/json.hpp"
#include "sandbox/world/dates.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

class Journal {
public:
    // The number that the next request gets.
    std::int64_t next_number() const { return added_ + 1; }
    // `operation` may be null: the path was none of the portal's. A status of 0: no answer was sent. `fault` says
    // which one fired; null: none.
    void add(Seconds now, std::string_view method, std::string_view path, std::string_view query,
             const Operation *operation, int status, json::Value fault);
    void clear();
    // {"requests":[..],"dropped":N}, oldest first, of those with a number above `since`.
    json::Value to_json(std::int64_t since = 0) const;

private:
    struct Entry {
        std::int64_t number;
        Seconds time;
        std::string method;
        std::string target;
        std::string operation;
        int status;
        json::Value fault;
    };
    std::deque<Entry> entries_;
    std::int64_t added_ = 0;
};

} // namespace hostbill::sandbox
