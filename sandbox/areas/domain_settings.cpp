// The switches and lists of a domain at its registry. The documents show next to nothing of their answers.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/cart.hpp"
#include "sandbox/areas/profile.hpp"

namespace hostbill::sandbox {
namespace {

std::int64_t domain(Call &call) { return call.integer("domain_id"); }

json::Value saved(Call &call) {
    call.count("domain_changes");
    return info("success_changes_save");
}

json::Value get_nameservers(Call &call) {
    return json::Object{
        {"nameservers", stored(call.db.text("SELECT nameservers FROM domains WHERE id = ?", domain(call)))}};
}

json::Value set_nameservers(Call &call) {
    call.db.run("UPDATE domains SET nameservers = ? WHERE id = ?", checked_nameservers(call.value("nameservers")),
                domain(call));
    return saved(call);
}

// The documents name no parameter for these switches: without one, the switch is turned over.
bool wanted(Call &call, std::string_view current_sql, std::initializer_list<std::string_view> names) {
    for (std::string_view name : names)
        if (const json::Value *value = call.given.find(name)) {
            auto word = scalar_text(*value);
            return word && (*word == "1" || *word == "true" || *word == "on");
        }
    return call.db.number(current_sql, domain(call)) == 0;
}

json::Value get_lock(Call &call) {
    return json::Object{{"reglock", call.db.text("SELECT locked FROM domains WHERE id = ?", domain(call))}};
}

json::Value set_lock(Call &call) {
    bool on = wanted(call, "SELECT locked FROM domains WHERE id = ?", {"reglock", "switch", "status"});
    call.db.run("UPDATE domains SET locked = ? WHERE id = ?", on, domain(call));
    return saved(call);
}

json::Value get_autorenew(Call &call) {
    return json::Object{{"autorenew", call.db.text("SELECT autorenew FROM domains WHERE id = ?", domain(call))}};
}

json::Value set_autorenew(Call &call) {
    bool on = wanted(call, "SELECT autorenew FROM domains WHERE id = ?", {"autorenew", "switch", "status"});
    call.db.run("UPDATE domains SET autorenew = ? WHERE id = ?", on, domain(call));
    return saved(call);
}

json::Value set_id_protection(Call &call) {
    bool on = wanted(call, "SELECT idprotection FROM domains WHERE id = ?", {"idprotection", "switch", "status"});
    call.db.run("UPDATE domains SET idprotection = ? WHERE id = ?", on, domain(call));
    return saved(call);
}

json::Value get_epp_code(Call &call) {
    return json::Object{{"epp_code", call.db.text("SELECT epp FROM domains WHERE id = ?", domain(call))}};
}

json::Value sync(Call &call) {
    auto row = call.db.query("SELECT status, expires, nameservers FROM domains WHERE id = ?", domain(call));
    row.next();
    return json::Object{{"success", true},
                        {"details", json::Object{{"status", row.text(0)},
                                                 {"expires", row.integer(1) == 0 ? "0000-00-00" : date(row.integer(1))},
                                                 {"nameservers", stored(row.text(2))}}},
                        {"info", json::Array{"The domain was read from the registry."}}};
}

json::Value get_contacts(Call &call) {
    json::Object contacts;
    for (std::string_view role : {"registrant", "admin", "tech", "billing"})
        contacts.append(role, read_profile(call.db, 0));
    json::Value changes = stored(call.db.text("SELECT contacts FROM domains WHERE id = ?", domain(call)));
    if (const json::Object *roles = changes.object())
        for (const json::Member &role : *roles)
            contacts.set(role.key, role.value);
    return json::Object{{"contact_info", std::move(contacts)}};
}

// Whatever came is kept: {"registrant":{..},"admin":{..}} by itself or within "contact_info".
json::Value set_contacts(Call &call) {
    const json::Value *inner = call.given.find("contact_info");
    json::Object roles;
    for (const json::Member &role : inner != nullptr && inner->object() != nullptr ? *inner->object() : call.given)
        if (role.value.object() != nullptr)
            roles.set(role.key, role.value);
    call.db.run("UPDATE domains SET contacts = ? WHERE id = ?", json::write_utf8(roles), domain(call));
    return saved(call);
}

json::Value get_email_forwarding(Call &call) {
    return json::Object{
        {"forwarding", stored(call.db.text("SELECT email_forwarding FROM domains WHERE id = ?", domain(call)))}};
}

json::Value set_email_forwarding(Call &call) {
    if (const json::Value *forwarding = call.given.find("forwarding");
        forwarding != nullptr && forwarding->array() != nullptr)
        call.db.run("UPDATE domains SET email_forwarding = ? WHERE id = ?", json::write_utf8(*forwarding),
                    domain(call));
    return saved(call);
}

json::Value set_forwarding(Call &call) {
    call.db.run("UPDATE domains SET forwarding = ? WHERE id = ?", json::write_utf8(call.given), domain(call));
    return saved(call);
}

json::Value list_dnssec(Call &call) {
    json::Array keys;
    for (auto row = call.db.query("SELECT key, fields FROM dnssec_keys WHERE domain_id = ? ORDER BY id", domain(call));
         row.next();) {
        json::Object key{{"key", row.text(0)}};
        const json::Value given = stored(row.text(1));
        for (std::string_view name :
             {"flags", "protocol", "algorithm", "publickey", "keytag", "digesttype", "digest"}) {
            const json::Value *value = given.find(name);
            key.append(name, value != nullptr ? *value : json::Value(""));
        }
        keys.push_back(std::move(key));
    }
    return json::Object{{"keys", std::move(keys)}};
}

json::Value add_dnssec(Call &call) {
    json::Object fields = call.given;
    fields.erase("key");
    std::int64_t id = call.db.insert("INSERT INTO dnssec_keys (domain_id, key, fields) VALUES (?, '', ?)", domain(call),
                                     json::write_utf8(fields));
    call.db.run("UPDATE dnssec_keys SET key = id WHERE id = ?", id);
    return saved(call);
}

json::Value delete_dnssec(Call &call) {
    if (call.db.change("DELETE FROM dnssec_keys WHERE domain_id = ? AND key = ?", domain(call), call.text("key")) == 0)
        not_found("Key", call.text("key"));
    return saved(call);
}

constexpr HandlerRow handlers[] = {
    {"domains.autorenew.get", get_autorenew},
    {"domains.autorenew.update", set_autorenew},
    {"domains.contacts.get", get_contacts},
    {"domains.contacts.update", set_contacts},
    {"domains.dnssec.add", add_dnssec},
    {"domains.dnssec.delete", delete_dnssec},
    {"domains.dnssec.list", list_dnssec},
    {"domains.email_forwarding.get", get_email_forwarding},
    {"domains.email_forwarding.update", set_email_forwarding},
    {"domains.forwarding.update", set_forwarding},
    {"domains.get_epp_code", get_epp_code},
    {"domains.id_protection.update", set_id_protection},
    {"domains.lock.get", get_lock},
    {"domains.lock.update", set_lock},
    {"domains.nameservers.get", get_nameservers},
    {"domains.nameservers.update", set_nameservers},
    {"domains.sync", sync},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE dnssec_keys (id INTEGER PRIMARY KEY, domain_id INTEGER NOT NULL REFERENCES domains (id),
    key TEXT NOT NULL, fields TEXT NOT NULL);
)sql";

constexpr SeededId seeded_ids[] = {
    {"", "key", R"("1")"},
};

constexpr Sample samples[] = {
    {"domains.dnssec.add", R"({"flags":257,"protocol":3,"algorithm":13,"publickey":"ZXhhbXBsZS1rZXk="})"},
    {"domains.nameservers.update", R"({"nameservers":["dns1.example.org","dns3.example.org"]})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &domain : document.rows("domains"))
        for (const SeedRow &key : domain.rows("dnssec"))
            moment.db.run("INSERT INTO dnssec_keys (id, domain_id, key, fields) VALUES (?, ?, ?, ?)", key.integer("id"),
                          domain.integer("id"), key.text("id"), key.as_json_text());
}

} // namespace

constinit const Area domain_settings_area{.name = "domain_settings",
                                          .tables = tables,
                                          .seed = seed,
                                          .handlers = handlers,
                                          .seeded_ids = seeded_ids,
                                          .samples = samples};

} // namespace hostbill::sandbox
