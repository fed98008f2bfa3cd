// The core's answers and errors as Python sees them.
#pragma once

#include "core/answer/answer.hpp"
#include "core/catalog/error.hpp"
#include "python/src/models.hpp"
#include "python/src/python.hpp"

namespace hostbill::python {

// The exception of hostbill.errors that stands for it.
py::object exception_of(const Error &error);

// Throws, with that exception set in Python.
[[noreturn]] void raise(const Error &error);
[[noreturn]] void raise(py::handle exception);

// What an answer holds: as models where it has a name; `plain`: as it is.
py::object data_of(const Answer &answer, const Origin &origin, bool plain);
// (data, info, meta).
py::object whole_of(const Answer &answer, const Origin &origin, bool plain);

} // namespace hostbill::python
