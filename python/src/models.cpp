#include "python/src/models.hpp"

#include "python/src/texts.hpp"
#include "python/src/values.hpp"

#include <pybind11/gil_safe_call_once.h>
#include <structmember.h>

namespace hostbill::python {
namespace {

// Where a slot of hostbill._model.Model lies in each of its objects.
Py_ssize_t offset_of(py::handle model, const char *slot) {
    const py::object member = model.attr(slot);
    if (Py_TYPE(member.ptr()) != &PyMemberDescr_Type)
        throw py::type_error("hostbill._model.Model has other slots than expected");
    return reinterpret_cast<PyMemberDescrObject *>(member.ptr())->d_member->offset;
}

// What hostbill.models says; read with the first answer that has a name, and kept as long as the process.
struct Known {
    py::object models;
    py::object results; // operation -> ("object", "list" or "map", the class's name)
    py::object names;   // the parameters that name things
    Py_ssize_t client;
    Py_ssize_t given;
};

const Known &known() {
    PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<Known> kept;
    return kept
        .call_once_and_store_result([] {
            const auto models = py::module_::import("hostbill.models");
            const py::object model = models.attr("Model");
            return Known{.models = models,
                         .results = models.attr("_RESULTS"),
                         .names = models.attr("_NAMES"),
                         .client = offset_of(model, "_client"),
                         .given = offset_of(model, "_given")};
        })
        .get_stored();
}

// Of the parameters those that name things; all models of an answer share it.
py::dict given_of(const Known &all, py::handle params) {
    py::dict given;
    Py_ssize_t at = 0;
    PyObject *name = nullptr;
    PyObject *value = nullptr;
    while (PyDict_Next(params.ptr(), &at, &name, &value) != 0) {
        if (value == Py_None)
            continue;
        const int names_it = PySet_Contains(all.names.ptr(), name);
        check(names_it);
        if (names_it == 1)
            check(PyDict_SetItem(given.ptr(), name, value));
    }
    return given;
}

class Maker {
public:
    Maker(const Known &all, PyObject *name, const Origin &origin)
        : all_(all), kind_(checked(PyObject_GetAttr(all.models.ptr(), name))), owner_(origin.owner),
          given_(given_of(all, origin.params)) {}

    // What is no object stays as it is.
    py::object one(const json::Value &value) {
        const json::Object *object = value.object();
        if (object == nullptr)
            return value_of(value);
        py::object made =
            checked(PyDict_Type.tp_new(reinterpret_cast<PyTypeObject *>(kind_.ptr()), no_arguments_.ptr(), nullptr));
        rows_.fill(made, *object);
        slot(made, all_.client) = owner_.inc_ref().ptr();
        slot(made, all_.given) = given_.inc_ref().ptr();
        return made;
    }

    py::object list(const json::Array &array) {
        py::object made = checked(PyList_New(static_cast<Py_ssize_t>(array.size())));
        Py_ssize_t at = 0;
        for (const json::Value &item : array)
            PyList_SET_ITEM(made.ptr(), at++, one(item).release().ptr());
        return made;
    }

    py::object map(const json::Object &object) {
        py::dict made;
        for (const json::Member &member : object)
            check(PyDict_SetItem(made.ptr(), text_of(member.key).ptr(), one(member.value).ptr()));
        return made;
    }

private:
    static PyObject *&slot(py::handle made, Py_ssize_t offset) {
        return *reinterpret_cast<PyObject **>(reinterpret_cast<char *>(made.ptr()) + offset);
    }

    const Known &all_;
    const py::object kind_; // its class, which may have to be loaded
    const py::handle owner_;
    const py::dict given_;
    const py::tuple no_arguments_;
    Rows rows_{Numbers::ours};
};

} // namespace

py::object model_of(std::string_view operation, const json::Value &data, const Origin &origin) {
    if (data.object() == nullptr && data.array() == nullptr)
        return value_of(data);
    const Known &all = known();
    PyObject *found = PyDict_GetItemWithError(all.results.ptr(), key_of(operation).ptr());
    if (found == nullptr) {
        if (PyErr_Occurred() != nullptr)
            throw py::error_already_set();
        return value_of(data);
    }
    Maker maker(all, PyTuple_GET_ITEM(found, 1), origin);
    const bool one = PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(found, 0), "object") == 0;
    if (one)
        return maker.one(data);
    const bool list = PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(found, 0), "list") == 0;
    if (list && data.array() != nullptr)
        return maker.list(*data.array());
    if (!list && data.object() != nullptr)
        return maker.map(*data.object());
    return value_of(data);
}

} // namespace hostbill::python
