#include "python/src/values.hpp"

#include "python/src/reader.hpp"
#include "python/src/texts.hpp"

#include <pybind11/gil_safe_call_once.h>

#include <algorithm>

namespace hostbill::python {
namespace {

constexpr std::int64_t largest_exact = std::int64_t{1} << 53; // beyond it, whole numbers are texts in every language
// What is nested deeper or longer than any real parameters is left to the encoder, and to the limits of the core.
constexpr int deepest = 32;
constexpr std::size_t most_bytes = std::size_t{1} << 20;

void fill(py::handle dict, const json::Object &object, Numbers numbers) {
    for (const json::Member &member : object)
        check(PyDict_SetItem(dict.ptr(), key_of(member.key).ptr(), value_of(member.value, numbers).ptr()));
}

py::object list_of(const json::Array &array, Numbers numbers) {
    py::object list = checked(PyList_New(static_cast<Py_ssize_t>(array.size())));
    Rows rows(numbers);
    Py_ssize_t at = 0;
    for (const json::Value &element : array) {
        py::object made;
        if (const json::Object *object = element.object()) {
            made = py::dict();
            rows.fill(made, *object);
        } else {
            made = value_of(element, numbers);
        }
        PyList_SET_ITEM(list.ptr(), at++, made.release().ptr());
    }
    return list;
}

// Whether what was made of the one will do for the other: texts and words repeat from row to row.
bool is_same(const json::Value &left, const json::Value &right) {
    if (left.kind() != right.kind())
        return false;
    switch (left.kind()) {
    case json::Kind::null:
        return true;
    case json::Kind::boolean:
        return *left.boolean() == *right.boolean();
    case json::Kind::string:
        return *left.string() == *right.string();
    default:
        return false;
    }
}

// What is no plain 64-bit integer.
py::object long_number_of(const json::Value &value, Numbers numbers) {
    const std::string_view text(*value.number_text());
    if (numbers == Numbers::as_sent)
        return number_of(text);
    const std::string told = json::write_ascii(value);
    return told.front() == '"' ? text_of(std::string_view(told).substr(1, told.size() - 2)) : number_of(text);
}

// Reads what callers give. Stops, with false, at what is not its own.
class Reader {
public:
    bool read(PyObject *value, json::Value &out, int depth) {
        if (value == Py_None)
            return true;
        if (value == Py_True || value == Py_False) {
            out = json::Value(value == Py_True);
            return true;
        }
        if (PyUnicode_CheckExact(value)) {
            std::string_view text;
            if (!read_text(value, text))
                return false;
            out = json::Value(text);
            return true;
        }
        if (PyLong_CheckExact(value)) {
            int overflow = 0;
            const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
            out = json::Value(static_cast<std::int64_t>(number));
            return overflow == 0;
        }
        if (depth == deepest)
            return false;
        if (PyList_CheckExact(value) || PyTuple_CheckExact(value))
            return read_list(value, out, depth);
        json::Object object;
        if (!PyDict_CheckExact(value) || !read_object(value, object, false, depth))
            return false;
        out = json::Value(std::move(object));
        return true;
    }

    bool read_object(PyObject *dict, json::Object &out, bool skip_none, int depth) {
        Py_ssize_t at = 0;
        PyObject *key = nullptr;
        PyObject *value = nullptr;
        std::string_view name;
        while (PyDict_Next(dict, &at, &key, &value) != 0) {
            if (skip_none && value == Py_None)
                continue;
            if (!PyUnicode_CheckExact(key) || !read_text(key, name) || !read(value, out.append(name, {}), depth + 1))
                return false;
        }
        return true;
    }

private:
    bool read_list(PyObject *sequence, json::Value &out, int depth) {
        json::Array array(static_cast<std::size_t>(Py_SIZE(sequence)));
        for (std::size_t i = 0; i < array.size(); ++i) {
            PyObject *item = PySequence_Fast_GET_ITEM(sequence, static_cast<Py_ssize_t>(i));
            if (!read(item, array[i], depth + 1))
                return false;
        }
        out = json::Value(std::move(array));
        return true;
    }

