#include "python/src/meanwhile.hpp"

#include "core/base/process_id.hpp"
#include "core/json/json.hpp"
#include "python/src/unlocked.hpp"
#include "python/src/values.hpp"

#include <ctime>
#include <unistd.h>

namespace hostbill::python {
namespace {

// A call that is over before this need not ask for Python's lock, which whoever computes keeps for milliseconds: Python
// itself runs its signal handlers right before the call and right after it.
constexpr long long patience_ms = 20;

long long coarse_ms() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1'000'000;
}

// Python's main thread is the process's first, unless the module threading knows better. That takes a while to load.
unsigned long main_thread_ident() {
    PyObject *threading = PyDict_GetItemString(PyImport_GetModuleDict(), "threading");
    if (threading == nullptr && gettid() == process_id())
        return PyThread_get_thread_ident();
    return py::module_::import("threading").attr("main_thread")().attr("ident").cast<unsigned long>();
}

} // namespace

bool on_main_thread() {
    // In a child process it is the thread that forked.
    static pid_t process = 0;
    static unsigned long main_thread = 0;
    if (process != process_id()) {
        main_thread = main_thread_ident();
        process = process_id();
    }
    return PyThread_get_thread_ident() == main_thread;
}

Meanwhile::Meanwhile(py::handle on_progress)
    : on_progress_(on_progress), on_main_thread_(python::on_main_thread()), asked_ms_(coarse_ms()),
      control_(interrupt(), progress()) {}

std::function<bool()> Meanwhile::interrupt() {
    if (!on_main_thread_ && on_progress_.is_none())
        return {};
    return [this] {
        if (!on_main_thread_ || raised_ || coarse_ms() - asked_ms_ < patience_ms)
            return raised_.has_value();
        asked_ms_ = coarse_ms();
        const py::gil_scoped_acquire locked; // On the thread that ends Python, and so is not ended by it.
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
        until_python_ends([&] {
            const py::gil_scoped_acquire locked;
            try {
                const auto progress = json::parse(told);
                on_progress_(value_of(progress ? *progress : json::Value()));
            } catch (py::error_already_set &raised) {
                raised_.emplace(std::move(raised));
            }
        });
    };
}

} // namespace hostbill::python
