#include "sandbox/control/samples.hpp"

#include "sandbox/areas/area.hpp"

#include <utility>

namespace hostbill::sandbox {
namespace {

json::Value value_of(std::string_view text) {
    auto parsed = json::parse(text);
    return parsed ? std::move(*parsed) : json::Value();
}

json::Object given_sample(std::string_view operation) {
    for (const Area *area : areas())
        for (const Sample &sample : area->samples)
            if (sample.operation == operation)
                if (json::Value value = value_of(sample.parameters); value.object() != nullptr)
                    return std::move(*value.object());
    return {};
}

// nullptr: there is none.
const SeededId *seeded_id(std::string_view operation, std::string_view parameter) {
    const SeededId *best = nullptr;
    for (const Area *area : areas())
        for (const SeededId &row : area->seeded_ids)
            if (row.parameter == parameter && operation.starts_with(row.operations) &&
                (best == nullptr || row.operations.size() > best->operations.size()))
                best = &row;
    return best;
}

} // namespace

json::Object sample_parameters(const Operation &operation, const Portal &portal) {
    json::Object sample;
    json::Object given = given_sample(operation.id);
    for (const Param &param : operation.params) {
        if (param.place != Place::path || (param.portals & portal.bit) == 0 || given.find(param.name) != nullptr)
            continue;
        if (const SeededId *row = seeded_id(operation.id, param.name))
            sample.append(param.name, value_of(row->value));
    }
    for (json::Member &member : given)
        if (find_param(operation, portal.bit, member.key) != nullptr)
            sample.append(member.key, std::move(member.value));
    return sample;
}

} // namespace hostbill::sandbox
