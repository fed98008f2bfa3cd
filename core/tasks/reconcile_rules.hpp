// How to find out whether an unsafe operation took effect when its answer was lost: tables generated from
// api/reconcile.json.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hostbill {

enum class ReconcileTest : std::uint8_t {
    created, // a matching item is in a list
    gone,    // no matching item is in a list any more
    reached, // what is read has the values
    task,    // a task of that name was started
    look,    // the state is shown, but proves nothing
    none,    // no operation can tell
};

enum class Comparison : std::uint8_t { text, number, contains, dns_name, dns_content };

struct ReconcileMatch {
    std::string_view field;
    std::string_view param; // compared with what this parameter was given; empty: with `value`
    std::string_view value;
    Comparison as;
};

// Where a list shows too little: each of its items that may be new is read, and a list within that is matched.
struct ReconcileDetail {
    std::string_view read; // empty: the list shows enough
    std::string_view param;
    std::string_view at;
    std::string_view list;
};

struct ReconcileStep {
    ReconcileTest test;
    std::string_view read; // the operation that looks; empty: none
    std::string_view at;   // the member of its answer that is meant; empty: the answer itself
    std::string_view time; // the field that says when an item came to be; empty: none does
    std::string_view task;
    std::string_view why; // nothing can be proven
    std::span<const ReconcileMatch> match;
    std::span<const ReconcileMatch> untouched; // what proves that nothing happened
    ReconcileDetail detail;
};

struct ReconcileRule {
    std::string_view operation;
    std::span<const ReconcileStep> steps;
};

std::span<const ReconcileRule> reconcile_rules(); // sorted by operation; one for each unsafe one
const ReconcileRule *find_reconcile_rule(std::string_view operation);

} // namespace hostbill
