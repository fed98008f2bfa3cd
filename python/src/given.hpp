// What Python gives of a call: the operation's name, its parameters and its options.
#pragma once

#include "core/catalog/caller_json.hpp"
#include "core/json/json.hpp"
#include "python/src/python.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hostbill::python {

// A mapping, as the core takes it. Overwritten when it goes, for it may hold secrets.
class GivenObject {
public:
    // `what` names it in errors; with `skip_none` members that are None do not count. None is an empty object.
    GivenObject(py::handle mapping, std::string_view what, bool skip_none);
    ~GivenObject();
    GivenObject(const GivenObject &) = delete;
    GivenObject &operator=(const GivenObject &) = delete;

    CallerObject view() const { return object_ ? CallerObject(*object_) : CallerObject(text_); }
    // The same to keep; empty afterwards.
    std::optional<json::Object> take_object() { return std::exchange(object_, std::nullopt); }
    std::string take_text() { return std::exchange(text_, {}); }

private:
    std::optional<json::Object> object_;
    std::string text_; // where Python's own encoder had to do it
};

struct Given {
    Given(py::handle operation_name, py::handle params_given, py::handle options_given, bool skip_none);

    const std::string operation;
    GivenObject params;
    GivenObject options;
    const bool plain; // the answer is to be as it comes: raw, or what a dry run tells
};

} // namespace hostbill::python
