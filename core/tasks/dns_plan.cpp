#include "core/tasks/dns_plan.hpp"

#include "core/base/digest.hpp"
#include "core/dns/dns_text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace hostbill {
namespace {

constexpr DnsMode modes[] = {DnsMode::zone, DnsMode::sets, DnsMode::add, DnsMode::remove};

using Records = std::vector<DnsRecord>;
using SetName = std::pair<std::string, std::string>; // a name and a type

SetName set_of(const DnsRecord &record) { return {record.name, record.type}; }

bool covers(const DnsKept &kept, const DnsRecord &record) {
    return (kept.name.empty() || kept.name == record.name) && (kept.type == "*" || kept.type == record.type);
}

bool same_data(const DnsRecord &a, const DnsRecord &b) {
    return set_of(a) == set_of(b) && a.content == b.content && a.priority == b.priority;
}

// A time to live that one of them does not say is no difference.
bool same_record(const DnsRecord &found, const DnsRecord &wanted) {
    return same_data(found, wanted) && (!wanted.ttl || !found.ttl || wanted.ttl == found.ttl);
}

void sort(Records &records) { std::sort(records.begin(), records.end(), comes_before); }

void sort(DnsPlan &plan) {
    sort(plan.create);
    sort(plan.remove);
    sort(plan.unchanged);
    sort(plan.kept);
    std::sort(plan.update.begin(), plan.update.end(),
              [](const DnsUpdate &a, const DnsUpdate &b) { return comes_before(a.to, b.to); });
}

// --- Who is whom --------------------------------------------------------------------------------------------------

// Pairs what is wanted of one name and type with what is there, the most alike first.
class Matcher {
public:
    Matcher(Records there, Records wanted, DnsPlan &plan)
        : there_(std::move(there)), wanted_(std::move(wanted)), plan_(plan) {}

    void run(DnsMode mode) {
        pair(same_record);
        if (mode == DnsMode::add) {
            pair(same_data, Pairs::leave);
        } else {
            pair(same_data);
            pair([](const DnsRecord &found, const DnsRecord &want) { return found.content == want.content; });
            pair([](const DnsRecord &, const DnsRecord &) { return true; });
        }
        plan_.create.insert(plan_.create.end(), wanted_.begin(), wanted_.end());
        Records &rest = mode == DnsMode::add ? plan_.kept : plan_.remove;
        rest.insert(rest.end(), there_.begin(), there_.end());
    }

private:
    enum class Pairs : std::uint8_t { change, leave };

    template <class Alike>
    void pair(const Alike &alike, Pairs pairs = Pairs::change) {
        for (auto want = wanted_.begin(); want != wanted_.end();) {
            const auto found = std::find_if(there_.begin(), there_.end(),
                                            [&](const DnsRecord &record) { return alike(record, *want); });
            if (found == there_.end()) {
                ++want;
                continue;
            }
            if (pairs == Pairs::leave || same_record(*found, *want)) {
                plan_.unchanged.push_back(*found);
            } else {
                DnsRecord to = *want;
                to.id = found->id;
                if (!to.ttl)
                    to.ttl = found->ttl;
                plan_.update.push_back({*found, std::move(to)});
            }
            there_.erase(found);
            want = wanted_.erase(want);
        }
    }

