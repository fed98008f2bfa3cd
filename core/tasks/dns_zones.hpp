// The zones of an account, of both kinds: zones of a DNS service, whose records have ids, and the DNS that comes with a
// domain, whose records are known by their place in its list.
#pragma once

#include "core/base/result.hpp"
#include "core/call/run.hpp"
#include "core/catalog/error.hpp"
#include "core/dns/dns_name.hpp"
#include "core/dns/dns_record.hpp"
#include "core/json/json.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hostbill {

enum class DnsKind : std::uint8_t { zone, domain };

struct DnsZone {
    DnsName name = {};
    DnsKind kind = DnsKind::zone;
    std::int64_t service_id = 0; // of a zone
    std::int64_t zone_id = 0;    // of a zone
    std::int64_t domain_id = 0;  // of a domain; with neither id, only the name is known
};

// What the two kinds have by different names.
struct DnsOperations {
    std::string_view list;   // the zones
    std::string_view read;   // the records of one
    std::string_view create; // of records, as all that follow
    std::string_view update;
    std::string_view remove;
    bool has_ttl;       // of each record
    bool has_ids;       // else records are known by their place, which others take when they go
    bool takes_lists;   // contents of several parts
    bool names_in_full; // names are sent in full, not relative to the zone
};

const DnsOperations &operations_of(DnsKind kind);
std::string_view name_of(DnsKind kind); // "zone", "domain"
std::span<const DnsKind> dns_kinds();
std::optional<DnsKind> dns_kind(std::string_view name);

// What says which zone is meant.
struct ZoneQuery {
    std::vector<DnsKind> offered = {}; // what the portal lets its customers list and read
    DnsName name = {};
    bool exact = false; // the zone's own name, not one within it
    std::optional<DnsKind> kind = {};
    std::optional<std::int64_t> id = {};            // its zone_id or domain_id, of `kind`
    std::optional<std::vector<DnsZone>> among = {}; // instead of what the portal lists
};

// The zone with the longest match by whole labels. Nothing is guessed: where two zones of that name are left, the error
// says how to tell which.
Result<DnsZone> find_zone(const ZoneQuery &query, Run &run);

// The zones in an answer of dns.zones.list or domains.list. Domains that are not active have no DNS.
std::vector<DnsZone> read_zones(const json::Value &answer, DnsKind kind);

Result<std::vector<DnsRecord>> read_zone(const DnsZone &zone, Run &run);

// The parameters that name the zone in its operations: service_id and zone_id, or domain_id.
json::Object zone_params(const DnsZone &zone);

// {"zone","kind","service_id","zone_id","domain_id"}; null what its kind does not have.
json::Object to_json(const DnsZone &zone);
// Reads what to_json wrote; every mistake becomes a problem of `field`.
std::optional<DnsZone> parse_zone(const json::Value &given, const std::string &field,
                                  std::vector<FieldProblem> &problems);

} // namespace hostbill
