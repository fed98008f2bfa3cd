// hostbill._core.Client: the core's client, with Python's own values going in and coming out.
#pragma once

#include "python/src/python.hpp"

namespace hostbill::python {

// The class, for the module to hold.
Ref make_client_class();

// A client of a configuration, a mapping; what is None in it does not count.
PyObject *new_client(PyObject *module, PyObject *config);

// How many there are.
int live_clients();

} // namespace hostbill::python
