// The part of the package that is not Python: the core's client, its catalogue and the sandbox, as JSON text.
//
// Nothing is decided here. Documents go in and come out as text, and Python raises what they report.
#include "core/catalog_json.hpp"
#include "core/client.hpp"
#include "core/error.hpp"
#include "sandbox/hostbill_sandbox.h"

#include <pybind11/pybind11.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace py = pybind11;

namespace {

// (True, document) or (False, error document).
py::tuple outcome(const hostbill::Result<std::string> &result) {
    return py::make_tuple(static_cast<bool>(result), result ? *result : hostbill::error_document(result.error()));
}

// What Python does while a call waits: its signal handlers run, and whoever wants to know hears how far the call is.
// What either raises stops the call, and is kept until it is over.
class Meanwhile {
public:
    Meanwhile(bool signals, py::object on_progress) : signals_(signals), on_progress_(std::move(on_progress)) {}

    std::function<bool()> interrupt() {
        if (!signals_ && on_progress_.is_none())
            return {};
        return [this] { return raised(); };
    }

    std::function<void(const std::string &)> progress() {
        if (on_progress_.is_none())
            return {};
        return [this](const std::string &progress) { report(progress); };
    }

    // None where nothing was raised.
    py::object exception() const { return exception_ ? exception_->value() : py::none(); }

private:
    bool raised() {
        if (exception_)
            return true;
        if (!signals_)
            return false;
        py::gil_scoped_acquire gil;
        if (PyErr_CheckSignals() == 0)
            return false;
        exception_.emplace();
        return true;
    }

    void report(const std::string &progress) {
        if (exception_)
            return;
        py::gil_scoped_acquire gil;
        try {
            on_progress_(progress);
        } catch (py::error_already_set &raised) {
            exception_.emplace(std::move(raised));
        }
    }

    const bool signals_;
    const py::object on_progress_;
    std::optional<py::error_already_set> exception_;
};

// How many clients and sandboxes there are.
std::atomic<int> live_objects{0};

class Counted {
public:
    Counted() { ++live_objects; }
    ~Counted() { --live_objects; }
    Counted(const Counted &) = delete;
    Counted &operator=(const Counted &) = delete;
};

class Client : Counted {
public:
    explicit Client(std::unique_ptr<hostbill::Client> client) : client_(std::move(client)) {}

    // (succeeded, document, what was raised meanwhile or None). Signals are asked for on the main thread only.
    py::tuple call(std::string_view operation, std::string_view params, std::string_view options, bool on_main_thread,
                   py::object on_progress) {
        Meanwhile meanwhile(on_main_thread, std::move(on_progress));
        hostbill::CallControl control(meanwhile.interrupt(), meanwhile.progress());
        hostbill::Result<std::string> result = [&] {
            py::gil_scoped_release unlocked;
            return client_->call(operation, params, options, control);
        }();
        return outcome(result) + py::make_tuple(meanwhile.exception());
    }

    void close() {
        py::gil_scoped_release unlocked;
        client_->close();
    }

    bool closed() const { return client_->closed(); }

private:
    std::unique_ptr<hostbill::Client> client_;
};

// (client, None) or (None, error document).
py::tuple new_client(std::string_view config) {
    auto client = hostbill::Client::create(config);
    if (!client)
        return py::make_tuple(py::none(), hostbill::error_document(client.error()));
    return py::make_tuple(std::make_unique<Client>(std::move(*client)), py::none());
}

py::tuple catalog(std::string_view portal) { return outcome(hostbill::catalog_json(portal)); }

struct SandboxString {
    void operator()(char *text) const { hostbill_sandbox_string_free(text); }
};
using OwnedString = std::unique_ptr<char, SandboxString>;

class Sandbox : Counted {
public:
    explicit Sandbox(hostbill_sandbox *sandbox) : sandbox_(sandbox, hostbill_sandbox_free) {}

    // An empty text once it was stopped.
    std::string control(const std::string &command) {
        const std::shared_ptr<hostbill_sandbox> sandbox = sandbox_; // Another thread may stop it meanwhile.
        if (!sandbox)
            return {};
        py::gil_scoped_release unlocked;
        const OwnedString reply(hostbill_sandbox_control(sandbox.get(), command.c_str()));
        return reply ? reply.get() : "";
    }

    void stop() {
        std::shared_ptr<hostbill_sandbox> sandbox;
        sandbox.swap(sandbox_);
        py::gil_scoped_release unlocked;
        sandbox.reset();
    }

private:
    std::shared_ptr<hostbill_sandbox> sandbox_; // Changed under Python's lock only.
};

// (sandbox, None) or (None, error document).
py::tuple new_sandbox(const std::string &config) {
    hostbill_sandbox *sandbox = nullptr;
    char *error = nullptr;
    const int status = hostbill_sandbox_new(config.c_str(), &sandbox, &error);
    OwnedString owned(error);
    if (status != 0)
        return py::make_tuple(py::none(), owned.get());
    return py::make_tuple(std::make_unique<Sandbox>(sandbox), py::none());
}

} // namespace

PYBIND11_MODULE(_core, module) {
    module.doc() = "The compiled part of hostbill; use the package instead.";
    module.attr("__version__") = HOSTBILL_VERSION;
    module.def("catalog", &catalog, py::arg("portal"));
    module.def("live_objects", [] { return live_objects.load(); });
    module.def("new_client", &new_client, py::arg("config"));
    module.def("new_sandbox", &new_sandbox, py::arg("config"));
    py::class_<Client>(module, "Client")
        .def("call", &Client::call, py::arg("operation"), py::arg("params"), py::arg("options"),
             py::arg("on_main_thread"), py::arg("on_progress") = py::none())
        .def("close", &Client::close)
        .def_property_readonly("closed", &Client::closed);
    py::class_<Sandbox>(module, "Sandbox")
        .def("control", &Sandbox::control, py::arg("command"))
        .def("stop", &Sandbox::stop);
}
