#include "core/dns/dns_record.hpp"

#include "core/base/ascii.hpp"
#include "core/catalog/suggest.hpp"
#include "core/dns/dns_text.hpp"
#include "core/json/scalar_text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <tuple>

namespace hostbill {
namespace {

constexpr std::int64_t largest_ttl = 2147483647;
constexpr std::int64_t largest_short = 65535;

constexpr DnsType types[] = {
    {.name = "A", .form = DnsForm::ipv4},
    {.name = "AAAA", .form = DnsForm::ipv6},
    {.name = "ALIAS", .form = DnsForm::host, .in_zone_files = false},
    {.name = "CAA", .form = DnsForm::caa},
    {.name = "CNAME", .form = DnsForm::host, .alone = true},
    {.name = "DNAME", .form = DnsForm::host},
    {.name = "DS", .form = DnsForm::digest, .numbers = 3},
    {.name = "FRAME", .in_zone_files = false},
    {.name = "MX", .form = DnsForm::host, .has_priority = true},
    {.name = "MXE", .in_zone_files = false},
    {.name = "NAPTR", .form = DnsForm::naptr},
    {.name = "NS", .form = DnsForm::host},
    {.name = "PTR", .form = DnsForm::host},
    {.name = "SMIMEA", .form = DnsForm::digest, .numbers = 3},
    {.name = "SOA", .form = DnsForm::soa},
    {.name = "SPF", .form = DnsForm::text},
    {.name = "SRV", .form = DnsForm::srv, .has_priority = true},
    {.name = "SSHFP", .form = DnsForm::digest, .numbers = 2},
    {.name = "TLSA", .form = DnsForm::digest, .numbers = 3},
    {.name = "TXT", .form = DnsForm::text},
    {.name = "URL", .in_zone_files = false},
};

std::string upper(std::string_view text) {
    std::string out(text);
    for (char &c : out)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t most) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || code != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
        return std::nullopt;
    return value;
}

// --- Contents -----------------------------------------------------------------------------------------------------

using Content = Result<std::string, Phrase>;

Content address(int family, std::string_view text) {
    unsigned char bytes[sizeof(in6_addr)];
    char canonical[INET6_ADDRSTRLEN];
    if (inet_pton(family, std::string(text).c_str(), bytes) != 1)
        return Phrase{family == AF_INET ? "is not an IPv4 address" : "is not an IPv6 address"};
    return std::string(inet_ntop(family, bytes, canonical, sizeof(canonical)));
}

// Names in contents are whole names, whether or not they have a last dot.
Content host(std::string_view text, const DnsName &zone) {
    if (text == "@")
        return to_text(zone);
    Result<WrittenName, Phrase> name = parse_dns_name(text);
    if (!name)
        return Phrase{"names a host that " + name.error().text};
    return to_text(name->name);
}

Content several_numbers(const std::vector<Word> &words, std::size_t count, std::int64_t most) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        const std::optional<std::int64_t> number = whole_number(words[i].text, most);
        if (!number || words[i].quoted)
            return Phrase{"holds " + shown(words[i].text) + " where a number from 0 to " + std::to_string(most) +
                          " belongs"};
        out += (out.empty() ? "" : " ") + std::to_string(*number);
    }
    return out;
}

Content srv(const std::vector<Word> &words, const DnsName &zone) {
    if (words.size() != 3)
        return Phrase{"is not a weight, a port and a target"};
    Content numbers = several_numbers(words, 2, largest_short);
    Content target = host(words[2].text, zone);
    if (!numbers)
        return numbers;
    return target ? *numbers + " " + *target : std::move(target);
}

