#include "sandbox/world/traffic.hpp"

#include <algorithm>
#include <array>

namespace hostbill::sandbox {
namespace {

constexpr Seconds one_hour = 3600;

// By the hour of the day; 1 on average.
constexpr std::array<double, 24> day = {0.7, 0.5, 0.4, 0.4, 0.4, 0.5, 0.7, 0.9, 1.0, 1.1, 1.1, 1.1,
                                        1.2, 1.1, 1.1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.7, 1.5, 1.1, 0.9};

// A good mixer of bits (splitmix64): neighbours have nothing in common afterwards.
std::uint64_t mix(std::uint64_t bits) {
    bits += 0x9e3779b97f4a7c15U;
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31U);
}

double in_hour(std::uint64_t line, Seconds hour) {
    const auto chance =
        static_cast<double>(mix(line ^ mix(static_cast<std::uint64_t>(hour))) >> 11U) / 9007199254740992.0;
    return day[static_cast<std::size_t>(hour % 24)] * (0.55 + 0.9 * chance);
}

} // namespace

std::uint64_t line_of(std::string_view name, std::int64_t id) {
    std::uint64_t line = mix(static_cast<std::uint64_t>(id));
    for (unsigned char letter : name)
        line = mix(line ^ letter);
    return line;
}

double busyness(std::uint64_t line, Seconds time) { return time < 0 ? 1 : in_hour(line, time / one_hour); }

double traffic(std::uint64_t line, double rate, Seconds from, Seconds to) {
    double bytes = 0;
    for (Seconds time = std::max<Seconds>(from, 0); time < to;) {
        const Seconds end = std::min(to, (time / one_hour + 1) * one_hour);
        bytes += rate * in_hour(line, time / one_hour) * static_cast<double>(end - time);
        time = end;
    }
    return bytes;
}

} // namespace hostbill::sandbox
