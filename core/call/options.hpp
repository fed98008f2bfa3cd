// What a caller may ask of one call.
#pragma once

#include "core/catalog/caller_json.hpp"
#include "core/catalog/error.hpp"
#include "core/json/json.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

struct Options {
    std::optional<std::chrono::milliseconds> timeout; // for the whole call, instead of the client's
    bool raw = false;                                 // data exactly as the portal sent it
    bool dry_run = false;                             // prepare and show the request, send nothing
    std::optional<int> max_attempts;                  // requests in all, instead of the client's
    bool baseline = false;       // note what is there before an unsafe operation, so that `reconcile` can be certain
    bool progress = false;       // of what takes long: tell how far it has come
    std::int64_t cancel_key = 0; // by which the call can be stopped; 0: none
    std::string tag;             // echoed in the answer or error
    json::Object extra;          // fields that no document knows, sent as they are
};

// Adds every mistake to `problems`, as "options.timeout" and the like.
Options parse_options(const CallerObject &given, std::vector<FieldProblem> &problems);

} // namespace hostbill