    Records there_;
    Records wanted_;
    DnsPlan &plan_;
};

void plan_removal(const Records &current, const DnsWish &wish, DnsPlan &plan) {
    for (const DnsRecord &record : current) {
        bool listed = false;
        for (std::size_t i = 0; i < wish.records.size(); ++i) {
            const DnsRecord &want = wish.records[i];
            const bool any = std::find(wish.any_content.begin(), wish.any_content.end(), i) != wish.any_content.end();
            listed = listed || (set_of(want) == set_of(record) && (any || want.content == record.content) &&
                                (!want.priority || want.priority == record.priority));
        }
        (listed ? plan.remove : plan.kept).push_back(record);
    }
}

// What is wanted, without what cannot be had: repetitions, what is kept as it is, and times to live where there are
// none.
Records wanted_records(const DnsZone &zone, const Records &current, const DnsWish &wish, DnsPlan &plan) {
    Records wanted;
    bool dropped_ttl = false;
    Records distinct = without_repetitions(wish.records);
    sort(distinct);
    for (DnsRecord &record : distinct) {
        record.id.reset();
        if (!operations_of(zone.kind).has_ttl) {
            dropped_ttl = dropped_ttl || record.ttl.has_value();
            record.ttl.reset();
        }
        const auto same = [&](const DnsRecord &other) { return same_data(record, other); };
        const bool is_kept =
            std::any_of(wish.keep.begin(), wish.keep.end(), [&](const DnsKept &kept) { return covers(kept, record); });
        if (!is_kept) {
            wanted.push_back(std::move(record));
        } else if (record.type != "SOA" && std::none_of(current.begin(), current.end(), same)) {
            plan.notes.push_back(record.name + " " + record.type + " " + record.content +
                                 " is not added: records of that name and type are kept as they are");
        }
    }
    if (dropped_ttl)
        plan.notes.emplace_back("the records of a domain have no time to live that could be set: ttl is left out");
    return wanted;
}

std::optional<Error> crowded(const DnsPlan &plan) {
    Records after = plan.unchanged;
    after.insert(after.end(), plan.kept.begin(), plan.kept.end());
    const std::vector<std::string> before = crowded_names(after);
    after.insert(after.end(), plan.create.begin(), plan.create.end());
    for (const DnsUpdate &update : plan.update)
        after.push_back(update.to);
    std::string names;
    for (const std::string &name : crowded_names(after)) {
        if (std::find(before.begin(), before.end(), name) == before.end())
            names += (names.empty() ? "" : ", ") + shown(name);
    }
    if (names.empty())
        return std::nullopt;
    return Error{.error_class = ErrorClass::conflict,
                 .message = "a CNAME allows nothing else at its name, but records that stay are there: " + names,
                 .reason = "crowded"};
}

// --- JSON -----------------------------------------------------------------------------------------------------------

json::Value to_json(const Records &records) {
    json::Array array;
    for (const DnsRecord &record : records)
        array.push_back(hostbill::to_json(record));
    return array;
}

} // namespace

std::string_view name_of(DnsMode mode) {
    switch (mode) {
    case DnsMode::zone:
        return "zone";
    case DnsMode::sets:
        return "sets";
    case DnsMode::add:
        return "add";
    case DnsMode::remove:
        return "remove";
    }
    return {};
}

std::optional<DnsMode> dns_mode(std::string_view name) {
    for (const DnsMode mode : modes) {
        if (name_of(mode) == name)
            return mode;
    }
    return std::nullopt;
}

Result<DnsPlan> plan_dns(const DnsZone &zone, std::vector<DnsRecord> current, const DnsWish &wish) {
    DnsPlan plan{.zone = zone, .mode = wish.mode};
    plan.seen = fingerprint(zone, current);
    sort(current);
    Records wanted = wanted_records(zone, current, wish, plan);

    std::map<SetName, std::pair<Records, Records>> sets; // what is there, what is wanted
    for (DnsRecord &record : wanted)
        sets[set_of(record)].second.push_back(std::move(record));
    Records open; // what the wish may change
    for (DnsRecord &record : current) {
        const bool keep = std::any_of(wish.keep.begin(), wish.keep.end(),
                                      [&](const DnsKept &kept) { return covers(kept, record); }) ||
                          (wish.from_zone_file && !fits_zone_file(record, zone.name)) ||
                          (wish.mode == DnsMode::sets && !sets.contains(set_of(record)));
        (keep ? plan.kept : open).push_back(std::move(record));
    }
    if (wish.mode == DnsMode::remove) {
        plan_removal(open, wish, plan);
    } else {
        for (DnsRecord &record : open)
            sets[set_of(record)].first.push_back(std::move(record));
        for (auto &[name, both] : sets)
            Matcher(std::move(both.first), std::move(both.second), plan).run(wish.mode);
    }
    sort(plan);
    if (std::optional<Error> error = crowded(plan))
        return std::move(*error);
    return plan;
}

std::string fingerprint(const DnsZone &zone, std::vector<DnsRecord> records) {
    std::erase_if(records, [](const DnsRecord &record) { return record.type == "SOA"; });
    if (!operations_of(zone.kind).has_ids) {
        for (DnsRecord &record : records)
            record.id.reset();
    }
    sort(records);
    return sha256_hex(json::write_utf8(to_json(records)));
}

std::vector<DnsRecord> without_repetitions(const std::vector<DnsRecord> &records) {
    std::vector<DnsRecord> out;
    std::set<std::tuple<std::string, std::string, std::string, std::optional<std::int64_t>>> seen;
    for (const DnsRecord &record : records) {
        if (seen.emplace(record.name, record.type, record.content, record.priority).second)
            out.push_back(record);
    }
    return out;
}

