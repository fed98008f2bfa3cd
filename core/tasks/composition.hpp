// Operations that are made of others: bound and answered like any other, without a request of their own.
//
// A composition is a row in api/compositions, from which every language gets its method, and a row in the table of
// composition.cpp, which says what code runs it.
#pragma once

#include "core/call/prepare.hpp"
#include "core/call/run.hpp"
#include "core/catalog/composition_rows.hpp"
#include "core/session/config.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hostbill {

// What a composition was called with.
struct CompositionCall {
    const Config &config;
    const Operation &composition;
    json::Object params; // as given, by canonical name; wiped afterwards

    const json::Value *param(std::string_view name) const { return params.find(name); } // nullptr: not given
    const json::Text *text(std::string_view name) const;                                // the same for a text
    const std::int64_t *integer(std::string_view name) const;
    bool flag(std::string_view name) const; // false: not given
    bool portal_has(std::string_view operation) const;
};

struct Composition {
    std::string_view id;
    Result<json::Value> (*run)(const CompositionCall &call, Run &run);
    // Mistakes that the parameters' types do not show; nullptr: there are none.
    void (*check)(const CompositionCall &call, std::vector<FieldProblem> &problems) = nullptr;
    // What a dry run answers with; it may send reads where the row in api/compositions says so. nullptr: the steps of
    // that row.
    Result<json::Value> (*dry_run)(const CompositionCall &call, Run &run) = nullptr;
};

std::span<const Composition> composition_table();

// Binds the parameters and checks them, and whether the portal and a read-only client allow it at all.
Result<Prepared> prepare_composition(const Config &config, const Operation &composition, const CallerObject &params,
                                     const CallerObject &options);

// Its data, or in a dry run what it would do.
Result<json::Value> run_composition(const Config &config, const Prepared &prepared, Run &run);

// How long it may take where the caller says nothing.
std::chrono::milliseconds default_timeout(const Config &config, const Operation &composition);

} // namespace hostbill
