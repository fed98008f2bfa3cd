#include "core/secret.hpp"

#include <cstring>

namespace hostbill {

void wipe(std::string &text) noexcept {
    // The whole allocation: what was cut off earlier may still be behind the end.
    text.resize(text.capacity());
    explicit_bzero(text.data(), text.size());
    text.clear();
}

// Short text lives inside the string object itself and stays there after a plain move.
Secret::Secret(Secret &&other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }

Secret &Secret::operator=(Secret other) noexcept {
    text_.swap(other.text_);
    return *this;
}

} // namespace hostbill
