// The sandbox, loaded when one is wanted: commands go in and come out as JSON text.
#include "python/src/python.hpp"
#include "python/src/unlocked.hpp"
#include "sandbox/hostbill_sandbox.h"

#include <atomic>
#include <memory>

namespace hostbill::python {
namespace {

struct OwnedText {
    void operator()(char *text) const { hostbill_sandbox_string_free(text); }
};
using Text = std::unique_ptr<char, OwnedText>;

std::atomic<int> live{0};

class Sandbox {
public:
    explicit Sandbox(hostbill_sandbox *started) : sandbox_(started, hostbill_sandbox_free) { ++live; }
    ~Sandbox() {
        stop();
        --live;
    }
    Sandbox(const Sandbox &) = delete;
    Sandbox &operator=(const Sandbox &) = delete;

    // control(command) -> its reply; an empty text once it was stopped.
    py::object control(py::handle command) {
        const char *text = utf8(command).data();
        const std::shared_ptr<hostbill_sandbox> sandbox = sandbox_; // Another thread may stop it meanwhile.
        Text reply;
        if (sandbox) {
            const Unlocked unlocked;
            reply.reset(hostbill_sandbox_control(sandbox.get(), text));
        }
        return checked(PyUnicode_FromString(reply ? reply.get() : ""));
    }

    void stop() {
        std::shared_ptr<hostbill_sandbox> sandbox;
        sandbox.swap(sandbox_);
        const Unlocked unlocked;
        sandbox.reset();
    }

private:
    std::shared_ptr<hostbill_sandbox> sandbox_; // changed under Python's lock only
};

// new_sandbox(config) -> (sandbox, None) or (None, error document)
py::tuple new_sandbox(py::handle config) {
    hostbill_sandbox *started = nullptr;
    char *error = nullptr;
    const char *text = utf8(config).data();
    int status = 0;
    {
        const Unlocked unlocked;
        status = hostbill_sandbox_new(text, &started, &error);
    }
    const Text document(error);
    if (status != 0)
        return py::make_tuple(py::none(), document.get());
    return py::make_tuple(std::make_unique<Sandbox>(started), py::none());
}

} // namespace

PYBIND11_MODULE(_sandbox_core, module) {
    module.doc() = "The compiled part of hostbill.Sandbox; use that instead.";
    py::class_<Sandbox>(module, "Sandbox", py::is_final())
        .def("control", &Sandbox::control)
        .def("stop", &Sandbox::stop);
    module.def("live_objects", [] { return live.load(); });
    module.def("new_sandbox", &new_sandbox);
}

} // namespace hostbill::python
