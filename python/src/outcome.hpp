// The core's answers and errors as Python sees them.
#pragma once

#include "core/answer.hpp"
#include "core/error.hpp"
#include "python/src/models.hpp"
#include "python/src/python.hpp"

namespace hostbill::python {

// The exception of hostbill.errors that stands for it.
Ref exception_of(const Error &error);

// Throws, with that exception set in Python.
[[noreturn]] void raise(const Error &error);
[[noreturn]] void raise(const Ref &exception);

// What an answer holds: as models where it has a name; `plain`: as it is.
Ref data_of(const Answer &answer, const Origin &origin, bool plain);
// (data, info, meta).
Ref whole_of(const Answer &answer, const Origin &origin, bool plain);

} // namespace hostbill::python
