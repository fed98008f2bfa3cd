// pybind11, and what is shorter with Python's C API beside it. Everything here is for threads that hold Python's lock.
#pragma once

#include <pybind11/pybind11.h>

#include <string_view>

namespace hostbill::python {

namespace py = pybind11;

inline void check(int status) {
    if (status < 0)
        throw py::error_already_set();
}

// What a function of the C API made; throws what that raised instead.
inline py::object checked(PyObject *made) {
    if (made == nullptr)
        throw py::error_already_set();
    return py::reinterpret_steal<py::object>(made);
}

inline py::object borrowed(PyObject *object) { return py::reinterpret_borrow<py::object>(object); }

// The text's own bytes, ended by a zero. They last as long as the text.
inline std::string_view utf8(py::handle text) {
    Py_ssize_t size = 0;
    const char *data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
    if (data == nullptr)
        throw py::error_already_set();
    return {data, static_cast<std::size_t>(size)};
}

} // namespace hostbill::python
