// The oddities of answers: the same thing in another form.
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"
#include "sandbox/quirks/quirks.hpp"

namespace hostbill::sandbox {

// What a success of the operation becomes. Whatever a quirk has nothing to say about stays as it is.
json::Value with_quirks(const ActiveQuirks &quirks, const Operation &operation, json::Value body);

} // namespace hostbill::sandbox
