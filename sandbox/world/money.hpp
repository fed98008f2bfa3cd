// Money as whole cents. No value ever passes through a floating point number.
#pragma once

#include "core/json/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

using Cents = std::int64_t;

std::string money_text(Cents cents);                     // "12.50"
json::Value money_number(Cents cents);                   // 12.5, as panels print numbers
std::optional<Cents> parse_money(std::string_view text); // "12", "12.5", "12.50"; nothing finer, below 10^12

// amount * part / whole to the whole cent, half away from zero. The only place where a price is rounded.
Cents share(Cents amount, std::int64_t part, std::int64_t whole);

// `hundredths` hundredths of a percent of an amount.
Cents percentage(Cents amount, std::int64_t hundredths);

} // namespace hostbill::sandbox
