// How long it takes others, such as registries, to answer the portal.
#pragma once

#include "sandbox/config.hpp"
#include "sandbox/world/dates.hpp"

namespace hostbill::sandbox {

// Their usual time, or none where the portal's own tasks are done at once.
inline Seconds patience(const Config &config, Seconds usual) { return config.task_polls == 0 ? 0 : usual; }

} // namespace hostbill::sandbox
