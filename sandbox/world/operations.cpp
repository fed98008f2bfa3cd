#include "sandbox/world/operations.hpp"

#include "core/catalog/result_texts.hpp"

namespace hostbill::sandbox {

Operations::Operations(const Portal &portal) : router_(portal) {
    for (const Area *area : areas())
        for (const HandlerRow &row : area->handlers)
            handlers_[row.operation] = row.handler;
}

Operations::Handler Operations::handler(const Operation &operation) const { return handlers_.at(operation.id); }

bool Operations::documented(const Operation &operation) {
    const auto found = documented_.find(&operation);
    if (found != documented_.end())
        return found->second;
    const auto result = json::parse(ResultTexts().of(operation)); // once an operation, so they need not be kept
    const json::Value *source = result ? result->find("source") : nullptr;
    return documented_[&operation] = source != nullptr && *source == json::Value("documented");
}

} // namespace hostbill::sandbox
