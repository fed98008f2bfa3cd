// Where a wait stands: small enough to keep, without secrets, and enough to go on with in another process.
#pragma once

#include "core/tasks/composition.hpp"
#include "core/tasks/waiter_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hostbill {

struct WaitState {
    std::size_t link = 0;
    json::Object values = {}; // what was given, and what links kept
    std::int64_t polls = 0;   // in all
    std::int64_t rounds = 0;  // of the present link
    bool seen = false;        // what the present link is about has been there
};

json::Object to_json(const Waiter &waiter, const WaitState &state);

// From the parameters of a call: from the beginning, or from its `state`. Mistakes go to `problems`.
WaitState read_wait_state(const Waiter &waiter, const CompositionCall &call, std::vector<FieldProblem> &problems);

} // namespace hostbill
