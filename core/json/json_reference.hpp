// References within a JSON document, {"$ref": "#/definitions/Name"}.
#pragma once

#include "core/json/json.hpp"

namespace hostbill::json {

// What it stands for, where that is a reference again, too; itself where it is none, or where `root` has nothing there.
const Value &resolve_reference(const Value &root, const Value &value);

} // namespace hostbill::json
