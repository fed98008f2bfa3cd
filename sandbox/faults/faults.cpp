#include "sandbox/faults/faults.hpp"

#include <algorithm>
#include <utility>

namespace hostbill::sandbox {
namespace {

constexpr std::size_t max_requests = 10'000;  // kept for each script
constexpr std::ptrdiff_t max_used_up = 1'000; // kept to be looked at

} // namespace

std::int64_t Faults::add(FaultScript script) {
    const auto used_up = [](const Waiting &one) { return one.used_up(); };
    if (std::count_if(waiting_.begin(), waiting_.end(), used_up) >= max_used_up)
        waiting_.erase(std::find_if(waiting_.begin(), waiting_.end(), used_up));
    waiting_.push_back({++added_, std::move(script), 0, {}});
    return added_;
}

std::optional<Faults::Fired> Faults::fire(const Operation *operation, bool reused, std::int64_t request_number) {
    auto fits = [&](const Waiting &one) {
        return !one.used_up() && (one.script.operation == nullptr || one.script.operation == operation);
    };
    auto found = std::find_if(waiting_.begin(), waiting_.end(), fits);
    if (found == waiting_.end())
        return std::nullopt;
    // A connection that was just opened has not been idle; the script waits for one that was.
    if (found->script.fault.kind == FaultKind::drop_idle && !reused)
        return std::nullopt;
    if (found->script.skip > 0) {
        --found->script.skip;
        return std::nullopt;
    }
    ++found->fired;
    if (found->requests.size() < max_requests)
        found->requests.push_back(request_number);
    return Fired{found->id, found->script.fault};
}

void Faults::clear() { waiting_.clear(); }

json::Value Faults::to_json() const {
    json::Array list;
    for (const Waiting &one : waiting_) {
        json::Array requests(one.requests.begin(), one.requests.end());
        list.push_back(json::Object{
            {"fault_id", one.id},
            {"operation", one.script.operation != nullptr ? one.script.operation->id : "*"},
            {"kind", fault_kind_name(one.script.fault.kind)},
            {"remaining", one.script.times != 0 ? json::Value(one.script.times - one.fired) : json::Value()},
            {"skip", one.script.skip},
            {"fired", one.fired},
            {"requests", std::move(requests)}});
    }
    return json::Object{{"faults", std::move(list)}};
}

} // namespace hostbill::sandbox
