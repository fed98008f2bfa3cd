// What takes a whole machine long: reinstallation, a rescue system, diagnostics. One at a time, and nothing else
// meanwhile. How portals word these answers is assumed.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/metal.hpp"
#include "sandbox/world/crypto.hpp"
#include "sandbox/world/pace.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view reinstall = "reinstall", rescue = "rescue", diagnostics = "diagnostics";

struct Template {
    std::string_view id;
    std::string_view name;
    std::string_view group;
};

constexpr Template systems[] = {
    {"71", "Debian 12", "Linux"}, {"72", "Rocky Linux 9", "Linux"}, {"73", "FreeBSD 14", "BSD"}};
constexpr Template rescues[] = {{"81", "Rescue Linux", ""}};
constexpr Template tests[] = {{"91", "Memory test", ""}, {"92", "Disk test", ""}};

struct Recipe {
    std::string_view id;
    std::string_view name;
    std::string_view description;
    std::string_view group; // of the templates it is for
};

constexpr Recipe recipes[] = {{"5", "Web server", "nginx with a certificate", "Linux"}};

constexpr std::size_t shortest_password = 8;

json::Array list_of(std::span<const Template> rows) {
    json::Array list;
    for (const Template &row : rows) {
        json::Object entry{{"id", row.id}, {"name", row.name}};
        if (!row.group.empty())
            entry.append("group", row.group);
        list.push_back(std::move(entry));
    }
    return list;
}

json::Value reinstall_templates(Call &) {
    json::Array list;
    for (const Recipe &recipe : recipes) {
        json::Array usable;
        for (const Template &system : systems)
            if (system.group == recipe.group)
                usable.push_back(system.id);
        list.push_back(json::Object{{"id", recipe.id},
                                    {"name", recipe.name},
                                    {"description", recipe.description},
                                    {"usablefor", std::move(usable)}});
    }
    return json::Object{{"templates", list_of(systems)}, {"recipes", std::move(list)}};
}

json::Value rescue_templates(Call &) { return json::Object{{"templates", list_of(rescues)}}; }
json::Value diagnostics_templates(Call &) { return json::Object{{"templates", list_of(tests)}}; }

const Template &wanted_template(Call &call, std::span<const Template> rows) {
    const std::string wanted = call.text("template");
    for (const Template &row : rows)
        if (row.id == wanted)
            return row;
    not_found("Template", wanted);
}

// Ends the job and lets its effect show.
void end_job(const Moment &moment, std::string_view kind, std::int64_t machine, Seconds time) {
    std::string name;
    json::Value effect;
    {
        auto row =
            moment.db.query("SELECT template, effect FROM jobs WHERE kind = ? AND service_id = ?", kind, machine);
        row.next();
        name = row.text(0);
        effect = stored(row.text(1));
    }
    moment.db.run("UPDATE jobs SET status = 'finished', finished = ? WHERE kind = ? AND service_id = ?", time, kind,
                  machine);
    if (kind == reinstall) {
        moment.db.run("UPDATE metal SET os = ?, rescue = '' WHERE service_id = ?", name, machine);
        if (effect.find("hostname") != nullptr) // The seed's has none.
            moment.db.run("UPDATE services SET domain = ?, username = 'root', password = ? WHERE id = ?",
                          *effect.find("hostname")->string(), *effect.find("password")->string(), machine);
        moment.db.run("DELETE FROM jobs WHERE kind = ? AND service_id = ?", rescue, machine);
    } else if (kind == rescue) {
        moment.db.run("UPDATE metal SET rescue = ? WHERE service_id = ?", name, machine);
    } else if (effect.find("cleared") != nullptr) {
        moment.db.run("UPDATE metal SET os = '' WHERE service_id = ?", machine);
    }
}

void finish(const Moment &moment, std::string_view kind, std::int64_t machine, Seconds time) {
    end_job(moment, kind, machine, time);
    count_effect(moment.db, "jobs_finished");
}

