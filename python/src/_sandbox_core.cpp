// The sandbox, loaded when one is wanted: commands go in and come out as JSON text.
#include "python/src/python.hpp"
#include "sandbox/hostbill_sandbox.h"

#include <atomic>
#include <memory>

namespace hostbill::python {
namespace {

struct OwnedText {
    void operator()(char *text) const { hostbill_sandbox_string_free(text); }
};
using Text = std::unique_ptr<char, OwnedText>;

struct Object {
    PyObject_HEAD std::shared_ptr<hostbill_sandbox> sandbox; // changed under Python's lock only
};

std::atomic<int> live{0};
PyTypeObject *sandbox_class = nullptr;

Object &self_of(PyObject *self) { return *reinterpret_cast<Object *>(self); }

const char *utf8(PyObject *text) {
    const char *found = PyUnicode_AsUTF8(text);
    if (found == nullptr)
        throw Raised();
    return found;
}

// control(command) -> its reply; an empty text once it was stopped.
PyObject *control(PyObject *self, PyObject *command) noexcept {
    return guarded([&] {
        const char *text = utf8(command);
        const std::shared_ptr<hostbill_sandbox> sandbox =
            self_of(self).sandbox; // Another thread may stop it meanwhile.
        Text reply;
        if (sandbox) {
            const Unlocked unlocked;
            reply.reset(hostbill_sandbox_control(sandbox.get(), text));
        }
        return checked(PyUnicode_FromString(reply ? reply.get() : ""));
    });
}

PyObject *stop(PyObject *self, PyObject *) noexcept {
    std::shared_ptr<hostbill_sandbox> sandbox;
    sandbox.swap(self_of(self).sandbox);
    {
        const Unlocked unlocked;
        sandbox.reset();
    }
    return Ref::borrowed(Py_None).release();
}

void destroy(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF(stop(self, nullptr));
    std::destroy_at(&self_of(self).sandbox);
    type->tp_free(self);
    Py_DECREF(type);
    --live;
}

PyMethodDef methods[] = {
    {"control", control, METH_O, nullptr},
    {"stop", stop, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void *>(destroy)},
    {Py_tp_methods, methods},
    {0, nullptr},
};

PyType_Spec spec = {"hostbill._sandbox_core.Sandbox", sizeof(Object), 0, Py_TPFLAGS_DEFAULT, slots};

// new_sandbox(config) -> (sandbox, None) or (None, error document)
PyObject *new_sandbox(PyObject *, PyObject *config) noexcept {
    return guarded([&] {
        hostbill_sandbox *started = nullptr;
        char *error = nullptr;
        const char *text = utf8(config);
        int status = 0;
        {
            const Unlocked unlocked;
            status = hostbill_sandbox_new(text, &started, &error);
        }
        const Text document(error);
        if (status != 0)
            return checked(Py_BuildValue("(Os)", Py_None, document.get()));
        std::shared_ptr<hostbill_sandbox> sandbox(started, hostbill_sandbox_free);
        Ref made = checked(PyType_GenericAlloc(sandbox_class, 0));
        ++live;
        std::construct_at(&self_of(made.get()).sandbox, std::move(sandbox));
        return checked(PyTuple_Pack(2, made.get(), Py_None));
    });
}

PyObject *live_objects(PyObject *, PyObject *) noexcept { return PyLong_FromLong(live.load()); }

PyMethodDef functions[] = {
    {"live_objects", live_objects, METH_NOARGS, nullptr},
    {"new_sandbox", new_sandbox, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "_sandbox_core",
                          "The compiled part of hostbill.Sandbox; use that instead.",
                          -1,
                          functions,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

} // namespace
} // namespace hostbill::python

PyMODINIT_FUNC PyInit__sandbox_core() {
    using namespace hostbill::python;
    return guarded([] {
        Ref module = checked(PyModule_Create(&definition));
        Ref made = checked(PyType_FromSpec(&spec));
        sandbox_class = reinterpret_cast<PyTypeObject *>(made.get());
        check(PyModule_AddObject(module.get(), "Sandbox", made.release()));
        return module;
    });
}
