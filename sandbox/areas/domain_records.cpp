// DNS records of domains. They have no lasting id: the index in the path is a place in the list, from 1.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/domains.hpp"
#include "sandbox/areas/record_rules.hpp"

namespace hostbill::sandbox {
namespace {

constexpr std::int64_t ttl_of_all = 7200; // there is no parameter for another
constexpr std::string_view record_types[] = {"A",   "AAAA", "CNAME", "MX",    "TXT", "NS",
                                             "SRV", "CAA",  "URL",   "FRAME", "MXE"};

constexpr Beside beside{
    "SELECT 1 FROM domain_records WHERE domain_id = ? AND owner = ? AND type = ? AND value = ? AND id <> ?",
    "SELECT 1 FROM domain_records WHERE domain_id = ? AND owner = ? AND id <> ?",
    "SELECT 1 FROM domain_records WHERE domain_id = ? AND owner = ? AND type = 'CNAME' AND id <> ?",
    "SELECT 1 FROM domain_records WHERE domain_id = ? AND owner = '@' AND type = 'SOA' AND id <> ?",
};

std::int64_t domain(Call &call) { return call.integer("domain_id"); }

RecordKey check(Database &db, std::int64_t domain, const RecordText &record, std::int64_t own_id) {
    RecordKey key = check_record(record, db.text("SELECT name FROM domains WHERE id = ?", domain), record_types);
    refuse_clash(db, beside, domain, key, record.type, own_id);
    return key;
}

void add_record(Database &db, std::int64_t domain, const RecordText &record) {
    const RecordKey key = check(db, domain, record, 0);
    db.run("INSERT INTO domain_records (domain_id, name, ttl, priority, type, content, owner, value) VALUES (?, ?, ?, "
           "?, ?, ?, ?, ?)",
           domain, record.name, record.ttl, record.priority, record.type, record.content, key.owner, key.value);
}

std::int64_t record_at(Call &call) {
    const std::int64_t place = call.integer("record_id");
    std::int64_t id = 0;
    if (place > 0)
        id = call.db.number("SELECT id FROM domain_records WHERE domain_id = ? ORDER BY id LIMIT 1 OFFSET ?",
                            domain(call), place - 1);
    if (id == 0)
        not_found("Record", call.text("record_id"));
    return id;
}

json::Value list(Call &call) {
    json::Array records;
    std::int64_t place = 0;
    for (auto row = call.db.query("SELECT name, ttl, priority, type, content FROM domain_records WHERE domain_id = ? "
                                  "ORDER BY id",
                                  domain(call));
         row.next();)
        records.push_back(json::Object{{"id", ++place},
                                       {"name", row.text(0)},
                                       {"ttl", row.integer(1)},
                                       {"priority", row.integer(2)},
                                       {"type", row.text(3)},
                                       {"content", stored(row.text(4))}});
    return json::Object{{"records", std::move(records)}};
}

json::Value list_types(Call &) {
    json::Array types;
    for (std::string_view type : record_types)
        types.push_back(type);
    return json::Object{{"types", std::move(types)}};
}

json::Value done(Call &call, std::string_view effect) {
    call.count(effect);
    return info("DNS Management updated successfully");
}

json::Value create(Call &call) {
    require_active_domain(call);
    add_record(call.db, domain(call),
               {call.text("name"), call.text("type"), ttl_of_all, call.integer("priority"), read_content(call)});
    return done(call, "domain_records_created");
}

json::Value update(Call &call) {
    require_active_domain(call);
    const std::int64_t id = record_at(call);
    RecordText record;
    {
        auto row = call.db.query("SELECT name, type, ttl, priority, content FROM domain_records WHERE id = ?", id);
        row.next();
        record = {row.text(0), row.text(1), row.integer(2), row.integer(3), row.text(4)};
    }
    if (call.has("name"))
        record.name = call.text("name");
    if (call.has("type"))
        record.type = call.text("type");
    if (call.has("priority"))
        record.priority = call.integer("priority");
    if (call.has("content"))
        record.content = read_content(call);
    const RecordKey key = check(call.db, domain(call), record, id);
    call.db.run("UPDATE domain_records SET name = ?, priority = ?, type = ?, content = ?, owner = ?, value = ? WHERE "
                "id = ?",
                record.name, record.priority, record.type, record.content, key.owner, key.value, id);
    return done(call, "domain_records_updated");
}

json::Value remove(Call &call) {
    require_active_domain(call);
    call.db.run("DELETE FROM domain_records WHERE id = ?", record_at(call));
    return done(call, "domain_records_deleted");
}

constexpr HandlerRow handlers[] = {
    {"domains.dns_records.create", create}, {"domains.dns_records.delete", remove},
    {"domains.dns_records.list", list},     {"domains.dns_records.types", list_types},
    {"domains.dns_records.update", update},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE domain_records (id INTEGER PRIMARY KEY, domain_id INTEGER NOT NULL REFERENCES domains (id),
    name TEXT NOT NULL, ttl INTEGER NOT NULL, priority INTEGER NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL,
    owner TEXT NOT NULL, value TEXT NOT NULL); -- the record as one of a kind, however it was written
CREATE INDEX records_of_domain ON domain_records (domain_id);
CREATE INDEX domain_records_by_owner ON domain_records (domain_id, owner, type, value);
)sql";

constexpr SeededId seeded_ids[] = {
    {"domains.", "record_id", "1"},
};

constexpr Sample samples[] = {
    {"domains.dns_records.create", R"({"name":"sample","type":"A","content":"203.0.113.90"})"},
    {"domains.dns_records.delete", R"({"domain_id":771,"record_id":2})"},
    {"domains.dns_records.update", R"({"content":"203.0.113.91"})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("domains"))
        for (const SeedRow &record : row.rows("records"))
            add_record(moment.db, row.integer("id"),
                       {record.text("name"), record.text("type"), record.integer("ttl", ttl_of_all),
                        record.integer("priority"), record.json_text("content", "\"\"")});
}

} // namespace

constinit const Area domain_records_area{.name = "domain_records",
                                         .tables = tables,
                                         .seed = seed,
                                         .handlers = handlers,
                                         .seeded_ids = seeded_ids,
                                         .samples = samples};

} // namespace hostbill::sandbox
