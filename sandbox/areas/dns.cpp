// Zones and records of DNS services.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/cart.hpp"
#include "sandbox/areas/services.hpp"

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t default_ttl = 3600;
constexpr std::string_view record_types[] = {"A",   "AAAA", "CNAME", "MX",    "NS",   "TXT",   "SRV",   "CAA",
                                             "PTR", "SOA",  "SPF",   "DNAME", "TLSA", "SSHFP", "NAPTR", "ALIAS"};

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

json::Value create_zone(Call &call) {
    std::string name = call.text("name");
    if (!is_domain_name(name))
        refuse("Parameter name is not a domain name");
    if (call.db.exists("SELECT 1 FROM zones WHERE name = ?", name))
        refuse("Domain zone " + name + " already exists");
    call.db.run("INSERT INTO zones (service_id, name) VALUES (?, ?)", call.integer("service_id"), name);
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
                        {"name", call.db.text("SELECT name FROM zones WHERE id = ?", zone)},
                        {"records", std::move(records)}};
}

json::Value delete_zone(Call &call) {
    std::string name = call.db.text("SELECT name FROM zones WHERE id = ?", call.integer("zone_id"));
    call.db.run("DELETE FROM zones WHERE id = ?", call.integer("zone_id"));
    call.count("zones_deleted");
    return info("Domain zone " + name + " was deleted successfully.");
}

std::string checked_type(Call &call) {
    std::string type = call.text("type");
    for (std::string_view known : record_types)
        if (type == known)
            return type;
    refuse("Parameter type is not a known record type");
}

// A text, or for types of several parts such as SRV, a list of them. Kept as it came.
std::string checked_content(Call &call) {
    const json::Value *content = call.value("content");
    if (content->array() != nullptr) {
        for (const json::Value &part : *content->array())
            if (!scalar_text(part))
                refuse("Parameter content must be a text or a list of texts");
    } else if (call.text("content").empty()) {
        refuse("Parameter content is required");
    }
    return json::write_utf8(*content);
}

json::Value create_record(Call &call) {
    std::string type = checked_type(call);
    std::string content = checked_content(call);
    std::int64_t ttl = call.has("ttl") ? call.integer("ttl") : default_ttl;
    std::int64_t id = call.db.insert(
        "INSERT INTO zone_records (zone_id, name, ttl, priority, type, content) VALUES (?, ?, ?, ?, ?, ?)",
        call.integer("zone_id"), call.text("name"), ttl, call.integer("priority"), type, content);
    call.count("records_created");
    return json::Object{{"record", json::Object{{"id", std::to_string(id)},
                                                {"name", call.text("name")},
                                                {"type", type},
                                                {"ttl", std::to_string(ttl)},
                                                {"priority", std::to_string(call.integer("priority"))},
                                                {"content", stored(content)}}},
                        {"info", json::Array{"dnsnewrecordadded", type}}};
}

void check_record(Call &call) {
    if (!call.db.exists("SELECT 1 FROM zone_records WHERE id = ? AND zone_id = ?", call.text("record_id"),
                        call.integer("zone_id")))
        not_found("Record", call.text("record_id"));
}

json::Value update_record(Call &call) {
    check_record(call);
    const std::int64_t id = call.integer("record_id");
    if (call.has("name"))
        call.db.run("UPDATE zone_records SET name = ? WHERE id = ?", call.text("name"), id);
    if (call.has("ttl"))
        call.db.run("UPDATE zone_records SET ttl = ? WHERE id = ?", call.integer("ttl"), id);
    if (call.has("priority"))
        call.db.run("UPDATE zone_records SET priority = ? WHERE id = ?", call.integer("priority"), id);
    if (call.has("type"))
        call.db.run("UPDATE zone_records SET type = ? WHERE id = ?", checked_type(call), id);
    if (call.has("content"))
        call.db.run("UPDATE zone_records SET content = ? WHERE id = ?", checked_content(call), id);
    call.count("records_updated");
    auto row = call.db.query("SELECT type, ttl, name, priority, content FROM zone_records WHERE id = ?", id);
    row.next();
    return json::Object{{"record", json::Object{{"id", std::to_string(id)},
                                                {"type", row.text(0)},
                                                {"ttl", row.text(1)},
                                                {"name", row.text(2)},
                                                {"priority", row.integer(3)},
                                                {"content", stored(row.text(4))}}},
                        {"info", json::Array{"The record was updated successfully."}}};
}

json::Value delete_record(Call &call) {
    check_record(call);
    call.db.run("DELETE FROM zone_records WHERE id = ?", call.integer("record_id"));
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
    name TEXT NOT NULL, ttl INTEGER NOT NULL, priority INTEGER NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL);
CREATE INDEX records_of_zone ON zone_records (zone_id);
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
            moment.db.run("INSERT INTO zone_records (id, zone_id, name, ttl, priority, type, content) VALUES (?, ?, "
                          "?, ?, ?, ?, ?)",
                          record.integer("id"), zone.integer("id"), record.text("name"),
                          record.integer("ttl", default_ttl), record.integer("priority"), record.text("type"),
                          record.json_text("content", "\"\""));
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
