// Secrets that can be recognised wherever they turn up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hostbill::faults {

// Each begins with the same letters; what follows is changed by every way of encoding.
inline constexpr std::string_view canary_core = "Kanarie7";
inline constexpr std::string_view password_canary = "Kanarie7Qp\"\\/%+\u00e9";
inline constexpr std::string_view parameter_canary = "Kanarie7Xs\"\\/%+\u00e9";
inline constexpr std::string_view token_canary = "Kanarie7.To-ken_0123456789";

// Looks for the letters that all canaries begin with: plain, percent-encoded, in hex, escaped for JSON, in base64.
class CanaryFinder {
public:
    CanaryFinder();
    // The form in which one was found; empty: none.
    std::string_view find(std::string_view text) const;

private:
    struct Form {
        std::string_view name;
        std::string text;
        bool any_case;
    };
    std::vector<Form> forms_;
};

std::string base64(std::string_view text);

} // namespace hostbill::faults
