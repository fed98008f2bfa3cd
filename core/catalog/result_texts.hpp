// What operations answer with, as the catalogue tells it: JSON texts, which are a quarter of a megabyte. Few programs ask for
// them, so the library holds them packed, and unpacks them for as long as this lives.
#pragma once

#include "core/catalog/catalog.hpp"

#include <string>
#include <string_view>

namespace hostbill {

class ResultTexts {
public:
    ResultTexts();

    // {"source":..,"type":..,"schema":..,"raw":{"schema":..,"example":..}}; lives as long as this and the operation.
    std::string_view of(const Operation &operation) const;
    // The schemas that results refer to as "#/$defs/NAME", by name.
    std::string_view definitions() const;

private:
    std::string all_;
};

} // namespace hostbill
