#include "sandbox/areas/record_rules.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t largest_short = 65535;
constexpr std::int64_t largest_long = 4294967295;
constexpr std::size_t longest_text = 4096;

// What the content of a type is made of.
enum class Form : std::uint8_t { ipv4, ipv6, host, text, srv, caa, digest, naptr, soa, url };

struct TypeRow {
    std::string_view name;
    Form form;
    std::size_t numbers = 0; // in front of a digest
};

constexpr TypeRow all_types[] = {
    {"A", Form::ipv4},         {"AAAA", Form::ipv6},   {"ALIAS", Form::host}, {"CAA", Form::caa},
    {"CNAME", Form::host},     {"DNAME", Form::host},  {"FRAME", Form::url},  {"MX", Form::host},
    {"MXE", Form::ipv4},       {"NAPTR", Form::naptr}, {"NS", Form::host},    {"PTR", Form::host},
    {"SOA", Form::soa},        {"SPF", Form::text},    {"SRV", Form::srv},    {"SSHFP", Form::digest, 2},
    {"TLSA", Form::digest, 3}, {"TXT", Form::text},    {"URL", Form::url},
};

[[noreturn]] void wrong_content(const std::string &problem) { refuse("Parameter content " + problem); }

bool has_priority(std::string_view type) { return type == "MX" || type == "SRV"; }

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t start = text.find_first_not_of(' ');
        if (start == std::string_view::npos)
            break;
        text.remove_prefix(start);
        const std::size_t end = std::min(text.find(' '), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

std::string joined(const std::vector<std::string> &words) {
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

bool is_number(std::string_view text, std::int64_t most) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && error == std::errc() && end == text.data() + text.size() && number >= 0 && number <= most;
}

bool are_numbers(const std::vector<std::string> &words, std::size_t from, std::size_t count, std::int64_t most) {
    return std::all_of(words.begin() + static_cast<std::ptrdiff_t>(from),
                       words.begin() + static_cast<std::ptrdiff_t>(from + count),
                       [&](const std::string &word) { return is_number(word, most); });
}

std::string host(std::string text) {
    if (!is_host_name(text))
        wrong_content("is not a host name");
    text = lower(text);
    if (text.ends_with('.'))
        text.pop_back();
    return text;
}

std::string srv(std::vector<std::string> words) {
    if (words.size() == 4) // with the priority, as zone files have it
        words.erase(words.begin());
    if (words.size() != 3 || !are_numbers(words, 0, 2, largest_short) || (words[2] != "." && !is_host_name(words[2])))
        wrong_content("must be a weight, a port and a host name");
    if (words[2] != ".")
        words[2] = host(words[2]);
    return joined(words);
}

std::string caa(const std::vector<std::string> &words) {
    static constexpr std::string_view tags[] = {"issue", "issuewild", "iodef", "issuemail", "issuevmc"};
    if (words.size() < 3 || !is_number(words[0], 255) ||
        std::find(std::begin(tags), std::end(tags), lower(words[1])) == std::end(tags))
        wrong_content("must be flags, a tag such as issue, and a value");
    return joined(words);
}

std::string digest(const std::vector<std::string> &words, std::size_t numbers) {
    std::string digits;
    for (std::size_t i = numbers; i < words.size(); ++i)
        digits += words[i];
    if (words.size() <= numbers || !are_numbers(words, 0, numbers, 255) || digits.size() % 2 != 0 ||
        digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
        wrong_content("must be " + std::to_string(numbers) + " numbers and hexadecimal digits");
    return lower(joined(words));
}

std::string naptr(const std::vector<std::string> &words) {
    if (words.size() < 6 || !are_numbers(words, 0, 2, largest_short))
        wrong_content("must be an order, a preference, flags, a service, an expression and a replacement");
    return joined(words);
}

std::string soa(const std::vector<std::string> &words) {
    if (words.size() != 7 || !is_host_name(words[0]) || !is_host_name(words[1]) ||
        !are_numbers(words, 2, 5, largest_long))
        wrong_content("must be a name server, a mailbox and five numbers");
    return lower(joined(words));
}

std::string plain_text(const std::string &text) {
    if (text.size() > longest_text)
        wrong_content("is longer than " + std::to_string(longest_text) + " bytes");
    if (std::any_of(text.begin(), text.end(), [](char letter) { return static_cast<unsigned char>(letter) < ' '; }))
        wrong_content("holds control characters");
    const bool quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
    return quoted ? text.substr(1, text.size() - 2) : text;
}

std::string value_of(const TypeRow &type, const std::string &text, std::string_view zone) {
    const std::vector<std::string> words = words_of(text);
    switch (type.form) {
    case Form::ipv4:
        if (!is_ipv4(text))
            wrong_content("is not an IPv4 address");
        return text;
    case Form::ipv6:
        if (!is_ipv6(text))
            wrong_content("is not an IPv6 address");
        return lower(text);
    case Form::host:
        if (text == apex)
            return std::string(zone);
        return text == "." && type.name == "MX" ? text : host(text); // "." takes no mail
    case Form::text:
        return plain_text(text);
    case Form::srv:
        return srv(words);
    case Form::caa:
        return caa(words);
    case Form::digest:
        return digest(words, type.numbers);
    case Form::naptr:
        return naptr(words);
    case Form::soa:
        return soa(words);
    case Form::url:
        if (!is_web_address(text))
            wrong_content("is not a web address");
        return text;
    }
    return text;
}

// A list of parts is the same as these parts with blanks between them.
std::string as_text(const std::string &content, std::string_view type) {
    const json::Value value = stored(content);
    if (auto text = scalar_text(value))
        return *text;
    if (type != "SRV")
        wrong_content("must be a text");
    std::vector<std::string> words;
    if (const json::Array *list = value.array())
        for (const json::Value &part : *list)
            words.push_back(scalar_text(part).value_or(""));
    return joined(words);
}

} // namespace

std::string read_content(Call &call) {
    const json::Value *content = call.value("content");
    if (content == nullptr)
        refuse("Parameter content is required");
    if (content->array() != nullptr) {
        for (const json::Value &part : *content->array())
            if (!scalar_text(part))
                wrong_content("must be a text or a list of texts");
    } else if (content->object() != nullptr) {
        wrong_content("must be a text or a list of texts");
    } else if (call.text("content").empty()) {
        refuse("Parameter content is required");
    }
    return json::write_utf8(*content);
}

RecordKey check_record(const RecordText &record, std::string_view zone, std::span<const std::string_view> types) {
    const auto type = std::find_if(std::begin(all_types), std::end(all_types),
                                   [&](const TypeRow &row) { return row.name == record.type; });
    if (type == std::end(all_types) || std::find(types.begin(), types.end(), record.type) == types.end())
        refuse("Parameter type is not a known record type");
    if (record.ttl < shortest_ttl || record.ttl > longest_ttl)
        refuse("Parameter ttl must be " + std::to_string(shortest_ttl) + " to " + std::to_string(longest_ttl));
    if (record.priority < 0 || record.priority > largest_short)
        refuse("Parameter priority must be 0 to " + std::to_string(largest_short));
    RecordKey key{owner_in(record.name, zone), value_of(*type, as_text(record.content, record.type), zone)};
    if (key.owner == apex && record.type == "CNAME")
        refuse("A CNAME cannot stand at the name of the zone itself");
    if (key.owner != apex && record.type == "SOA")
        refuse("A SOA can only stand at the name of the zone itself");
    if (has_priority(record.type))
        key.value = std::to_string(record.priority) + " " + key.value;
    return key;
}

void refuse_clash(Database &db, const Beside &beside, std::int64_t zone, const RecordKey &key, std::string_view type,
                  std::int64_t own_id) {
    if (db.exists(beside.same, zone, key.owner, type, key.value, own_id))
        refuse("There is already such a " + std::string(type) + " record for " + key.owner);
    if (type == "CNAME" && db.exists(beside.any, zone, key.owner, own_id))
        refuse("A CNAME cannot stand beside other records of " + key.owner);
    if (type != "CNAME" && db.exists(beside.alias, zone, key.owner, own_id))
        refuse("There is a CNAME for " + key.owner + ", which nothing can stand beside");
    if (type == "SOA" && db.exists(beside.soa, zone, own_id))
        refuse("The zone has its SOA already");
}

} // namespace hostbill::sandbox
