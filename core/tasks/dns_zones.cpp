#include "core/tasks/dns_zones.hpp"

#include "core/call/answer_parts.hpp"
#include "core/json/scalar_text.hpp"

#include <algorithm>
#include <charconv>

namespace hostbill {
namespace {

constexpr DnsKind kinds[] = {DnsKind::zone, DnsKind::domain};

constexpr DnsOperations zone_operations = {
    .list = "dns.zones.list",
    .read = "dns.zones.get",
    .create = "dns.records.create",
    .update = "dns.records.update",
    .remove = "dns.records.delete",
    .has_ttl = true,
    .has_ids = true,
    .takes_lists = true,
    .names_in_full = true,
};

constexpr DnsOperations domain_operations = {
    .list = "domains.list",
    .read = "domains.dns_records.list",
    .create = "domains.dns_records.create",
    .update = "domains.dns_records.update",
    .remove = "domains.dns_records.delete",
    .has_ttl = false,
    .has_ids = false,
    .takes_lists = false,
    .names_in_full = false,
};

std::optional<std::int64_t> whole_number(const json::Value *value) {
    if (value == nullptr)
        return std::nullopt;
    const std::string text = scalar_text(*value);
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

// Where an item's id may stand: "domain_id" is what portals call the id of a zone.
std::optional<std::int64_t> id_in(const json::Value &item, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const std::optional<std::int64_t> id = whole_number(item.find(name)))
            return id;
    }
    return std::nullopt;
}

bool is_active(const json::Value &domain) {
    const json::Value *status = domain.find("status");
    return status == nullptr || status->string() == nullptr || *status->string() == "Active" ||
           *status->string() == "active";
}

std::optional<DnsZone> read_item(const json::Value &item, DnsKind kind) {
    const json::Value *name_value = item.find("name");
    if (name_value == nullptr || name_value->string() == nullptr)
        return std::nullopt;
    Result<WrittenName, Phrase> name = parse_dns_name(*name_value->string());
    if (!name)
        return std::nullopt;
    DnsZone zone{.name = std::move(name->name), .kind = kind};
    if (kind == DnsKind::zone) {
        const auto id = id_in(item, {"zone_id", "domain_id", "id"});
        const auto service = id_in(item, {"service_id"});
        if (!id || !service)
            return std::nullopt;
        zone.zone_id = *id;
        zone.service_id = *service;
    } else {
        const auto id = id_in(item, {"domain_id", "id"});
        if (!id || !is_active(item))
            return std::nullopt;
        zone.domain_id = *id;
    }
    return zone;
}

// Records by their id, without anything around.
bool is_map(const json::Value &answer) {
    const json::Object *map = answer.object();
    return map != nullptr && !map->empty() &&
           std::all_of(map->begin(), map->end(), [](const json::Member &m) { return m.value.object() != nullptr; });
}

std::int64_t id_of(const DnsZone &zone) { return zone.kind == DnsKind::zone ? zone.zone_id : zone.domain_id; }

Error ambiguous(const std::vector<DnsZone> &matches) {
    Error error = usage_error("dns", {});
    std::string shown;
    for (const DnsZone &zone : matches)
        shown += (shown.empty() ? "" : ", ") + std::string(name_of(zone.kind)) + " " + std::to_string(id_of(zone));
    const bool by_kind = matches.size() == 2 && matches[0].kind != matches[1].kind;
    error.error_class = ErrorClass::conflict;
    error.reason = "ambiguous";
    error.message = to_text(matches.front().name) + " is the name of several zones (" + shown + "): say the " +
                    (by_kind ? "kind" : "kind and the id") + " of the one that is meant";
    return error;
}

} // namespace

const DnsOperations &operations_of(DnsKind kind) { return kind == DnsKind::zone ? zone_operations : domain_operations; }

std::string_view name_of(DnsKind kind) { return kind == DnsKind::zone ? "zone" : "domain"; }

std::span<const DnsKind> dns_kinds() { return kinds; }

std::optional<DnsKind> dns_kind(std::string_view name) {
    for (const DnsKind kind : kinds) {
        if (name_of(kind) == name)
            return kind;
    }
    return std::nullopt;
}

