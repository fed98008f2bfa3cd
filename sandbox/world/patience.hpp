// How long it takes others, such as registries, to answer the portal.
#pragma once

#include "sandbox/config.hpp"
#include "sandbox/world/dates.hpp"

namespace hostbill::sandbox {

// As long as the portal's own tasks, where these go by the clock; not at all, where these are done at once; their usual
// time elsewhere.
inline Seconds patience(const Config &config, Seconds usual) {
    if (config.task_seconds > 0)
        return config.task_seconds;
    return config.task_polls == 0 ? 0 : usual;
}

} // namespace hostbill::sandbox
