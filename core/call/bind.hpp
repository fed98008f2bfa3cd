// From what the caller gave to what the portal gets: names, types and ranges checked, values in the portal's form.
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/catalog/error.hpp"
#include "core/json/json.hpp"

#include <string_view>
#include <vector>

namespace hostbill {

struct BoundParam {
    const Param *param;
    json::Value value; // under the portal's names, in the portal's types
};

// In the order of the catalogue. Adds every mistake to `problems`; with any, what is returned is of no use.
// `portal` says whose rows hold.
std::vector<BoundParam> bind_params(const Operation &operation, PortalSet portal, const json::Object &params,
                                    std::vector<FieldProblem> &problems);

// Undocumented fields have to be just that.
void check_extra(const Operation &operation, PortalSet portal, const json::Object &extra,
                 std::vector<FieldProblem> &problems);

// The names of a set of portals.
std::vector<std::string> portal_names(PortalSet set);

} // namespace hostbill
