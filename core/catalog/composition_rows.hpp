// What api/compositions says of a composition besides what every operation has: generated tables.
#pragma once

#include "core/catalog/catalog.hpp"

#include <chrono>
#include <span>
#include <string_view>

namespace hostbill {

struct CompositionStep {
    std::string_view operation;
    Effect effect; // of the operation as it is called here
};

struct CompositionRow {
    std::string_view id;
    std::chrono::seconds timeout;           // for all of it; 0: the client's, as for one operation
    bool reads_in_dry_run;                  // a dry run sends its reads; otherwise it sends nothing
    std::span<const CompositionStep> steps; // the operations that it may call; empty: it depends
};

std::span<const CompositionRow> composition_rows(); // as compositions()
const CompositionRow &composition_row(const Operation &composition);

} // namespace hostbill
