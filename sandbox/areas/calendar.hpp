// What comes round by itself: a service is invoiced for its next term, and ends where it is not to go on.
#pragma once

#include "sandbox/areas/shop.hpp"
#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

inline constexpr int invoiced_ahead = 14;                                // days before a service is due
inline constexpr std::string_view at_term_end = "End of billing period"; // how a service may be cancelled

// Until when a service that began then is paid for: invoices come ahead of the term, and are paid.
Seconds term_end(Seconds created, const Cycle &cycle, std::string_view status, Seconds now);

std::string term_text(Seconds begins, Seconds ends); // " (2026-11-23 - 2026-12-22)"

// Nothing is owed any more for the term after the one that is paid for.
void cancel_renewal(const Moment &moment, std::int64_t service);

} // namespace hostbill::sandbox
