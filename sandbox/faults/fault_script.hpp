// What the owner of a sandbox writes to make something go wrong.
#pragma once

#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"
#include "core/catalog/error.hpp"
#include "core/json/json.hpp"
#include "sandbox/faults/fault.hpp"

#include <cstdint>

namespace hostbill::sandbox {

struct FaultScript {
    const Operation *operation = nullptr; // nullptr: whatever is asked for
    std::int64_t times = 1;               // 0: for ever
    std::int64_t skip = 0;                // how many requests go well before
    Fault fault;
};

// {"command":"fault","operation":..,"times":1,"skip":0,"fault":{"kind":..}}; it has passed check_command. All other
// mistakes are reported at once.
Result<FaultScript> parse_fault_script(const json::Value &command, const Portal &portal);

} // namespace hostbill::sandbox
