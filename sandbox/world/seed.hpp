// A seed document describes an account: JSON, one member for each kind of thing. docs/sandbox-seeds.md has its rows.
#pragma once

#include "sandbox/world/call.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

// An object of the document. Whatever is not as asked for is refused with its place in the document. Rows refer to the
// document, which must outlive them.
class SeedRow {
public:
    SeedRow(const json::Value &value, std::string place);

    bool has(std::string_view name) const;
    std::string text(std::string_view name, std::string_view fallback = "") const;
    std::int64_t integer(std::string_view name, std::int64_t fallback = 0) const;
    bool flag(std::string_view name, bool fallback = false) const;
    Cents money(std::string_view name, Cents fallback = 0) const; // "12.50"
    // "days_ago", or as many days to come where it is negative.
    Seconds time(const Moment &moment, std::string_view name = "days_ago", std::int64_t fallback = 0) const;
    std::string json_text(std::string_view name, std::string_view fallback) const; // whatever is there, as JSON text
    std::string as_json_text() const;                                              // the row itself
    const json::Object &object(std::string_view name) const;                       // empty where absent
    std::vector<SeedRow> rows(std::string_view name) const; // a list of objects; empty where absent

private:
    const json::Value *find(std::string_view name) const;
    [[noreturn]] void wrong(std::string_view name, std::string_view expected) const;

    const json::Object *object_ = nullptr;
    std::string place_;
};

// The account of a small customer after two years: seeds/customer.json, compiled in.
std::string_view customer_seed();

// Follows the document's member "generate": {"services":N, "zones":N, "records_per_zone":N} adds so many rows to it.
void grow(json::Value &document);

inline constexpr std::int64_t first_grown_service = 1'000'000; // ids below are the document's own

} // namespace hostbill::sandbox
