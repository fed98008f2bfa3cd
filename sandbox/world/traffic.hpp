// How busy a made-up line or machine is. It depends on nothing but the time and on which one it is, so the same clock
// always gives the same answer, and what was once told stays true.
#pragma once

#include "sandbox/world/dates.hpp"

#include <cstdint>
#include <string_view>

namespace hostbill::sandbox {

// A number for a line, such as what comes in at server 2210.
std::uint64_t line_of(std::string_view name, std::int64_t id);

// How busy it is at that time: more in the evening than at night, and never the same twice. 1 on average, 0.1 to 2.5.
double busyness(std::uint64_t line, Seconds time);

// What it carries between two times at that many bytes a second on average. Times that follow each other add up.
double traffic(std::uint64_t line, double rate, Seconds from, Seconds to);

} // namespace hostbill::sandbox
