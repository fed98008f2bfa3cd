#pragma once

#include "core/json/json.hpp"

#include <string>

namespace hostbill {

// A scalar as it stands in a path, a query or a form: 1 and 0 for true and false, nothing for null.
std::string scalar_text(const json::Value &value);

} // namespace hostbill
