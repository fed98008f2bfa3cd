// What keeps an order from costing more than was agreed to.
#pragma once

#include "core/json/decimal.hpp"
#include "core/tasks/composition.hpp"

#include <optional>
#include <string>

namespace hostbill {

// Of the call's parameters max_total and currency.
class PriceGuard {
public:
    explicit PriceGuard(const CompositionCall &call);

    // The error with which the call is refused: the price is higher or cannot be read, or the currency is another one
    // or not known. `what` is the price's name: "the quote".
    std::optional<Error> refuses(Run &run, const std::string &what, const json::Value *price) const;

private:
    const CompositionCall &call_;
    const Decimal limit_;
};

// A conflict: nothing was ordered.
Error not_ordered(const CompositionCall &call, std::string_view reason, const std::string &why);

// The account's currency in capitals; empty where the portal does not say.
Result<std::string> account_currency(Run &run);

// An exact decimal as text; null where it is none.
json::Value amount_or_null(const json::Value *value);

} // namespace hostbill
