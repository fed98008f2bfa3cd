#include "sandbox/world/operations.hpp"

namespace hostbill::sandbox {

Operations::Operations(const Portal &portal) : router_(portal) {
    for (const Area *area : areas())
        for (const HandlerRow &row : area->handlers)
            handlers_[row.operation] = row.handler;
}

json::Value (*Operations::handler(const Operation &operation) const)(Call &) {
    auto found = handlers_.find(operation.id);
    return found != handlers_.end() ? found->second : nullptr;
}

const Operations::Shape &Operations::shape(const Operation &operation) {
    auto found = shapes_.find(&operation);
    if (found != shapes_.end())
        return found->second;
    Shape shape{json::Object{{"success", true}}, false};
    if (auto parsed = json::parse(operation.result)) {
        const json::Value *raw = parsed->find("raw");
        if (const json::Value *example = raw != nullptr ? raw->find("example") : nullptr)
            shape.example = *example;
        if (const json::Value *source = parsed->find("source"))
            shape.documented = *source == json::Value("documented");
    }
    return shapes_.emplace(&operation, std::move(shape)).first->second;
}

} // namespace hostbill::sandbox
