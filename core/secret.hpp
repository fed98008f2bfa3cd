// Text that leaves no copy of itself behind.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace hostbill {

// Overwrites the text's memory in a way that is not optimised away, and empties it.
void wipe(std::string &text) noexcept;

// Zeroed when it is destroyed, assigned to or moved from. Never printed: there is no conversion to text but `view`.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret &other) = default;
    Secret(Secret &&other) noexcept;
    Secret &operator=(Secret other) noexcept;
    ~Secret() { wipe(text_); }

    std::string_view view() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }

private:
    std::string text_;
};

} // namespace hostbill
