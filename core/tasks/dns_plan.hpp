// What has to be done to a zone so that it becomes what was asked for. Pure: the same zone and the same wish give the
// same plan.
#pragma once

#include "core/catalog/error.hpp"
#include "core/dns/dns_record.hpp"
#include "core/tasks/dns_zones.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

// What is meant by the records that are not listed, and by those that are.
enum class DnsMode : std::uint8_t {
    zone,   // the list is the whole zone: what is not in it goes
    sets,   // each name and type in the list gets exactly those records; all else stays
    add,    // what is missing is added; nothing changes and nothing goes
    remove, // what is listed goes
};

std::string_view name_of(DnsMode mode);
std::optional<DnsMode> dns_mode(std::string_view name);

// Records that are left as they are, whatever is asked for.
struct DnsKept {
    std::string name = {}; // relative; empty: every name
    std::string type = {}; // "*": every type
};

struct DnsWish {
    DnsMode mode = DnsMode::zone;
    std::vector<DnsRecord> records = {};
    std::vector<std::size_t> any_content = {}; // indexes of records that stand for every content; to remove
    std::vector<DnsKept> keep = {{{}, "SOA"}, {"@", "NS"}};
    bool from_zone_file = false; // what a zone file cannot say stays
};

struct DnsUpdate {
    DnsRecord from;
    DnsRecord to;
};

// Every record that was there is in exactly one of update, remove, unchanged and kept.
struct DnsPlan {
    DnsZone zone = {};
    DnsMode mode = DnsMode::zone;
    std::vector<DnsRecord> create = {};
    std::vector<DnsUpdate> update = {};
    std::vector<DnsRecord> remove = {};
    std::vector<DnsRecord> unchanged = {};
    std::vector<DnsRecord> kept = {};
    std::vector<std::string> notes = {};
    std::string seen = {}; // tells whether the zone is still as it was
};

// Fails as a conflict where a CNAME would not be alone at its name.
Result<DnsPlan> plan_dns(const DnsZone &zone, std::vector<DnsRecord> current, const DnsWish &wish);

// A fingerprint of a zone's records, in any order. SOA does not count: each change changes it.
std::string fingerprint(const DnsZone &zone, std::vector<DnsRecord> records);

// Without those that say the same as one before them.
std::vector<DnsRecord> without_repetitions(const std::vector<DnsRecord> &records);

// The names at which a CNAME is listed with something else.
std::vector<std::string> crowded_names(std::vector<DnsRecord> records);

// "SOA", "@ NS", "_acme-challenge *".
std::optional<DnsKept> parse_kept(std::string_view text, const DnsName &zone);

json::Object to_json(const DnsPlan &plan);
// Reads what to_json wrote; every mistake becomes a problem of `field`.
std::optional<DnsPlan> parse_plan(const json::Value &given, const std::string &field,
                                  std::vector<FieldProblem> &problems);

} // namespace hostbill
