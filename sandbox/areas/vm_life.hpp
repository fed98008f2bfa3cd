// The life of a virtual machine: its state, the changes that take it time, and when it ran.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

inline constexpr std::string_view running = "running", stopped = "stopped", suspended = "suspended";

// Refuses unless the path's service is active: what follows changes one of its machines.
void require_active_service(Call &call);
// The state of the path's machine, which is not in the middle of a change: that is refused.
std::string settled_state(Call &call);
// The same of one that is not suspended either.
std::string awake_state(Call &call);

// A change begins: the machine is in the state `meanwhile` and then in `next`, which may be at once. It does not run
// in between.
void begin_change(const Moment &moment, std::int64_t vm, std::string_view meanwhile, std::string_view next);
// Puts it into a state at once; whatever was going on is over.
void settle(const Moment &moment, std::int64_t vm, std::string_view state);
// A change that never ends by itself.
void hang(const Moment &moment, std::int64_t vm, std::string_view meanwhile);

// A service's machines, or one of them (0: all), are looked at, which is what brings changes to their end.
void look_at(const Moment &moment, std::int64_t service, std::int64_t vm);

// From `began` to `ended`, which is 0 as long as it runs.
struct Run {
    Seconds began;
    Seconds ended;

    bool covers(Seconds time) const { return began <= time && (ended == 0 || time < ended); }
};

// What is remembered of when it ran: the last days.
std::vector<Run> runs_of(Database &db, std::int64_t vm);

} // namespace hostbill::sandbox
