// Servers and their tasks, as Time4VPS has them: an action makes a task, and the server is busy until it is done.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/config.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

struct System {
    std::string_view id;
    std::string_view title;
};

constexpr System systems[] = {
    {"debian-12-x86_64", "Debian 12"},
    {"almalinux-9-x86_64", "AlmaLinux 9"},
    {"ubuntu-24.04-x86_64", "Ubuntu 24.04"},
};

std::int64_t server(Call &call) { return call.integer("server_id"); }

std::string time_text(Seconds time) { return time == 0 ? "" : iso_time(time); }

json::Object task_row(const Query &row) {
    json::Object task{{"name", row.text(0)},
                      {"activated", time_text(row.integer(1))},
                      {"assigned", time_text(row.integer(2))},
                      {"completed", time_text(row.integer(3))},
                      {"results", row.integer(3) == 0 ? "" : row.text(4)}};
    // How the portal would say so is assumed: only set_state makes a task fail.
    if (stored(row.text(5)).find("failed") != nullptr)
        task.append("status", "failed");
    return task;
}

void set_server(Call &call, const json::Value &effect) {
    if (const json::Value *domain = effect.find("domain"))
        call.db.run("UPDATE servers SET domain = ? WHERE id = ?", *domain->string(), server(call));
    if (const json::Value *os = effect.find("os"))
        call.db.run("UPDATE servers SET os = ? WHERE id = ?", *os->string(), server(call));
    if (const json::Value *dns = effect.find("dns"))
        call.db.run("UPDATE servers SET dns = ? WHERE id = ?", json::write_utf8(*dns), server(call));
}

void complete(Call &call, std::int64_t task) {
    call.db.run("UPDATE tasks SET assigned = activated, completed = ? WHERE id = ?", call.now, task);
    set_server(call, stored(call.db.text("SELECT effect FROM tasks WHERE id = ?", task)));
    call.count("tasks_completed");
}

json::Value start(Call &call, std::string_view name, std::string results, json::Object effect = {}) {
    if (call.db.text("SELECT status FROM services WHERE id = ?", server(call)) != "Active")
        refuse("Server " + call.text("server_id") + " is not active");
    std::string busy = call.db.text("SELECT name FROM tasks WHERE server_id = ? AND completed = 0", server(call));
    if (!busy.empty())
        refuse("Server is busy: task " + busy + " is still active");
    const std::int64_t task =
        call.db.insert("INSERT INTO tasks (server_id, name, activated, assigned, completed, polls, results, effect) "
                       "VALUES (?, ?, ?, 0, 0, ?, ?, ?)",
                       server(call), name, call.now, call.config.task_polls, results, json::write_utf8(effect));
    call.count(name);
    call.log("Task " + std::string(name) + " on server " + call.text("server_id"));
    if (call.config.task_polls == 0)
        complete(call, task);
    return json::Object{{"task_id", task}};
}

std::string host_name(Call &call) {
    std::string name = call.text("hostname");
    if (name.empty() || name.size() > 253 || name.find_first_of(" \t\r\n/") != std::string::npos)
        refuse("Parameter hostname is not a host name");
    return name;
}

json::Value reboot(Call &call) { return start(call, "server_reboot", "The server was restarted"); }

json::Value reinstall(Call &call) {
    std::string os = call.text("os");
    if (std::none_of(std::begin(systems), std::end(systems), [&](const System &row) { return row.id == os; }))
        refuse("Parameter os is not an available system");
    if (call.has("script") && call.integer("script") != 611 && call.integer("script") != 612)
        not_found("Script", call.text("script"));
    return start(call, "server_recreate", "The server was reinstalled. User: root, password: " + random_password(),
                 json::Object{{"os", os}});
}

// A real portal puts the password into HTML.
json::Value reset_password(Call &call) {
    return start(call, "server_reset_password", "New password: <b>" + random_password() + "</b>");
}

json::Value web_console(Call &call) {
    return start(call, "server_web_console",
                 "The console is open for " + call.text("timeout") + ": <a href=\"https://console.example.net/" +
                     random_password() + "\">console</a>, password: " + random_password());
}

json::Value rename(Call &call) {
    std::string name = host_name(call);
    return start(call, "server_set_hostname", "The name is now " + name, json::Object{{"domain", name}});
}

json::Value change_ptr(Call &call) {
    std::string name = host_name(call), address = call.text("ip_address");
    json::Value additional = stored(call.db.text("SELECT additional FROM servers WHERE id = ?", server(call)));
    const json::Array *list = additional.array();
    bool known = address == call.db.text("SELECT ip FROM servers WHERE id = ?", server(call)) ||
                 (list != nullptr && std::find(list->begin(), list->end(), json::Value(address)) != list->end());
    if (!known)
        not_found("Address", address);
    return start(call, "server_set_ptr", "The reverse name of " + address + " is now " + name);
}

json::Value flush_firewall(Call &call) { return start(call, "server_flush_iptables", "The firewall is open"); }

