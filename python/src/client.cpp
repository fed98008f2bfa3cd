#include "python/src/client.hpp"

#include "core/client.hpp"
#include "python/src/given.hpp"
#include "python/src/meanwhile.hpp"
#include "python/src/outcome.hpp"
#include "python/src/unlocked.hpp"
#include "python/src/values.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <unordered_map>

namespace hostbill::python {
namespace {

constexpr int signal_interval_ms = 100; // how long a wait goes on without looking for signals

// What is known of a submission until its outcome has been taken.
struct Pending {
    Origin origin{py::none(), py::none()};
    py::object token = py::none();
    bool plain = true;
    bool whole = true;
};

std::atomic<int> live{0};

int clamped(long long number) { return static_cast<int>(std::clamp(number, -1LL, 0x7FFFFFFFLL)); }

// pybind11 tells all arguments, secrets among them, where one does not convert. So flags are taken as they are.
bool is_true(py::handle flag) {
    const int truth = PyObject_IsTrue(flag.ptr());
    check(truth);
    return truth == 1;
}

class Client {
public:
    explicit Client(std::unique_ptr<hostbill::Client> client) : client_(std::move(client)) { ++live; }
    ~Client() {
        forget();
        const Unlocked unlocked; // It waits for what is still running.
        client_.reset();
        --live;
    }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    py::object call(py::handle operation, py::handle params, py::handle options, py::handle skip_none, py::handle owner,
                    py::handle whole, py::handle on_progress) {
        const Given given(operation, params, options, is_true(skip_none));
        const Origin origin{borrowed(owner), borrowed(params)};
        const bool all = is_true(whole);
        Meanwhile meanwhile(on_progress);
        const Result<Answer> answer = [&] {
            const Unlocked unlocked;
            return client_->perform(given.operation, given.params.view(), given.options.view(), meanwhile.control());
        }();
        if (auto &raised = meanwhile.raised()) {
            PyException_SetCause(raised->value().ptr(),
                                 answer ? nullptr : exception_of(answer.error()).release().ptr());
            throw std::move(*raised);
        }
        if (!answer)
            raise(answer.error());
        return (all ? whole_of : data_of)(*answer, origin, given.plain);
    }

    std::int64_t submit(py::handle operation, py::handle params, py::handle options, py::handle skip_none,
                        py::handle owner, py::handle whole, py::handle token) {
        Given given(operation, params, options, is_true(skip_none));
        Pending pending{.origin = {borrowed(owner), borrowed(params)},
                        .token = borrowed(token),
                        .plain = given.plain,
                        .whole = is_true(whole)};
        // Python's lock is held, so that `next` cannot take the outcome before it is known whose it is.
        const Result<std::int64_t> id = client_->submit({.operation = given.operation,
                                                         .params_json = given.params.take_text(),
                                                         .options_json = given.options.take_text(),
                                                         .params = given.params.take_object(),
                                                         .options = given.options.take_object()});
        if (!id)
            raise(id.error());
        pending_.insert_or_assign(*id, std::move(pending));
        return *id;
    }

    // None or (id, token, kind, payload)
    py::object next(long long timeout_ms) {
        py::object tuple = py::none();
        int left = clamped(timeout_ms);
        while (true) {
            const int wait = left < 0 ? signal_interval_ms : std::min(left, signal_interval_ms);
            std::optional<Unlocked> unlocked;
            // Without a wait it is kept: beside a busy thread, getting it back would take longer than all the work.
            if (wait > 0)
                unlocked.emplace();
            // Where making the objects fails, the outcome stays to be taken.
            const std::optional<Error> error = client_->next(wait, [&](Taken &taken) {
                unlocked.reset();
                tuple = tuple_of(taken);
            });
            unlocked.reset();
            if (!error)
                return tuple;
            if (error->error_class != ErrorClass::timeout)
                raise(*error);
            if (left >= 0 && (left -= wait) == 0)
                return tuple;
            check(PyErr_CheckSignals());
        }
    }

    int loop_fd() const { return client_->loop_descriptor(); }

    bool cancel(std::int64_t id) {
        if (id != 0)
            return client_->cancel(id);
        client_->cancel_all();
        return true;
    }