    bool read_text(PyObject *value, std::string_view &text) {
        Py_ssize_t size = 0;
        const char *data = PyUnicode_AsUTF8AndSize(value, &size);
        if (data == nullptr) { // half a character
            PyErr_Clear();
            return false;
        }
        text = {data, static_cast<std::size_t>(size)};
        bytes_ += text.size();
        return bytes_ <= most_bytes;
    }

    std::size_t bytes_ = 0;
};

} // namespace

PyObject *decimal_class() {
    PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::object> kept;
    return kept
        .call_once_and_store_result([]() -> py::object { return py::module_::import("decimal").attr("Decimal"); })
        .get_stored()
        .ptr();
}

// A number that Python reads only with its limit of digits lifted comes as a Decimal, too; one whose exponent is beyond
// Decimal's own limits stays text.
py::object number_of(std::string_view text) {
    if (text.find_first_of(".eE") == std::string_view::npos) {
        if (PyObject *number = PyLong_FromString(std::string(text).c_str(), nullptr, 10))
            return checked(number);
        PyErr_Clear();
    }
    const py::object written = text_of(text);
    if (PyObject *number = PyObject_CallOneArg(decimal_class(), written.ptr()))
        return checked(number);
    if (PyErr_ExceptionMatches(PyExc_ArithmeticError) == 0)
        throw py::error_already_set();
    PyErr_Clear();
    return written;
}

py::object value_of(const json::Value &value, Numbers numbers) {
    switch (value.kind()) {
    case json::Kind::null:
        break;
    case json::Kind::boolean:
        return py::bool_(*value.boolean());
    case json::Kind::integer: {
        const std::int64_t number = *value.integer();
        if (numbers == Numbers::ours && (number > largest_exact || number < -largest_exact))
            return text_of(std::to_string(number));
        return checked(PyLong_FromLongLong(number));
    }
    case json::Kind::number:
        return long_number_of(value, numbers);
    case json::Kind::string:
        return text_of(*value.string());
    case json::Kind::array:
        return list_of(*value.array(), numbers);
    case json::Kind::object: {
        py::dict dict;
        fill(dict, *value.object(), numbers);
        return dict;
    }
    }
    return py::none();
}

bool Rows::resembles(const json::Object &object) const {
    return before_ != nullptr && before_->size() == object.size() &&
           std::equal(object.begin(), object.end(), before_->begin(),
                      [](const json::Member &one, const json::Member &other) { return one.key == other.key; });
}

void Rows::fill(py::handle empty, const json::Object &object) {
    if (resembles(object)) {
        check(PyDict_Merge(empty.ptr(), made_.ptr(), 1));
        std::size_t at = 0;
        for (const json::Member &member : object) {
            if (!is_same(before_->begin()[static_cast<std::ptrdiff_t>(at)].value, member.value))
                check(PyDict_SetItem(empty.ptr(), names_[at].ptr(), value_of(member.value, numbers_).ptr()));
            ++at;
        }
    } else {
        names_.clear();
        for (const json::Member &member : object) {
            names_.push_back(key_of(member.key));
            check(PyDict_SetItem(empty.ptr(), names_.back().ptr(), value_of(member.value, numbers_).ptr()));
        }
    }
    before_ = &object;
    made_ = borrowed(empty);
}

py::object raw_value_of(const std::string &text) {
    if (py::object made = read_json(text))
        return made;
    const auto parsed = json::parse(text, {.max_bytes = text.size(), .dialect = json::Dialect::lenient});
    if (parsed)
        return value_of(*parsed, Numbers::as_sent);
    const bool marked = text.starts_with("\xEF\xBB\xBF");
    return py::module_::import("hostbill._documents")
        .attr("read")(text_of(std::string_view(text).substr(marked ? 3 : 0)));
}

std::optional<json::Object> object_of(py::handle dict, bool skip_none) {
    json::Object object;
    if (!PyDict_CheckExact(dict.ptr()) || !Reader().read_object(dict.ptr(), object, skip_none, 0))
        return std::nullopt;
    return object;
}

} // namespace hostbill::python
