#include "core/base/secret.hpp"

#include <cstring>

namespace hostbill {

void wipe(std::string &text) noexcept {
    // The whole allocation: what was cut off earlier may still be behind the end.
    text.resize(text.capacity());
    explicit_bzero(text.data(), text.size());
    text.clear();
}

} // namespace hostbill
