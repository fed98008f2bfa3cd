// What one can do with a server, as Time4VPS has it: an action makes a task, the server is busy until it is done, and
// only then the effect shows.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/host_names.hpp"
#include "sandbox/areas/servers.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

std::string time_text(Seconds time) { return time == 0 ? "" : iso_time(time); }

// Columns: name, activated, assigned, completed, results, effect.
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

// What a task brings once it is done.
void apply(Database &db, std::int64_t server, const json::Value &effect) {
    auto text = [&](std::string_view name) {
        const json::Value *value = effect.find(name);
        return value != nullptr && value->string() != nullptr ? std::string(*value->string()) : std::string();
    };
    if (const std::string domain = text("domain"); !domain.empty())
        db.run("UPDATE services SET domain = ? WHERE id = ?", domain, server);
    if (const std::string os = text("os"); !os.empty())
        db.run("UPDATE servers SET os = ? WHERE id = ?", os, server);
    if (const std::string password = text("password"); !password.empty())
        db.run("UPDATE services SET username = 'root', password = ? WHERE id = ?", password, server);
    if (const std::string address = text("address"); !address.empty())
        db.run("INSERT INTO server_ptrs (server_id, ip, name) VALUES (?, ?, ?) "
               "ON CONFLICT (server_id, ip) DO UPDATE SET name = excluded.name",
               server, address, text("ptr"));
    if (const json::Value *dns = effect.find("dns"))
        db.run("UPDATE servers SET dns = ? WHERE id = ?", json::write_utf8(*dns), server);
}

void complete(const Moment &moment, std::int64_t task, Seconds time) {
    std::int64_t server = 0;
    json::Value effect;
    {
        auto row = moment.db.query("SELECT server_id, effect FROM tasks WHERE id = ?", task);
        row.next();
        server = row.integer(0);
        effect = stored(row.text(1));
    }
    moment.db.run("UPDATE tasks SET assigned = activated, completed = ? WHERE id = ?", time, task);
    apply(moment.db, server, effect);
    count_effect(moment.db, "tasks_completed");
}

json::Value start(Call &call, std::string_view name, const std::string &results, const json::Object &effect = {}) {
    if (call.db.text("SELECT status FROM services WHERE id = ?", server(call)) != "Active")
        refuse("Server " + call.text("server_id") + " is not active");
    std::string busy = call.db.text("SELECT name FROM tasks WHERE server_id = ? AND completed = 0", server(call));
    if (!busy.empty())
        refuse("Server is busy: task " + busy + " is still active");
    const Pace pace = pace_from(call.config, call.now);
    // By the clock, somebody takes it up at once; by questions, when it is asked for.
    const std::int64_t task = call.db.insert(
        "INSERT INTO tasks (server_id, name, activated, assigned, completed, polls, ready, results, effect) "
        "VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?)",
        server(call), name, call.now, pace.ready != 0 ? call.now : 0, pace.polls, pace.ready, results,
        json::write_utf8(effect));
    call.count(name);
    call.log("Task " + std::string(name) + " on server " + call.text("server_id"));
    if (pace.done(call.now))
        complete(call.moment(), task, call.now);
    return json::Object{{"task_id", task}};
}

std::string host_name(Call &call) {
    std::string name = call.text("hostname");
    if (!is_machine_name(name))
        refuse("Parameter hostname is not a host name");
    return name;
}

json::Value reboot(Call &call) { return start(call, "server_reboot", "The server was restarted"); }

void check_key(const std::string &key) {
    constexpr std::string_view kinds[] = {"ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"};
    const bool known =
        std::any_of(std::begin(kinds), std::end(kinds), [&](auto kind) { return key.starts_with(kind); });
    if (!key.empty() && !known)
        refuse("Parameter ssh_key is not a public SSH key");
}

