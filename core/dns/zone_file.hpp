// Zone files as RFC 1035 has them, and as BIND reads them: $ORIGIN, $TTL and $GENERATE, parentheses, comments, quotes and
// escapes. No file is ever opened here.
#pragma once

#include "core/dns/dns_name.hpp"
#include "core/dns/dns_record.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

struct ZoneFileMistake {
    int line; // counted from 1
    std::string what;
};

struct ZoneFile {
    std::vector<DnsRecord> records = {}; // without the SOA
    bool has_soa = false;
    std::vector<ZoneFileMistake> mistakes = {}; // by line; with any, the records are of no use
};

// Everything that is wrong is found at once.
ZoneFile read_zone_file(std::string_view text, const DnsName &zone);

// The records as a file that loads: with a SOA record, made up where there is none, and with `name_servers` where the
// zone has no NS records of its own. What a zone file cannot say is there as a comment.
std::string write_zone_file(const DnsName &zone, std::vector<DnsRecord> records,
                            std::span<const std::string> name_servers);

// "3600", "1h30m"; nullopt: it is no time to live.
std::optional<std::int64_t> parse_ttl(std::string_view text);

} // namespace hostbill
