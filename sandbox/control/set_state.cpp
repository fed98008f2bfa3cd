#include "sandbox/control/set_state.hpp"

#include "core/catalog/error.hpp"
#include "core/catalog/suggest.hpp"
#include "sandbox/areas/area.hpp"

#include <algorithm>
#include <vector>

namespace hostbill::sandbox {
namespace {

FieldProblem not_one_of(std::string field, const json::Text *given, const std::vector<std::string_view> &words) {
    std::string expected;
    for (std::string_view word : words)
        expected += (expected.empty() ? "" : ", ") + std::string(word);
    return {std::move(field), "must be one of the allowed words", std::move(expected),
            given != nullptr ? std::string(nearest(*given, words)) : std::string()};
}

const json::Text *text_of(const json::Value &command, std::string_view name) {
    const json::Value *value = command.find(name);
    return value != nullptr ? value->string() : nullptr;
}

} // namespace

json::Object known_states() {
    json::Object kinds;
    for (const Area *area : areas())
        for (const StateRow &row : area->states) {
            json::Array states(row.states.begin(), row.states.end());
            states.emplace_back(gone);
            kinds.append(row.kind, std::move(states));
        }
    return kinds;
}

json::Value set_state(const Moment &moment, const json::Value &command) {
    std::vector<FieldProblem> problems;
    const json::Text *kind = text_of(command, "kind"), *state = text_of(command, "state");
    const json::Value *id = command.find("id");
    std::vector<std::string_view> kinds;
    const StateRow *row = nullptr;
    for (const Area *area : areas())
        for (const StateRow &each : area->states) {
            kinds.push_back(each.kind);
            row = kind != nullptr && *kind == each.kind ? &each : row;
        }
    std::sort(kinds.begin(), kinds.end());
    if (row == nullptr)
        problems.push_back(not_one_of("kind", kind, kinds));
    if (id == nullptr || id->integer() == nullptr)
        problems.push_back({"id", "must be a whole number", "which of that kind; of a job, its service", ""});
    if (row != nullptr) {
        std::vector<std::string_view> states(row->states.begin(), row->states.end());
        states.push_back(gone);
        if (state == nullptr || std::find(states.begin(), states.end(), *state) == states.end())
            problems.push_back(not_one_of("state", state, states));
    }
    if (!problems.empty())
        return json::Object{{"error", to_json(usage_error("the sandbox's command", std::move(problems)))}};
    if (!moment.db.exists(row->find, *id->integer()))
        not_found(*kind, std::to_string(*id->integer()));
    Transaction transaction(moment.db);
    row->set(moment, *id->integer(), *state);
    transaction.commit();
    return json::Object{{"kind", *kind}, {"id", *id}, {"state", *state}};
}

} // namespace hostbill::sandbox
