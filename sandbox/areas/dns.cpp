// Zones and records of DNS services.
#include "core/base/ascii.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/domains.hpp"
#include "sandbox/areas/record_rules.hpp"
#include "sandbox/areas/services.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t default_ttl = 3600;
constexpr std::int64_t most_zones = 50; // of a service, as its product says
constexpr std::string_view record_types[] = {"A",   "AAAA", "CNAME", "MX",    "NS",   "TXT",   "SRV",   "CAA",
                                             "PTR", "SOA",  "SPF",   "DNAME", "TLSA", "SSHFP", "NAPTR", "ALIAS"};

// The day and a number within it, as name servers' serial numbers are written.
std::int64_t serial_of(Seconds now) {
    std::string day = date(now);
    std::erase(day, '-');
    return std::stoll(day) * 100 + 1;
}

json::Object zone_row(const Query &row) {
    return json::Object{{"domain_id", row.text(0)}, {"name", row.text(1)}, {"service_id", row.text(2)}};
}

json::Value list(Call &call) {
    json::Array services, zones;
    for (auto row = call.db.query("SELECT id FROM services WHERE kind = 'dns' AND status = 'Active' ORDER BY id");
         row.next();)
        services.push_back(row.text(0));
    for (auto row = call.db.query("SELECT id, name, service_id FROM zones ORDER BY id"); row.next();)
        zones.push_back(zone_row(row));
    return json::Object{{"service_ids", std::move(services)}, {"zones", std::move(zones)}};
}

json::Value list_for_service(Call &call) {
    json::Array zones;
    for (auto row = call.db.query("SELECT id, name, service_id FROM zones WHERE service_id = ? ORDER BY id",
                                  call.integer("service_id"));
         row.next();)
        zones.push_back(zone_row(row));
    return json::Object{{"zones", std::move(zones)}};
}

void require_active(Call &call) {
    if (const std::string status = service_status(call); status != "Active")
        refuse("Service " + call.text("service_id") + " is " + status);
}

std::string zone_name(Database &db, std::int64_t zone) { return db.text("SELECT name FROM zones WHERE id = ?", zone); }

constexpr Beside beside{
    "SELECT 1 FROM zone_records WHERE zone_id = ? AND owner = ? AND type = ? AND value = ? AND id <> ?",
    "SELECT 1 FROM zone_records WHERE zone_id = ? AND owner = ? AND id <> ?",
    "SELECT 1 FROM zone_records WHERE zone_id = ? AND owner = ? AND type = 'CNAME' AND id <> ?",
    "SELECT 1 FROM zone_records WHERE zone_id = ? AND owner = '@' AND type = 'SOA' AND id <> ?",
};

RecordKey check(Database &db, std::int64_t zone, const RecordText &record, std::int64_t own_id) {
    RecordKey key = check_record(record, zone_name(db, zone), record_types);
    refuse_clash(db, beside, zone, key, record.type, own_id);
    return key;
}

std::int64_t add_record(Database &db, std::int64_t zone, const RecordText &record, std::int64_t own_id = 0) {
    const RecordKey key = check(db, zone, record, own_id);
    return db.insert("INSERT INTO zone_records (id, zone_id, name, ttl, priority, type, content, owner, value) VALUES "
                     "(NULLIF(?, 0), ?, ?, ?, ?, ?, ?, ?, ?)",
                     own_id, zone, record.name, record.ttl, record.priority, record.type, record.content, key.owner,
                     key.value);
}

// What every zone begins with.
void add_own_records(Database &db, std::int64_t zone, const std::string &name, Seconds now) {
    for (std::string_view server : own_name_servers)
        add_record(db, zone, {name, "NS", default_ttl, 0, json::write_utf8(server)});
    const std::string soa = std::string(own_name_servers[0]) + " hostmaster." + name + " " +
                            std::to_string(serial_of(now)) + " 10800 3600 604800 3600";
    add_record(db, zone, {name, "SOA", default_ttl, 0, json::write_utf8(soa)});
}

// Name servers learn of a change by the serial number of the zone's SOA, its third word.
void count_up(Call &call, std::int64_t zone) {
    std::string content;
    std::int64_t id = 0;
    if (auto row = call.db.query(
            "SELECT id, content FROM zone_records WHERE zone_id = ? AND owner = '@' AND type = 'SOA'", zone);
        row.next()) {
        id = row.integer(0);
        content = scalar_text(stored(row.text(1))).value_or("");
    }
    const std::size_t start = content.find(' ', content.find(' ') + 1) + 1;
    const std::size_t end = content.find(' ', start);
    if (id == 0 || end == std::string::npos)
        return;
    const std::int64_t serial =
        std::max<std::int64_t>(std::stoll(content.substr(start, end - start)) + 1, serial_of(call.now));
    content.replace(start, end - start, std::to_string(serial % 4294967296));
    call.db.run("UPDATE zone_records SET content = ?, value = ? WHERE id = ?", json::write_utf8(content),
                lower(content), id);
}

