#include "python/src/fields.hpp"

#include "core/base/ascii.hpp"
#include "python/src/values.hpp"

#include <datetime.h>
#include <structmember.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace hostbill::python {
namespace {

enum class Form : std::uint8_t { plain, integer, decimal, date, datetime, state };
constexpr std::array<std::string_view, 6> form_names = {"plain", "integer", "decimal", "date", "datetime", "state"};

struct Field {
    PyObject_HEAD PyObject *name;
    PyObject *read;  // null where the form is plain
    PyObject *known; // of states: text -> member, once it was needed
    Form form;
};

PyObject *shared(PyObject *object) {
    Py_INCREF(object);
    return object;
}

bool are_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

// Texts of other characters than ASCII are empty here, which is nothing that a form knows.
std::string_view ascii_of(PyObject *text) {
    if (!PyUnicode_IS_COMPACT_ASCII(text))
        return {};
    return {reinterpret_cast<const char *>(PyUnicode_1BYTE_DATA(text)),
            static_cast<std::size_t>(PyUnicode_GET_LENGTH(text))};
}

bool is_decimal(std::string_view text) {
    if (text.starts_with('-'))
        text.remove_prefix(1);
    const std::size_t point = text.find('.');
    return are_digits(text.substr(0, point)) && (point == std::string_view::npos || are_digits(text.substr(point + 1)));
}

// The number of so many digits at that place; -1 where something else is there. The text is long enough.
int digits_at(std::string_view text, std::size_t place, std::size_t count) {
    int number = 0;
    for (const char c : text.substr(place, count)) {
        if (!is_digit(c))
            return -1;
        number = number * 10 + (c - '0');
    }
    return number;
}

bool needs_datetime() {
    if (PyDateTimeAPI == nullptr)
        PyDateTime_IMPORT; // Here: it takes a while to load.
    return PyDateTimeAPI != nullptr;
}

// Null without an exception where there is no such day.
PyObject *made_or_null(PyObject *made) {
    if (made == nullptr && PyErr_ExceptionMatches(PyExc_ValueError) != 0)
        PyErr_Clear();
    return made;
}

struct Day {
    int year = -1;
    int month = -1;
    int day = -1;
};

// YYYY-MM-DD, in front of whatever follows; negative where something else is there.
Day day_of(std::string_view text) {
    if (text[4] != '-' || text[7] != '-')
        return {};
    return {digits_at(text, 0, 4), digits_at(text, 5, 2), digits_at(text, 8, 2)};
}

PyObject *date_of(std::string_view text) {
    if (text.size() != 10)
        return nullptr;
    const auto [year, month, day] = day_of(text);
    if (year < 0 || month < 0 || day < 0 || !needs_datetime())
        return nullptr;
    return made_or_null(PyDate_FromDate(year, month, day));
}

// YYYY-MM-DDTHH:MM:SS; with fractions or an offset it is for `read`.
PyObject *datetime_of(std::string_view text) {
    if (text.size() != 19 || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
        return nullptr;
    const auto [year, month, day] = day_of(text);
    const int hour = digits_at(text, 11, 2);
    const int minute = digits_at(text, 14, 2);
    const int second = digits_at(text, 17, 2);
    if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || !needs_datetime())
        return nullptr;
    return made_or_null(PyDateTime_FromDateAndTime(year, month, day, hour, minute, second, 0));
}

PyObject *state_of(Field &field, PyObject *text) {
    if (field.known == nullptr) {
        field.known = PyObject_GetAttrString(field.read, "_value2member_map_");
        if (field.known == nullptr)
            return nullptr;
    }
    PyObject *member = PyDict_CheckExact(field.known) ? PyDict_GetItemWithError(field.known, text) : nullptr;
    return member == nullptr ? nullptr : shared(member);
}

// Null without an exception: it is for `read`.
PyObject *converted(Field &field, PyObject *text) {
    switch (field.form) {
    case Form::decimal:
        return is_decimal(ascii_of(text)) ? PyObject_CallOneArg(decimal_class(), text) : nullptr;
    case Form::date:
        return date_of(ascii_of(text));
    case Form::datetime:
        return datetime_of(ascii_of(text));
    case Form::state:
        return state_of(field, text);
    default:
        return nullptr;
    }
}

PyObject *get(PyObject *self, PyObject *model, PyObject * /*owner*/) {
    if (model == nullptr || model == Py_None)
        return shared(self);
    auto &field = *reinterpret_cast<Field *>(self);
    if (!PyDict_Check(model)) {
        PyErr_Format(PyExc_TypeError, "a model is wanted, not %s", Py_TYPE(model)->tp_name);
        return nullptr;
    }
    PyObject *value = PyDict_GetItemWithError(model, field.name);
    if (value == nullptr)
        return PyErr_Occurred() != nullptr ? nullptr : shared(Py_None);
    shared(value); // What reads it may change the model.
    if (field.form == Form::plain || !PyUnicode_Check(value))
        return value;
    PyObject *made = PyUnicode_CheckExact(value) ? converted(field, value) : nullptr;
    if (made == nullptr && PyErr_Occurred() == nullptr)
        made = PyObject_CallOneArg(field.read, value);
    Py_DECREF(value);
    return made;
}

int init(PyObject *self, PyObject *arguments, PyObject *names) {
    PyObject *name = nullptr;
    PyObject *read = nullptr;
    const char *given = "plain";
    if (names != nullptr || PyArg_ParseTuple(arguments, "U|sO", &name, &given, &read) == 0) {
        if (PyErr_Occurred() == nullptr)
            PyErr_SetString(PyExc_TypeError, "Field takes no keywords");
        return -1;
    }
    const auto *form = std::find(form_names.begin(), form_names.end(), given);
    if (form == form_names.end() || (read == nullptr) != (form == form_names.begin())) {
        PyErr_Format(PyExc_ValueError, "no form of fields: %s", given);
        return -1;
    }
    auto &field = *reinterpret_cast<Field *>(self);
    Py_INCREF(name);
    PyUnicode_InternInPlace(&name);
    Py_XSETREF(field.name, name);
    Py_XINCREF(read);
    Py_XSETREF(field.read, read);
    Py_CLEAR(field.known);
    field.form = static_cast<Form>(form - form_names.begin());
    return 0;
}

void dealloc(PyObject *self) {
    auto &field = *reinterpret_cast<Field *>(self);
    Py_CLEAR(field.name);
    Py_CLEAR(field.read);
    Py_CLEAR(field.known);
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

PyObject *repr(PyObject *self) { return PyUnicode_FromFormat("<field %U>", reinterpret_cast<Field *>(self)->name); }

} // namespace

void define_fields(py::module_ &module) {
    static std::array members = {
        PyMemberDef{"name", T_OBJECT_EX, offsetof(Field, name), READONLY, nullptr},
        PyMemberDef{nullptr, 0, 0, 0, nullptr},
    };
    static std::array methods = {
        PyMethodDef{"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, nullptr},
        PyMethodDef{nullptr, nullptr, 0, nullptr},
    };
    std::array slots = {
        PyType_Slot{Py_tp_doc, const_cast<char *>("A field of a model, as an attribute.")},
        PyType_Slot{Py_tp_new, reinterpret_cast<void *>(&PyType_GenericNew)},
        PyType_Slot{Py_tp_init, reinterpret_cast<void *>(&init)},
        PyType_Slot{Py_tp_dealloc, reinterpret_cast<void *>(&dealloc)},
        PyType_Slot{Py_tp_descr_get, reinterpret_cast<void *>(&get)},
        PyType_Slot{Py_tp_repr, reinterpret_cast<void *>(&repr)},
        PyType_Slot{Py_tp_members, members.data()},
        PyType_Slot{Py_tp_methods, methods.data()},
        PyType_Slot{0, nullptr},
    };
    PyType_Spec spec = {.name = "hostbill._core.Field",
                        .basicsize = sizeof(Field),
                        .itemsize = 0,
                        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                        .slots = slots.data()};
    module.attr("Field") = checked(PyType_FromSpec(&spec));
}

} // namespace hostbill::python
