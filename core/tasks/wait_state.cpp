#include "core/tasks/wait_state.hpp"

#include "core/call/encode.hpp"

#include <algorithm>

namespace hostbill {
namespace {

bool is_control(std::string_view param) { return param == "state" || param == "interval" || param == "max_polls"; }

void not_a_state(std::vector<FieldProblem> &problems) {
    problems.push_back({.field = "state",
                        .problem = "is not of this wait",
                        .expected = "what an error, the progress or an answer of the same operation carried",
                        .nearest = {}});
}

std::int64_t count_of(const json::Object &object, std::string_view name) {
    const json::Value *value = object.find(name);
    return value != nullptr && value->integer() != nullptr && *value->integer() >= 0 ? *value->integer() : -1;
}

// False: it is nothing that to_json() wrote for this waiter.
bool restore(const Waiter &waiter, const json::Object &given, WaitState &state) {
    const json::Value *id = given.find("waiter"), *link = given.find("link"), *values = given.find("values"),
                      *seen = given.find("seen");
    if (id == nullptr || id->string() == nullptr || *id->string() != waiter.id || link == nullptr ||
        link->string() == nullptr || values == nullptr || values->object() == nullptr || seen == nullptr ||
        seen->boolean() == nullptr)
        return false;
    const auto found = std::find_if(waiter.links.begin(), waiter.links.end(),
                                    [&](const WaitLink &row) { return row.name == *link->string(); });
    state.polls = count_of(given, "polls");
    state.rounds = count_of(given, "rounds");
    if (found == waiter.links.end() || state.polls < 0 || state.rounds < 0)
        return false;
    state.link = static_cast<std::size_t>(found - waiter.links.begin());
    state.values = *values->object();
    state.seen = *seen->boolean();
    return true;
}

} // namespace

json::Object to_json(const Waiter &waiter, const WaitState &state) {
    return json::Object{
        {"waiter", waiter.id},    {"link", waiter.links[std::min(state.link, waiter.links.size() - 1)].name},
        {"values", state.values}, {"polls", state.polls},
        {"rounds", state.rounds}, {"seen", state.seen}};
}

WaitState read_wait_state(const Waiter &waiter, const CompositionCall &call, std::vector<FieldProblem> &problems) {
    WaitState state;
    if (const json::Value *given = call.param("state"); given != nullptr && !restore(waiter, *given->object(), state))
        not_a_state(problems);
    for (const json::Member &member : call.params) {
        if (is_control(member.key))
            continue;
        const json::Value *known = state.values.find(member.key);
        if (known == nullptr) {
            state.values.append(member.key, member.value);
        } else if (json::write_utf8(*known) != json::write_utf8(member.value)) {
            problems.push_back({.field = member.key,
                                .problem = "differs from what the state was made with",
                                .expected = "the same, or nothing",
                                .nearest = {}});
        }
    }
    return state;
}

} // namespace hostbill