json::Value change_dns(Call &call) {
    json::Array servers;
    for (std::string_view name : {"ns1", "ns2", "ns3", "ns4"})
        if (std::string address = call.text(name); !address.empty())
            servers.push_back(address);
    if (servers.empty())
        refuse("Parameter ns1 is required");
    return start(call, "server_set_dns", "The name servers were changed", json::Object{{"dns", std::move(servers)}});
}

// By number, or by name for the last run of that name. Asking is what makes time pass.
json::Value get_task(Call &call) {
    std::string id = call.text("task_id");
    std::int64_t task =
        call.db.number("SELECT id FROM tasks WHERE server_id = ? AND (CAST(id AS TEXT) = ? OR name = ?) "
                       "ORDER BY id DESC LIMIT 1",
                       server(call), id, id);
    if (task == 0)
        refuse("Invalid task ID");
    if (call.db.exists("SELECT 1 FROM tasks WHERE id = ? AND completed = 0", task)) {
        call.db.run("UPDATE tasks SET polls = polls - 1, assigned = activated WHERE id = ?", task);
        if (call.db.exists("SELECT 1 FROM tasks WHERE id = ? AND polls <= 0", task))
            complete(call, task);
    }
    auto row =
        call.db.query("SELECT name, activated, assigned, completed, results, effect FROM tasks WHERE id = ?", task);
    row.next();
    return task_row(row);
}

json::Value list(Call &call) {
    json::Array servers;
    for (auto row =
             call.db.query("SELECT servers.id, servers.domain, ip, created, label, type FROM servers JOIN services "
                           "USING (id) WHERE status = 'Active' ORDER BY servers.id");
         row.next();)
        servers.push_back(json::Object{{"server_id", row.integer(0)},
                                       {"domain", row.text(1)},
                                       {"ip", row.text(2)},
                                       {"date_created", date(row.integer(3))},
                                       {"synch_date", date_time(call.now)},
                                       {"label", row.text(4)},
                                       {"type", row.text(5)}});
    return servers;
}

json::Value active_task(Call &call) {
    auto row =
        call.db.query("SELECT name, activated, assigned, completed, results, effect FROM tasks WHERE server_id = ? AND "
                      "completed = 0",
                      server(call));
    return row.next() ? json::Value(task_row(row)) : json::Value();
}

json::Value last_tasks(Call &call) {
    json::Array tasks;
    for (auto row = call.db.query(
             "SELECT name, activated, assigned, completed, results, effect FROM tasks WHERE server_id = ? "
             "AND completed <> 0 ORDER BY id DESC LIMIT 10",
             server(call));
         row.next();)
        tasks.push_back(task_row(row));
    return tasks.empty() ? json::Value() : json::Value(std::move(tasks));
}

json::Value get(Call &call) {
    auto row =
        call.db.query("SELECT package_id, servers.domain, label, status, cores, memory, disk, os, ip, additional, "
                      "dns FROM servers JOIN services USING (id) WHERE servers.id = ?",
                      server(call));
    row.next();
    return json::Object{
        {"synch_date", iso_time(call.now)},
        {"package_id", row.integer(0)},
        {"domain", row.text(1)},
        {"label", row.text(2)},
        {"status", row.text(3)},
        {"cpu_frequency", 2600},
        {"cpu_cores", row.integer(4)},
        {"ram_limit", row.integer(5)},
        {"ram_used", row.integer(5) / 4},
        {"disk_limit", row.integer(6)},
        {"disk_usage", row.integer(6) / 5},
        {"bw_limit", 8388608},
        {"bw_in", 15210},
        {"bw_out", 20877},
        {"os", row.text(7)},
        {"ip", row.text(8)},
        {"additional_ip", stored(row.text(9))},
        {"dns_servers", stored(row.text(10))},
        {"components", json::Array{json::Object{{"id", 140}, {"name", "Nightly backups"}, {"selected", true}}}},
        {"active_task", active_task(call)},
        {"last_tasks", last_tasks(call)}};
}

json::Value list_systems(Call &) {
    json::Array list;
    for (const System &system : systems)
        list.push_back(json::Object{{"os", system.id}, {"title", system.title}});
    return list;
}

json::Value list_ips(Call &call) {
    json::Array ips{call.db.text("SELECT ip FROM servers WHERE id = ?", server(call))};
    json::Value additional = stored(call.db.text("SELECT additional FROM servers WHERE id = ?", server(call)));
    if (const json::Array *list = additional.array())
        ips.insert(ips.end(), list->begin(), list->end());
    return json::Array{json::Object{{"ips", std::move(ips)}}};
}

