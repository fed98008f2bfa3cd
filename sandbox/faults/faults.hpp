// The scripts that wait for their requests, and what became of them.
#pragma once

#include "sandbox/faults/fault_script.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hostbill::sandbox {

class Faults {
public:
    struct Fired {
        std::int64_t id;
        Fault fault;
    };

    // The script's number, never given twice.
    std::int64_t add(FaultScript script);

    // The fault of a request, counted as fired. Of the scripts that fit a request and are not used up, only the oldest
    // looks at it: scripts for one operation work one after the other. `reused`: its connection has served before.
    std::optional<Fired> fire(const Operation *operation, bool reused, std::int64_t request_number);

    void clear();
    bool remove(std::int64_t id); // false: there is no such script
    // {"faults":[{"fault_id","operation","kind","remaining","skip","fired","requests"}]}; nothing remaining is 0, for
    // ever is null.
    json::Value to_json() const;

private:
    struct Waiting {
        std::int64_t id;
        FaultScript script; // its `skip` counts down
        std::int64_t fired = 0;
        std::vector<std::int64_t> requests; // the first ones, as numbered in the journal
        bool used_up() const { return script.times != 0 && fired == script.times; }
    };
    std::vector<Waiting> waiting_;
    std::int64_t added_ = 0;
};

} // namespace hostbill::sandbox
