// DNS names as whole labels. Nothing here ever compares parts of a label: "notexample.com" has nothing to do with
// "example.com".
#pragma once

#include "core/base/result.hpp"
#include "core/dns/dns_text.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

// From the left; in lower case, since case does not count; octets, with the escapes of text undone.
struct DnsName {
    std::vector<std::string> labels = {}; // none: the root

    bool operator==(const DnsName &) const = default;
};

struct WrittenName {
    DnsName name;
    bool absolute = false; // written with a last dot
};

// "www.example.net", "*.example.net.", "_sip._tcp", "xn--bcher-kva.example"; "\." and "\032" as zone files have them.
Result<WrittenName, Phrase> parse_dns_name(std::string_view text);

// As parse_dns_name reads it, without a last dot; the root is ".".
std::string to_text(const DnsName &name);

// Whether `name` is `zone` itself or below it.
bool is_within(const DnsName &name, const DnsName &zone);

// What stands in front of the zone; "@" for the zone itself, and the whole name where the front alone would be taken for
// one. `name` has to be within the zone.
std::string relative_text(const DnsName &name, const DnsName &zone);

// The whole name of what callers and portals write: relative, in full with or without a last dot, "@" or nothing for the
// zone itself. What ends in the zone's labels is taken to be in full.
Result<DnsName, Phrase> name_in_zone(std::string_view text, const DnsName &zone);

// The name written relative to an origin, as zone files mean it: only a last dot makes it absolute.
Result<DnsName, Phrase> name_at_origin(std::string_view text, const DnsName &origin);

// The zones that match with the most labels: several only where they have the same name. Indexes into `zones`.
std::vector<std::size_t> longest_matches(const DnsName &name, std::span<const DnsName> zones);

} // namespace hostbill
