// Text that leaves no copy of itself behind.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace hostbill {

// Overwrites the text's memory in a way that is not optimised away, and empties it.
void wipe(std::string &text) noexcept;

// Zeroed when it is destroyed, assigned to or moved from, so that there is nothing to wipe where it is empty. Never
// printed: there is no conversion to text but `view`.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret &other) = default;
    // Short text lives inside the string object itself and stays there after a plain move.
    Secret(Secret &&other) noexcept : text_(std::move(other.text_)) {
        if (!text_.empty())
            wipe(other.text_);
    }
    Secret &operator=(Secret other) noexcept {
        if (!text_.empty())
            wipe(text_);
        if (!other.text_.empty()) {
            text_ = std::move(other.text_);
            wipe(other.text_);
        }
        return *this;
    }
    ~Secret() {
        if (!text_.empty())
            wipe(text_);
    }

    std::string_view view() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }

private:
    std::string text_;
};

} // namespace hostbill