Result<DnsZone> find_zone(const ZoneQuery &query, Run &run) {
    std::vector<DnsZone> zones;
    if (query.among) {
        zones = *query.among;
    } else {
        bool offered = false;
        for (const DnsKind kind : query.offered) {
            if (query.kind && *query.kind != kind)
                continue;
            offered = true;
            const Result<json::Value> answer = run.call(operations_of(kind).list, {});
            if (answer) {
                std::vector<DnsZone> found = read_zones(*answer, kind);
                zones.insert(zones.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
            } else if (answer.error().error_class != ErrorClass::unsupported) {
                // Without one of the lists, what matches best is not known.
                return answer.error();
            }
        }
        if (!offered)
            return Error{.error_class = ErrorClass::unsupported,
                         .message = "this portal does not show DNS zones of that kind to its customers"};
    }
    std::erase_if(zones, [&](const DnsZone &zone) {
        return (query.kind && zone.kind != *query.kind) || (query.id && id_of(zone) != *query.id) ||
               (query.exact && zone.name != query.name);
    });
    std::vector<DnsName> names;
    for (const DnsZone &zone : zones)
        names.push_back(zone.name);
    std::vector<DnsZone> matches;
    for (const std::size_t index : longest_matches(query.name, names))
        matches.push_back(zones[index]);
    if (matches.empty())
        return Error{.error_class = ErrorClass::not_found,
                     .message = query.exact ? "the account has no zone " + to_text(query.name)
                                            : "no zone of the account holds " + to_text(query.name)};
    if (matches.size() > 1)
        return ambiguous(matches);
    return std::move(matches.front());
}

std::vector<DnsZone> read_zones(const json::Value &answer, DnsKind kind) {
    const json::Value *list = answer.find(kind == DnsKind::zone ? "zones" : "domains");
    if (list == nullptr)
        list = &answer;
    std::vector<DnsZone> zones;
    const auto read = [&](const json::Value &item) {
        if (std::optional<DnsZone> zone = read_item(item, kind))
            zones.push_back(std::move(*zone));
    };
    if (const json::Array *array = list->array()) {
        for (const json::Value &item : *array)
            read(item);
    } else if (const json::Object *map = list->object()) {
        for (const json::Member &member : *map) {
            json::Value item = member.value;
            if (item.object() != nullptr && id_in(item, {"zone_id", "domain_id", "id"}) == std::nullopt)
                item.object()->set("id", member.key);
            read(item);
        }
    }
    return zones;
}

Result<std::vector<DnsRecord>> read_zone(const DnsZone &zone, Run &run) {
    Result<json::Value> answer = run.call(operations_of(zone.kind).read, zone_params(zone));
    if (!answer)
        return std::move(answer.error());
    // Taken for an empty zone, it would be filled a second time.
    if (!has_items(*answer, "records") && !is_map(*answer))
        return no_list(operations_of(zone.kind).read);
    return read_records(*answer, zone.name);
}

json::Object zone_params(const DnsZone &zone) {
    if (zone.kind == DnsKind::domain)
        return json::Object{{"domain_id", zone.domain_id}};
    return json::Object{{"service_id", zone.service_id}, {"zone_id", zone.zone_id}};
}

json::Object to_json(const DnsZone &zone) {
    const auto id = [](std::int64_t value) { return value != 0 ? json::Value(value) : json::Value(); };
    return json::Object{
        {"zone", to_text(zone.name)},
        {"kind", id_of(zone) != 0 ? json::Value(name_of(zone.kind)) : json::Value()},
        {"service_id", id(zone.service_id)},
        {"zone_id", id(zone.zone_id)},
        {"domain_id", id(zone.domain_id)},
    };
}

std::optional<DnsZone> parse_zone(const json::Value &given, const std::string &field,
                                  std::vector<FieldProblem> &problems) {
    const std::size_t before = problems.size();
    const auto report = [&](std::string_view key, std::string problem, std::string expected) {
        problems.push_back({.field = field + (key.empty() ? "" : ".") + std::string(key),
                            .problem = std::move(problem),
                            .expected = std::move(expected),
                            .nearest = {}});
    };
    const json::Value *name_value = given.find("zone");
    const json::Value *kind_value = given.find("kind");
    DnsZone zone;
    if (name_value == nullptr || name_value->string() == nullptr) {
        report("zone", "is required", "the name of the zone");
    } else if (Result<WrittenName, Phrase> name = parse_dns_name(*name_value->string())) {
        zone.name = std::move(name->name);
    } else {
        report("zone", name.error().text, "the name of the zone");
    }
    const std::optional<DnsKind> kind =
        kind_value != nullptr && kind_value->string() != nullptr ? dns_kind(*kind_value->string()) : std::nullopt;
    if (!kind) {
        report("kind", "is required", "zone or domain");
        return std::nullopt;
    }
    zone.kind = *kind;
    const auto id = [&](std::string_view key, std::int64_t &into) {
        if (const std::optional<std::int64_t> number = whole_number(given.find(key)))
            into = *number;
        else
            report(key, "is required", "a whole number");
    };
    if (zone.kind == DnsKind::zone) {
        id("service_id", zone.service_id);
        id("zone_id", zone.zone_id);
    } else {
        id("domain_id", zone.domain_id);
    }
    if (problems.size() != before)
        return std::nullopt;
    return zone;
}

} // namespace hostbill