json::Value reinstall(Call &call) {
    std::string os = call.text("os");
    if (system_title(os).empty())
        refuse("Parameter os is not an available system");
    std::string script;
    if (call.has("script")) {
        script = call.db.text("SELECT name FROM scripts WHERE id = ?", call.integer("script"));
        if (script.empty())
            not_found("Script", call.text("script"));
    }
    check_key(call.text("ssh_key"));
    const std::string password = random_password();
    std::string results = "The server was reinstalled. User: root, password: " + password;
    if (!script.empty())
        results += ". Script run: " + script;
    if (!call.text("ssh_key").empty())
        results += ". The SSH key was installed";
    return start(call, "server_recreate", results, json::Object{{"os", os}, {"password", password}});
}

// A real portal puts the password into HTML.
json::Value reset_password(Call &call) {
    const std::string password = random_password();
    return start(call, "server_reset_password", "New password: <b>" + password + "</b>",
                 json::Object{{"password", password}});
}

json::Value web_console(Call &call) {
    const std::string_view host = call.flag("whitelabel") ? "console.example.org" : "console.example.net";
    return start(call, "server_web_console",
                 "The console is open for " + call.text("timeout") + ": <a href=\"https://" + std::string(host) + "/" +
                     random_password() + "\">console</a>, password: " + random_password());
}

json::Value rename(Call &call) {
    std::string name = host_name(call);
    return start(call, "server_set_hostname", "The name is now " + name, json::Object{{"domain", name}});
}

// For additional addresses only: the main one goes by the server's name.
json::Value change_ptr(Call &call) {
    std::string name = host_name(call), address = call.text("ip_address");
    if (address == call.db.text("SELECT ip FROM servers WHERE id = ?", server(call)))
        refuse("Address " + address + " is the server's main address: its reverse name is the server's name");
    const json::Array known = additional_addresses(call.db, server(call));
    if (std::find(known.begin(), known.end(), json::Value(address)) == known.end())
        not_found("Address", address);
    const std::string old =
        call.db.text("SELECT name FROM server_ptrs WHERE server_id = ? AND ip = ?", server(call), address);
    return start(call, "server_set_ptr",
                 "The reverse name of " + address + " is now " + name + (old.empty() ? "" : ", it was " + old),
                 json::Object{{"address", address}, {"ptr", name}});
}

json::Value flush_firewall(Call &call) { return start(call, "server_flush_iptables", "The firewall is open"); }

json::Value change_dns(Call &call) {
    json::Array servers;
    for (std::string_view name : {"ns1", "ns2", "ns3", "ns4"}) {
        std::string address = call.text(name);
        if (address.empty())
            continue;
        if (!is_address(address))
            refuse("Parameter " + std::string(name) + " is not an IP address");
        servers.push_back(address);
    }
    if (servers.empty())
        refuse("Parameter ns1 is required");
    return start(call, "server_set_dns", "The name servers were changed", json::Object{{"dns", std::move(servers)}});
}

// One question more; true where that was the last.
bool ask(Call &call, std::int64_t task) {
    Pace pace;
    {
        auto row = call.db.query("SELECT polls, ready FROM tasks WHERE id = ?", task);
        row.next();
        pace = {row.integer(0), row.integer(1)};
    }
    pace.ask();
    call.db.run("UPDATE tasks SET polls = ?, assigned = activated WHERE id = ?", pace.polls, task);
    return pace.done(call.now);
}

// By number, or by name for the last run of that name.
json::Value get_task(Call &call) {
    std::string id = call.text("task_id");
    std::int64_t task =
        call.db.number("SELECT id FROM tasks WHERE server_id = ? AND (CAST(id AS TEXT) = ? OR name = ?) "
                       "ORDER BY id DESC LIMIT 1",
                       server(call), id, id);
    if (task == 0)
        refuse("Invalid task ID");
    if (call.db.exists("SELECT 1 FROM tasks WHERE id = ? AND completed = 0", task) && ask(call, task))
        complete(call.moment(), task, call.now);
    auto row =
        call.db.query("SELECT name, activated, assigned, completed, results, effect FROM tasks WHERE id = ?", task);
    row.next();
    return task_row(row);
}

