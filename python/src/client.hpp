// hostbill._core.Client: the core's client, with Python's own values going in and coming out.
#pragma once

#include "python/src/python.hpp"

namespace hostbill::python {

// The class, for the module to hold.
Ref make_client_class();

// A client of a configuration, a mapping; what is None in it does not count. Whether its requests wait for slots from
// outside.
PyObject *new_client(PyObject *module, PyObject *const *arguments, Py_ssize_t count) noexcept;

// How many there are.
int live_clients();

} // namespace hostbill::python
