#include "python/src/given.hpp"

#include "python/src/outcome.hpp"
#include "python/src/texts.hpp"
#include "python/src/values.hpp"

namespace hostbill::python {
namespace {

std::string name_of(py::handle operation) {
    if (!PyUnicode_Check(operation.ptr())) {
        const std::string_view type = Py_TYPE(operation.ptr())->tp_name;
        raise(usage_error("the operation must be text, not " + std::string(type.substr(type.rfind('.') + 1))));
    }
    Py_ssize_t size = 0;
    if (const char *name = PyUnicode_AsUTF8AndSize(operation.ptr(), &size))
        return {name, static_cast<std::size_t>(size)};
    PyErr_Clear(); // Half a character, which the core is to know nothing of.
    const py::object text = checked(PyUnicode_AsEncodedString(operation.ptr(), "utf-8", "replace"));
    return {PyBytes_AS_STRING(text.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(text.ptr()))};
}

// What only Python's own encoder can say, and its words for what has no JSON.
std::string written(py::handle mapping, std::string_view what, bool skip_none) {
    py::object given = borrowed(mapping);
    if (skip_none && py::isinstance<py::dict>(mapping)) {
        py::dict told;
        for (const auto &[name, value] : py::reinterpret_borrow<py::dict>(mapping)) {
            if (!value.is_none())
                told[name] = value;
        }
        given = std::move(told);
    }
    const py::object text = py::module_::import("hostbill._documents").attr("write")(given, text_of(what));
    return std::string(utf8(text));
}

bool truthy(py::handle options, const char *name) {
    if (!PyDict_Check(options.ptr()))
        return false;
    PyObject *value = PyDict_GetItem(options.ptr(), key_of(name).ptr());
    return value != nullptr && PyObject_IsTrue(value) == 1;
}

} // namespace

GivenObject::GivenObject(py::handle mapping, std::string_view what, bool skip_none) {
    if (mapping.is_none())
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

Given::Given(py::handle operation_name, py::handle params_given, py::handle options_given, bool skip_none)
    : operation(name_of(operation_name)), params(params_given, operation, skip_none),
      options(options_given, "options", false),
      plain(truthy(options_given, "raw") || truthy(options_given, "dry_run")) {}

} // namespace hostbill::python
