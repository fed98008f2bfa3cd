// What the portal sells. The same on every portal, and it does not change.
#pragma once

#include "core/catalog.hpp"
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

// nullptr: there is none.
const Cycle *find_cycle(std::string_view symbol_or_name);
const Category *find_category(std::int64_t id);
const Product *find_product(std::int64_t id);
const Period *find_period(std::span<const Period> periods, std::string_view cycle);
const Addon *find_addon(std::int64_t id);

std::string_view kind_name(Kind kind);

inline constexpr std::int64_t domain_category = 46;
inline constexpr std::int64_t longest_registration = 10; // years

} // namespace hostbill::sandbox
