// Times as portals write them. Most carry no zone, so that a text stands for a span of instants, not for one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hostbill {

// Seconds since 1970: the instant lies between the two, and is known where they are equal.
struct PortalTime {
    std::int64_t earliest;
    std::int64_t latest;
};

// "2026-01-31", "2026-01-31 12:00:00", or ISO 8601 with a zone. Nothing where the text is empty, all zeros or no time.
std::optional<PortalTime> parse_portal_time(std::string_view text);

} // namespace hostbill
