#include "core/tasks/dns_tools.hpp"

#include "core/dns/zone_file.hpp"
#include "core/tasks/dns_apply.hpp"
#include "core/tasks/dns_plan.hpp"

#include <algorithm>

namespace hostbill {
namespace {

using Problems = std::vector<FieldProblem>;

constexpr std::size_t most_mistakes = 1000; // of one zone file: what is none at all has one on every line

void report(Problems &problems, std::string field, std::string problem, std::string expected = {}) {
    problems.push_back(
        {.field = std::move(field), .problem = std::move(problem), .expected = std::move(expected), .nearest = {}});
}

// --- Which zone ---------------------------------------------------------------------------------------------------

// A zone that the caller lists: its name alone, what dns.zones.find gave, or what the portal lists.
std::optional<DnsZone> listed_zone(const json::Value &given) {
    if (given.find("kind") != nullptr) {
        Problems ignored;
        return parse_zone(given, {}, ignored);
    }
    if (given.object() != nullptr) {
        const DnsKind kind = given.find("service_id") != nullptr ? DnsKind::zone : DnsKind::domain;
        const std::vector<DnsZone> zones = read_zones(json::Array{given}, kind);
        return zones.empty() ? std::nullopt : std::optional(zones.front());
    }
    if (given.string() == nullptr)
        return std::nullopt;
    Result<WrittenName, Phrase> name = parse_dns_name(*given.string());
    if (!name)
        return std::nullopt;
    return DnsZone{.name = std::move(name->name)};
}

// Of dns.zones.find: `name` is any name. Of the rest: `zone` is the zone's own.
ZoneQuery query_of(const CompositionCall &call, std::string_view param, Problems &problems) {
    ZoneQuery query{.exact = param == "zone"};
    for (const DnsKind kind : dns_kinds()) {
        if (call.portal_has(operations_of(kind).list) && call.portal_has(operations_of(kind).read))
            query.offered.push_back(kind);
    }
    if (const json::Text *text = call.text(param)) {
        Result<WrittenName, Phrase> name = parse_dns_name(*text);
        if (!name)
            report(problems, std::string(param), name.error().text, "a name such as www.example.net");
        else if (name->name.labels.empty())
            report(problems, std::string(param), "is the root, which nobody's account holds");
        else
            query.name = std::move(name->name);
    }
    if (const json::Text *kind = call.text("kind"))
        query.kind = dns_kind(*kind);
    const std::int64_t *zone_id = call.integer("zone_id");
    const std::int64_t *domain_id = call.integer("domain_id");
    const auto of_kind = [&](DnsKind kind, const std::int64_t &id, std::string_view key) {
        if (query.id || (query.kind && *query.kind != kind))
            report(problems, std::string(key), "is of another kind of zone",
                   "zone_id for a zone, domain_id for a domain");
        query.kind = kind;
        query.id = id;
    };
    if (zone_id != nullptr)
        of_kind(DnsKind::zone, *zone_id, "zone_id");
    if (domain_id != nullptr)
        of_kind(DnsKind::domain, *domain_id, "domain_id");
    if (const json::Value *zones = call.param("zones")) {
        query.among.emplace();
        for (std::size_t i = 0; i < zones->array()->size(); ++i) {
            if (std::optional<DnsZone> zone = listed_zone((*zones->array())[i]))
                query.among->push_back(std::move(*zone));
            else
                report(problems, "zones[" + std::to_string(i) + "]", "must name a zone",
                       "a name, or an answer of dns.zones.find");
        }
    }
    return query;
}

Result<DnsZone> zone_of(const CompositionCall &call, Run &run) {
    Problems none; // The check has found them all.
    return find_zone(query_of(call, "zone", none), run);
}

// --- What is wished for -------------------------------------------------------------------------------------------

void read_zone_file_into(DnsWish &wish, const std::string &text, const DnsName &zone, Problems &problems) {
    wish.from_zone_file = true;
    ZoneFile file = read_zone_file(text, zone);
    for (std::size_t i = 0; i < std::min(file.mistakes.size(), most_mistakes); ++i)
        report(problems, "line " + std::to_string(file.mistakes[i].line), std::move(file.mistakes[i].what));
    if (file.mistakes.size() > most_mistakes)
        report(problems, "zone file", "has " + std::to_string(file.mistakes.size() - most_mistakes) + " mistakes more");
    if (file.mistakes.empty() && file.records.empty())
        report(problems, "zone file", "has no records", "a zone file in which nothing is missing");
    wish.records = std::move(file.records);
}

void read_records_into(DnsWish &wish, const json::Value &given, const DnsName &zone, Problems &problems) {
    const json::Array &items = *given.array();
    if (items.empty() && wish.mode == DnsMode::zone)
        report(problems, "records", "is empty, which would delete every record", "the records, or mode remove");
    for (std::size_t i = 0; i < items.size(); ++i) {
        const bool finds = wish.mode == DnsMode::remove;
        std::optional<DnsRecord> record =
            parse_record(items[i], "records[" + std::to_string(i) + "]", zone,
                         finds ? RecordNeeds::name_type : RecordNeeds::everything, problems);
        if (!record)
            continue;
        const json::Value *content = items[i].find("content");
        if (finds && (content == nullptr || content->is_null()))
            wish.any_content.push_back(wish.records.size());
        wish.records.push_back(std::move(*record));
    }
    if (wish.mode == DnsMode::remove)
        return;
    for (const std::string &name : crowded_names(without_repetitions(wish.records)))
        report(problems, "records", "give " + name + " a CNAME and something else",
               "nothing beside a CNAME at its name");
}

DnsWish wish_of(const CompositionCall &call, std::string_view text_param, Problems &problems) {
    DnsWish wish;
    const ZoneQuery query = query_of(call, "zone", problems);
    if (const json::Text *mode = call.text("mode"))
        wish.mode = dns_mode(*mode).value_or(DnsMode::zone);
    if (const json::Value *keep = call.param("keep")) {
        wish.keep.clear();
        for (std::size_t i = 0; i < keep->array()->size(); ++i) {
            const json::Text *text = (*keep->array())[i].string();
            const std::optional<DnsKept> kept = text != nullptr ? parse_kept(*text, query.name) : std::nullopt;
            if (kept)
                wish.keep.push_back(*kept);
            else
                report(problems, "keep[" + std::to_string(i) + "]", "must be a type, or a name and a type",
                       "SOA, @ NS, www *");
        }
    }
    if (const json::Text *text = call.text(text_param))
        read_zone_file_into(wish, *text, query.name, problems);
    else if (const json::Value *records = call.param("records"))
        read_records_into(wish, *records, query.name, problems);
    return wish;
}

struct Planned {
    DnsPlan plan;
    std::vector<DnsRecord> current;
};

Result<Planned> make_plan(const CompositionCall &call, std::string_view text_param, Run &run) {
    Problems none;
    const DnsWish wish = wish_of(call, text_param, none);
    Result<DnsZone> zone = zone_of(call, run);
    if (!zone)
        return std::move(zone.error());
    Result<std::vector<DnsRecord>> current = read_zone(*zone, run);
    if (!current)
        return std::move(current.error());
    Result<DnsPlan> plan = plan_dns(*zone, *current, wish);
    if (!plan)
        return std::move(plan.error());
    return Planned{std::move(*plan), std::move(*current)};
}

Result<json::Value> plan_json(const CompositionCall &call, std::string_view text_param, Run &run) {
    Result<Planned> planned = make_plan(call, text_param, run);
    if (!planned)
        return std::move(planned.error());
    return json::Value(to_json(planned->plan));
}

// The plan that was given, or one for what is wished.
Result<Planned> plan_to_apply(const CompositionCall &call, Run &run) {
    const json::Value *given = call.param("plan");
    if (given == nullptr)
        return make_plan(call, "zone_file", run);
    Problems none;
    std::optional<DnsPlan> plan = parse_plan(*given, "plan", none);
    Result<std::vector<DnsRecord>> current = read_zone(plan->zone, run);
    if (!current)
        return std::move(current.error());
    return Planned{std::move(*plan), std::move(*current)};
}

// --- Export -------------------------------------------------------------------------------------------------------

// A domain's DNS does not list the servers that serve it. Without them the file is still of use.
std::vector<std::string> name_servers(const CompositionCall &call, const DnsZone &zone, Run &run) {
    constexpr std::string_view operation = "domains.nameservers.get";
    std::vector<std::string> servers;
    if (zone.kind != DnsKind::domain || !call.portal_has(operation))
        return servers;
    const Result<json::Value> answer = run.call(operation, zone_params(zone));
    if (!answer)
        return servers;
    const auto add = [&](const json::Value &value) {
        if (value.string() == nullptr)
            return;
        if (const Result<WrittenName, Phrase> name = parse_dns_name(*value.string()))
            servers.push_back(to_text(name->name));
    };
    const json::Value *list = answer->find("nameservers");
    const json::Value &found = list != nullptr ? *list : *answer;
    if (found.array() != nullptr)
        std::for_each(found.array()->begin(), found.array()->end(), add);
    else if (found.object() != nullptr)
        for (const json::Member &member : *found.object())
            add(member.value);
    return servers;
}

} // namespace

void check_find_zone(const CompositionCall &call, Problems &problems) { query_of(call, "name", problems); }

Result<json::Value> run_find_zone(const CompositionCall &call, Run &run) {
    Problems none;
    const ZoneQuery query = query_of(call, "name", none);
    Result<DnsZone> zone = find_zone(query, run);
    if (!zone)
        return std::move(zone.error());
    json::Object data = to_json(*zone);
    data.append("relative", relative_text(query.name, zone->name));
    return json::Value(std::move(data));
}

void check_plan(const CompositionCall &call, Problems &problems) { wish_of(call, {}, problems); }

Result<json::Value> run_plan(const CompositionCall &call, Run &run) { return plan_json(call, {}, run); }

void check_apply(const CompositionCall &call, Problems &problems) {
    const int given =
        (call.param("plan") != nullptr) + (call.param("records") != nullptr) + (call.param("zone_file") != nullptr);
    if (given != 1)
        return report(problems, "plan", "must be given, or records, or zone_file: one of the three");
    if (const json::Value *plan = call.param("plan")) {
        for (const std::string_view other : {"zone", "kind", "zone_id", "domain_id", "mode", "keep"}) {
            if (call.param(other) != nullptr)
                report(problems, std::string(other), "does not go with a plan, which says it already");
        }
        parse_plan(*plan, "plan", problems);
    } else if (call.text("zone") == nullptr) {
        report(problems, "zone", "is required", "the name of the zone");
    } else {
        wish_of(call, "zone_file", problems);
    }
}

Result<json::Value> run_apply(const CompositionCall &call, Run &run) {
    Result<Planned> planned = plan_to_apply(call, run);
    if (!planned)
        return std::move(planned.error());
    return apply_dns(planned->plan, std::move(planned->current), run);
}

Result<json::Value> dry_run_apply(const CompositionCall &call, Run &run) {
    Result<Planned> planned = plan_to_apply(call, run);
    if (!planned)
        return std::move(planned.error());
    json::Array steps;
    for (const DnsStep &step : steps_of(planned->plan)) {
        DnsRequest request = request_of(planned->plan.zone, step);
        steps.push_back(json::Object{{"operation", request.operation}, {"params", std::move(request.params)}});
    }
    return json::Value(json::Object{
        {"operation", call.composition.id}, {"plan", to_json(planned->plan)}, {"steps", std::move(steps)}});
}

void check_import(const CompositionCall &call, Problems &problems) { wish_of(call, "text", problems); }

Result<json::Value> run_import(const CompositionCall &call, Run &run) { return plan_json(call, "text", run); }

void check_export(const CompositionCall &call, Problems &problems) { query_of(call, "zone", problems); }

Result<json::Value> run_export(const CompositionCall &call, Run &run) {
    Result<DnsZone> zone = zone_of(call, run);
    if (!zone)
        return std::move(zone.error());
    Result<std::vector<DnsRecord>> records = read_zone(*zone, run);
    if (!records)
        return std::move(records.error());
    json::Object data = to_json(*zone);
    std::int64_t left_out = std::count_if(records->begin(), records->end(),
                                          [&](const DnsRecord &record) { return !fits_zone_file(record, zone->name); });
    data.append("left_out", left_out);
    const bool has_servers = std::any_of(records->begin(), records->end(), [](const DnsRecord &record) {
        return record.name == "@" && record.type == "NS";
    });
    const std::vector<std::string> servers = has_servers ? std::vector<std::string>() : name_servers(call, *zone, run);
    data.append("text", write_zone_file(zone->name, std::move(*records), servers));
    return json::Value(std::move(data));
}

} // namespace hostbill
