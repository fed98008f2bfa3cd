// hostbill._core.Field: what reads a field of a model, as hostbill._model has it.
#pragma once

#include "python/src/python.hpp"

namespace hostbill::python {

// The class, with `__get__`. Field(name) reads a member of the model as it is; Field(name, form, read) reads texts as that
// form says, and leaves to `read` every text that it does not know for certain.
void define_fields(py::module_ &module);

} // namespace hostbill::python
