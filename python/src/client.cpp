#include "python/src/client.hpp"

#include "core/client.hpp"
#include "python/src/given.hpp"
#include "python/src/meanwhile.hpp"
#include "python/src/outcome.hpp"
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
    Origin origin;
    Ref token;
    bool plain;
    bool whole;
};

struct Object {
    PyObject_HEAD std::unique_ptr<hostbill::Client> client;
    std::unordered_map<std::int64_t, Pending> pending;
};

std::atomic<int> live{0};
PyTypeObject *client_class = nullptr;

Object &self_of(PyObject *self) { return *reinterpret_cast<Object *>(self); }

bool is_true(PyObject *value) {
    const int truth = PyObject_IsTrue(value);
    check(truth);
    return truth == 1;
}

void check_count(Py_ssize_t given, Py_ssize_t wanted) {
    if (given == wanted)
        return;
    PyErr_Format(PyExc_TypeError, "takes %zd arguments, not %zd", wanted, given);
    throw Raised();
}

int int_of(PyObject *value) {
    const long number = PyLong_AsLong(value);
    if (number == -1 && PyErr_Occurred() != nullptr)
        throw Raised();
    return static_cast<int>(std::clamp(number, -1L, 0x7FFFFFFFL));
}

// --- methods -----------------------------------------------------------------

// call(operation, params, options, skip_none, owner, whole, on_progress)
PyObject *call(PyObject *self, PyObject *const *arguments, Py_ssize_t count) noexcept {
    return guarded([&] {
        check_count(count, 7);
        const Given given(arguments[0], arguments[1], arguments[2], is_true(arguments[3]));
        const Origin origin{Ref::borrowed(arguments[4]), Ref::borrowed(arguments[1])};
        const bool whole = is_true(arguments[5]);
        Meanwhile meanwhile(arguments[6]);
        const Result<Answer> answer = [&] {
            const Unlocked unlocked;
            return self_of(self).client->perform(given.operation, given.params.view(), given.options.view(),
                                                 meanwhile.control());
        }();
        if (Ref raised = meanwhile.raised()) {
            PyException_SetCause(raised.get(), answer ? nullptr : exception_of(answer.error()).release());
            raise(raised);
        }
        if (!answer)
            raise(answer.error());
        return whole ? whole_of(*answer, origin, given.plain) : data_of(*answer, origin, given.plain);
    });
}

// submit(operation, params, options, skip_none, owner, whole, token) -> id
PyObject *submit(PyObject *self, PyObject *const *arguments, Py_ssize_t count) noexcept {
    return guarded([&] {
        check_count(count, 7);
        Given given(arguments[0], arguments[1], arguments[2], is_true(arguments[3]));
        Pending pending{.origin = {Ref::borrowed(arguments[4]), Ref::borrowed(arguments[1])},
                        .token = Ref::borrowed(arguments[6]),
                        .plain = given.plain,
                        .whole = is_true(arguments[5])};
        // Python's lock is held, so that `next` cannot take the outcome before it is known whose it is.
        const Result<std::int64_t> id = self_of(self).client->submit({.operation = given.operation,
                                                                      .params_json = given.params.take_text(),
                                                                      .options_json = given.options.take_text(),
                                                                      .params = given.params.take_object(),
                                                                      .options = given.options.take_object()});
        if (!id)
            raise(id.error());
        self_of(self).pending.insert_or_assign(*id, std::move(pending));
        return checked(PyLong_FromLongLong(*id));
    });
}

// (id, token, kind, payload)
Ref tuple_of(Object &self, const Taken &taken) {
    static const Pending nobodys{{Ref::borrowed(Py_None), Ref::borrowed(Py_None)}, Ref::borrowed(Py_None), true, true};
    const auto found = self.pending.find(taken.id);
    const Pending &pending = found == self.pending.end() ? nobodys : found->second;
    static PyObject *const answer_kind = PyUnicode_InternFromString("answer");
    static PyObject *const error_kind = PyUnicode_InternFromString("error");
    static PyObject *const progress_kind = PyUnicode_InternFromString("progress");
    PyObject *kind = taken.progress ? progress_kind : taken.outcome ? answer_kind : error_kind;
    Ref payload;
    if (taken.progress) {
        const auto progress = json::parse(*taken.progress);
        payload = value_of(progress ? *progress : json::Value());
    } else if (!taken.outcome) {
        payload = exception_of(taken.outcome.error());
    } else {
        payload = (pending.whole ? whole_of : data_of)(*taken.outcome, pending.origin, pending.plain);
    }
    const Ref number = checked(PyLong_FromLongLong(taken.id));
    Ref tuple = checked(PyTuple_Pack(4, number.get(), pending.token.get(), kind, payload.get()));
    if (!taken.progress && found != self.pending.end())
        self.pending.erase(found);
    return tuple;
}

