#include "sandbox/areas/vm_life.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/world/pace.hpp"

namespace hostbill::sandbox {
namespace {

constexpr Seconds remembered = 3 * one_day; // longer than any picture looks back

void end_run(const Moment &moment, std::int64_t vm) {
    moment.db.run("UPDATE vm_runs SET ended = ? WHERE vm_id = ? AND ended = 0", moment.now, vm);
    moment.db.run("DELETE FROM vm_runs WHERE vm_id = ? AND ended <> 0 AND (ended < ? OR ended <= began)", vm,
                  moment.now - remembered); // Restarts within a second leave nothing behind.
}

void put(const Moment &moment, std::int64_t vm, std::string_view state, std::string_view next, const Pace &pace) {
    moment.db.run("UPDATE vms SET state = ?, next = ?, polls = ?, ready = ? WHERE id = ?", state, next, pace.polls,
                  pace.ready, vm);
}

// The change of a machine ends, at that time.
void finish(const Moment &moment, std::int64_t vm) {
    settle(moment, vm, moment.db.text("SELECT next FROM vms WHERE id = ?", vm));
}

Seconds next_due(Database &db) { return db.number("SELECT MIN(ready) FROM vms WHERE ready <> 0"); }

void tick(const Moment &moment) {
    std::vector<std::pair<std::int64_t, Seconds>> due;
    for (auto row =
             moment.db.query("SELECT id, ready FROM vms WHERE ready <> 0 AND ready <= ? ORDER BY ready", moment.now);
         row.next();)
        due.emplace_back(row.integer(0), row.integer(1));
    for (const auto &[id, ready] : due)
        finish({moment.db, moment.config, moment.portal, ready}, id);
}

// `next`: where the change that is going on leads; empty: none is.
constexpr std::string_view tables = R"sql(
CREATE TABLE vms (id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL REFERENCES services (id), label TEXT NOT NULL,
    state TEXT NOT NULL, next TEXT NOT NULL DEFAULT '', polls INTEGER NOT NULL DEFAULT 0,
    ready INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0, template TEXT NOT NULL, memory INTEGER NOT NULL,
    cpu INTEGER NOT NULL, disk INTEGER NOT NULL, password TEXT NOT NULL, flavor TEXT NOT NULL DEFAULT '',
    security_group TEXT NOT NULL DEFAULT '', keypair TEXT NOT NULL DEFAULT '', rescued INTEGER NOT NULL DEFAULT 0,
    boot TEXT NOT NULL DEFAULT 'cd', image TEXT NOT NULL DEFAULT '', pxe INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL);
CREATE INDEX vms_of_service ON vms (service_id);
CREATE INDEX vms_that_change ON vms (ready) WHERE ready <> 0;
CREATE TABLE vm_runs (vm_id INTEGER NOT NULL REFERENCES vms (id) ON DELETE CASCADE, began INTEGER NOT NULL,
    ended INTEGER NOT NULL);
CREATE INDEX runs_of_vm ON vm_runs (vm_id);
)sql";

} // namespace

constinit const Area vm_life_area{.name = "vm_life", .tables = tables, .next_due = next_due, .tick = tick};

void require_active_service(Call &call) {
    if (service_status(call) != "Active")
        refuse("Service " + call.text("service_id") + " is not active");
}

std::string settled_state(Call &call) {
    auto row = call.db.query("SELECT state, next FROM vms WHERE id = ?", call.integer("vm_id"));
    row.next();
    if (!row.text(1).empty())
        refuse("VM " + call.text("vm_id") + " is busy: " + row.text(0));
    return row.text(0);
}

std::string awake_state(Call &call) {
    std::string state = settled_state(call);
    if (state == suspended)
        refuse("VM " + call.text("vm_id") + " is suspended");
    return state;
}

void begin_change(const Moment &moment, std::int64_t vm, std::string_view meanwhile, std::string_view next) {
    const Pace pace = pace_from(moment.config, moment.now, moment.config.vm_polls);
    end_run(moment, vm);
    put(moment, vm, meanwhile, next, pace);
    if (pace.done(moment.now))
        finish(moment, vm);
}

void settle(const Moment &moment, std::int64_t vm, std::string_view state) {
    end_run(moment, vm);
    put(moment, vm, state, "", {});
    if (state == running)
        moment.db.run("INSERT INTO vm_runs (vm_id, began, ended) VALUES (?, ?, 0)", vm, moment.now);
}

void hang(const Moment &moment, std::int64_t vm, std::string_view meanwhile) {
    end_run(moment, vm);
    put(moment, vm, meanwhile, running, {for_ever, 0});
}

void look_at(const Moment &moment, std::int64_t service, std::int64_t vm) {
    std::vector<std::pair<std::int64_t, Pace>> changing;
    for (auto row = moment.db.query("SELECT id, polls, ready FROM vms WHERE service_id = ?1 AND (?2 = 0 OR id = ?2) "
                                    "AND next <> ''",
                                    service, vm);
         row.next();)
        changing.push_back({row.integer(0), {row.integer(1), row.integer(2)}});
    for (auto &[id, pace] : changing) {
        pace.ask();
        moment.db.run("UPDATE vms SET polls = ? WHERE id = ?", pace.polls, id);
        if (pace.done(moment.now))
            finish(moment, id);
    }
}

std::vector<Run> runs_of(Database &db, std::int64_t vm) {
    std::vector<Run> runs;
    for (auto row = db.query("SELECT began, ended FROM vm_runs WHERE vm_id = ? ORDER BY began", vm); row.next();)
        runs.push_back({row.integer(0), row.integer(1)});
    return runs;
}

} // namespace hostbill::sandbox
