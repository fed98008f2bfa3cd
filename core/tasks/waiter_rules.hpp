// How to wait for what takes time: tables generated from api/waiters.json.
#pragma once

#include "core/tasks/reconcile_rules.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace hostbill {

enum class WaitTest : std::uint8_t {
    words, // the field is one of these words
    asked, // the field is one of the words for what the parameter `until` asks
    set,
    empty,
};

struct WaitCondition {
    std::string_view field;
    WaitTest test;
    std::span<const std::string_view> words; // in lower case
    std::string_view otherwise;              // what `until` asks where it is not given
};

struct WaitName {
    std::string_view name;
    std::string_view value; // the name of what it gets
};

// One thing that is polled.
struct WaitLink {
    std::string_view name; // what is reached when it is done
    std::string_view operation;
    std::span<const WaitName> params; // of the operation, by the values that are known
    std::string_view where;           // only where this value is known; empty: always
    std::string_view unless;          // only where it is not
    bool optional;                    // left out where portal or service do not have the operation
    std::string_view at;
    bool list;
    std::span<const ReconcileMatch> match; // the items of the list that count
    bool appears;                          // it need not be there yet
    WaitName absent;                       // where this parameter has this value, it is done when there is nothing
    std::span<const WaitCondition> done;   // all
    std::span<const WaitCondition> failed; // any
    std::span<const WaitName> keep;        // values for later links, by field
    std::span<const std::string_view> shows;
    std::string_view progress; // the field that holds a percentage
};

struct WaitWords {
    std::string_view value; // of `until`
    std::span<const std::string_view> words;
};

struct Waiter {
    std::string_view id;
    std::chrono::seconds delay; // before the first poll
    std::chrono::seconds interval;
    std::chrono::seconds max_interval;
    std::span<const std::string_view> required; // parameters, besides those that links use
    std::span<const WaitWords> words;
    std::span<const WaitLink> links;
};

std::span<const Waiter> waiters(); // sorted by id

} // namespace hostbill
