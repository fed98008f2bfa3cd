// Settles what became of an unsafe operation whose answer was lost, by looking at what the portal shows now.
//
// "Happened" and "did not happen" are said only where the portal's own data speak for it; all else is ambiguous. An
// identical thing made by another call within the same day can be told apart only by note_before(). Nothing is changed
// by looking.
#pragma once

#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"
#include "core/catalog/error.hpp"
#include "core/json/json.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace hostbill {

// Runs a read and gives its data.
using RunRead = std::function<Result<json::Value>(std::string_view operation, const json::Object &params)>;

struct Unsettled {
    const Operation *operation; // an unsafe one
    json::Object params;        // by canonical name, as given
    std::int64_t since;         // when the call began, in seconds since 1970
    json::Object before;        // of note_before(); empty: nothing was noted
    // After a read: by how many seconds the clock that `since` is of and the portal's may differ.
    std::function<std::int64_t()> clock_difference = {};
};

// {"verdict","operation","evidence":[..]}. Fails where a read fails that the portal has, since then nothing is known.
Result<json::Value> reconcile(const Unsettled &call, const RunRead &read);

// What the reads show before the call, by read: with it, what is new can be told from what was there.
Result<json::Object> note_before(const Operation &operation, const json::Object &params, const RunRead &read);

} // namespace hostbill
