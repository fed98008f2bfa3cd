#include "core/tasks/price_guard.hpp"

#include "core/call/answer_parts.hpp"

#include <algorithm>

namespace hostbill {
namespace {

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

} // namespace

PriceGuard::PriceGuard(const CompositionCall &call)
    : call_(call), limit_(Decimal::of(call.param("max_total")).value_or(Decimal())) {}

std::optional<Error> PriceGuard::refuses(Run &run, const std::string &what, const json::Value *price) const {
    const json::Text *currency = call_.text("currency");
    const std::string unit = currency != nullptr ? " " + upper(*currency) : "";
    const std::optional<Decimal> amount = Decimal::of(price);
    if (!amount)
        return not_ordered(call_, "price", what + " has no total that can be read");
    if (*amount > limit_)
        return not_ordered(call_, "price",
                           what + " is " + amount->text() + unit + ", more than max_total " + limit_.text() + unit);
    if (currency == nullptr)
        return std::nullopt;
    Result<std::string> found = account_currency(run);
    if (!found)
        return std::move(found.error());
    if (found->empty())
        return not_ordered(call_, "currency",
                           "the portal does not say the account's currency, so it may not be" + unit);
    if (*found != upper(*currency))
        return not_ordered(call_, "currency",
                           what + " is " + amount->text() + " " + *found + ", and max_total is in" + unit);
    return std::nullopt;
}

Error not_ordered(const CompositionCall &call, std::string_view reason, const std::string &why) {
    return Error{.error_class = ErrorClass::conflict,
                 .message = std::string(call.composition.id) + ": nothing was ordered: " + why,
                 .reason = std::string(reason)};
}

Result<std::string> account_currency(Run &run) {
    Result<json::Value> answer = run.call("account.balance", {}, {.shaped = true});
    if (!answer)
        return std::move(answer.error());
    const json::Value *currency = part(*answer, "details").find("currency");
    return currency != nullptr && currency->string() != nullptr ? upper(*currency->string()) : std::string();
}

json::Value amount_or_null(const json::Value *value) {
    const std::optional<Decimal> amount = Decimal::of(value);
    return amount ? json::Value(amount->text()) : json::Value();
}

} // namespace hostbill
