// A JSON text on its way into a language: whoever holds it owns it.
#pragma once

#include <hostbill.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace hostbill_swig {

// JSON, ASCII and without a NUL; or nothing at all, which languages show as their nil.
class Text {
public:
    Text() = default;
    explicit Text(char *taken) : library_(taken) {} // From the library.
    explicit Text(std::string own) : own_(std::move(own)) {}

    // NULL for nothing.
    const char *data() const {
        if (library_ != nullptr)
            return library_.get();
        return own_.empty() ? nullptr : own_.c_str();
    }
    std::size_t size() const { return library_ != nullptr ? std::strlen(library_.get()) : own_.size(); }

private:
    struct Free {
        void operator()(char *text) const { hostbill_string_free(text); }
    };
    std::unique_ptr<char, Free> library_;
    std::string own_;
};

} // namespace hostbill_swig
