#include "python/src/meanwhile.hpp"

#include "core/json.hpp"
#include "python/src/values.hpp"

#include <unistd.h>

namespace hostbill::python {
namespace {

// Python's main thread is the process's first, unless the module threading knows better. That takes a while to load.
unsigned long main_thread_ident() {
    PyObject *threading = PyDict_GetItemString(PyImport_GetModuleDict(), "threading");
    if (threading == nullptr && gettid() == getpid())
        return PyThread_get_thread_ident();
    return py::module_::import("threading").attr("main_thread")().attr("ident").cast<unsigned long>();
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

Meanwhile::Meanwhile(py::handle on_progress)
    : on_progress_(on_progress), on_main_thread_(python::on_main_thread()), control_(interrupt(), progress()) {}

std::function<bool()> Meanwhile::interrupt() {
    if (!on_main_thread_ && on_progress_.is_none())
        return {};
    return [this] {
        if (!on_main_thread_ || raised_)
            return raised_.has_value();
        const py::gil_scoped_acquire locked;
        if (PyErr_CheckSignals() != 0)
            raised_.emplace();
        return raised_.has_value();
    };
}

std::function<void(const std::string &)> Meanwhile::progress() {
    if (on_progress_.is_none())
        return {};
    return [this](const std::string &told) {
        if (raised_)
            return;
        const py::gil_scoped_acquire locked;
        try {
            const auto progress = json::parse(told);
            on_progress_(value_of(progress ? *progress : json::Value()));
        } catch (py::error_already_set &raised) {
            raised_.emplace(std::move(raised));
        }
    };
}

} // namespace hostbill::python
