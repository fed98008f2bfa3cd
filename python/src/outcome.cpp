#include "python/src/outcome.hpp"

#include "python/src/texts.hpp"
#include "python/src/values.hpp"

namespace hostbill::python {

py::object exception_of(const Error &error) {
    return py::module_::import("hostbill.errors").attr("from_document")(value_of(to_json(error)));
}

void raise(const Error &error) { raise(exception_of(error)); }

void raise(py::handle exception) {
    PyErr_SetObject(py::type::handle_of(exception).ptr(), exception.ptr());
    throw py::error_already_set();
}

py::object data_of(const Answer &answer, const Origin &origin, bool plain) {
    if (answer.raw)
        return raw_value_of(*answer.raw);
    return plain ? value_of(answer.data) : model_of(answer.operation, answer.data, origin);
}

py::object whole_of(const Answer &answer, const Origin &origin, bool plain) {
    return py::make_tuple(data_of(answer, origin, plain), texts_of(answer.info),
                          value_of(json::Value(meta_of(answer))));
}

} // namespace hostbill::python
