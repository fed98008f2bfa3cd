#include "python/src/outcome.hpp"

#include "python/src/values.hpp"

namespace hostbill::python {

Ref exception_of(const Error &error) {
    const Ref errors = checked(PyImport_ImportModule("hostbill.errors"));
    return checked(PyObject_CallMethod(errors.get(), "from_document", "O", value_of(to_json(error)).get()));
}

void raise(const Error &error) { raise(exception_of(error)); }

void raise(const Ref &exception) {
    PyErr_SetObject(reinterpret_cast<PyObject *>(Py_TYPE(exception.get())), exception.get());
    throw Raised();
}

Ref data_of(const Answer &answer, const Origin &origin, bool plain) {
    if (answer.raw)
        return raw_value_of(*answer.raw);
    return plain ? value_of(answer.data) : model_of(answer.operation, answer.data, origin);
}

Ref whole_of(const Answer &answer, const Origin &origin, bool plain) {
    const Ref data = data_of(answer, origin, plain);
    const Ref info = texts_of(answer.info);
    const Ref meta = value_of(json::Value(meta_of(answer)));
    return checked(PyTuple_Pack(3, data.get(), info.get(), meta.get()));
}

} // namespace hostbill::python
