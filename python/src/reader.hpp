// JSON as portals write it, straight into Python's objects.
#pragma once

#include "python/src/python.hpp"

#include <string>

namespace hostbill::python {

// What json.loads(text, parse_float=Decimal) makes of a text that the core has found to be JSON. Null where something in it
// is for a parser that is slower and knows everything: bytes that are no UTF-8, or many levels.
py::object read_json(const std::string &text);

} // namespace hostbill::python
