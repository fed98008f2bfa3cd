#include "python/src/texts.hpp"

#include "core/json/small_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>

namespace hostbill::python {
namespace {

constexpr std::size_t longest_kept_name = 40;

std::uint64_t word_at(const char *place) {
    std::uint64_t word = 0;
    std::memcpy(&word, place, sizeof word);
    return word;
}

bool is_ascii(std::string_view text) {
    constexpr std::size_t step = sizeof(std::uint64_t);
    std::uint64_t all = 0;
    if (text.size() >= step) {
        for (std::size_t at = 0; at + step <= text.size(); at += step)
            all |= word_at(text.data() + at);
        all |= word_at(text.data() + text.size() - step);
    } else {
        for (const char c : text)
            all |= static_cast<unsigned char>(c);
    }
    return (all & 0x8080808080808080) == 0;
}

bool is_text(PyObject *ascii, std::string_view text) {
    return static_cast<std::size_t>(PyUnicode_GET_LENGTH(ascii)) == text.size() &&
           json::equal_bytes(reinterpret_cast<const char *>(PyUnicode_1BYTE_DATA(ascii)), text.data(), text.size());
}

class Names {
public:
    py::object name(std::string_view name) {
        if (name.size() > longest_kept_name || !is_ascii(name))
            return text_of(name);
        PyObject *&kept = kept_[std::hash<std::string_view>()(name) % kept_.size()];
        if (kept == nullptr || !is_text(kept, name)) {
            PyObject *made = ascii_text(name).release().ptr();
            Py_XSETREF(kept, made);
        }
        return borrowed(kept);
    }

private:
    std::array<PyObject *, 1024> kept_{}; // Another name takes its place, so that no portal can make it grow.
};

Names names;

} // namespace

py::object ascii_text(std::string_view text) {
    const auto size = static_cast<Py_ssize_t>(text.size());
    if (text.size() < 2) // Those are there already.
        return checked(PyUnicode_DecodeASCII(text.data(), size, nullptr));
    py::object made = checked(PyUnicode_New(size, 0x7F));
    json::copy_bytes(reinterpret_cast<char *>(PyUnicode_1BYTE_DATA(made.ptr())), text.data(), text.size());
    return made;
}

py::object text_of(std::string_view text) {
    if (is_ascii(text))
        return ascii_text(text);
    return checked(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

py::object texts_of(const std::vector<std::string> &texts) {
    py::object list = checked(PyList_New(static_cast<Py_ssize_t>(texts.size())));
    Py_ssize_t at = 0;
    for (const std::string &text : texts)
        PyList_SET_ITEM(list.ptr(), at++, text_of(text).release().ptr());
    return list;
}

py::object key_of(std::string_view name) { return names.name(name); }

} // namespace hostbill::python
