// The oddities of refusals: the same words in another form.
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"
#include "sandbox/quirks/quirks.hpp"

#include <string>
#include <vector>

namespace hostbill::sandbox {

struct RefusalForm {
    int status;
    json::Value body;   // {"error":[..]} or what a quirk makes of it
    bool empty = false; // no body at all
};

RefusalForm refusal_form(const ActiveQuirks &quirks, const Operation *operation, const std::vector<std::string> &errors,
                         int status);

} // namespace hostbill::sandbox
