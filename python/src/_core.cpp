// The part of the package that is not Python: the core's client and its catalogue.
#include "core/catalog_json.hpp"
#include "core/error.hpp"
#include "python/src/client.hpp"
#include "python/src/outcome.hpp"
#include "python/src/python.hpp"
#include "python/src/values.hpp"

namespace hostbill::python {
namespace {

// catalog(portal) -> JSON text
PyObject *catalog(PyObject *, PyObject *portal) noexcept {
    return guarded([&] {
        Py_ssize_t size = 0;
        const char *name = PyUnicode_AsUTF8AndSize(portal, &size);
        if (name == nullptr)
            throw Raised();
        const Result<std::string> document = catalog_json({name, static_cast<std::size_t>(size)});
        if (!document)
            raise(document.error());
        return text_of(*document);
    });
}

PyObject *live_objects(PyObject *, PyObject *) noexcept { return PyLong_FromLong(live_clients()); }

PyMethodDef functions[] = {
    {"catalog", catalog, METH_O, nullptr},
    {"live_objects", live_objects, METH_NOARGS, nullptr},
    {"new_client", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(new_client)), METH_FASTCALL, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "_core",
                          "The compiled part of hostbill; use the package instead.",
                          -1,
                          functions,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

} // namespace
} // namespace hostbill::python

PyMODINIT_FUNC PyInit__core() {
    using namespace hostbill::python;
    return guarded([] {
        Ref module = checked(PyModule_Create(&definition));
        check(PyModule_AddStringConstant(module.get(), "__version__", HOSTBILL_VERSION));
        check(PyModule_AddObject(module.get(), "Client", make_client_class().release()));
        return module;
    });
}