void start(Call &call, std::string_view kind, const Template &chosen, const json::Object &effect) {
    const Pace pace = pace_from(call.config, call.now);
    call.db.run("DELETE FROM jobs WHERE kind = ? AND service_id = ?", kind, machine(call));
    call.db.run("INSERT INTO jobs (kind, service_id, template, status, started, finished, polls, all_polls, ready, "
                "effect) VALUES (?, ?, ?, 'running', ?, 0, ?, ?, ?, ?)",
                kind, machine(call), chosen.name, call.now, pace.polls, pace.polls, pace.ready,
                json::write_utf8(effect));
    call.log("Started " + std::string(kind) + " of service " + call.text("service_id") + ": " +
             std::string(chosen.name));
    if (pace.done(call.now))
        finish(call.moment(), kind, machine(call), call.now);
}

json::Object idle() {
    return json::Object{
        {"status", "idle"}, {"template", nullptr}, {"progress", nullptr}, {"started", ""}, {"finished", ""}};
}

// Asking is what makes time pass, where the clock does not.
void ask(Call &call, std::string_view kind) {
    Pace pace;
    {
        auto row = call.db.query("SELECT polls, ready FROM jobs WHERE kind = ? AND service_id = ? AND status = "
                                 "'running'",
                                 kind, machine(call));
        if (!row.next())
            return;
        pace = {row.integer(0), row.integer(1)};
    }
    pace.ask();
    call.db.run("UPDATE jobs SET polls = ? WHERE kind = ? AND service_id = ?", pace.polls, kind, machine(call));
    if (pace.done(call.now))
        finish(call.moment(), kind, machine(call), call.now);
}

json::Object status(Call &call, std::string_view kind) {
    ask(call, kind);
    auto row = call.db.query("SELECT status, template, started, finished, polls, ready, all_polls FROM jobs WHERE "
                             "kind = ? AND service_id = ?",
                             kind, machine(call));
    if (!row.next())
        return idle();
    const bool ended = row.integer(3) != 0;
    const Pace pace{row.integer(4), row.integer(5)};
    return json::Object{{"status", row.text(0)},
                        {"template", row.text(1)},
                        {"progress", ended ? 100 : percent_done(pace, row.integer(6), row.integer(2), call.now)},
                        {"started", date_time(row.integer(2))},
                        {"finished", ended ? date_time(row.integer(3)) : ""}};
}

// The customer's, or one that is made up. One that the customer chose is not repeated.
std::string password_for(Call &call, json::Object &answer) {
    std::string chosen = call.text("password");
    if (!chosen.empty() && chosen.size() < shortest_password)
        refuse("Parameter password must have at least " + std::to_string(shortest_password) + " characters");
    if (chosen.empty()) {
        chosen = random_password();
        answer.append("password", chosen);
    }
    return chosen;
}

void check_recipe(Call &call, const Template &system) {
    const std::string wanted = call.text("recipe");
    if (wanted.empty())
        return;
    const auto *recipe =
        std::find_if(std::begin(recipes), std::end(recipes), [&](const Recipe &row) { return row.id == wanted; });
    if (recipe == std::end(recipes))
        not_found("Recipe", wanted);
    if (recipe->group != system.group)
        refuse("Recipe " + wanted + " cannot be used with template " + std::string(system.id));
    call.log("Recipe for service " + call.text("service_id") + ": " + std::string(recipe->name));
}

json::Value start_reinstall(Call &call) {
    require_running_machine(call);
    const Template &system = wanted_template(call, systems);
    const std::string name = required_host_name(call);
    check_recipe(call, system);
    json::Object answer{{"status", true}};
    const std::string password = password_for(call, answer);
    start(call, reinstall, system, json::Object{{"hostname", name}, {"password", password}});
    return answer;
}
json::Value reinstall_status(Call &call) { return status(call, reinstall); }

json::Value start_rescue(Call &call) {
    require_running_machine(call);
    const Template &system = wanted_template(call, rescues);
    json::Object answer{{"status", true}};
    password_for(call, answer);
    start(call, rescue, system, {});
    return answer;
}
json::Value rescue_status(Call &call) { return status(call, rescue); }

