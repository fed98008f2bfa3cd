#include "core/dns/dns_name.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>

namespace hostbill {
namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_name = 255; // on the wire: each label with its length, and the root

Result<DnsName, Phrase> checked(DnsName name) {
    std::size_t octets = 1;
    for (const std::string &label : name.labels) {
        if (label.empty())
            return Phrase{"holds an empty label"};
        if (label.size() > longest_label)
            return Phrase{"holds a label of more than 63 octets"};
        octets += label.size() + 1;
    }
    if (octets > longest_name)
        return Phrase{"is longer than 255 octets"};
    return name;
}

DnsName joined(DnsName front, const DnsName &back) {
    front.labels.insert(front.labels.end(), back.labels.begin(), back.labels.end());
    return front;
}

void append_label(std::string &out, const std::string &label) {
    constexpr std::string_view special = ".\\\"();@$";
    for (const char c : label) {
        if (c <= ' ' || c > '~') { // where char is signed, octets above 127 are below the blank
            append_decimal_escape(out, c);
            continue;
        }
        if (special.find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
}

} // namespace

Result<WrittenName, Phrase> parse_dns_name(std::string_view text) {
    WrittenName written;
    if (text.empty())
        return Phrase{"is empty"};
    if (text == ".")
        return WrittenName{.name = {}, .absolute = true};
    std::string label;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '\\') {
            const std::optional<char> octet = read_escape(text, at);
            if (!octet)
                return Phrase{"holds a backslash without three digits or a character behind it"};
            label += lower(*octet);
            continue;
        }
        ++at;
        if (c == '.') {
            written.name.labels.push_back(std::move(label));
            label.clear();
            written.absolute = at == text.size();
        } else if (static_cast<unsigned char>(c) > 127) {
            return Phrase{"holds a letter beyond ASCII: it has to be written as xn--.."};
        } else if (c <= ' ' || c == 127) {
            return Phrase{"holds a blank or a control character"};
        } else {
            label += lower(c);
        }
    }
    if (!written.absolute)
        written.name.labels.push_back(std::move(label));
    Result<DnsName, Phrase> name = checked(std::move(written.name));
    if (!name)
        return std::move(name.error());
    written.name = std::move(*name);
    return written;
}

std::string to_text(const DnsName &name) {
    if (name.labels.empty())
        return ".";
    std::string out;
    for (const std::string &label : name.labels) {
        if (!out.empty())
            out += '.';
        append_label(out, label);
    }
    return out;
}

bool is_within(const DnsName &name, const DnsName &zone) {
    return name.labels.size() >= zone.labels.size() &&
           std::equal(zone.labels.rbegin(), zone.labels.rend(), name.labels.rbegin());
}

std::string relative_text(const DnsName &name, const DnsName &zone) {
    if (name.labels.size() == zone.labels.size())
        return "@";
    const auto end = name.labels.end() - static_cast<std::ptrdiff_t>(zone.labels.size());
    DnsName front{{name.labels.begin(), end}};
    return to_text(is_within(front, zone) ? name : front);
}

Result<DnsName, Phrase> name_in_zone(std::string_view text, const DnsName &zone) {
    if (text.empty() || text == "@")
        return zone;
    Result<WrittenName, Phrase> written = parse_dns_name(text);
    if (!written)
        return std::move(written.error());
    if (is_within(written->name, zone))
        return std::move(written->name);
    if (written->absolute)
        return Phrase{"is outside of the zone " + to_text(zone)};
    return checked(joined(std::move(written->name), zone));
}

Result<DnsName, Phrase> name_at_origin(std::string_view text, const DnsName &origin) {
    if (text == "@")
        return origin;
    Result<WrittenName, Phrase> written = parse_dns_name(text);
    if (!written)
        return std::move(written.error());
    if (written->absolute)
        return std::move(written->name);
    return checked(joined(std::move(written->name), origin));
}

std::vector<std::size_t> longest_matches(const DnsName &name, std::span<const DnsName> zones) {
    std::vector<std::size_t> best;
    for (std::size_t i = 0; i < zones.size(); ++i) {
        if (!is_within(name, zones[i]))
            continue;
        const std::size_t labels = zones[i].labels.size();
        const std::size_t most = best.empty() ? 0 : zones[best.front()].labels.size();
        if (!best.empty() && labels < most)
            continue;
        if (labels > most)
            best.clear();
        best.push_back(i);
    }
    return best;
}

} // namespace hostbill