std::vector<std::string> crowded_names(std::vector<DnsRecord> records) {
    sort(records);
    std::vector<std::string> names;
    for (auto first = records.begin(); first != records.end();) {
        const auto end =
            std::find_if(first, records.end(), [&](const DnsRecord &record) { return record.name != first->name; });
        const bool alone = std::any_of(first, end, [](const DnsRecord &record) {
            const DnsType *type = find_dns_type(record.type);
            return type != nullptr && type->alone;
        });
        if (alone && end - first > 1)
            names.push_back(first->name);
        first = end;
    }
    return names;
}

std::optional<DnsKept> parse_kept(std::string_view text, const DnsName &zone) {
    const Result<std::vector<Word>, Phrase> words = split_words(text);
    if (!words || words->empty() || words->size() > 2)
        return std::nullopt;
    DnsKept kept;
    if (words->size() == 2) {
        const Result<DnsName, Phrase> name = name_in_zone(words->front().text, zone);
        if (!name)
            return std::nullopt;
        kept.name = relative_text(*name, zone);
    }
    for (const char c : words->back().text)
        kept.type += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return kept;
}

json::Object to_json(const DnsPlan &plan) {
    json::Object out = to_json(plan.zone);
    out.append("mode", name_of(plan.mode));
    out.append("create", to_json(plan.create));
    json::Array updates;
    for (const DnsUpdate &update : plan.update)
        updates.push_back(json::Object{{"from", to_json(update.from)}, {"to", to_json(update.to)}});
    out.append("update", std::move(updates));
    out.append("delete", to_json(plan.remove));
    out.append("unchanged", to_json(plan.unchanged));
    out.append("kept", to_json(plan.kept));
    json::Array notes(plan.notes.begin(), plan.notes.end());
    out.append("notes", std::move(notes));
    out.append("seen", plan.seen);
    return out;
}

std::optional<DnsPlan> parse_plan(const json::Value &given, const std::string &field,
                                  std::vector<FieldProblem> &problems) {
    const std::size_t before = problems.size();
    const std::optional<DnsZone> zone = parse_zone(given, field, problems);
    if (!zone)
        return std::nullopt;
    DnsPlan plan{.zone = *zone};
    const json::Value *mode = given.find("mode");
    plan.mode = (mode != nullptr && mode->string() != nullptr ? dns_mode(*mode->string()) : std::nullopt)
                    .value_or(DnsMode::zone);
    const auto list = [&](std::string_view key) -> json::Value {
        const json::Value *value = given.find(key);
        if (value != nullptr && value->array() != nullptr)
            return *value;
        problems.push_back({.field = field + "." + std::string(key),
                            .problem = "is required",
                            .expected = "the list that dns.plan gave",
                            .nearest = {}});
        return json::Array();
    };
    plan.create = parse_records(list("create"), field + ".create", zone->name, problems);
    // What is there already may be wrong for its type, so its contents are taken as they are.
    plan.remove = read_records(list("delete"), zone->name);
    const json::Value updates = list("update");
    for (std::size_t i = 0; i < updates.array()->size(); ++i) {
        const json::Value &update = (*updates.array())[i];
        const std::string at = field + ".update[" + std::to_string(i) + "]";
        const json::Value *from = update.find("from");
        const json::Value *to = update.find("to");
        Records there = from != nullptr ? read_records(json::Array{*from}, zone->name) : Records();
        std::optional<DnsRecord> wanted =
            to != nullptr ? parse_record(*to, at + ".to", zone->name, RecordNeeds::everything, problems) : std::nullopt;
        if (there.empty() || !wanted || set_of(there.front()) != set_of(*wanted))
            problems.push_back({.field = at,
                                .problem = "must be a change of one record",
                                .expected = "from and to, of one name and type",
                                .nearest = {}});
        else
            plan.update.push_back({std::move(there.front()), std::move(*wanted)});
    }
    const json::Value *seen = given.find("seen");
    if (seen == nullptr || seen->string() == nullptr || seen->string()->empty())
        problems.push_back({.field = field + ".seen",
                            .problem = "is required",
                            .expected = "the fingerprint that dns.plan gave",
                            .nearest = {}});
    else
        plan.seen = *seen->string();
    if (problems.size() != before)
        return std::nullopt;
    return plan;
}

} // namespace hostbill
