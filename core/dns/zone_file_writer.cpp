#include "core/dns/zone_file.hpp"

#include "core/dns/dns_text.hpp"

#include <algorithm>

namespace hostbill {
namespace {

constexpr std::string_view default_ttl = "3600"; // of records whose own is not known
constexpr std::string_view timers = "1 10800 3600 604800 3600";

// For a name at the end of a text; the root is a dot already.
std::string with_dot(std::string text) { return text == "." || text.ends_with(" .") ? text : text + "."; }

// The owner as a zone file has it: relative to $ORIGIN, whatever it looks like.
std::string owner(const DnsRecord &record, const DnsName &zone) {
    const Result<DnsName, Phrase> name = name_in_zone(record.name, zone);
    if (*name == zone)
        return "@";
    const auto end = name->labels.end() - static_cast<std::ptrdiff_t>(zone.labels.size());
    return to_text(DnsName{{name->labels.begin(), end}});
}

// The canonical content with the names in it made absolute.
std::string data_of(const DnsRecord &record) {
    const DnsType &type = *find_dns_type(record.type);
    std::string out = record.priority ? std::to_string(*record.priority) + " " : std::string();
    switch (type.form) {
    case DnsForm::host:
    case DnsForm::srv:
    case DnsForm::naptr:
        return out + with_dot(record.content);
    case DnsForm::text:
        return out + quoted_strings(plain_text(record.content), Octets::escaped);
    default:
        return out + record.content;
    }
}

std::string line(std::string_view owner, const std::optional<std::int64_t> &ttl, std::string_view type,
                 std::string_view data) {
    std::string out(owner);
    out += '\t';
    if (ttl)
        out += std::to_string(*ttl);
    out += "\tIN\t";
    out += type;
    out += '\t';
    out += data;
    out += '\n';
    return out;
}

std::string comment(const DnsRecord &record) {
    return "; no zone file can say this: " + quoted(record.name, Octets::escaped) + " " +
           quoted(record.type, Octets::escaped) + " " + quoted(record.content, Octets::escaped) + "\n";
}

std::string soa_line(const DnsName &zone, const std::vector<DnsRecord> &records,
                     std::span<const std::string> name_servers) {
    for (const DnsRecord &record : records) {
        const Result<std::string, Phrase> content = canonical_content(record.type, record.content, zone);
        if (record.type != "SOA" || !content)
            continue;
        const Result<std::vector<Word>, Phrase> words = split_words(*content);
        std::string data = with_dot((*words)[0].text) + " " + with_dot((*words)[1].text);
        for (std::size_t i = 2; i < words->size(); ++i)
            data += " " + (*words)[i].text;
        return line("@", record.ttl, "SOA", data);
    }
    std::string server = to_text(zone);
    const auto own = std::find_if(records.begin(), records.end(),
                                  [](const DnsRecord &record) { return record.name == "@" && record.type == "NS"; });
    if (own != records.end())
        server = own->content;
    else if (!name_servers.empty())
        server = name_servers.front();
    return "; The portal shows no SOA record: this one is made up.\n" +
           line("@", {}, "SOA",
                with_dot(server) + " " + with_dot("hostmaster." + to_text(zone)) + " " + std::string(timers));
}

} // namespace

std::string write_zone_file(const DnsName &zone, std::vector<DnsRecord> records,
                            std::span<const std::string> name_servers) {
    std::sort(records.begin(), records.end(), comes_before);
    std::string out = "$ORIGIN " + with_dot(to_text(zone)) + "\n$TTL " + std::string(default_ttl) + "\n";
    out += soa_line(zone, records, name_servers);
    const bool has_servers = std::any_of(records.begin(), records.end(), [](const DnsRecord &record) {
        return record.name == "@" && record.type == "NS";
    });
    if (!has_servers) {
        for (const std::string &server : name_servers)
            out += line("@", {}, "NS", with_dot(server));
    }
    for (const DnsRecord &record : records) {
        if (!fits_zone_file(record, zone))
            out += comment(record);
        else if (record.type != "SOA")
            out += line(owner(record, zone), record.ttl, record.type, data_of(record));
    }
    return out;
}

} // namespace hostbill
