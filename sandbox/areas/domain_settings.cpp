// The switches and lists of a domain at its registry. The documents show next to nothing of their parameters.
#include "core/base/ascii.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/domains.hpp"
#include "sandbox/areas/host_names.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::size_t most_nameservers = 10;
constexpr std::int64_t most_hosts = 13;
constexpr std::size_t most_rules = 100; // of forwarded mail
constexpr std::string_view forwarding_types[] = {"301", "302", "frame"};

std::int64_t domain(Call &call) { return call.integer("domain_id"); }

// --- Name servers -------------------------------------------------------------------------------------------------

json::Array hosts(Call &call) {
    json::Array list;
    for (auto row = call.db.query("SELECT name, ip FROM domain_hosts WHERE domain_id = ? ORDER BY id", domain(call));
         row.next();)
        list.push_back(json::Object{{"name", row.text(0)}, {"ip", row.text(1)}});
    return list;
}

json::Value get_nameservers(Call &call) {
    return json::Object{
        {"nameservers", stored(call.db.text("SELECT nameservers FROM domains WHERE id = ?", domain(call)))},
        {"registered", hosts(call)}};
}

// A name server below the domain cannot be found unless the registry knows its address.
json::Value set_nameservers(Call &call) {
    require_active_domain(call);
    const std::string names = checked_nameservers(call.value("nameservers"), most_nameservers);
    const std::string ending = "." + domain_name(call);
    const json::Value list = stored(names);
    for (const json::Value &name : *list.array())
        if (name.string()->view().ends_with(ending) &&
            !call.db.exists("SELECT 1 FROM domain_hosts WHERE domain_id = ? AND name = ?", domain(call),
                            *name.string()))
            refuse("Name server " + *name.string() + " is not registered");
    call.db.run("UPDATE domains SET nameservers = ? WHERE id = ?", names, domain(call));
    return domain_saved(call);
}

std::string given_text(Call &call, std::string_view name) {
    const json::Value *value = call.given.find(name);
    return value != nullptr ? scalar_text(*value).value_or("") : std::string();
}

// The next of ns1, ns2, ... that is not there yet.
std::string next_host(Call &call, const std::string &ending) {
    int number = 1;
    while (call.db.exists("SELECT 1 FROM domain_hosts WHERE domain_id = ? AND name = ?", domain(call),
                          "ns" + std::to_string(number) + ending))
        ++number;
    return "ns" + std::to_string(number) + ending;
}

// {"nameserver":"ns1.example.net","ip":"203.0.113.53"}; the next of ns1, ns2, ... without a name, and an address of the
// portal's without one.
json::Value register_nameserver(Call &call) {
    require_active_domain(call);
    const std::string ending = "." + domain_name(call);
    std::string name = lower(given_text(call, "nameserver"));
    std::string ip = given_text(call, "ip");
    if (name.empty())
        name = next_host(call, ending);
    else if (name.find('.') == std::string::npos)
        name += ending;
    if (!name.ends_with(ending) || !is_domain_name(name))
        refuse("Parameter nameserver must be a name below " + ending.substr(1));
    if (ip.empty())
        ip = address_of(domain(call));
    if (!is_ipv4(ip) && !is_ipv6(ip))
        refuse("Parameter ip is not an address");
    if (call.db.exists("SELECT 1 FROM domain_hosts WHERE domain_id = ? AND name = ?", domain(call), name))
        refuse("Name server " + name + " is registered already");
    if (call.db.number("SELECT COUNT(*) FROM domain_hosts WHERE domain_id = ?", domain(call)) >= most_hosts)
        refuse("Domain " + domain_name(call) + " has its " + std::to_string(most_hosts) + " name servers already");
    call.db.run("INSERT INTO domain_hosts (domain_id, name, ip) VALUES (?, ?, ?)", domain(call), name, ip);
    call.count("nameservers_registered");
    return info("Name server " + name + " was registered.");
}

// --- Switches -----------------------------------------------------------------------------------------------------

// The documents name no parameter for these switches: without one, the switch is turned over.
bool wanted(Call &call, std::string_view current_sql, std::string_view own_name) {
    static constexpr std::string_view on[] = {"1", "true", "on", "yes"}, off[] = {"0", "false", "off", "no"};
    for (std::string_view name : {own_name, std::string_view("switch"), std::string_view("status")})
        if (const json::Value *value = call.given.find(name)) {
            const std::string word = scalar_text(*value).value_or("");
            const bool is_on = std::find(std::begin(on), std::end(on), word) != std::end(on);
            if (!is_on && std::find(std::begin(off), std::end(off), word) == std::end(off))
                refuse("Parameter " + std::string(name) + " must be 1 or 0");
            return is_on;
        }
    return call.db.number(current_sql, domain(call)) == 0;
}

json::Value get_lock(Call &call) {
    return json::Object{{"reglock", call.db.text("SELECT locked FROM domains WHERE id = ?", domain(call))}};
}

json::Value set_lock(Call &call) {
    require_active_domain(call);
    bool on = wanted(call, "SELECT locked FROM domains WHERE id = ?", "reglock");
    call.db.run("UPDATE domains SET locked = ? WHERE id = ?", on, domain(call));
    return domain_saved(call);
}

json::Value get_autorenew(Call &call) {
    return json::Object{{"autorenew", call.db.text("SELECT autorenew FROM domains WHERE id = ?", domain(call))}};
}

json::Value set_autorenew(Call &call) {
    require_active_domain(call);
    bool on = wanted(call, "SELECT autorenew FROM domains WHERE id = ?", "autorenew");
    call.db.run("UPDATE domains SET autorenew = ? WHERE id = ?", on, domain(call));
    return domain_saved(call);
}