// While it starts, or once it runs: the machine's own system is back.
json::Value cancel_rescue(Call &call) {
    require_active_machine(call);
    const bool running = running_job(call.db, machine(call)) == rescue;
    if (call.db.change("UPDATE metal SET rescue = '' WHERE service_id = ? AND rescue <> ''", machine(call)) == 0 &&
        !running)
        refuse("Server is not in rescue mode");
    call.db.run("DELETE FROM jobs WHERE kind = ? AND service_id = ?", rescue, machine(call));
    return status_true();
}

json::Value start_diagnostics(Call &call) {
    require_running_machine(call);
    if (!call.db.text("SELECT rescue FROM metal WHERE service_id = ?", machine(call)).empty())
        refuse("Server is in rescue mode");
    const Template &test = wanted_template(call, tests);
    if (call.flag("fullhddclear") && !call.flag("clearhdd"))
        refuse("Parameter fullhddclear needs clearhdd");
    json::Object effect;
    if (call.flag("clearhdd"))
        effect.append("cleared", call.flag("fullhddclear") ? "overwritten" : "erased");
    start(call, diagnostics, test, effect);
    return status_true();
}

std::string results(Call &call) {
    auto row = call.db.query("SELECT jobs.status, jobs.template, jobs.effect, product_id FROM jobs JOIN services ON "
                             "services.id = service_id WHERE jobs.kind = ? AND service_id = ?",
                             diagnostics, machine(call));
    if (!row.next() || row.text(0) == "running")
        return "";
    if (row.text(0) == "failed")
        return "The test did not end";
    const MetalModel model = metal_model(*find_product(row.integer(3)));
    const std::string disks = std::to_string(model.disks.size()) + " disks";
    std::string text = "No faults found: " + (row.text(1) == tests[0].name ? model.memory + " of memory" : disks);
    const json::Value effect = stored(row.text(2));
    if (const json::Value *cleared = effect.find("cleared"))
        text += ", " + disks + " " + *cleared->string();
    return text;
}

json::Value diagnostics_status(Call &call) {
    json::Object answer = status(call, diagnostics);
    answer.append("results", results(call));
    return answer;
}

json::Value cancel_diagnostics(Call &call) {
    require_active_machine(call);
    if (running_job(call.db, machine(call)) != diagnostics)
        refuse("No diagnostics are running");
    call.db.run("DELETE FROM jobs WHERE kind = ? AND service_id = ?", diagnostics, machine(call));
    return status_true();
}

constexpr HandlerRow handlers[] = {
    {"services.diagnostics.cancel", cancel_diagnostics},
    {"services.diagnostics.start", start_diagnostics},
    {"services.diagnostics.status", diagnostics_status},
    {"services.diagnostics.templates", diagnostics_templates},
    {"services.reinstall.start", start_reinstall},
    {"services.reinstall.status", reinstall_status},
    {"services.reinstall.templates", reinstall_templates},
    {"services.rescue.cancel", cancel_rescue},
    {"services.rescue.start", start_rescue},
    {"services.rescue.status", rescue_status},
    {"services.rescue.templates", rescue_templates},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE jobs (kind TEXT NOT NULL, service_id INTEGER NOT NULL REFERENCES metal (service_id) ON DELETE CASCADE,
    template TEXT NOT NULL, status TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL,
    polls INTEGER NOT NULL, all_polls INTEGER NOT NULL, ready INTEGER NOT NULL, effect TEXT NOT NULL,
    PRIMARY KEY (kind, service_id));
CREATE INDEX jobs_of_machine ON jobs (service_id);
CREATE INDEX jobs_due ON jobs (ready) WHERE status = 'running' AND ready <> 0;
)sql";

constexpr SeededId seeded_ids[] = {
    {"services.diagnostics.", "service_id", "5150"},
    {"services.reinstall.", "service_id", "5150"},
    {"services.rescue.", "service_id", "5150"},
};