Content caa(const std::vector<Word> &words) {
    if (words.size() != 3)
        return Phrase{"is not flags, a tag and a value"};
    Content flags = several_numbers(words, 1, 255);
    if (!flags)
        return flags;
    const std::string tag = lower(words[1].text);
    if (tag.empty() || words[1].quoted ||
        tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") != std::string::npos)
        return Phrase{"has a tag that is not made of letters and digits"};
    const std::optional<std::string> value = unescaped(words[2].text);
    if (!value)
        return Phrase{"holds a backslash without three digits or a character behind it"};
    return *flags + " " + tag + " " + quoted(*value, Octets::escaped);
}

Content digest(const std::vector<Word> &words, std::size_t numbers) {
    if (words.size() <= numbers)
        return Phrase{"is not " + std::to_string(numbers) + " numbers and hexadecimal digits"};
    Content front = several_numbers(words, numbers, largest_short);
    if (!front)
        return front;
    std::string digits;
    for (std::size_t i = numbers; i < words.size(); ++i)
        digits += lower(words[i].text);
    if (digits.size() % 2 != 0 || digits.find_first_not_of("0123456789abcdef") != std::string::npos)
        return Phrase{"does not end in whole octets of hexadecimal digits"};
    return *front + " " + digits;
}

Content naptr(const std::vector<Word> &words, const DnsName &zone) {
    if (words.size() != 6)
        return Phrase{"is not an order, a preference, flags, a service, an expression and a replacement"};
    Content out = several_numbers(words, 2, largest_short);
    if (!out)
        return out;
    for (std::size_t i = 2; i < 5; ++i) {
        const std::optional<std::string> text = unescaped(words[i].text);
        if (!text || text->size() > longest_character_string)
            return Phrase{"holds a text that is too long or has a broken escape"};
        *out += " " + quoted(*text, Octets::escaped);
    }
    Content replacement = host(words[5].text, zone);
    return replacement ? *out + " " + *replacement : std::move(replacement);
}

Content soa(const std::vector<Word> &words, const DnsName &zone) {
    if (words.size() != 7)
        return Phrase{"is not two names and five numbers"};
    Content server = host(words[0].text, zone);
    Content mailbox = host(words[1].text, zone);
    Content numbers = several_numbers({words.begin() + 2, words.end()}, 5, 4294967295);
    if (!server || !mailbox)
        return !server ? server : mailbox;
    return numbers ? *server + " " + *mailbox + " " + *numbers : std::move(numbers);
}

Content content_of(const DnsType &type, std::string_view text, const DnsName &zone) {
    switch (type.form) {
    case DnsForm::ipv4:
        return address(AF_INET, text);
    case DnsForm::ipv6:
        return address(AF_INET6, text);
    case DnsForm::host:
        return host(text, zone);
    default:
        break;
    }
    Result<std::vector<Word>, Phrase> words = split_words(text);
    if (!words)
        return std::move(words.error());
    switch (type.form) {
    case DnsForm::srv:
        return srv(*words, zone);
    case DnsForm::caa:
        return caa(*words);
    case DnsForm::digest:
        return digest(*words, static_cast<std::size_t>(type.numbers));
    case DnsForm::naptr:
        return naptr(*words, zone);
    case DnsForm::soa:
        return soa(*words, zone);
    default:
        return std::string(text);
    }
}

// --- What portals and callers write -------------------------------------------------------------------------------

std::string content_text(const DnsType *type, const json::Value &value) {
    const json::Array *parts = value.array();
    if (parts == nullptr)
        return scalar_text(value);
    const bool texts = type != nullptr && type->form == DnsForm::text;
    std::string out;
    for (const json::Value &part : *parts) {
        if (!out.empty() && !texts)
            out += ' ';
        out += texts ? plain_text(scalar_text(part)) : scalar_text(part);
    }
    return out;
}

// "10 mail.example.net" holds the priority that others give beside the content.
std::optional<std::int64_t> take_priority(const DnsType &type, std::string &content) {
    const std::size_t words = type.form == DnsForm::srv ? 4 : 2;
    const Result<std::vector<Word>, Phrase> split = split_words(content);
    if (!split || split->size() != words)
        return std::nullopt;
    const std::optional<std::int64_t> priority = whole_number(split->front().text, largest_short);
    if (priority)
        content = std::string(
            trimmed(std::string_view(content).substr(content.find(split->front().text) + split->front().text.size())));
    return priority;
}

std::optional<std::int64_t> number_in(const json::Value &item, std::string_view key, std::int64_t most) {
    const json::Value *value = item.find(key);
    return value != nullptr ? whole_number(scalar_text(*value), most) : std::nullopt;
}

std::optional<DnsRecord> read_record(const json::Value &item, std::string_view key, const DnsName &zone) {
    const json::Value *type_value = item.find("type");
    const json::Value *content_value = item.find("content");
    if (type_value == nullptr || content_value == nullptr)
        return std::nullopt;
    DnsRecord record;
    record.type = upper(trimmed(scalar_text(*type_value)));
    record.id = number_in(item, "id", INT64_MAX);
    if (!record.id)
        record.id = whole_number(key, INT64_MAX);
    record.ttl = number_in(item, "ttl", largest_ttl);

    const json::Value *name_value = item.find("name");
    const std::string written = name_value != nullptr ? scalar_text(*name_value) : std::string();
    Result<DnsName, Phrase> name = name_in_zone(trimmed(written), zone);
    record.name = name ? relative_text(*name, zone) : written;

    const DnsType *type = find_dns_type(record.type);
    std::string content = content_text(type, *content_value);
    if (type != nullptr && type->has_priority) {
        const std::optional<std::int64_t> inside = take_priority(*type, content);
        record.priority = inside ? inside : number_in(item, "priority", largest_short).value_or(0);
    }
    Content canonical = canonical_content(record.type, content, zone);
    record.content = canonical ? std::move(*canonical) : std::move(content);
    return record;
}

// Portals take a short text as it is, and everything else in quotes.
std::string sent_text(const std::string &text) {
    const bool unusual = std::any_of(text.begin(), text.end(), [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' || c == 127;
    });
    return unusual || text.empty() || text.size() > longest_character_string ? quoted_strings(text, Octets::as_they_are)
                                                                             : text;
}

} // namespace

