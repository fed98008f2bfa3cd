#include "python/src/models.hpp"

#include "python/src/values.hpp"

#include <structmember.h>

namespace hostbill::python {
namespace {

// Where a slot of hostbill._model.Model lies in each of its objects.
Py_ssize_t offset_of(PyObject *model, const char *slot) {
    const Ref member = checked(PyObject_GetAttrString(model, slot));
    if (Py_TYPE(member.get()) != &PyMemberDescr_Type) {
        PyErr_SetString(PyExc_TypeError, "hostbill._model.Model has other slots than expected");
        throw Raised();
    }
    return reinterpret_cast<PyMemberDescrObject *>(member.get())->d_member->offset;
}

// What hostbill.models says; read with the first answer that has a name, and kept as long as the process.
struct Known {
    Ref results; // operation -> ("object", "list" or "map", class)
    Ref names;   // the parameters that name things
    Py_ssize_t client = 0;
    Py_ssize_t given = 0;

    Known() {
        const Ref models = checked(PyImport_ImportModule("hostbill.models"));
        const Ref model = checked(PyObject_GetAttrString(models.get(), "Model"));
        results = checked(PyObject_GetAttrString(models.get(), "_RESULTS"));
        names = checked(PyObject_GetAttrString(models.get(), "_NAMES"));
        client = offset_of(model.get(), "_client");
        given = offset_of(model.get(), "_given");
    }
};

const Known &known() {
    static const Known *kept = nullptr;
    if (kept == nullptr)
        kept = new Known();
    return *kept;
}

// Of the parameters those that name things; all models of an answer share it.
Ref given_of(const Known &all, PyObject *params) {
    Ref given = checked(PyDict_New());
    Py_ssize_t at = 0;
    PyObject *name = nullptr;
    PyObject *value = nullptr;
    while (PyDict_Next(params, &at, &name, &value) != 0) {
        if (value == Py_None)
            continue;
        const int names_it = PySet_Contains(all.names.get(), name);
        check(names_it);
        if (names_it == 1)
            check(PyDict_SetItem(given.get(), name, value));
    }
    return given;
}

class Maker {
public:
    Maker(const Known &all, PyObject *kind, const Origin &origin)
        : all_(all), kind_(reinterpret_cast<PyTypeObject *>(kind)), owner_(origin.owner.get()),
          given_(given_of(all, origin.params.get())), no_arguments_(checked(PyTuple_New(0))) {}

    // What is no object stays as it is.
    Ref one(const json::Value &value) {
        const json::Object *object = value.object();
        if (object == nullptr)
            return value_of(value);
        Ref made = checked(PyDict_Type.tp_new(kind_, no_arguments_.get(), nullptr));
        rows_.fill(made.get(), *object);
        slot(made.get(), all_.client) = Ref::borrowed(owner_).release();
        slot(made.get(), all_.given) = Ref::borrowed(given_.get()).release();
        return made;
    }

    Ref list(const json::Array &array) {
        Ref made = checked(PyList_New(static_cast<Py_ssize_t>(array.size())));
        Py_ssize_t at = 0;
        for (const json::Value &item : array)
            PyList_SET_ITEM(made.get(), at++, one(item).release());
        return made;
    }

    Ref map(const json::Object &object) {
        Ref made = checked(PyDict_New());
        for (const json::Member &member : object)
            check(PyDict_SetItem(made.get(), text_of(member.key).get(), one(member.value).get()));
        return made;
    }

private:
    static PyObject *&slot(PyObject *made, Py_ssize_t offset) {
        return *reinterpret_cast<PyObject **>(reinterpret_cast<char *>(made) + offset);
    }

    const Known &all_;
    PyTypeObject *const kind_;
    PyObject *const owner_;
    const Ref given_;
    const Ref no_arguments_;
    Rows rows_{Numbers::ours};
};

} // namespace

Ref model_of(std::string_view operation, const json::Value &data, const Origin &origin) {
    if (data.object() == nullptr && data.array() == nullptr)
        return value_of(data);
    const Known &all = known();
    PyObject *found = PyDict_GetItemWithError(all.results.get(), text_of(operation).get());
    if (found == nullptr) {
        if (PyErr_Occurred() != nullptr)
            throw Raised();
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