// Each on a machine of its own: they keep it busy.
constexpr Sample samples[] = {
    {"services.diagnostics.cancel", R"({"service_id":5155})"},
    {"services.diagnostics.start", R"({"service_id":5153,"template":"91"})"},
    {"services.reinstall.start", R"({"service_id":5151,"hostname":"metal2.example.net","template":"71"})"},
    {"services.rescue.cancel", R"({"service_id":5154})"},
    {"services.rescue.start", R"({"service_id":5152,"template":"81"})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("metal"))
        for (const SeedRow &job : row.rows("jobs")) {
            const Pace pace = pace_from(moment.config, moment.now);
            const Seconds begun = job.time(moment);
            const std::int64_t id = row.integer("service");
            const std::string kind = job.text("kind");
            moment.db.run("INSERT INTO jobs (kind, service_id, template, status, started, finished, polls, all_polls, "
                          "ready, effect) VALUES (?, ?, ?, 'running', ?, 0, ?, ?, ?, '{}')",
                          kind, id, job.text("template"), begun, pace.polls, pace.polls, pace.ready);
            if (job.flag("finished"))
                end_job(moment, kind, id, begun);
        }
}

constexpr std::string_view job_states[] = {"running", "finished", "failed"};

// The latest of its machine; a job that is gone leaves the machine idle.
void set_job(const Moment &moment, std::string_view kind, std::int64_t machine, std::string_view state) {
    if (kind == rescue && state != "finished")
        moment.db.run("UPDATE metal SET rescue = '' WHERE service_id = ?", machine);
    if (state == gone)
        moment.db.run("DELETE FROM jobs WHERE kind = ? AND service_id = ?", kind, machine);
    else if (state == "finished")
        finish(moment, kind, machine, moment.now);
    else
        moment.db.run("UPDATE jobs SET status = ?, polls = ?, ready = 0, finished = ? WHERE kind = ? AND "
                      "service_id = ?",
                      state, for_ever, state == "running" ? 0 : moment.now, kind, machine);
}

void set_reinstall(const Moment &moment, std::int64_t id, std::string_view state) {
    set_job(moment, reinstall, id, state);
}
void set_rescue(const Moment &moment, std::int64_t id, std::string_view state) { set_job(moment, rescue, id, state); }
void set_diagnostics(const Moment &moment, std::int64_t id, std::string_view state) {
    set_job(moment, diagnostics, id, state);
}

constexpr StateRow states[] = {
    {"diagnostics", job_states, "SELECT 1 FROM jobs WHERE kind = 'diagnostics' AND service_id = ?", set_diagnostics},
    {"reinstall", job_states, "SELECT 1 FROM jobs WHERE kind = 'reinstall' AND service_id = ?", set_reinstall},
    {"rescue", job_states, "SELECT 1 FROM jobs WHERE kind = 'rescue' AND service_id = ?", set_rescue},
};

Seconds next_due(Database &db) {
    return db.number("SELECT MIN(ready) FROM jobs WHERE status = 'running' AND ready <> 0");
}

void tick(const Moment &moment) {
    for (;;) {
        std::string kind;
        std::int64_t id = 0;
        Seconds ready = 0;
        {
            auto row = moment.db.query("SELECT kind, service_id, ready FROM jobs WHERE status = 'running' AND "
                                       "ready <> 0 AND ready <= ? ORDER BY ready LIMIT 1",
                                       moment.now);
            if (!row.next())
                return;
            kind = row.text(0);
            id = row.integer(1);
            ready = row.integer(2);
        }
        finish(moment, kind, id, ready);
    }
}

} // namespace

constinit const Area metal_jobs_area{.name = "metal jobs",
                                     .tables = tables,
                                     .seed = seed,
                                     .handlers = handlers,
                                     .seeded_ids = seeded_ids,
                                     .samples = samples,
                                     .states = states,
                                     .next_due = next_due,
                                     .tick = tick};

std::string running_job(Database &db, std::int64_t machine) {
    return db.text("SELECT kind FROM jobs WHERE service_id = ? AND status = 'running'", machine);
}

} // namespace hostbill::sandbox
