#include "python/src/given.hpp"

#include "python/src/outcome.hpp"
#include "python/src/values.hpp"

namespace hostbill::python {
namespace {

std::string name_of(PyObject *operation) {
    if (!PyUnicode_Check(operation)) {
        const std::string_view type = Py_TYPE(operation)->tp_name;
        raise(usage_error("the operation must be text, not " + std::string(type.substr(type.rfind('.') + 1))));
    }
    const Ref text = checked(PyUnicode_AsEncodedString(operation, "utf-8", "replace"));
    return {PyBytes_AS_STRING(text.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(text.get()))};
}

// What only Python's own encoder can say, and its words for what has no JSON.
std::string written(PyObject *mapping, std::string_view what, bool skip_none) {
    Ref given = Ref::borrowed(mapping);
    if (skip_none && PyDict_Check(mapping)) {
        given = checked(PyDict_New());
        Py_ssize_t at = 0;
        PyObject *name = nullptr;
        PyObject *value = nullptr;
        while (PyDict_Next(mapping, &at, &name, &value) != 0) {
            if (value != Py_None)
                check(PyDict_SetItem(given.get(), name, value));
        }
    }
    const Ref documents = checked(PyImport_ImportModule("hostbill._documents"));
    const Ref text = checked(PyObject_CallMethod(documents.get(), "write", "OO", given.get(), text_of(what).get()));
    Py_ssize_t size = 0;
    const char *data = PyUnicode_AsUTF8AndSize(text.get(), &size);
    if (data == nullptr)
        throw Raised();
    return {data, static_cast<std::size_t>(size)};
}

bool truthy(PyObject *options, const char *name) {
    if (options == Py_None || !PyDict_Check(options))
        return false;
    PyObject *value = PyDict_GetItemString(options, name);
    return value != nullptr && PyObject_IsTrue(value) == 1;
}

} // namespace

GivenObject::GivenObject(PyObject *mapping, std::string_view what, bool skip_none) {
    if (mapping == Py_None)
        return;
    object_ = object_of(mapping, skip_none);
    if (!object_)
        text_ = written(mapping, what, skip_none);
}

GivenObject::~GivenObject() {
    if (object_) {
        json::Value value(std::move(*object_));
        json::wipe(value);
    }
    explicit_bzero(text_.data(), text_.size());
}

Given::Given(PyObject *operation_name, PyObject *params_given, PyObject *options_given, bool skip_none)
    : operation(name_of(operation_name)), params(params_given, operation, skip_none),
      options(options_given, "options", false),
      plain(truthy(options_given, "raw") || truthy(options_given, "dry_run")) {}

} // namespace hostbill::python
