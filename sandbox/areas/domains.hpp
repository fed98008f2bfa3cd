// Domains as their registries see them. The registry is made up: what it knows of names that are not in this account
// follows from the names.
#pragma once

#include "sandbox/areas/cart.hpp"
#include "sandbox/areas/tlds.hpp"
#include "sandbox/world/call.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

inline constexpr std::array<std::string_view, 2> own_name_servers = {"dns1.example.org", "dns2.example.org"};
inline constexpr int renewal_invoiced_ahead = 30; // days before it expires, a domain that renews itself is invoiced
inline constexpr int redeemable = 75;             // days after it expired, a domain can be renewed
inline constexpr Seconds transfer_takes = 5 * one_day; // until the other registrar has let go of it
inline constexpr std::int64_t furthest_expiry = 10;    // years from now

// Is a name free to be registered? Names that begin with "taken" are not, nor are the three of RFC 2606.
bool is_available(Database &db, const std::string &name, Seconds now);
// Names of up to three letters and those that begin with "premium" cost more.
bool is_premium(std::string_view name);
Cents registration_price(const Tld &tld, std::string_view name, std::int64_t years);
Cents transfer_price(const Tld &tld, std::int64_t years);

// Refuses to take over a name that is free, is locked (one with "locked" in it), or whose code is another. The code of
// name.tld is "epp-name.tld".
void check_transfer(Database &db, const Tld &tld, const std::string &name, const std::string &epp, Seconds now);

// What is asked for a domain of the account. Refuses one that cannot be renewed, or not for so long.
Cents renewal_price(Database &db, std::int64_t domain, std::int64_t years, Seconds now);

// What the registry does once it is paid for.
void registration_paid(const Moment &moment, std::int64_t domain, std::int64_t years);
void transfer_paid(const Moment &moment, std::int64_t domain, std::int64_t years);
void renewal_paid(const Moment &moment, std::int64_t domain, std::int64_t years);

// What it does by itself: answers to transfers, renewals, expiry.
Seconds next_domain_due(Database &db);
void domains_tick(const Moment &moment);

// Makes the domain of an order, which waits for its invoice to be paid.
std::int64_t make_domain(Call &call, const CartItem &item);

// Of the domain in the path.
std::string domain_name(Call &call);
// Refuses unless it is Active.
void require_active_domain(Call &call);
// What a change answers.
json::Value domain_saved(Call &call);

// 2 to `most` names, as JSON text; the portal's own where nothing is given. Refuses what is none.
std::string checked_nameservers(const json::Value *given, std::size_t most);

// Whose details a domain is registered with, by role; {"registrant":4220} names contacts of the account, 0 or nothing is
// its owner. Refuses contacts that are not there.
json::Object contacts_of(Database &db, const json::Object &fields);

} // namespace hostbill::sandbox
