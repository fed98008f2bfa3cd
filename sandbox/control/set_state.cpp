#include "sandbox/control/set_state.hpp"

#include "sandbox/world/call.hpp"
#include "core/error.hpp"
#include "core/suggest.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view gone = "gone";
constexpr std::string_view pending = "pending", failed = "failed", completed = "completed";

constexpr std::string_view task_states[] = {pending, completed, failed};
constexpr std::string_view service_states[] = {"Pending", "Active", "Suspended", "Terminated", "Cancelled", "Fraud"};
constexpr std::string_view invoice_states[] = {"Unpaid", "Paid", "Cancelled", "Refunded"};
constexpr std::string_view domain_states[] = {
    "Pending", "Pending Registration", "Pending Transfer", "Active", "Expired", "Cancelled", "Fraud"};
constexpr std::string_view vm_states[] = {"running", "stopped", "suspended", "building", "error"};
constexpr std::string_view job_states[] = {"running", "finished", "failed"};

constexpr std::int64_t for_ever = std::numeric_limits<std::int32_t>::max();

void set_task(Database &db, std::int64_t id, std::string_view state, Seconds now) {
    if (state == gone) {
        db.run("DELETE FROM tasks WHERE id = ?", id);
    } else if (state == pending) {
        db.run("UPDATE tasks SET completed = 0, polls = ? WHERE id = ?", for_ever, id);
    } else {
        db.run("UPDATE tasks SET assigned = activated, completed = ?, effect = ?, results = ? WHERE id = ?", now,
               state == failed ? R"({"failed":true})" : "{}", state == failed ? "The task failed" : "Done", id);
    }
}

void set_service(Database &db, std::int64_t id, std::string_view state, Seconds) {
    if (state != gone)
        return db.run("UPDATE services SET status = ? WHERE id = ?", state, id);
    db.run("DELETE FROM tasks WHERE server_id = ?", id);
    db.run("DELETE FROM servers WHERE id = ?", id);
    db.run("DELETE FROM vms WHERE service_id = ?", id);
    db.run("DELETE FROM zone_records WHERE zone_id IN (SELECT id FROM zones WHERE service_id = ?)", id);
    db.run("DELETE FROM zones WHERE service_id = ?", id);
    db.run("DELETE FROM certificates WHERE service_id = ?", id);
    db.run("DELETE FROM addons WHERE service_id = ?", id);
    db.run("DELETE FROM jobs WHERE service_id = ?", id);
    db.run("DELETE FROM services WHERE id = ?", id);
}

void set_invoice(Database &db, std::int64_t id, std::string_view state, Seconds) {
    if (state != gone)
        return db.run("UPDATE invoices SET status = ? WHERE id = ?", state, id);
    db.run("DELETE FROM invoice_items WHERE invoice_id = ?", id);
    db.run("DELETE FROM invoices WHERE id = ?", id);
}

void set_domain(Database &db, std::int64_t id, std::string_view state, Seconds) {
    if (state != gone)
        return db.run("UPDATE domains SET status = ? WHERE id = ?", state, id);
    db.run("DELETE FROM domain_records WHERE domain_id = ?", id);
    db.run("DELETE FROM dnssec_keys WHERE domain_id = ?", id);
    db.run("DELETE FROM domains WHERE id = ?", id);
}

void set_vm(Database &db, std::int64_t id, std::string_view state, Seconds) {
    if (state == gone)
        db.run("DELETE FROM vms WHERE id = ?", id);
    else
        db.run("UPDATE vms SET state = ? WHERE id = ?", state, id);
}

// The latest of its service; a job that is gone leaves the service idle.
void set_job(Database &db, std::string_view kind, std::int64_t service, std::string_view state, Seconds now) {
    if (state == gone)
        return db.run("DELETE FROM jobs WHERE kind = ? AND service_id = ?", kind, service);
    const bool runs = state == "running";
    db.run("UPDATE jobs SET status = ?, polls = ?, finished = ? WHERE kind = ? AND service_id = ?", state,
           runs ? for_ever : 0, runs ? 0 : now, kind, service);
}

void set_reinstall(Database &db, std::int64_t id, std::string_view state, Seconds now) {
    set_job(db, "reinstall", id, state, now);
}
void set_rescue(Database &db, std::int64_t id, std::string_view state, Seconds now) {
    set_job(db, "rescue", id, state, now);
}
void set_diagnostics(Database &db, std::int64_t id, std::string_view state, Seconds now) {
    set_job(db, "diagnostics", id, state, now);
}

struct Row {
    std::string_view kind;
    std::span<const std::string_view> states;
    std::string_view find; // whether there is one
    void (*set)(Database &, std::int64_t, std::string_view, Seconds);
};

constexpr Row rows[] = {
    {"diagnostics", job_states, "SELECT 1 FROM jobs WHERE kind = 'diagnostics' AND service_id = ?", set_diagnostics},
    {"domain", domain_states, "SELECT 1 FROM domains WHERE id = ?", set_domain},
    {"invoice", invoice_states, "SELECT 1 FROM invoices WHERE id = ?", set_invoice},
    {"reinstall", job_states, "SELECT 1 FROM jobs WHERE kind = 'reinstall' AND service_id = ?", set_reinstall},
    {"rescue", job_states, "SELECT 1 FROM jobs WHERE kind = 'rescue' AND service_id = ?", set_rescue},
    {"service", service_states, "SELECT 1 FROM services WHERE id = ?", set_service},
    {"task", task_states, "SELECT 1 FROM tasks WHERE id = ?", set_task},
    {"vm", vm_states, "SELECT 1 FROM vms WHERE id = ?", set_vm},
};

FieldProblem not_one_of(std::string field, const std::string *given, const std::vector<std::string_view> &words) {
    std::string expected;
    for (std::string_view word : words)
        expected += (expected.empty() ? "" : ", ") + std::string(word);
    return {std::move(field), "must be one of the allowed words", std::move(expected),
            given != nullptr ? std::string(nearest(*given, words)) : std::string()};
}

const std::string *text_of(const json::Value &command, std::string_view name) {
    const json::Value *value = command.find(name);
    return value != nullptr ? value->string() : nullptr;
}

} // namespace

json::Value set_state(Database &db, const json::Value &command, Seconds now) {
    std::vector<FieldProblem> problems;
    const std::string *kind = text_of(command, "kind"), *state = text_of(command, "state");
    const json::Value *id = command.find("id");
    std::vector<std::string_view> kinds;
    const Row *row = nullptr;
    for (const Row &each : rows) {
        kinds.push_back(each.kind);
        row = kind != nullptr && *kind == each.kind ? &each : row;
    }
    if (row == nullptr)
        problems.push_back(not_one_of("kind", kind, kinds));
    if (id == nullptr || id->integer() == nullptr)
        problems.push_back({"id", "must be a whole number", "which of that kind; of a job, its service", ""});
    if (row != nullptr) {
        std::vector<std::string_view> states(row->states.begin(), row->states.end());
        states.push_back(gone);
        if (state == nullptr || std::find(states.begin(), states.end(), *state) == states.end())
            problems.push_back(not_one_of("state", state, states));
    }
    if (!problems.empty())
        return json::Object{{"error", to_json(usage_error("the sandbox's command", std::move(problems)))}};
    if (!db.exists(row->find, *id->integer()))
        not_found(*kind, std::to_string(*id->integer()));
    Transaction transaction(db);
    row->set(db, *id->integer(), *state, now);
    transaction.commit();
    return json::Object{{"kind", *kind}, {"id", *id}, {"state", *state}};
}

} // namespace hostbill::sandbox
