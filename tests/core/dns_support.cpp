#include "dns_support.hpp"

#include <ostream>

namespace hostbill {

void PrintTo(const DnsRecord &record, std::ostream *out) { *out << json::write_utf8(to_json(record)); }

namespace test {

DnsName dns_name(std::string_view text) { return parse_dns_name(text)->name; }

DnsZone test_zone(DnsKind kind) {
    DnsZone zone{.name = dns_name("example.net"), .kind = kind};
    if (kind == DnsKind::zone) {
        zone.service_id = 5130;
        zone.zone_id = 640;
    } else {
        zone.domain_id = 770;
    }
    return zone;
}

std::vector<DnsRecord> dns_records(std::string_view json) {
    std::vector<FieldProblem> problems;
    std::vector<DnsRecord> records = parse_records(parsed(json), "records", dns_name("example.net"), problems);
    for (const FieldProblem &problem : problems)
        ADD_FAILURE() << problem.field << ' ' << problem.problem;
    return records;
}

DnsRecord dns_record(std::string_view json) { return dns_records("[" + std::string(json) + "]").at(0); }

std::string brief(const DnsRecord &record) {
    return record.name + " " + record.type + " " +
           (record.priority ? std::to_string(*record.priority) + " " : std::string()) + record.content;
}

std::vector<std::string> brief(const std::vector<DnsRecord> &records) {
    std::vector<std::string> out;
    for (const DnsRecord &record : records)
        out.push_back(brief(record));
    return out;
}

ZoneRun::ZoneRun(DnsKind kind, std::vector<DnsRecord> given) : zone(test_zone(kind)), records(std::move(given)) {
    for (DnsRecord &record : records)
        record.id = next_id_++;
}

std::vector<DnsRecord> ZoneRun::read() { return *read_zone(zone, *this); }

Result<json::Value> ZoneRun::perform(std::string_view operation, const json::Object &params, const StepOptions &) {
    asked.emplace_back(operation);
    const DnsOperations &names = operations_of(zone.kind);
    if (operation != names.read)
        return act(operation, params);
    before_read();
    json::Array list;
    for (std::size_t i = 0; i < records.size(); ++i) {
        DnsRecord shown = records[i];
        if (zone.kind == DnsKind::domain)
            shown.id = static_cast<std::int64_t>(i) + 1;
        list.push_back(to_json(shown));
    }
    return json::Value(json::Object{{"records", std::move(list)}});
}

Result<json::Value> ZoneRun::act(std::string_view operation, const json::Object &params) {
    const DnsOperations &names = operations_of(zone.kind);
    const int number = static_cast<int>(acts.size()) + 1;
    for (const Fault &fault : faults) {
        if (fault.at == number && !fault.acts) {
            acts.emplace_back("refused");
            return Error{.error_class = fault.error, .message = "a fault"};
        }
    }
    auto place = records.end();
    if (const json::Value *id = params.find("record_id")) {
        place = zone.kind == DnsKind::domain
                    ? records.begin() + static_cast<std::ptrdiff_t>(*id->integer() - 1)
                    : std::find_if(records.begin(), records.end(),
                                   [&](const DnsRecord &record) { return record.id == *id->integer(); });
        if (*id->integer() < 1 || place >= records.end())
            return Error{.error_class = ErrorClass::not_found, .message = "no such record"};
    }
    if (operation == names.remove) {
        acts.push_back("delete " + brief(*place));
        records.erase(place);
    } else {
        DnsRecord record = read_records(json::Array{json::Value(params)}, zone.name).at(0);
        if (zone.kind == DnsKind::domain)
            record.ttl = 7200;
        acts.push_back((operation == names.update ? "update " : "create ") + brief(record));
        if (operation == names.update) {
            record.id = place->id;
            *place = record;
        } else {
            record.id = next_id_++;
            records.push_back(record);
        }
    }
    for (const Fault &fault : faults) {
        if (fault.at == number)
            return Error{.error_class = fault.error, .message = "a fault"};
    }
    return json::Value(json::Object{});
}

} // namespace test
} // namespace hostbill
