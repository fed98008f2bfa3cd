// What Python does while a call waits on this thread.
#pragma once

#include "core/base/call_control.hpp"
#include "python/src/python.hpp"

#include <functional>
#include <optional>
#include <string>

namespace hostbill::python {

// Runs Python's signal handlers, and tells whoever wants to know how far the call is. What either raises stops the call,
// and is kept until it is over.
class Meanwhile {
public:
    // `on_progress` may be None; it outlives this.
    explicit Meanwhile(py::handle on_progress);

    // What the call is controlled with, outside of Python's lock.
    CallControl &control() { return control_; }

    // What was raised, if anything.
    std::optional<py::error_already_set> &raised() { return raised_; }

private:
    std::function<bool()> interrupt();
    std::function<void(const std::string &)> progress();

    const py::handle on_progress_;
    const bool on_main_thread_;
    long long asked_ms_; // when signals were looked for
    std::optional<py::error_already_set> raised_;
    CallControl control_;
};

// Whether Python runs its signal handlers on this thread.
bool on_main_thread();

} // namespace hostbill::python