json::Value set_id_protection(Call &call) {
    require_active_domain(call);
    bool on = wanted(call, "SELECT idprotection FROM domains WHERE id = ?", "idprotection");
    call.db.run("UPDATE domains SET idprotection = ? WHERE id = ?", on, domain(call));
    return domain_saved(call);
}

// --- Its registry -------------------------------------------------------------------------------------------------

json::Value get_epp_code(Call &call) {
    require_active_domain(call);
    auto row = call.db.query("SELECT name, locked, epp FROM domains WHERE id = ?", domain(call));
    row.next();
    if (row.integer(1) != 0)
        refuse("Domain " + row.text(0) + " is locked, there is no code to transfer it");
    return json::Object{{"epp_code", row.text(2)}};
}

json::Value sync(Call &call) {
    auto row = call.db.query("SELECT status, expires, nameservers, name FROM domains WHERE id = ?", domain(call));
    row.next();
    const std::string status = row.text(0);
    if (status != "Active" && status != "Expired" && status != "Pending Transfer")
        refuse("Domain " + row.text(3) + " is " + status);
    const bool ours = status != "Pending Transfer";
    return json::Object{{"success", true},
                        {"details", json::Object{{"status", status},
                                                 {"expires", ours ? date(row.integer(1)) : "0000-00-00"},
                                                 {"nameservers", stored(row.text(2))},
                                                 {"registered", hosts(call)}}},
                        {"info", json::Array{"The domain was read from the registry."}}};
}

// --- Forwarding ---------------------------------------------------------------------------------------------------

json::Value get_email_forwarding(Call &call) {
    return json::Object{
        {"forwarding", stored(call.db.text("SELECT email_forwarding FROM domains WHERE id = ?", domain(call)))}};
}

// {"forwarding":[{"from":"info","to":"ada@example.org"}]} are all the rules there will be; "from":"*" is the rest.
json::Value set_email_forwarding(Call &call) {
    require_active_domain(call);
    const json::Value *given = call.given.find("forwarding");
    if (given == nullptr)
        return domain_saved(call);
    if (given->array() == nullptr || given->array()->size() > most_rules)
        refuse("Parameter forwarding must be a list of at most " + std::to_string(most_rules) + " rules");
    const std::string name = domain_name(call);
    json::Array rules;
    for (std::size_t i = 0; i < given->array()->size(); ++i) {
        const json::Object *rule = (*given->array())[i].object();
        const std::string place = "Parameter forwarding[" + std::to_string(i) + "]";
        const std::string from = rule != nullptr ? field_text(*rule, "from") : "";
        const std::string to = rule != nullptr ? field_text(*rule, "to") : "";
        if (from != "*" && !is_email(from + "@" + name))
            refuse(place + "[from] must be the part of an address in front of the @, or *");
        if (!is_email(to))
            refuse(place + "[to] is not an e-mail address");
        rules.push_back(json::Object{{"from", from}, {"to", to}});
    }
    call.db.run("UPDATE domains SET email_forwarding = ? WHERE id = ?", json::write_utf8(rules), domain(call));
    return domain_saved(call);
}

// {"url":"https://..","type":"301"}; an empty address ends it. It is shown with the domain.
json::Value set_forwarding(Call &call) {
    require_active_domain(call);
    if (call.given.find("url") == nullptr && call.given.find("type") == nullptr)
        return domain_saved(call);
    const std::string url = given_text(call, "url");
    std::string type = given_text(call, "type");
    if (type.empty())
        type = forwarding_types[0];
    if (std::find(std::begin(forwarding_types), std::end(forwarding_types), type) == std::end(forwarding_types))
        refuse("Parameter type must be one of: 301, 302, frame");
    if (!url.empty() && !is_web_address(url))
        refuse("Parameter url is not a web address");
    json::Object forwarding;
    if (!url.empty())
        forwarding = {{"url", url}, {"type", type}};
    call.db.run("UPDATE domains SET forwarding = ? WHERE id = ?", json::write_utf8(forwarding), domain(call));
    return domain_saved(call);
}

constexpr HandlerRow handlers[] = {
    {"domains.autorenew.get", get_autorenew},
    {"domains.autorenew.update", set_autorenew},
    {"domains.email_forwarding.get", get_email_forwarding},
    {"domains.email_forwarding.update", set_email_forwarding},
    {"domains.forwarding.update", set_forwarding},
    {"domains.get_epp_code", get_epp_code},
    {"domains.id_protection.update", set_id_protection},
    {"domains.lock.get", get_lock},
    {"domains.lock.update", set_lock},
    {"domains.nameservers.get", get_nameservers},
    {"domains.nameservers.register", register_nameserver},
    {"domains.nameservers.update", set_nameservers},
    {"domains.sync", sync},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE domain_hosts (id INTEGER PRIMARY KEY, domain_id INTEGER NOT NULL REFERENCES domains (id),
    name TEXT NOT NULL, ip TEXT NOT NULL, UNIQUE (domain_id, name));
)sql";

constexpr Sample samples[] = {
    {"domains.get_epp_code", R"({"domain_id":772})"},
    {"domains.nameservers.update", R"({"nameservers":["dns1.example.org","dns3.example.org"]})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("domains"))
        for (const SeedRow &host : row.rows("hosts"))
            moment.db.run("INSERT INTO domain_hosts (domain_id, name, ip) VALUES (?, ?, ?)", row.integer("id"),
                          host.text("name"), host.text("ip"));
}

} // namespace

constinit const Area domain_settings_area{
    .name = "domain_settings", .tables = tables, .seed = seed, .handlers = handlers, .samples = samples};

} // namespace hostbill::sandbox