constexpr HandlerRow handlers[] = {
    {"servers.change_dns", change_dns},
    {"servers.change_ptr", change_ptr},
    {"servers.flush_firewall", flush_firewall},
    {"servers.get", get},
    {"servers.ips", list_ips},
    {"servers.list", list},
    {"servers.operating_systems", list_systems},
    {"servers.reboot", reboot},
    {"servers.reinstall", reinstall},
    {"servers.rename", rename},
    {"servers.reset_password", reset_password},
    {"servers.tasks.get", get_task},
    {"servers.web_console", web_console},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE servers (id INTEGER PRIMARY KEY REFERENCES services (id), package_id INTEGER NOT NULL, domain TEXT NOT NULL,
    type TEXT NOT NULL, os TEXT NOT NULL, ip TEXT NOT NULL, additional TEXT NOT NULL, dns TEXT NOT NULL,
    cores INTEGER NOT NULL, memory INTEGER NOT NULL, disk INTEGER NOT NULL);
CREATE TABLE tasks (id INTEGER PRIMARY KEY, server_id INTEGER NOT NULL REFERENCES servers (id), name TEXT NOT NULL,
    activated INTEGER NOT NULL, assigned INTEGER NOT NULL, completed INTEGER NOT NULL, polls INTEGER NOT NULL,
    results TEXT NOT NULL, effect TEXT NOT NULL);
CREATE INDEX tasks_of_server ON tasks (server_id);
)sql";

constexpr PathId ids[] = {
    {"server_id", "Server", "SELECT 1 FROM servers WHERE id = ?"},
};

constexpr SeededId seeded_ids[] = {
    {"", "server_id", "2210"},
    {"", "task_id", R"("78100")"},
    {"", "width", "600"},
};

constexpr Sample samples[] = {
    {"servers.change_dns", R"({"server_id":2211,"ns1":"198.51.100.53"})"},
    {"servers.change_ptr", R"({"server_id":2212,"ip_address":"203.0.113.65","hostname":"ptr.example.net"})"},
    {"servers.flush_firewall", R"({"server_id":2213})"},
    {"servers.reboot", R"({"server_id":2214})"},
    {"servers.reinstall", R"({"server_id":2215,"os":"debian-12-x86_64"})"},
    {"servers.rename", R"({"server_id":2216,"hostname":"renamed.example.net"})"},
    {"servers.reset_password", R"({"server_id":2217})"},
    {"servers.web_console", R"({"server_id":2218,"timeout":"1h","whitelabel":false})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    if (!portal_has(moment.portal, "servers.list"))
        return;
    for (const SeedRow &row : document.rows("servers")) {
        const std::int64_t id = row.integer("id");
        seed_service(moment, row, "server");
        moment.db.run(
            "INSERT INTO servers (id, package_id, domain, type, os, ip, additional, dns, cores, memory, disk) "
            "VALUES (?, ?, ?, 'KVM', 'debian-12-x86_64', ?, ?, '[\"198.51.100.53\"]', 2, 4096, 40960)",
            id, row.integer("product"), row.text("domain"), row.text("ip"), row.json_text("additional", "[]"));
        for (const SeedRow &task : row.rows("tasks")) {
            const Seconds begun = task.time(moment);
            moment.db.run("INSERT INTO tasks (id, server_id, name, activated, assigned, completed, polls, results, "
                          "effect) VALUES (?, ?, ?, ?, ?, ?, 0, ?, '{}')",
                          task.integer("id"), id, task.text("name"), begun, begun + 12, begun + 100,
                          task.text("results"));
        }
    }
}

constexpr std::string_view pending = "pending", failed = "failed", completed = "completed";
constexpr std::string_view task_states[] = {pending, completed, failed};

void set_task(const Moment &moment, std::int64_t id, std::string_view state) {
    if (state == gone)
        moment.db.run("DELETE FROM tasks WHERE id = ?", id);
    else if (state == pending)
        moment.db.run("UPDATE tasks SET completed = 0, polls = ? WHERE id = ?", for_ever, id);
    else
        moment.db.run("UPDATE tasks SET assigned = activated, completed = ?, effect = ?, results = ? WHERE id = ?",
                      moment.now, state == failed ? R"({"failed":true})" : "{}",
                      state == failed ? "The task failed" : "Done", id);
}

constexpr StateRow states[] = {{"task", task_states, "SELECT 1 FROM tasks WHERE id = ?", set_task}};

void follow_service(const Moment &moment, const ServiceChange &change) {
    if (change.status == gone) {
        moment.db.run("DELETE FROM tasks WHERE server_id = ?", change.id);
        moment.db.run("DELETE FROM servers WHERE id = ?", change.id);
    } else if (change.status == "Active" && change.kind == "server") {
        moment.db.run(
            "INSERT OR IGNORE INTO servers (id, package_id, domain, type, os, ip, additional, dns, cores, memory, "
            "disk) "
            "SELECT id, product_id, domain, 'KVM', 'debian-12-x86_64', ?, '[]', '[\"198.51.100.53\"]', 1, 2048, 20480 "
            "FROM services WHERE id = ?",
            address_of(change.id), change.id);
    }
}

} // namespace

constinit const Area servers_area{.name = "servers",
                                  .tables = tables,
                                  .seed = seed,
                                  .handlers = handlers,
                                  .ids = ids,
                                  .seeded_ids = seeded_ids,
                                  .samples = samples,
                                  .states = states,
                                  .service_changed = follow_service};

} // namespace hostbill::sandbox