const DnsType *find_dns_type(std::string_view name) {
    const auto *found =
        std::find_if(std::begin(types), std::end(types), [&](const DnsType &t) { return t.name == name; });
    return found != std::end(types) ? found : nullptr;
}

Result<std::string, Phrase> canonical_content(std::string_view type, std::string_view content, const DnsName &zone) {
    const DnsType *known = find_dns_type(type);
    if (known != nullptr && known->form == DnsForm::text)
        return text_content(plain_text(content)); // Blanks at its ends count.
    const std::string_view text = trimmed(content);
    if (text.empty())
        return Phrase{"is empty"};
    return known != nullptr ? content_of(*known, text, zone) : Content(std::string(text));
}

bool fits_zone_file(const DnsRecord &record, const DnsName &zone) {
    const DnsType *type = find_dns_type(record.type);
    if (type == nullptr || !type->in_zone_files)
        return false;
    const Content content = canonical_content(record.type, record.content, zone);
    const Result<DnsName, Phrase> name = name_in_zone(record.name, zone);
    return content && name && is_within(*name, zone);
}

std::vector<DnsRecord> read_records(const json::Value &answer, const DnsName &zone) {
    const json::Value *list = answer.find("records");
    if (list == nullptr)
        list = &answer;
    std::vector<DnsRecord> records;
    const auto read = [&](const json::Value &item, std::string_view key) {
        if (std::optional<DnsRecord> record = read_record(item, key, zone))
            records.push_back(std::move(*record));
    };
    if (const json::Array *array = list->array()) {
        for (const json::Value &item : *array)
            read(item, {});
    } else if (const json::Object *map = list->object()) {
        for (const json::Member &member : *map)
            read(member.value, member.key);
    }
    return records;
}

