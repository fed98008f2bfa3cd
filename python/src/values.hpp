// Python's own objects from the core's values, and back, without a detour over text.
#pragma once

#include "core/json/json.hpp"
#include "python/src/python.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::python {

// Whose numbers: the library's, as hostbill.h promises them to every language, or a portal's, exactly as it sent them.
enum class Numbers : bool { ours, as_sent };

PyObject *decimal_class(); // decimal.Decimal, which stays
py::object number_of(std::string_view text);

// Numbers with a fraction become Decimal.
py::object value_of(const json::Value &value, Numbers numbers = Numbers::ours);

// Fills the dictionaries of a list, one after the other. Most have the members of the one before, in the same order:
// then their names need not be looked for, nor values made that are the same, and the table gets its size at once.
class Rows {
public:
    explicit Rows(Numbers numbers) : numbers_(numbers) {}
    // The object outlives the next call.
    void fill(py::handle empty, const json::Object &object);

private:
    bool resembles(const json::Object &object) const;

    const Numbers numbers_;
    const json::Object *before_ = nullptr;
    py::object made_;               // of the one before
    std::vector<py::object> names_; // its members'
};

// A portal's answer, which the core has found to be JSON, as json.loads(text, parse_float=Decimal) reads it.
py::object raw_value_of(const std::string &text);

// The object that a dictionary stands for; with `skip_none` without those members. Nothing, where something in it needs
// Python's own encoder, be it a mapping of another kind or a mistake that it has words for.
std::optional<json::Object> object_of(py::handle dict, bool skip_none);

} // namespace hostbill::python
