// What makes a DNS record: the same rules for the zones of DNS services and for the records of domains.
#pragma once

#include "sandbox/areas/host_names.hpp"
#include "sandbox/world/call.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

inline constexpr std::int64_t shortest_ttl = 60;
inline constexpr std::int64_t longest_ttl = 2147483647; // RFC 2181

// A record as it was given.
struct RecordText {
    std::string name; // as it came: "", "@", "www", "www.example.net", "www.example.net."
    std::string type;
    std::int64_t ttl = 0;
    std::int64_t priority = 0;
    std::string content; // as JSON: a text, or a list of texts and numbers
};

// The same for all ways to write the same thing, so that databases can look for it.
struct RecordKey {
    std::string owner; // relative to the zone: "www", "@"
    std::string value; // with the priority where the type has one
};

// Refuses what cannot be in `zone` by itself, naming the parameter.
RecordKey check_record(const RecordText &record, std::string_view zone, std::span<const std::string_view> types);

// The queries that look for records of the same zone, owner and so on; each takes the zone first, and last the id of the
// record that does not count, being the one that is changed.
struct Beside {
    std::string_view same;  // zone, owner, type, value, id
    std::string_view any;   // zone, owner, id
    std::string_view alias; // a CNAME: zone, owner, id
    std::string_view soa;   // zone, id
};

// Refuses what cannot stand beside the other records of its zone.
void refuse_clash(Database &db, const Beside &beside, std::int64_t zone, const RecordKey &key, std::string_view type,
                  std::int64_t own_id);

// A content that is a text, or a list of texts; as JSON. Refuses anything else.
std::string read_content(Call &call);

} // namespace hostbill::sandbox