json::Value create_zone(Call &call) {
    std::string name = lower(call.text("name"));
    if (name.ends_with('.'))
        name.pop_back();
    if (!is_domain_name(name))
        refuse("Parameter name is not a domain name");
    require_active(call);
    if (call.db.exists("SELECT 1 FROM zones WHERE name = ?", name))
        refuse("Domain zone " + name + " already exists");
    const std::int64_t service = call.integer("service_id");
    if (call.db.number("SELECT COUNT(*) FROM zones WHERE service_id = ?", service) >= most_zones)
        refuse("Service " + std::to_string(service) + " has its " + std::to_string(most_zones) + " zones already");
    const std::int64_t zone = call.db.insert("INSERT INTO zones (service_id, name) VALUES (?, ?)", service, name);
    add_own_records(call.db, zone, name, call.now);
    call.count("zones_created");
    return info("Domain zone " + name + " was created successfully.");
}

json::Value get_zone(Call &call) {
    const std::int64_t zone = call.integer("zone_id");
    json::Array records;
    for (auto row = call.db.query("SELECT id, name, ttl, priority, content, type FROM zone_records WHERE zone_id = ? "
                                  "ORDER BY id",
                                  zone);
         row.next();)
        records.push_back(json::Object{{"id", row.text(0)},
                                       {"name", row.text(1)},
                                       {"ttl", row.integer(2)},
                                       {"priority", row.integer(3)},
                                       {"content", stored(row.text(4))},
                                       {"type", row.text(5)}});
    return json::Object{{"service_id", call.integer("service_id")},
                        {"name", zone_name(call.db, zone)},
                        {"records", std::move(records)}};
}

json::Value delete_zone(Call &call) {
    require_active(call);
    std::string name = zone_name(call.db, call.integer("zone_id"));
    call.db.run("DELETE FROM zones WHERE id = ?", call.integer("zone_id"));
    call.count("zones_deleted");
    return info("Domain zone " + name + " was deleted successfully.");
}

json::Value create_record(Call &call) {
    require_active(call);
    const std::int64_t zone = call.integer("zone_id");
    const RecordText record{call.text("name"), call.text("type"), call.has("ttl") ? call.integer("ttl") : default_ttl,
                            call.integer("priority"), read_content(call)};
    const std::int64_t id = add_record(call.db, zone, record);
    count_up(call, zone);
    call.count("records_created");
    return json::Object{{"record", json::Object{{"id", std::to_string(id)},
                                                {"name", record.name},
                                                {"type", record.type},
                                                {"ttl", std::to_string(record.ttl)},
                                                {"priority", std::to_string(record.priority)},
                                                {"content", stored(record.content)}}},
                        {"info", json::Array{"dnsnewrecordadded", record.type}}};
}

// The record in the path, as it is.
RecordText find_record(Call &call) {
    auto row = call.db.query("SELECT name, type, ttl, priority, content FROM zone_records WHERE id = ? AND zone_id = ?",
                             call.text("record_id"), call.integer("zone_id"));
    if (!row.next())
        not_found("Record", call.text("record_id"));
    return {row.text(0), row.text(1), row.integer(2), row.integer(3), row.text(4)};
}

// A zone without its SOA, or without name servers, is none.
void keep_zone_alive(Call &call, std::int64_t id) {
    const std::int64_t zone = call.integer("zone_id");
    auto row =
        call.db.query("SELECT type FROM zone_records WHERE id = ? AND owner = '@' AND type IN ('SOA', 'NS')", id);
    if (!row.next())
        return;
    if (row.text(0) == "SOA")
        refuse("The SOA of a zone cannot be removed");
    if (!call.db.exists("SELECT 1 FROM zone_records WHERE zone_id = ? AND owner = '@' AND type = 'NS' AND id <> ?",
                        zone, id))
        refuse("The last name server of a zone cannot be removed");
}

