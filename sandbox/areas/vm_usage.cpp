// How busy virtual machines are: made up, but the same for the same machine and time, and nothing while it did not run.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/vm_life.hpp"
#include "sandbox/world/crypto.hpp"
#include "sandbox/world/png.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <ranges>

namespace hostbill::sandbox {
namespace {

constexpr Seconds step = 300;       // between two values
constexpr std::size_t values = 288; // of one day
constexpr std::uint32_t width = 600, height = 200;

// Between 0 and 1, the same for the same numbers (SplitMix64).
double chance(std::uint64_t a, std::uint64_t b) {
    std::uint64_t mixed = a * 0x9e3779b97f4a7c15U + b * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
    return static_cast<double>((mixed ^ mixed >> 31U) >> 11U) / static_cast<double>(1ULL << 53U);
}

// How a kind of use behaves, as parts of what there is.
struct Metric {
    std::uint64_t number;
    double floor;  // of the idlest machine
    double spread; // how far apart machines are
    double day;    // how much more by day than by night
    double noise;
};

constexpr Metric cpu{1, 0.03, 0.12, 0.15, 0.08};
constexpr Metric memory{2, 0.3, 0.3, 0.05, 0.02};
constexpr Metric traffic{3, 0.02, 0.05, 0.1, 0.05};

double level(const Metric &metric, std::int64_t vm, Seconds time) {
    const auto machine = static_cast<std::uint64_t>(vm) * 8 + metric.number;
    const double hours = static_cast<double>(time % one_day) / 3600;
    const double daylight = (1 - std::cos(hours / 12 * std::numbers::pi)) / 2;
    return metric.floor + metric.spread * chance(machine, 0) + metric.day * daylight +
           metric.noise * chance(machine, static_cast<std::uint64_t>(time));
}

// The last day in a picture whose upper edge stands for `top` times all there is.
json::Value picture(Call &call, std::string_view member, const Metric &metric, double top) {
    const std::int64_t vm = call.integer("vm_id");
    const std::vector<Run> runs = runs_of(call.db, vm);
    std::array<double, values> series{};
    Seconds time = call.now / step * step;
    for (double &value : std::views::reverse(series)) {
        if (std::any_of(runs.begin(), runs.end(), [&](const Run &run) { return run.covers(time); }))
            value = level(metric, vm, time);
        time -= step;
    }
    json::Object answer;
    answer.append(member, base64(line_chart_png(width, height, series, top)));
    return answer;
}

json::Value cpu_usage(Call &call) { return picture(call, "cpu", cpu, 1); }
json::Value memory_usage(Call &call) { return picture(call, "memory", memory, 1); }
json::Value network_usage(Call &call) { return picture(call, "network", traffic, 0); }

constexpr HandlerRow handlers[] = {
    {"vms.usage.cpu", cpu_usage},
    {"vms.usage.memory", memory_usage},
    {"vms.usage.network", network_usage},
};

} // namespace

constinit const Area vm_usage_area{.name = "vm_usage", .handlers = handlers};

} // namespace hostbill::sandbox
