// Python's texts from UTF-8.
#pragma once

#include "python/src/python.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::python {

bool is_ascii(std::string_view text);
py::object text_of(std::string_view text);    // U+FFFD for what is no UTF-8
py::object ascii_text(std::string_view text); // of ASCII alone
py::object texts_of(const std::vector<std::string> &texts);

// The texts of a list, of which many come again in another row: then it is the object that was made before. Only as long
// as the list is being made, since texts may be secrets.
class Repeated {
public:
    py::object text(std::string_view ascii);

private:
    [[gnu::noinline]] static void keep(py::object &kept, std::string_view ascii);

    std::array<py::object, 256> kept_; // Another text takes its place.
};

// The name of a member, of which answers repeat a few: the same object each time, as long as the process.
py::object key_of(std::string_view name);

} // namespace hostbill::python
