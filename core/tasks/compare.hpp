// Comparing what a portal shows with what was wanted, past its habits: line ends, number formats, names with or without
// their zone, quotes around texts.
#pragma once

#include "core/json/json.hpp"
#include "core/tasks/reconcile_rules.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace hostbill {

struct Matched {
    bool all = true;      // every row that counts holds
    bool alike = true;    // every one holds or nearly does: a portal may change letters, escape texts, and cut them
    std::size_t rows = 0; // how many count
};

// Rows whose parameter was not given do not count. `zone` is for names relative to it; may be empty.
Matched match(std::span<const ReconcileMatch> rows, const json::Value &item, const json::Object &params,
              const std::string &zone);

// What a row compares with; nullopt: its parameter was not given.
std::optional<json::Value> wanted_value(const ReconcileMatch &row, const json::Object &params);

} // namespace hostbill
