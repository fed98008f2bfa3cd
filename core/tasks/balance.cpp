#include "core/tasks/balance.hpp"

#include "core/call/answer_parts.hpp"
#include "core/json/decimal.hpp"
#include "core/tasks/price_guard.hpp"

namespace hostbill {

Result<json::Value> run_balance(const CompositionCall &, Run &run) {
    Result<json::Value> answer = run.call("account.balance", {}, {.shaped = true});
    if (!answer)
        return answer;
    const json::Value &details = part(*answer, "details");
    // Portals call the debt a balance.
    const json::Value *owed = details.find("acc_balance"), *credit = details.find("acc_credit"),
                      *currency = details.find("currency");
    const std::optional<Decimal> debt = Decimal::of(owed), money = Decimal::of(credit);
    const bool named = currency != nullptr && currency->string() != nullptr && !currency->string()->empty();
    return json::Value(json::Object{{"owed", amount_or_null(owed)},
                                    {"credit", amount_or_null(credit)},
                                    {"currency", named ? *currency : json::Value()},
                                    {"covered", debt && money ? json::Value(*money >= *debt) : json::Value()}});
}

} // namespace hostbill
