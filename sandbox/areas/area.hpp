// An area is one subject of the portal, such as tickets or DNS zones: its tables, its seed, its operations, and what it
// does when time passes. areas.cpp lists them; nothing else knows how many there are.
#pragma once

#include "sandbox/world/pace.hpp"
#include "sandbox/world/seed.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

struct HandlerRow {
    std::string_view operation;
    json::Value (*handler)(Call &);
};

// A path parameter that must name something the account has.
struct PathId {
    std::string_view parameter;
    std::string_view what;   // as a refusal calls it
    std::string_view query;  // finds it by its id, and by the service in the path where it belongs to one
    bool in_service = false; // whether the query wants the path's service_id as well
};

// A seeded id for a path parameter in operations that begin with `operations`. The longest that fits counts.
struct SeededId {
    std::string_view operations;
    std::string_view parameter;
    std::string_view value; // JSON
};

inline constexpr std::string_view gone = "gone";

// An address of the range that is set aside for tests (RFC 2544), the same for the same id.
std::string address_of(std::int64_t id);

bool portal_has(const Portal &portal, std::string_view operation);

// Parameters with which an operation works on a fresh seed, besides ids; ids of its own where it ends something.
struct Sample {
    std::string_view operation;
    std::string_view parameters; // a JSON object
};

// A kind of thing that control's set_state can put into a state.
struct StateRow {
    std::string_view kind;
    std::span<const std::string_view> states; // "gone" is always one more
    std::string_view find;                    // whether there is one of this id
    void (*set)(const Moment &, std::int64_t id, std::string_view state);
};

// A service that has just been given this status.
struct ServiceChange {
    std::int64_t id;
    std::string_view kind;   // "cloud", "server", ...
    std::string_view status; // "Active", "Terminated", ...; "gone": its row goes next
};

struct Area {
    std::string_view name;
    std::string_view tables = {};                                    // SQL that creates them
    void (*seed)(const Moment &, const SeedRow &document) = nullptr; // takes its own members of the document
    std::span<const HandlerRow> handlers = {};
    std::span<const PathId> ids = {};
    std::span<const SeededId> seeded_ids = {};
    std::span<const Sample> samples = {};
    std::span<const StateRow> states = {};
    void (*service_changed)(const Moment &, const ServiceChange &) = nullptr;
    // When `tick` has something to do next; 0: never. Asked after every change, so it must be quick.
    Seconds (*next_due)(Database &) = nullptr;
    void (*tick)(const Moment &) = nullptr; // does all that was due by now
};

// In the order in which they are seeded.
std::span<const Area *const> areas();

// Tells every area.
void service_changed(const Moment &moment, const ServiceChange &change);

} // namespace hostbill::sandbox
