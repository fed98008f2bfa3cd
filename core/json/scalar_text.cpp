#include "core/json/scalar_text.hpp"

namespace hostbill {

std::string scalar_text(const json::Value &value) {
    if (const json::Text *text = value.string())
        return *text;
    if (const std::int64_t *integer = value.integer())
        return std::to_string(*integer);
    if (const json::Text *number = value.number_text())
        return *number;
    if (const bool *flag = value.boolean())
        return *flag ? "1" : "0";
    return {};
}

} // namespace hostbill
