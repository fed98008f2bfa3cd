// hostbill._core.Client: the core's client, with Python's own values going in and coming out.
#pragma once

#include "python/src/python.hpp"

namespace hostbill::python {

// The class, `new_client`, which makes one, and `live_objects`, which counts them.
void define_client(py::module_ &module);

} // namespace hostbill::python
