#include "core/dns/zone_file.hpp"

#include "core/dns/zone_file_generate.hpp"
#include "core/dns/zone_file_lexer.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace hostbill {
namespace {

constexpr std::int64_t largest_ttl = 2147483647;
constexpr std::size_t most_records = 1'000'000; // of $GENERATE and all

using Text = Result<std::string, Phrase>;

std::string upper(std::string_view text) {
    std::string out(text);
    for (char &c : out)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

bool is_class(std::string_view word) {
    return word == "IN" || word == "CH" || word == "HS" || word == "CS" || word.starts_with("CLASS");
}

std::string as_written(const Word &word) { return word.quoted ? '"' + word.text + '"' : word.text; }

class Reader {
public:
    explicit Reader(const DnsName &zone) : zone_(zone), origin_(zone), owner_(zone) {}

    ZoneFile run(std::string_view text) {
        for (const ZoneFileEntry &entry : split_zone_file(text, file_.mistakes)) {
            line_ = entry.line;
            // What is broken is told already.
            if (!entry.broken)
                read(entry);
        }
        find_crowded_names();
        std::stable_sort(file_.mistakes.begin(), file_.mistakes.end(),
                         [](const ZoneFileMistake &a, const ZoneFileMistake &b) { return a.line < b.line; });
        return std::move(file_);
    }

private:
    void report(std::string what) { file_.mistakes.push_back({line_, std::move(what)}); }

    void read(const ZoneFileEntry &entry) {
        const Word &first = entry.words.front();
        if (!entry.same_owner && !first.quoted && first.text.starts_with('$'))
            return directive(entry.words);
        std::span<const Word> rest = entry.words;
        if (!entry.same_owner) {
            set_owner(first);
            rest = rest.subspan(1);
        } else if (!has_owner_) {
            report("begins with a blank, but no record before it has an owner");
        }
        record(rest);
    }

    // --- Directives ---

    void directive(const std::vector<Word> &words) {
        const std::string name = upper(words.front().text);
        const std::span<const Word> values = std::span(words).subspan(1);
        if (name == "$ORIGIN") {
            set_origin(values);
        } else if (name == "$TTL") {
            default_ttl_ = values.size() == 1 ? parse_ttl(values.front().text) : std::nullopt;
            if (!default_ttl_)
                report("has a $TTL that is not a time such as 3600 or 1h");
        } else if (name == "$GENERATE") {
            generate(values);
        } else if (name == "$INCLUDE") {
            report("includes another file: put its text in its place, since no files are read here");
        } else {
            report("has a directive that is unknown: " + shown(words.front().text));
        }
    }

    void set_origin(std::span<const Word> values) {
        if (values.size() != 1)
            return report("has an $ORIGIN that is not one name");
        Result<DnsName, Phrase> name = name_at_origin(values.front().text, origin_);
        if (!name)
            return report("has an $ORIGIN that " + name.error().text);
        origin_ = std::move(*name);
    }

    void generate(std::span<const Word> values) {
        if (values.size() < 4)
            return report("has a $GENERATE that is not a range, a name, a type and data");
        const Result<GenerateRange, Phrase> range = parse_generate_range(values.front().text);
        if (!range)
            return report(range.error().text);
        const std::size_t before = file_.mistakes.size();
        for (std::int64_t number = range->first; number <= range->last; number += range->step) {
            std::vector<Word> words;
            for (const Word &word : values.subspan(1)) {
                Text text = fill_template(word.text, number);
                if (!text)
                    return report(text.error().text);
                words.push_back({std::move(*text), word.quoted});
            }
            set_owner(words.front());
            record(std::span(words).subspan(1));
            // One mistake of a template says enough.
            if (file_.mistakes.size() != before)
                return;
        }
    }

    // --- Records ---

    void set_owner(const Word &word) {
        has_owner_ = true;
        owner_ = zone_;
        Result<DnsName, Phrase> name =
            word.quoted ? Result<DnsName, Phrase>(Phrase{"is in quotes"}) : name_at_origin(word.text, origin_);
        if (!name)
            return report("has an owner that " + name.error().text);
        if (!is_within(*name, zone_))
            return report("has the owner " + to_text(*name) + ", which is outside of the zone " + to_text(zone_));
        owner_ = std::move(*name);
    }

    void record(std::span<const Word> words) {
        std::optional<std::int64_t> ttl;
        bool has_class = false;
        while (!words.empty() && !words.front().quoted) {
            const std::string word = upper(words.front().text);
            if (!has_class && is_class(word)) {
                if (word != "IN" && word != "CLASS1")
                    return report("is of the class " + shown(word) + ", but only IN is known here");
                has_class = true;
            } else if (!ttl && !word.empty() && word.front() >= '0' && word.front() <= '9') {
                ttl = parse_ttl(word);
                if (!ttl)
                    return report("has " + shown(words.front().text) + " where a time to live or a type belongs");
            } else {
                break;
            }
            words = words.subspan(1);
        }
        if (words.empty() || words.front().quoted)
            return report("has no type");
        if (ttl)
            last_ttl_ = ttl;
        typed(upper(words.front().text), ttl, words.subspan(1));
    }

    void typed(const std::string &name, std::optional<std::int64_t> ttl, std::span<const Word> data) {
        const DnsType *type = find_dns_type(name);
        if (name.starts_with("TYPE") || (!data.empty() && data.front().text == "\\#"))
            return report("is in the form of unknown types (RFC 3597), which portals do not take");
        if (type == nullptr)
            return report("names the type " + shown(name) + ", which is not known here");
        if (!type->in_zone_files)
            return report("names the type " + name + ", which only panels know");
        Text content = content_of(*type, data);
        if (content && type->form != DnsForm::text)
            content = canonical_content(name, *content, zone_);
        if (!content)
            return report("has a record of type " + name + " that " + content.error().text);
        if (type->form == DnsForm::soa)
            return set_soa(*content);
        add({.id = {},
             .name = relative_text(owner_, zone_),
             .type = name,
             .ttl = ttl            ? ttl
                    : default_ttl_ ? default_ttl_
                    : last_ttl_    ? last_ttl_
                                   : soa_minimum_,
             .priority = type->has_priority ? priority_ : std::nullopt,
             .content = std::move(*content)});
    }

    void set_soa(const std::string &content) {
        if (file_.has_soa)
            return report("is a second SOA record");
        if (owner_ != zone_)
            return report("is a SOA record that is not the zone's own");
        file_.has_soa = true;
        soa_minimum_ = parse_ttl(content.substr(content.rfind(' ') + 1));
    }

    void add(DnsRecord record) {
        if (file_.records.size() == most_records)
            return report("is one record too many: there may be " + std::to_string(most_records));
        file_.records.push_back(std::move(record));
        lines_.push_back(line_);
    }

    // The data as one text, with names in full, TXT's strings joined and the priority apart.
    Text content_of(const DnsType &type, std::span<const Word> data) {
        if (type.form == DnsForm::text)
            return strings(data);
        if (type.has_priority) {
            priority_ = data.empty() ? std::nullopt : short_number(data.front().text);
            if (!priority_)
                return Phrase{"does not begin with a priority from 0 to 65535"};
            data = data.subspan(1);
        }
        if (data.empty())
            return Phrase{"has no data"};
        const bool one_word = type.form == DnsForm::host || type.form == DnsForm::ipv4 || type.form == DnsForm::ipv6;
        if (one_word && data.size() > 1)
            return Phrase{"has more behind it: " + shown(data[1].text)};
        std::string out;
        for (std::size_t i = 0; i < data.size(); ++i) {
            Text part = as_written(data[i]);
            if (is_name(type, i))
                part = whole_name(data[i]);
            else if (type.form == DnsForm::soa && i > 2)
                part = time(data[i]);
            if (!part)
                return part;
            out += (out.empty() ? "" : " ") + *part;
        }
        return out;
    }

    static bool is_name(const DnsType &type, std::size_t place) {
        switch (type.form) {
        case DnsForm::host:
            return place == 0;
        case DnsForm::srv:
            return place == 2;
        case DnsForm::naptr:
            return place == 5;
        case DnsForm::soa:
            return place < 2;
        default:
            return false;
        }
    }

    Text whole_name(const Word &word) const {
        if (word.quoted)
            return Phrase{"has a name in quotes"};
        const Result<DnsName, Phrase> name = name_at_origin(word.text, origin_);
        return name ? Text(to_text(*name)) : Text(Phrase{"names a host that " + name.error().text});
    }

    static Text time(const Word &word) {
        const std::optional<std::int64_t> seconds = parse_ttl(word.text);
        return seconds ? std::to_string(*seconds) : word.text;
    }

    static Text strings(std::span<const Word> data) {
        std::string text;
        if (data.empty())
            return Phrase{"has no data"};
        for (const Word &word : data) {
            const std::optional<std::string> part = unescaped(word.text);
            if (!part)
                return Phrase{"holds a backslash without three digits or a character behind it"};
            if (part->size() > longest_character_string)
                return Phrase{"holds a string of more than 255 octets: split it into several"};
            text += *part;
        }
        if (!is_utf8(text))
            return Phrase{"holds octets that are no UTF-8 text, which portals cannot take"};
        return text_content(text);
    }

    static std::optional<std::int64_t> short_number(std::string_view text) {
        std::int64_t value = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (text.empty() || code != std::errc() || end != text.data() + text.size() || value < 0 || value > 65535)
            return std::nullopt;
        return value;
    }

    void find_crowded_names() {
        std::map<std::string, std::size_t> aliases; // by name, the CNAME there
        for (std::size_t i = 0; i < file_.records.size(); ++i) {
            if (file_.records[i].type == "CNAME")
                aliases.emplace(file_.records[i].name, i);
        }
        for (std::size_t i = 0; i < file_.records.size(); ++i) {
            const DnsRecord &record = file_.records[i];
            const auto alias = aliases.find(record.name);
            if (alias == aliases.end() || alias->second == i)
                continue;
            if (record.type == "CNAME" && record.content == file_.records[alias->second].content)
                continue; // The same once more.
            line_ = std::max(lines_[i], lines_[alias->second]);
            const int other = std::min(lines_[i], lines_[alias->second]);
            report("meets line " + std::to_string(other) + " at the name " + record.name + " with " + record.type +
                   " and CNAME: a CNAME allows nothing else at its name");
        }
    }

    const DnsName &zone_;
    DnsName origin_;
    DnsName owner_;
    bool has_owner_ = false;
    int line_ = 0;
    std::optional<std::int64_t> default_ttl_;
    std::optional<std::int64_t> last_ttl_;
    std::optional<std::int64_t> soa_minimum_;
    std::optional<std::int64_t> priority_; // of the record at hand
    ZoneFile file_;
    std::vector<int> lines_; // of file_.records
};

} // namespace

std::optional<std::int64_t> parse_ttl(std::string_view text) {
    std::int64_t total = 0;
    if (text.empty())
        return std::nullopt;
    while (!text.empty()) {
        std::int64_t number = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (code != std::errc() || number < 0 || number > largest_ttl)
            return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        std::int64_t unit = 1;
        if (!text.empty()) {
            switch (text.front() | 0x20) {
            case 's':
                break;
            case 'm':
                unit = 60;
                break;
            case 'h':
                unit = 3600;
                break;
            case 'd':
                unit = 86400;
                break;
            case 'w':
                unit = 604800;
                break;
            default:
                return std::nullopt;
            }
            text.remove_prefix(1);
        }
        total += number * unit;
        if (total > largest_ttl)
            return std::nullopt;
    }
    return total;
}

ZoneFile read_zone_file(std::string_view text, const DnsName &zone) { return Reader(zone).run(text); }

} // namespace hostbill
