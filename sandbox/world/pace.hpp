// How long what takes time takes: until it was asked for so many times, or until the portal's clock says so. Rows keep
// `polls` and `ready`; what is due by the clock is for an area's `next_due` and `tick`.
#pragma once

#include "sandbox/config.hpp"
#include "sandbox/world/dates.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace hostbill::sandbox {

// So many questions that it never ends by itself.
inline constexpr std::int64_t for_ever = std::numeric_limits<std::int32_t>::max();

struct Pace {
    std::int64_t polls = 0; // questions until it is done, where the clock has no say
    Seconds ready = 0;      // when it is done; 0: by questions

    bool done(Seconds now) const { return ready != 0 ? ready <= now : polls <= 0; }
    void ask() { polls -= ready == 0 ? 1 : 0; }
};

// Of what begins now. It may be done at once.
inline Pace pace_from(const Config &config, Seconds now, std::int64_t polls) {
    if (config.task_seconds > 0)
        return {0, now + config.task_seconds};
    return {polls, 0};
}
inline Pace pace_from(const Config &config, Seconds now) { return pace_from(config, now, config.task_polls); }

// How far it is, of what began at `begun` with so many questions to come.
inline int percent_done(const Pace &pace, std::int64_t all_polls, Seconds begun, Seconds now) {
    const std::int64_t all = pace.ready != 0 ? pace.ready - begun : all_polls;
    const std::int64_t left = pace.ready != 0 ? pace.ready - now : pace.polls;
    return all <= 0 || left > all ? 0 : static_cast<int>((all - std::max<std::int64_t>(left, 0)) * 100 / all);
}

} // namespace hostbill::sandbox
