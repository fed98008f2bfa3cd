// Python's lock, where C++ waits.
#pragma once

#include "python/src/python.hpp"

#include <cxxabi.h>
#include <unistd.h>

namespace hostbill::python {

// A daemon thread that wants Python's lock while the program ends is ended there and then, by an unwinding of its stack
// that a destructor cannot let pass: the program would abort. It stands still instead, until the process is gone, as
// Python 3.14 has it by itself.
template <class Work>
void until_python_ends(const Work &work) {
    try {
        work();
    } catch (abi::__forced_unwind &) {
        while (true)
            pause();
    }
}

// Gives the lock back while it lives.
class Unlocked {
public:
    Unlocked() : state_(PyEval_SaveThread()) {}
    ~Unlocked() {
        until_python_ends([this] { PyEval_RestoreThread(state_); });
    }
    Unlocked(const Unlocked &) = delete;
    Unlocked &operator=(const Unlocked &) = delete;

private:
    PyThreadState *state_;
};

} // namespace hostbill::python
