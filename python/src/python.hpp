// What every file of the compiled part needs of Python's C API.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <exception>
#include <new>
#include <utility>

namespace hostbill::python {

// Owns one reference. Everything here is for threads that hold Python's lock.
class Ref {
public:
    Ref() = default;
    explicit Ref(PyObject *owned) noexcept : object_(owned) {}
    Ref(Ref &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref &operator=(Ref &&other) noexcept {
        Ref(std::move(other)).swap(*this);
        return *this;
    }
    ~Ref() { Py_XDECREF(object_); }

    static Ref borrowed(PyObject *object) noexcept {
        Py_XINCREF(object);
        return Ref(object);
    }

    explicit operator bool() const noexcept { return object_ != nullptr; }
    PyObject *get() const noexcept { return object_; }
    PyObject *release() noexcept { return std::exchange(object_, nullptr); }
    void swap(Ref &other) noexcept { std::swap(object_, other.object_); }

private:
    PyObject *object_ = nullptr;
};

// Thrown where Python has an exception set.
class Raised : public std::exception {};

inline Ref checked(PyObject *made) {
    if (made == nullptr)
        throw Raised();
    return Ref(made);
}

inline void check(int status) {
    if (status < 0)
        throw Raised();
}

// Python's lock, given away for as long as this lives.
class Unlocked {
public:
    Unlocked() : state_(PyEval_SaveThread()) {}
    ~Unlocked() { lock(); }
    Unlocked(const Unlocked &) = delete;
    Unlocked &operator=(const Unlocked &) = delete;

    // Takes it back early.
    void lock() noexcept {
        if (state_ != nullptr)
            PyEval_RestoreThread(std::exchange(state_, nullptr));
    }

private:
    PyThreadState *state_;
};

// Runs what a function of the module does; every exception becomes Python's.
template <class Work>
PyObject *guarded(Work &&work) noexcept {
    try {
        return work().release();
    } catch (const Raised &) {
    } catch (const std::bad_alloc &) {
        PyErr_NoMemory();
    } catch (const std::exception &failure) {
        PyErr_SetString(PyExc_RuntimeError, failure.what());
    }
    return nullptr;
}

} // namespace hostbill::python
