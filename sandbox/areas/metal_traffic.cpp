// What whole machines carry: this month's sum, and pictures of a day to a year. A machine that is off carries nothing.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/metal.hpp"
#include "sandbox/areas/servers.hpp"
#include "sandbox/world/crypto.hpp"
#include "sandbox/world/png.hpp"
#include "sandbox/world/traffic.hpp"

#include <algorithm>
#include <array>

namespace hostbill::sandbox {
namespace {

constexpr double bytes_in = 52000, bytes_out = 134000; // in a second, on average
constexpr double gb = 1e9;
constexpr std::string_view limit = "2000"; // GB in a month

struct Carried {
    double in = 0;
    double out = 0;
};

Carried carried(Database &db, std::int64_t machine, Seconds from, Seconds to) {
    auto line = [&](Seconds begin, Seconds end) {
        return begin >= end ? Carried{}
                            : Carried{traffic(line_of("metal in", machine), bytes_in, begin, end),
                                      traffic(line_of("metal out", machine), bytes_out, begin, end)};
    };
    from = std::max(from, db.number("SELECT created FROM services WHERE id = ?", machine));
    Carried sum = line(from, to);
    for (auto row = db.query("SELECT since, until FROM metal_outages WHERE service_id = ? AND since < ? AND "
                             "(until = 0 OR until > ?)",
                             machine, to, from);
         row.next();) {
        const Seconds until = row.integer(1) == 0 ? to : row.integer(1);
        const Carried missing = line(std::max(row.integer(0), from), std::min(until, to));
        sum.in -= missing.in;
        sum.out -= missing.out;
    }
    return {std::max(sum.in, 0.0), std::max(sum.out, 0.0)};
}

// In GB, as amounts of money are written.
Cents hundredths(double bytes) { return static_cast<Cents>(bytes / gb * 100); }

json::Value usage(Call &call) {
    const Seconds month = month_of(call.now);
    const Carried sum = carried(call.db, machine(call), month, call.now);
    const Cents in = hundredths(sum.in), out = hundredths(sum.out);
    return json::Object{{"bandwidth", json::Object{{"in", money_text(in)},
                                                   {"out", money_text(out)},
                                                   {"total", money_text(in + out)},
                                                   {"limit", limit},
                                                   {"unit", "GB"},
                                                   {"from", date(month)},
                                                   {"to", date(add_months(month, 1) - 1)}}}};
}

std::string picture(Call &call, Seconds span) {
    constexpr std::size_t points = 96;
    std::array<double, points> values{};
    const Seconds step = span / static_cast<Seconds>(points);
    for (std::size_t i = 0; i < points; ++i) {
        const Seconds to = call.now - step * static_cast<Seconds>(points - 1 - i);
        const Carried part = carried(call.db, machine(call), to - step, to);
        values[i] = part.in + part.out;
    }
    return base64(line_chart_png(600, 160, values));
}

json::Value graphs(Call &call) {
    return json::Object{{"daily", picture(call, one_day)},
                        {"weekly", picture(call, 7 * one_day)},
                        {"monthly", picture(call, 30 * one_day)},
                        {"yearly", picture(call, 365 * one_day)}};
}

constexpr HandlerRow handlers[] = {
    {"services.bandwidth.graphs", graphs},
    {"services.bandwidth.usage", usage},
};

constexpr SeededId seeded_ids[] = {{"services.bandwidth.", "service_id", "5150"}};

} // namespace

constinit const Area metal_traffic_area{.name = "metal traffic", .handlers = handlers, .seeded_ids = seeded_ids};

} // namespace hostbill::sandbox