json::Value update_record(Call &call) {
    require_active(call);
    const std::int64_t id = call.integer("record_id"), zone = call.integer("zone_id");
    const RecordText before = find_record(call);
    RecordText record = before;
    if (call.has("name"))
        record.name = call.text("name");
    if (call.has("ttl"))
        record.ttl = call.integer("ttl");
    if (call.has("priority"))
        record.priority = call.integer("priority");
    if (call.has("type"))
        record.type = call.text("type");
    if (call.has("content"))
        record.content = read_content(call);
    const RecordKey key = check(call.db, zone, record, id);
    if (record.type != before.type || key.owner != apex)
        keep_zone_alive(call, id);
    call.db.run("UPDATE zone_records SET name = ?, ttl = ?, priority = ?, type = ?, content = ?, owner = ?, value = ? "
                "WHERE id = ?",
                record.name, record.ttl, record.priority, record.type, record.content, key.owner, key.value, id);
    if (record.type != "SOA")
        count_up(call, zone);
    call.count("records_updated");
    return json::Object{{"record", json::Object{{"id", std::to_string(id)},
                                                {"type", record.type},
                                                {"ttl", std::to_string(record.ttl)},
                                                {"name", record.name},
                                                {"priority", record.priority},
                                                {"content", stored(record.content)}}},
                        {"info", json::Array{"The record was updated successfully."}}};
}

json::Value delete_record(Call &call) {
    require_active(call);
    find_record(call);
    keep_zone_alive(call, call.integer("record_id"));
    call.db.run("DELETE FROM zone_records WHERE id = ?", call.integer("record_id"));
    count_up(call, call.integer("zone_id"));
    call.count("records_deleted");
    return info("The record was deleted successfully.");
}

constexpr HandlerRow handlers[] = {
    {"dns.records.create", create_record},
    {"dns.records.delete", delete_record},
    {"dns.records.update", update_record},
    {"dns.zones.create", create_zone},
    {"dns.zones.delete", delete_zone},
    {"dns.zones.get", get_zone},
    {"dns.zones.list", list},
    {"dns.zones.list_for_service", list_for_service},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE zones (id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL REFERENCES services (id), name TEXT NOT NULL UNIQUE);
CREATE INDEX zones_of_service ON zones (service_id);
CREATE TABLE zone_records (id INTEGER PRIMARY KEY, zone_id INTEGER NOT NULL REFERENCES zones (id) ON DELETE CASCADE,
    name TEXT NOT NULL, ttl INTEGER NOT NULL, priority INTEGER NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL,
    owner TEXT NOT NULL, value TEXT NOT NULL); -- the record as one of a kind, however it was written
CREATE INDEX records_of_zone ON zone_records (zone_id);
CREATE INDEX records_by_owner ON zone_records (zone_id, owner, type, value);
)sql";

constexpr PathId ids[] = {
    {"zone_id", "Zone", "SELECT 1 FROM zones WHERE id = ? AND service_id = ?", true},
};

constexpr SeededId seeded_ids[] = {
    {"dns.", "service_id", "5130"},
    {"", "record_id", "6001"},
    {"", "zone_id", "640"},
};

constexpr Sample samples[] = {
    {"dns.records.create", R"({"name":"sample","type":"A","content":"203.0.113.90"})"},
    {"dns.records.delete", R"({"service_id":5131,"zone_id":641,"record_id":6003})"},
    {"dns.records.update", R"({"content":"203.0.113.91"})"},
    {"dns.zones.create", R"({"name":"sample-zone.net"})"},
    {"dns.zones.delete", R"({"zone_id":642})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &zone : document.rows("zones")) {
        moment.db.run("INSERT INTO zones (id, service_id, name) VALUES (?, ?, ?)", zone.integer("id"),
                      zone.integer("service"), zone.text("name"));
        for (const SeedRow &record : zone.rows("records"))
            add_record(moment.db, zone.integer("id"),
                       {record.text("name"), record.text("type"), record.integer("ttl", default_ttl),
                        record.integer("priority"), record.json_text("content", "\"\"")},
                       record.integer("id"));
    }
}

void forget(const Moment &moment, const ServiceChange &change) {
    if (change.status != gone)
        return;
    moment.db.run("DELETE FROM zone_records WHERE zone_id IN (SELECT id FROM zones WHERE service_id = ?)", change.id);
    moment.db.run("DELETE FROM zones WHERE service_id = ?", change.id);
}

} // namespace

constinit const Area dns_area{.name = "dns",
                              .tables = tables,
                              .seed = seed,
                              .handlers = handlers,
                              .ids = ids,
                              .seeded_ids = seeded_ids,
                              .samples = samples,
                              .service_changed = forget};

} // namespace hostbill::sandbox
