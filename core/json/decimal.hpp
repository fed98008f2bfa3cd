// Exact decimals, for money: what is written is what counts, and nothing is ever rounded.
#pragma once

#include "core/json/json.hpp"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill {

class Decimal {
public:
    Decimal() = default; // 0

    // "12.30", "-5", "+.5"; nothing where it is no such number, or has more than 60 digits. No exponents and no signs
    // of a currency: what they would mean is a guess.
    static std::optional<Decimal> parse(std::string_view text);
    // Of a number or a text.
    static std::optional<Decimal> of(const json::Value *value);

    // As many decimals as its parts had.
    std::string text() const;

    bool is_zero() const { return digits_.empty(); }

    friend Decimal operator+(const Decimal &left, const Decimal &right);
    friend Decimal operator-(const Decimal &number);
    friend Decimal operator-(const Decimal &left, const Decimal &right) { return left + -right; }

    // By value: 1.5 and 1.50 are equal.
    friend std::strong_ordering operator<=>(const Decimal &left, const Decimal &right);
    friend bool operator==(const Decimal &left, const Decimal &right) { return (left <=> right) == 0; }

private:
    static std::string scaled(const Decimal &number, std::size_t scale);
    static Decimal made(bool negative, std::string digits, std::size_t scale);

    bool negative_ = false;   // never of 0
    std::string digits_ = {}; // without zeros in front; empty: 0
    std::size_t scale_ = 0;   // how many of them are decimals
};

} // namespace hostbill
