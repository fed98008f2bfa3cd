// What the portal sells. The same on every portal, and it does not change.
#pragma once

#include "core/catalog/catalog.hpp"
#include "sandbox/world/money.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace hostbill::sandbox {

struct Cycle {
    std::string_view symbol; // "m"
    std::string_view name;   // "Monthly"
    int months;
};

struct Period {
    std::string_view cycle;
    Cents price;
    Cents setup = 0; // once, with the first term
};

struct Choice {
    std::int64_t id;
    std::string_view title;
    Cents price; // for each month
};

struct Option {
    std::int64_t id;
    std::string_view title;
    std::span<const Choice> choices; // the first is what one gets without choosing
    bool required = false;           // nothing is got without choosing
    std::int64_t most = 0;           // not 0: so many of its only choice at most, and none without asking for any
};

struct Addon {
    std::int64_t id;
    std::string_view name;
    std::string_view description;
    std::span<const Period> periods;
};

struct Category {
    std::int64_t id;
    std::string_view name;
    std::string_view description;
    std::string_view slug;
};

// What a service of a product is able to do.
enum class Kind : std::uint8_t { cloud, hosting, dns, certificate, metal, vpn };

struct Product {
    std::int64_t id;
    std::int64_t category;
    Kind kind;
    std::string_view name;
    std::string_view description;
    std::int64_t stock;
    std::span<const Period> periods;
    std::span<const Option> options;
    std::span<const Addon> addons;
};

// What a promotion code takes off a product's price, options included. Each word of `products` and `cycles` fits; empty:
// all do.
struct Promotion {
    std::string_view code;
    std::int64_t percent; // in hundredths of a percent
    Cents fixed;
    std::string_view products;
    std::string_view cycles;
    bool lasts;             // for every term, not only for the first
    bool once;              // in an account
    std::string_view until; // the last day
};

struct PaymentMethod {
    std::int64_t id;
    std::string_view name;
    Cents fixed_fee;
    std::int64_t percent_fee; // in hundredths of a percent
};

std::span<const Cycle> cycles();
std::span<const Category> categories();
std::span<const Product> products();
std::span<const PaymentMethod> payment_methods();
std::span<const Promotion> promotions();

// nullptr: there is none.
const Cycle *find_cycle(std::string_view symbol_or_name);
const Category *find_category(std::int64_t id);
const Product *find_product(std::int64_t id);
const Period *find_period(std::span<const Period> periods, std::string_view cycle);
const Addon *find_addon(std::int64_t id);
const Promotion *find_promotion(std::string_view code);

std::string_view kind_name(Kind kind);

// For a term; by the month where there is no price for such a term.
Cents addon_price(const Addon &addon, const Cycle &cycle);

// What a code takes off a price; never more than the price.
Cents discount(const Promotion &promotion, Cents price);
bool is_word_of(std::string_view words, std::string_view word);

inline constexpr std::int64_t domain_category = 46;
inline constexpr std::int64_t longest_registration = 10; // years

} // namespace hostbill::sandbox