    // (how many wait, how many the portal took, how many it discarded, milliseconds since it was sent one of these)
    py::tuple demand(long long timeout_ms) {
        const std::chrono::milliseconds wait(std::max(0, clamped(timeout_ms)));
        RateLimiter *limiter = client_->limiter();
        const RateLimiter::Demand found = [&] {
            const Unlocked unlocked;
            return limiter != nullptr ? limiter->demand(wait) : RateLimiter::Demand();
        }();
        const auto ago = std::chrono::duration_cast<std::chrono::milliseconds>(found.ago);
        return py::make_tuple(found.waiting, found.taken, found.discarded, ago.count());
    }

    void grant(long long count) {
        const int slots = clamped(count);
        RateLimiter *limiter = client_->limiter();
        if (limiter != nullptr && slots < 0)
            limiter->refuse();
        else if (limiter != nullptr)
            limiter->grant(static_cast<std::size_t>(slots));
    }

    void close() {
        const Unlocked unlocked;
        client_->close();
    }

    bool closed() const { return client_->closed(); }

    // For Python's collector of cycles.
    int traverse(visitproc visit, void *arg) const {
        for (const auto &[id, pending] : pending_) {
            Py_VISIT(pending.origin.owner.ptr());
            Py_VISIT(pending.origin.params.ptr());
            Py_VISIT(pending.token.ptr());
        }
        return 0;
    }
    void forget() {
        std::unordered_map<std::int64_t, Pending> dropped; // while the client is whole again: what goes may run Python
        pending_.swap(dropped);
    }

private:
    py::object tuple_of(const Taken &taken) {
        const auto found = pending_.find(taken.id);
        const Pending pending = found == pending_.end() ? Pending() : found->second;
        if (taken.progress) {
            const auto progress = json::parse(*taken.progress);
            return py::make_tuple(taken.id, pending.token, "progress", value_of(progress ? *progress : json::Value()));
        }
        bool has_answer = bool(taken.outcome);
        py::object payload;
        try {
            payload = has_answer ? (pending.whole ? whole_of : data_of)(*taken.outcome, pending.origin, pending.plain)
                                 : exception_of(taken.outcome.error());
        } catch (py::error_already_set &failure) {
            // It would fail the next time, too, and nobody ever hear of this call.
            if (!has_answer || !failure.matches(PyExc_Exception))
                throw;
            has_answer = false;
            payload = exception_of(Error{.message = "it succeeded, but its answer cannot be made into Python's objects",
                                         .operation = std::string(taken.outcome->operation),
                                         .http_status = taken.outcome->http_status});
            PyException_SetCause(payload.ptr(), failure.value().inc_ref().ptr());
        }
        py::tuple tuple = py::make_tuple(taken.id, pending.token, has_answer ? "answer" : "error", payload);
        pending_.erase(taken.id);
        return tuple;
    }

    std::unique_ptr<hostbill::Client> client_;
    std::unordered_map<std::int64_t, Pending> pending_;
};

std::unique_ptr<Client> new_client(py::handle config, py::handle slots_from_outside) {
    const GivenObject given(config, "configuration", true);
    auto client = hostbill::Client::create(given.view(), is_true(slots_from_outside));
    if (!client)
        raise(client.error());
    return std::make_unique<Client>(std::move(*client));
}

// A pending submission may hold what holds the client.
void collect_cycles(PyHeapTypeObject *made) {
    PyTypeObject &type = made->ht_type;
    type.tp_flags |= Py_TPFLAGS_HAVE_GC;
    type.tp_traverse = [](PyObject *self, visitproc visit, void *arg) {
        Py_VISIT(Py_TYPE(self));
        return py::detail::is_holder_constructed(self) ? py::cast<Client &>(py::handle(self)).traverse(visit, arg) : 0;
    };
    type.tp_clear = [](PyObject *self) {
        if (py::detail::is_holder_constructed(self))
            py::cast<Client &>(py::handle(self)).forget();
        return 0;
    };
}

} // namespace

void define_client(py::module_ &module) {
    py::class_<Client>(module, "Client", py::is_final(), py::custom_type_setup(collect_cycles))
        .def("call", &Client::call)
        .def("submit", &Client::submit)
        .def("next", &Client::next)
        .def("loop_fd", &Client::loop_fd)
        .def("cancel", &Client::cancel)
        .def("demand", &Client::demand)
        .def("grant", &Client::grant)
        .def("close", &Client::close)
        .def_property_readonly("closed", &Client::closed);
    module.def("live_objects", [] { return live.load(); });
    module.def("new_client", &new_client);
}

} // namespace hostbill::python
