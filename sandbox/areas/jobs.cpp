// What takes a bare-metal service long: reinstallation, a rescue system, diagnostics. One of each at a time; asking is
// what makes time pass, as with tasks. How portals word these answers is assumed.
#include "sandbox/areas/areas.hpp"
#include "sandbox/config.hpp"
#include "sandbox/world/crypto.hpp"

namespace hostbill::sandbox {
namespace {

json::Object idle() {
    return json::Object{
        {"status", "idle"}, {"template", nullptr}, {"progress", nullptr}, {"started", ""}, {"finished", ""}};
}

void finish(Call &call, std::string_view kind) {
    call.db.run("UPDATE jobs SET status = 'finished', finished = ? WHERE kind = ? AND service_id = ?", call.now, kind,
                call.integer("service_id"));
    call.count("jobs_finished");
}

void start(Call &call, std::string_view kind) {
    const std::int64_t service = call.integer("service_id");
    if (call.db.exists("SELECT 1 FROM jobs WHERE kind = ? AND service_id = ? AND status = 'running'", kind, service))
        refuse("Service " + std::to_string(service) + " is busy");
    call.db.run("DELETE FROM jobs WHERE kind = ? AND service_id = ?", kind, service);
    call.db.run("INSERT INTO jobs (kind, service_id, template, status, started, finished, polls, all_polls) VALUES "
                "(?, ?, ?, 'running', ?, 0, ?, ?)",
                kind, service, call.text("template"), call.now, call.config.task_polls, call.config.task_polls);
    call.log("Started " + std::string(kind) + " of service " + std::to_string(service));
    if (call.config.task_polls == 0)
        finish(call, kind);
}

json::Object status(Call &call, std::string_view kind) {
    const std::int64_t service = call.integer("service_id");
    if (call.db.exists("SELECT 1 FROM jobs WHERE kind = ? AND service_id = ? AND status = 'running'", kind, service)) {
        call.db.run("UPDATE jobs SET polls = polls - 1 WHERE kind = ? AND service_id = ?", kind, service);
        if (call.db.exists("SELECT 1 FROM jobs WHERE kind = ? AND service_id = ? AND polls <= 0", kind, service))
            finish(call, kind);
    }
    auto row =
        call.db.query("SELECT status, template, started, finished, polls, all_polls FROM jobs WHERE kind = ? AND "
                      "service_id = ?",
                      kind, service);
    if (!row.next())
        return idle();
    const std::int64_t left = row.integer(4), all = row.integer(5);
    const std::int64_t part = all > 0 && left <= all ? (all - left) * 100 / all : 0;
    return json::Object{{"status", row.text(0)},
                        {"template", row.text(1)},
                        {"progress", row.integer(3) != 0 ? 100 : part},
                        {"started", date_time(row.integer(2))},
                        {"finished", row.integer(3) != 0 ? date_time(row.integer(3)) : ""}};
}

void stop(Call &call, std::string_view kind) {
    call.db.run("DELETE FROM jobs WHERE kind = ? AND service_id = ?", kind, call.integer("service_id"));
}

// A password that the customer chose is not repeated.
json::Value with_password(Call &call) {
    json::Object answer{{"status", true}};
    if (call.text("password").empty())
        answer.append("password", random_password());
    return answer;
}

json::Value start_reinstall(Call &call) {
    start(call, "reinstall");
    return with_password(call);
}
json::Value reinstall_status(Call &call) { return status(call, "reinstall"); }

json::Value start_rescue(Call &call) {
    start(call, "rescue");
    return with_password(call);
}
json::Value rescue_status(Call &call) { return status(call, "rescue"); }
json::Value cancel_rescue(Call &call) {
    stop(call, "rescue");
    return status_true();
}

json::Value start_diagnostics(Call &call) {
    start(call, "diagnostics");
    return status_true();
}
json::Value diagnostics_status(Call &call) {
    json::Object answer = status(call, "diagnostics");
    const json::Value *word = answer.find("status");
    const bool finished = *word == json::Value("finished");
    answer.append("results", finished ? "No faults found" : "");
    return answer;
}
json::Value cancel_diagnostics(Call &call) {
    stop(call, "diagnostics");
    return status_true();
}

constexpr HandlerRow handlers[] = {
    {"services.diagnostics.cancel", cancel_diagnostics},
    {"services.diagnostics.start", start_diagnostics},
    {"services.diagnostics.status", diagnostics_status},
    {"services.reinstall.start", start_reinstall},
    {"services.reinstall.status", reinstall_status},
    {"services.rescue.cancel", cancel_rescue},
    {"services.rescue.start", start_rescue},
    {"services.rescue.status", rescue_status},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE jobs (kind TEXT NOT NULL, service_id INTEGER NOT NULL REFERENCES services (id), template TEXT NOT NULL,
    status TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER NOT NULL, polls INTEGER NOT NULL,
    all_polls INTEGER NOT NULL, PRIMARY KEY (kind, service_id));
)sql";

constexpr SeededId seeded_ids[] = {
    {"services.diagnostics.", "service_id", "5150"},
    {"services.reinstall.", "service_id", "5150"},
    {"services.rescue.", "service_id", "5150"},
};

constexpr Sample samples[] = {
    {"services.diagnostics.start", R"({"template":"91"})"},
    {"services.reinstall.start", R"({"hostname":"metal1.example.net","template":"71"})"},
    {"services.rescue.start", R"({"template":"81"})"},
};

constexpr std::string_view job_states[] = {"running", "finished", "failed"};

// The latest of its service; a job that is gone leaves the service idle.
void set_job(const Moment &moment, std::string_view kind, std::int64_t service, std::string_view state) {
    const bool runs = state == "running";
    if (state == gone)
        moment.db.run("DELETE FROM jobs WHERE kind = ? AND service_id = ?", kind, service);
    else
        moment.db.run("UPDATE jobs SET status = ?, polls = ?, finished = ? WHERE kind = ? AND service_id = ?", state,
                      runs ? for_ever : 0, runs ? 0 : moment.now, kind, service);
}

void set_reinstall(const Moment &moment, std::int64_t id, std::string_view state) {
    set_job(moment, "reinstall", id, state);
}
void set_rescue(const Moment &moment, std::int64_t id, std::string_view state) { set_job(moment, "rescue", id, state); }
void set_diagnostics(const Moment &moment, std::int64_t id, std::string_view state) {
    set_job(moment, "diagnostics", id, state);
}

constexpr StateRow states[] = {
    {"diagnostics", job_states, "SELECT 1 FROM jobs WHERE kind = 'diagnostics' AND service_id = ?", set_diagnostics},
    {"reinstall", job_states, "SELECT 1 FROM jobs WHERE kind = 'reinstall' AND service_id = ?", set_reinstall},
    {"rescue", job_states, "SELECT 1 FROM jobs WHERE kind = 'rescue' AND service_id = ?", set_rescue},
};

void forget(const Moment &moment, const ServiceChange &change) {
    if (change.status == gone)
        moment.db.run("DELETE FROM jobs WHERE service_id = ?", change.id);
}

} // namespace

constinit const Area jobs_area{.name = "jobs",
                               .tables = tables,
                               .handlers = handlers,
                               .seeded_ids = seeded_ids,
                               .samples = samples,
                               .states = states,
                               .service_changed = forget};

} // namespace hostbill::sandbox
