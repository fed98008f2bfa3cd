// Parameters with which each operation works on the seeded account.
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"

namespace hostbill::sandbox {

// Each operation may be called once with its sample, in any order: what one ends or deletes, no other needs.
// `auth.refresh` and `auth.revoke` want a token from a login, so theirs is left out.
json::Object sample_parameters(const Operation &operation, const Portal &portal);

} // namespace hostbill::sandbox