std::optional<DnsRecord> parse_record(const json::Value &given, const std::string &field, const DnsName &zone,
                                      RecordNeeds needs, std::vector<FieldProblem> &problems) {
    constexpr std::string_view known[] = {"id", "name", "type", "ttl", "priority", "content"};
    const std::size_t before = problems.size();
    const auto report = [&](std::string_view key, std::string problem, std::string expected = {},
                            std::string_view near = {}) {
        problems.push_back({.field = field + (key.empty() ? "" : ".") + std::string(key),
                            .problem = std::move(problem),
                            .expected = std::move(expected),
                            .nearest = std::string(near)});
    };
    if (given.object() == nullptr) {
        report({}, "must be an object", "a record with name, type and content");
        return std::nullopt;
    }
    // A record with an id was shown by a portal, which may have fields that nobody knows; a slip is told all the same.
    const bool shown = given.find("id") != nullptr;
    for (const json::Member &member : *given.object()) {
        if (std::find(std::begin(known), std::end(known), member.key) != std::end(known))
            continue;
        if (const std::string_view near = nearest(member.key, known); !shown || !near.empty())
            report(member.key, "is unknown", "one of name, type, ttl, priority and content", near);
    }
    const auto present = [&](std::string_view key) {
        const json::Value *value = given.find(key);
        return value != nullptr && !value->is_null() ? value : nullptr;
    };
    const auto number = [&](std::string_view key, std::int64_t most) {
        const json::Value *value = present(key);
        std::optional<std::int64_t> found = value != nullptr ? whole_number(scalar_text(*value), most) : std::nullopt;
        if (value != nullptr && !found)
            report(key, "must be a whole number", "0 to " + std::to_string(most));
        return found;
    };

    DnsRecord record;
    record.id = number("id", INT64_MAX);
    record.ttl = number("ttl", largest_ttl);
    record.priority = number("priority", largest_short);
    if (const json::Value *type = present("type"); type != nullptr && type->string() != nullptr)
        record.type = upper(trimmed(*type->string()));
    if (record.type.empty())
        report("type", "is required", "a type such as A, MX or TXT");

    const json::Value *name_value = present("name");
    if (name_value != nullptr && name_value->string() == nullptr) {
        report("name", "must be text", "a name in the zone, or @ for the zone itself");
    } else {
        Result<DnsName, Phrase> name = name_in_zone(name_value != nullptr ? trimmed(*name_value->string()) : "@", zone);
        if (name)
            record.name = relative_text(*name, zone);
        else
            report("name", name.error().text, "a name in the zone, or @ for the zone itself");
    }

    const json::Value *content = present("content");
    const DnsType *type = find_dns_type(record.type);
    if (content == nullptr) {
        if (needs == RecordNeeds::everything)
            report("content", "is required", "the record's data");
    } else if (content->string() == nullptr && content->array() == nullptr) {
        report("content", "must be text, or a list of its parts");
    } else {
        std::string text = content_text(type, *content);
        if (type != nullptr && type->has_priority && !record.priority)
            record.priority = take_priority(*type, text);
        Content canonical = canonical_content(record.type, text, zone);
        if (canonical)
            record.content = std::move(*canonical);
        else
            report("content", canonical.error().text);
        if (type != nullptr && type->has_priority && !record.priority && needs == RecordNeeds::everything)
            report("priority", "is required", "a number; the lowest is asked first");
    }
    if (type == nullptr || !type->has_priority)
        record.priority.reset();
    if (problems.size() != before)
        return std::nullopt;
    return record;
}

std::vector<DnsRecord> parse_records(const json::Value &given, std::string_view field, const DnsName &zone,
                                     std::vector<FieldProblem> &problems) {
    std::vector<DnsRecord> records;
    if (given.array() == nullptr) {
        problems.push_back(
            {.field = std::string(field), .problem = "must be a list of records", .expected = {}, .nearest = {}});
        return records;
    }
    for (std::size_t i = 0; i < given.array()->size(); ++i) {
        std::optional<DnsRecord> record =
            parse_record((*given.array())[i], std::string(field) + "[" + std::to_string(i) + "]", zone,
                         RecordNeeds::everything, problems);
        if (record)
            records.push_back(std::move(*record));
    }
    return records;
}

json::Value to_json(const DnsRecord &record) {
    const auto number = [](const std::optional<std::int64_t> &value) {
        return value ? json::Value(*value) : json::Value();
    };
    return json::Object{
        {"id", number(record.id)},
        {"name", record.name},
        {"type", record.type},
        {"ttl", number(record.ttl)},
        {"priority", number(record.priority)},
        {"content", record.content},
    };
}

json::Value portal_content(const DnsRecord &record, bool lists) {
    const DnsType *type = find_dns_type(record.type);
    if (type != nullptr && type->form == DnsForm::text)
        return sent_text(plain_text(record.content));
    if (type == nullptr || type->form != DnsForm::srv || !lists)
        return record.content;
    const Result<std::vector<Word>, Phrase> words = split_words(record.content);
    if (!words || words->size() != 3)
        return record.content;
    json::Array parts;
    for (const Word &word : *words) {
        const std::optional<std::int64_t> number =
            parts.size() < 2 ? whole_number(word.text, largest_short) : std::nullopt;
        parts.push_back(number ? json::Value(*number) : json::Value(word.text));
    }
    return parts;
}

bool comes_before(const DnsRecord &a, const DnsRecord &b) {
    const auto key = [](const DnsRecord &record) {
        std::vector<std::string> labels;
        if (record.name != "@") {
            if (const Result<WrittenName, Phrase> name = parse_dns_name(record.name))
                labels.assign(name->name.labels.rbegin(), name->name.labels.rend());
            else
                labels = {record.name};
        }
        return std::tuple(std::move(labels), record.type, record.priority, record.content, record.ttl, record.id);
    };
    return key(a) < key(b);
}

} // namespace hostbill
