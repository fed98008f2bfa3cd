// Python's texts from UTF-8.
#pragma once

#include "python/src/python.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hostbill::python {

py::object text_of(std::string_view text);    // U+FFFD for what is no UTF-8
py::object ascii_text(std::string_view text); // of ASCII alone
py::object texts_of(const std::vector<std::string> &texts);

// The name of a member, of which answers repeat a few: the same object each time, as long as the process.
py::object key_of(std::string_view name);

} // namespace hostbill::python