constexpr HandlerRow handlers[] = {
    {"servers.change_dns", change_dns},         {"servers.change_ptr", change_ptr},
    {"servers.flush_firewall", flush_firewall}, {"servers.reboot", reboot},
    {"servers.reinstall", reinstall},           {"servers.rename", rename},
    {"servers.reset_password", reset_password}, {"servers.tasks.get", get_task},
    {"servers.web_console", web_console},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE tasks (id INTEGER PRIMARY KEY, server_id INTEGER NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    name TEXT NOT NULL, activated INTEGER NOT NULL, assigned INTEGER NOT NULL, completed INTEGER NOT NULL,
    polls INTEGER NOT NULL, ready INTEGER NOT NULL, results TEXT NOT NULL, effect TEXT NOT NULL);
CREATE INDEX tasks_of_server ON tasks (server_id);
CREATE INDEX tasks_due ON tasks (ready) WHERE completed = 0 AND ready <> 0;
CREATE TABLE server_ptrs (server_id INTEGER NOT NULL REFERENCES servers (id) ON DELETE CASCADE,
    ip TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (server_id, ip));
)sql";

constexpr SeededId seeded_ids[] = {{"", "task_id", R"("78100")"}};

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
    for (const SeedRow &server : document.rows("servers"))
        for (const SeedRow &task : server.rows("tasks")) {
            const Seconds begun = task.time(moment);
            moment.db.run("INSERT INTO tasks (id, server_id, name, activated, assigned, completed, polls, ready, "
                          "results, effect) VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, '{}')",
                          task.integer("id"), server.integer("id"), task.text("name"), begun, begun + 12, begun + 100,
                          task.text("results"));
        }
}

constexpr std::string_view pending = "pending", failed = "failed", completed = "completed";
constexpr std::string_view task_states[] = {pending, completed, failed};

constexpr std::string_view failure = R"({"failed":true})";

void set_task(const Moment &moment, std::int64_t id, std::string_view state) {
    if (state == gone) {
        moment.db.run("DELETE FROM tasks WHERE id = ?", id);
        return;
    }
    if (state == failed) {
        moment.db.run("UPDATE tasks SET assigned = activated, completed = ?, effect = ?, results = 'The task failed' "
                      "WHERE id = ?",
                      moment.now, failure, id);
        return;
    }
    moment.db.run("UPDATE tasks SET effect = '{}', results = 'Done' WHERE id = ? AND effect = ?", id, failure);
    if (state == pending)
        moment.db.run("UPDATE tasks SET completed = 0, polls = ?, ready = 0 WHERE id = ?", for_ever, id);
    else if (moment.db.exists("SELECT 1 FROM tasks WHERE id = ? AND completed = 0", id))
        complete(moment, id, moment.now);
}

constexpr StateRow states[] = {{"task", task_states, "SELECT 1 FROM tasks WHERE id = ?", set_task}};

Seconds next_due(Database &db) { return db.number("SELECT MIN(ready) FROM tasks WHERE completed = 0 AND ready <> 0"); }

void tick(const Moment &moment) {
    while (const std::int64_t task = moment.db.number("SELECT id FROM tasks WHERE completed = 0 AND ready <> 0 AND "
                                                      "ready <= ? ORDER BY ready LIMIT 1",
                                                      moment.now))
        complete(moment, task, moment.db.number("SELECT ready FROM tasks WHERE id = ?", task));
}

} // namespace

constinit const Area server_tasks_area{.name = "server tasks",
                                       .tables = tables,
                                       .seed = seed,
                                       .handlers = handlers,
                                       .seeded_ids = seeded_ids,
                                       .samples = samples,
                                       .states = states,
                                       .next_due = next_due,
                                       .tick = tick};

json::Value active_task(Call &call) {
    auto row = call.db.query("SELECT name, activated, assigned, completed, results, effect FROM tasks WHERE "
                             "server_id = ? AND completed = 0",
                             server(call));
    return row.next() ? json::Value(task_row(row)) : json::Value();
}

json::Value last_tasks(Call &call) {
    json::Array tasks;
    for (auto row = call.db.query("SELECT name, activated, assigned, completed, results, effect FROM tasks WHERE "
                                  "server_id = ? AND completed <> 0 ORDER BY id DESC LIMIT 10",
                                  server(call));
         row.next();)
        tasks.push_back(task_row(row));
    return tasks.empty() ? json::Value() : json::Value(std::move(tasks));
}

} // namespace hostbill::sandbox
