#include "python/src/meanwhile.hpp"

#include "core/json.hpp"
#include "python/src/values.hpp"

#include <unistd.h>

namespace hostbill::python {
namespace {

// Python's lock, taken on a thread that gave it away.
class Locked {
public:
    Locked() : state_(PyGILState_Ensure()) {}
    ~Locked() { PyGILState_Release(state_); }
    Locked(const Locked &) = delete;
    Locked &operator=(const Locked &) = delete;

private:
    PyGILState_STATE state_;
};

// Python's main thread is the process's first, unless the module threading knows better. That takes a while to load.
unsigned long main_thread_ident() {
    PyObject *threading = PyDict_GetItemString(PyImport_GetModuleDict(), "threading");
    if (threading == nullptr && gettid() == getpid())
        return PyThread_get_thread_ident();
    const Ref loaded = checked(PyImport_ImportModule("threading"));
    const Ref thread = checked(PyObject_CallMethod(loaded.get(), "main_thread", nullptr));
    const unsigned long ident = PyLong_AsUnsignedLong(checked(PyObject_GetAttrString(thread.get(), "ident")).get());
    if (PyErr_Occurred() != nullptr)
        throw Raised();
    return ident;
}

} // namespace

bool on_main_thread() {
    // In a child process it is the thread that forked.
    static pid_t process = 0;
    static unsigned long main_thread = 0;
    if (process != getpid()) {
        main_thread = main_thread_ident();
        process = getpid();
    }
    return PyThread_get_thread_ident() == main_thread;
}

Meanwhile::Meanwhile(PyObject *on_progress)
    : on_progress_(on_progress), on_main_thread_(python::on_main_thread()), control_(interrupt(), progress()) {}

std::function<bool()> Meanwhile::interrupt() {
    if (!on_main_thread_ && on_progress_ == Py_None)
        return {};
    return [this] {
        if (!on_main_thread_ || raised_)
            return static_cast<bool>(raised_);
        const Locked locked;
        if (PyErr_CheckSignals() != 0)
            keep_exception();
        return static_cast<bool>(raised_);
    };
}

std::function<void(const std::string &)> Meanwhile::progress() {
    if (on_progress_ == Py_None)
        return {};
    return [this](const std::string &told) {
        if (raised_)
            return;
        const Locked locked;
        try {
            const auto progress = json::parse(told);
            checked(PyObject_CallOneArg(on_progress_, value_of(progress ? *progress : json::Value()).get()));
        } catch (const Raised &) {
            keep_exception();
        }
    };
}

void Meanwhile::keep_exception() {
    PyObject *type = nullptr;
    PyObject *value = nullptr;
    PyObject *traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != nullptr)
        PyException_SetTraceback(value, traceback);
    raised_ = Ref(value);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
}

} // namespace hostbill::python
