// The catalogue: every operation of every portal, as immutable tables.
//
// The tables are generated from api/ (core/generated/catalog_data.cpp) and live in the library's read-only data:
// nothing is read, parsed or allocated to use them. All views point into those tables and never expire.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace hostbill {

// What repeating an operation does; docs/effects.md has the reasoning.
enum class Effect : std::uint8_t { read, idempotent, unsafe, auth };
enum class Place : std::uint8_t { path, query, body };
enum class Type : std::uint8_t { any, string, integer, number, boolean, array, object };
enum class Source : std::uint8_t { documented, observed, assumed };
enum class BodyForm : std::uint8_t { json, form };
enum class AuthMode : std::uint8_t { basic, jwt };
// How a boolean is written where the portal wants words instead of a JSON boolean or a form's 1/0.
enum class BooleanForm : std::uint8_t { native, true_false, on_off };

// A set of portals: bit i stands for portals()[i].
using PortalSet = std::uint32_t;
// The bit of a portal that is known at run time only; see portal_profile.hpp.
constexpr PortalSet imported_portal = PortalSet{1} << 31U;

struct Param {
    std::string_view name; // the one canonical name
    std::string_view wire; // the name the portal knows it by
    Place place;
    Type type;
    Type items; // what an array's elements, or an object's values, are; any where unknown
    bool required;
    bool sensitive; // masked wherever it could be shown
    bool numeric;   // text that is a number: whole numbers are accepted and sent as text
    BooleanForm boolean_form;
    bool pattern_is_extensions; // pattern lists file name endings, "a;b", instead of a regular expression
    Source source;
    PortalSet portals; // where this row holds; one name may have several rows for disjoint sets of portals
    std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
    std::uint32_t max_length = 0; // characters of a text; 0: no limit known
    std::string_view pattern;     // ECMAScript; empty: none
    std::string_view summary;
    std::span<const std::string_view> aliases; // other names the documents use
    std::span<const std::string_view> allowed; // enum, in text form; for an array, of its elements
    std::span<const Param> fields;             // the named fields of an object, or of an array's elements
    bool or_array = false;                     // a list is accepted besides `type`
};

// Of a text among many.
struct TextPlace {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
};

struct Operation {
    std::string_view id; // "domains.dns_records.create"
    std::string_view method;
    std::string_view path;          // "/domain/{domain_id}/dns"
    std::string_view document_path; // as printed: "/domain/@id/dns"
    std::string_view group;         // the id without its last word
    std::string_view summary;
    Effect effect;
    bool money;       // may spend money or create a debt
    bool destructive; // may lose data or end a service
    bool anonymous;   // needs no credentials
    Source source;
    PortalSet portals;
    std::span<const Param> params;
    std::span<const std::string_view> secrets; // fields of the answer that hold secrets
    TextPlace result = {};                     // what it answers with; see result_texts.hpp
    std::string_view own_result = {};      // the same as JSON text, of an operation that only an imported portal has
    std::optional<BodyForm> own_body = {}; // where it is not the portal's usual one
};

struct Portal {
    std::string_view id;
    std::string_view title;
    std::string_view base_url; // empty: the caller has to give one
    std::string_view document; // which published document describes it
    BodyForm body;
    std::span<const AuthMode> auth; // in order of preference
    PortalSet bit;
};

std::span<const Operation> operations();   // all, sorted by id
std::span<const Operation> compositions(); // made of operations, on every portal; no method and no path; sorted by id
std::span<const Portal> portals();

// nullptr: no such portal, operation.
const Portal *find_portal(std::string_view id);
// By id, or by "METHOD /path" with placeholders written {name}, @name or :name (their names do not matter).
const Operation *find_operation(std::string_view name);

const Operation *find_composition(std::string_view id);

// Whether two paths are the same but for the names of their placeholders.
bool same_path(std::string_view a, std::string_view b);

// The parameter that `name` (canonical, wire or alias) means in this operation on these portals; nullptr: none.
const Param *find_param(const Operation &operation, PortalSet portal, std::string_view name);
const Param *find_param(std::span<const Param> params, PortalSet portal, std::string_view name);

} // namespace hostbill
