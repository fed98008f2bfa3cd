// Answers as the classes of hostbill.models, made while they are read.
#pragma once

#include "core/json/json.hpp"
#include "python/src/python.hpp"

#include <string_view>

namespace hostbill::python {

// What models remember of the call that they come from.
struct Origin {
    py::object owner;  // the client of bound operations
    py::object params; // a dictionary: what the call was told
};

// The data of that operation's answer, with models where it has a name.
py::object model_of(std::string_view operation, const json::Value &data, const Origin &origin);

} // namespace hostbill::python
