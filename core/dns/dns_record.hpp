// A DNS record in one form, whichever kind of DNS it is of and however a portal or a caller wrote it.
#pragma once

#include "core/base/result.hpp"
#include "core/catalog/error.hpp"
#include "core/dns/dns_name.hpp"
#include "core/json/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

struct DnsRecord {
    std::optional<std::int64_t> id = {};       // its id, or its index where a domain's records have no ids
    std::string name = {};                     // relative to the zone; "@" for the zone itself
    std::string type = {};                     // in upper case
    std::optional<std::int64_t> ttl = {};      // nothing: not said
    std::optional<std::int64_t> priority = {}; // of MX and SRV only
    std::string content = {};                  // the canonical text of its type

    bool operator==(const DnsRecord &) const = default;
};

// What a record's data is made of.
enum class DnsForm : std::uint8_t {
    any, // text that only the portal understands
    ipv4,
    ipv6,
    host,
    text,
    srv,
    caa,
    digest, // numbers and then hexadecimal digits, such as TLSA
    naptr,
    soa,
};

struct DnsType {
    std::string_view name;
    DnsForm form = DnsForm::any;
    int numbers = 0;           // how many stand in front of a digest
    bool has_priority = false; // beside the content
    bool in_zone_files = true; // others are inventions of panels, such as URL
    bool alone = false;        // allows nothing else at its name
};

// nullptr: a type that is not known here; its content is any text.
const DnsType *find_dns_type(std::string_view name);

// The one way to write a content of that type: an address, a whole name without its last dot, a TXT record's text
// without quotes, "weight port target" for SRV. Names in contents are in full; "@" is the zone.
Result<std::string, Phrase> canonical_content(std::string_view type, std::string_view content, const DnsName &zone);

// Whether a zone file can say it: a known type, with a content that is right for it.
bool fits_zone_file(const DnsRecord &record, const DnsName &zone);

// The records in a portal's answer: a list, or a map by id, wrapped or bare. What is no record is left out; contents
// that are wrong for their type stay as they came.
std::vector<DnsRecord> read_records(const json::Value &answer, const DnsName &zone);

// The records a caller gives; every mistake becomes a problem of `field`[n].
std::vector<DnsRecord> parse_records(const json::Value &given, std::string_view field, const DnsName &zone,
                                     std::vector<FieldProblem> &problems);

enum class RecordNeeds : std::uint8_t {
    everything, // to be created
    name_type,  // to be found: without a content it means every record of that name and type
};

std::optional<DnsRecord> parse_record(const json::Value &given, const std::string &field, const DnsName &zone,
                                      RecordNeeds needs, std::vector<FieldProblem> &problems);

// {"id","name","type","ttl","priority","content"}; null where there is none.
json::Value to_json(const DnsRecord &record);

// The content as a portal wants it sent: a list for SRV where it takes one; long or unusual texts in quotes.
json::Value portal_content(const DnsRecord &record, bool lists);

// By name from the zone outwards, then type, content, priority, ttl and id.
bool comes_before(const DnsRecord &a, const DnsRecord &b);

} // namespace hostbill