// next(timeout_ms) -> None or (id, token, kind, payload)
PyObject *next(PyObject *self, PyObject *timeout) noexcept {
    return guarded([&] {
        Ref tuple = Ref::borrowed(Py_None);
        int left = int_of(timeout);
        while (true) {
            const int wait = left < 0 ? signal_interval_ms : std::min(left, signal_interval_ms);
            std::optional<Unlocked> unlocked;
            if (wait > 0)
                unlocked.emplace();
            // Where making the objects fails, the outcome stays to be taken.
            const std::optional<Error> error = self_of(self).client->next(wait, [&](Taken &taken) {
                if (unlocked)
                    unlocked->lock();
                tuple = tuple_of(self_of(self), taken);
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
    });
}

PyObject *fd(PyObject *self, PyObject *) noexcept {
    return guarded([&] { return checked(PyLong_FromLong(self_of(self).client->descriptor())); });
}

// cancel(id): false where that number was never given out; 0: everything.
PyObject *cancel(PyObject *self, PyObject *id) noexcept {
    return guarded([&] {
        const long long number = PyLong_AsLongLong(id);
        if (number == -1 && PyErr_Occurred() != nullptr)
            throw Raised();
        bool known = true;
        if (number == 0)
            self_of(self).client->cancel_all();
        else
            known = self_of(self).client->cancel(number);
        return checked(PyBool_FromLong(known ? 1 : 0));
    });
}

// demand(timeout_ms): of a client whose requests are let through from outside, (how many wait, how many the portal took,
// how many it discarded, milliseconds since it was sent one of these).
PyObject *demand(PyObject *self, PyObject *timeout) noexcept {
    return guarded([&] {
        const std::chrono::milliseconds wait(std::max(0, int_of(timeout)));
        RateLimiter *limiter = self_of(self).client->limiter();
        const RateLimiter::Demand found = [&] {
            const Unlocked unlocked;
            return limiter != nullptr ? limiter->demand(wait) : RateLimiter::Demand();
        }();
        const auto ago = std::chrono::duration_cast<std::chrono::milliseconds>(found.ago).count();
        return checked(Py_BuildValue("(niiL)", static_cast<Py_ssize_t>(found.waiting), found.taken, found.discarded,
                                     static_cast<long long>(ago)));
    });
}

// grant(count): lets so many requests through; -1: none of those that wait, which fail.
PyObject *grant(PyObject *self, PyObject *count) noexcept {
    return guarded([&] {
        const int slots = int_of(count);
        RateLimiter *limiter = self_of(self).client->limiter();
        if (limiter != nullptr && slots < 0)
            limiter->refuse();
        else if (limiter != nullptr)
            limiter->grant(static_cast<std::size_t>(slots));
        return Ref::borrowed(Py_None);
    });
}

PyObject *close(PyObject *self, PyObject *) noexcept {
    return guarded([&] {
               const Unlocked unlocked;
               self_of(self).client->close();
               return Ref();
           }) == nullptr &&
                   PyErr_Occurred() == nullptr
               ? Ref::borrowed(Py_None).release()
               : nullptr;
}

PyObject *closed(PyObject *self, void *) noexcept { return PyBool_FromLong(self_of(self).client->closed() ? 1 : 0); }

// --- the class -----------------------------------------------------------------

int visit_members(PyObject *self, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(self));
    for (const auto &[id, pending] : self_of(self).pending) {
        Py_VISIT(pending.origin.owner.get());
        Py_VISIT(pending.origin.params.get());
        Py_VISIT(pending.token.get());
    }
    return 0;
}

int clear_members(PyObject *self) {
    std::unordered_map<std::int64_t, Pending> dropped;
    self_of(self).pending.swap(dropped);
    return 0;
}

void destroy(PyObject *self) {
    PyObject_GC_UnTrack(self);
    PyTypeObject *type = Py_TYPE(self);
    clear_members(self);
    {
        const Unlocked unlocked; // It waits for what is still running.
        self_of(self).client.reset();
    }
    std::destroy_at(&self_of(self).client);
    std::destroy_at(&self_of(self).pending);
    type->tp_free(self);
    Py_DECREF(type);
    --live;
}

PyMethodDef methods[] = {
    {"call", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(call)), METH_FASTCALL, nullptr},
    {"submit", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(submit)), METH_FASTCALL, nullptr},
    {"next", next, METH_O, nullptr},
    {"fd", fd, METH_NOARGS, nullptr},
    {"cancel", cancel, METH_O, nullptr},
    {"demand", demand, METH_O, nullptr},
    {"grant", grant, METH_O, nullptr},
    {"close", close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef members[] = {
    {"closed", closed, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void *>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void *>(visit_members)},
    {Py_tp_clear, reinterpret_cast<void *>(clear_members)},
    {Py_tp_methods, methods},
    {Py_tp_getset, members},
    {0, nullptr},
};

PyType_Spec spec = {"hostbill._core.Client", sizeof(Object), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};

} // namespace

Ref make_client_class() {
    Ref made = checked(PyType_FromSpec(&spec));
    client_class = reinterpret_cast<PyTypeObject *>(made.get());
    return made;
}

// new_client(config, slots_from_outside)
PyObject *new_client(PyObject *, PyObject *const *arguments, Py_ssize_t count) noexcept {
    return guarded([&] {
        check_count(count, 2);
        const GivenObject given(arguments[0], "configuration", true);
        auto client = hostbill::Client::create(given.view(), is_true(arguments[1]));
        if (!client)
            raise(client.error());
        Ref made = checked(PyType_GenericAlloc(client_class, 0));
        ++live;
        std::construct_at(&self_of(made.get()).client, std::move(*client));
        std::construct_at(&self_of(made.get()).pending);
        return made;
    });
}

int live_clients() { return live.load(); }

} // namespace hostbill::python
