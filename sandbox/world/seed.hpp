// A seed document describes an account: JSON, one member for each kind of thing. docs/sandbox-seeds.md has its rows.
#pragma once

#include "core/catalog/error.hpp"
#include "sandbox/config.hpp"
#include "sandbox/world/call.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

// The members that were asked for, by the place of their objects: "" is the document, "services.addons" a row of such a
// list. What nobody asked for is a mistake of whoever wrote the document.
using SeedNames = std::set<std::string, std::less<>>;
struct SeedQuestions {
    std::map<std::string, SeedNames, std::less<>> names;
    std::string latest; // where the row is that was asked last: what fails then, fails for it
};

// An object of the document. Whatever is not as asked for is refused with its place in the document. Rows refer to the
// document, which must outlive them.
class SeedRow {
public:
    SeedRow(const json::Value &document, SeedQuestions &questions);

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
    SeedRow row(std::string_view name) const;               // an object of its own; empty where absent
    std::vector<SeedRow> rows(std::string_view name) const; // a list of objects; empty where absent
    // Refuses the document for this member, which must be something else.
    [[noreturn]] void wrong(std::string_view name, std::string_view expected) const;

private:
    SeedRow(const json::Value &value, std::string place, std::string kind, SeedQuestions &questions);
    const json::Value *find(std::string_view name) const;
    std::string place_of(std::string_view name) const;

    const json::Object *object_ = nullptr;
    std::string place_; // "services[3].addons[0]"
    std::string kind_;  // "services.addons"
    SeedQuestions *questions_;
    SeedNames *asked_; // of this kind
};

// Why a document is refused, as what is wrong with a member of the configuration: "seed_data.vms[0].ip".
struct SeedRefusal : Refusal {
    FieldProblem problem;
};
// `place`: in the document; empty: it as a whole.
[[noreturn]] void refuse_seed(std::string_view place, std::string problem);

// Refuses a document that has a member which no area asked for and which the account compiled in does not have either.
void check_seed_names(const json::Value &document, const SeedQuestions &questions);

// The account of a document, and databases that begin with it.
class Seed {
public:
    // An object; null: the account compiled in.
    explicit Seed(std::shared_ptr<const json::Value> document);

    bool built_in() const { return document_ == nullptr; }
    // A database in memory with the account as it is at that time, in the name of `seed_owner`. Throws SeedRefusal
    // where the document is wrong. Until the next full minute, further ones are copies of the first.
    std::unique_ptr<Database> make(const Config &config, Seconds now);

private:
    std::shared_ptr<const json::Value> document_;
    std::string image_;
    Seconds made_ = 0;
};

// Who every account belongs to before it is given to somebody. Seeds must keep the owner's name nowhere but in the
// profile: they do not know it.
inline constexpr std::string_view seed_owner = "owner@example.invalid";

// The account of a small customer after two years: seeds/customer.json, compiled in.
std::string_view customer_seed();

// Follows the document's member "generate": {"services":N, "zones":N, "records_per_zone":N} adds so many rows to it.
void grow(json::Value &document);

inline constexpr std::int64_t first_grown_service = 1'000'000; // ids below are the document's own

} // namespace hostbill::sandbox
