#include "cell_runner.hpp"

#include <chrono>
#include <regex>
#include <stdexcept>

namespace hostbill::faults {
namespace {

// All portals have it, and no other operation changes what it answers.
constexpr const char *neighbour = "payment_methods.list";

constexpr double patient = 60;
// A call that only its deadline ends gets this long, and twice as long again whenever that was too short for its
// request to arrive.
constexpr double impatient = 0.4;
constexpr double most_impatient = 30;
// How late a call may return after its deadline on a machine that has other things to do.
constexpr double lateness = 10;

const char *name_of_connection(bool reused) { return reused ? "reused" : "fresh"; }

// Every error but these two says that an unsafe operation was not carried out. `cancelled` says in its message which
// of the two it is; nothing is cancelled here.
bool is_definite_failure(const std::string &word) { return word != "success" && word != "outcome_unknown"; }

void set(Document &object, const std::string &name, std::string_view value) {
    auto &allocator = object.GetAllocator();
    Value text(value.data(), static_cast<rapidjson::SizeType>(value.size()), allocator);
    if (object.HasMember(name.c_str()))
        object[name.c_str()] = text;
    else
        object.AddMember(Value(name.c_str(), allocator), text, allocator);
}

bool is_session_entry(std::string_view name) { return name.starts_with("auth."); }

// Some of the data are times and measures that go on from call to call.
bool same_data(const Value &found, const Value &wanted) {
    static const std::regex passing("[0-9]{2}:[0-9]{2}:[0-9]{2}|"
                                    "\"(uptime|bw_in|bw_out|ram_used|disk_usage)\":\"?[0-9]+");
    return std::regex_replace(write(found), passing, "time") == std::regex_replace(write(wanted), passing, "time");
}

} // namespace

CellRunner::CellRunner(std::string portal, Tally &tally) : portal_(std::move(portal)), tally_(tally) { new_box(); }

void CellRunner::new_box() {
    box_ = std::make_unique<Box>(portal_);
    const Client client(config_for(*box_));
    const Answer answer = client.call(neighbour);
    if (answer.word != "success")
        throw std::runtime_error("a sandbox that nothing is wrong with answers: " + answer.text);
    neighbour_ = write(answer.document["data"]);
    box_->control(R"({"command":"reset"})");
}

void CellRunner::run(const Cell &cell) {
    good_answer(cell);
    for (double timeout = cell.row->stalls ? impatient : patient;; timeout *= 2) {
        Client client(config_for(*box_));
        if (cell.reused && client.call(neighbour).word != "success")
            throw std::runtime_error("the call that opens the connection fails");
        const Outcome outcome = call(cell, client, timeout);
        if (cell.row->stalls && outcome.fired == 0 && timeout < most_impatient) {
            new_box(); // The request may be on its way still: it must not meet the next cell.
            continue;
        }
        judge(cell, outcome);
        box_->control(R"({"command":"clear_faults"})");
        if (outcome.answer.word == "outcome_unknown")
            reconcile(cell, outcome, client);
        judge_next(cell, outcome, client);
        tally_.cell(cell.operation->effect == Effect::unsafe ? outcome.effects : 0);
        break;
    }
    box_->control(R"({"command":"reset"})");
}

const Answer &CellRunner::good_answer(const Cell &cell) {
    const std::string &id = cell.operation->id;
    auto found = good_.find(id);
    if (found == good_.end()) {
        const Client client(config_for(*box_));
        Answer answer = client.call(id, write(params_of(cell)));
        Document ledger = box_->ledger();
        Answer raw;
        if (cell.operation->effect == Effect::read)
            raw = client.call(id, write(params_of(cell)), R"({"raw":true})");
        found = good_.emplace(id, Good{std::move(answer), std::move(ledger), std::move(raw)}).first;
        box_->control(R"({"command":"reset"})");
    }
    return found->second.answer;
}

// What the sandbox says will work, with a canary for every secret.
Document CellRunner::params_of(const Cell &cell) const {
    const std::string &id = cell.operation->id;
    Document params;
    params.CopyFrom(*find(box_->info(), "operations", id.c_str()), params.GetAllocator());
    for (const std::string &secret : cell.operation->secrets.at(cell.portal))
        set(params, secret, parameter_canary);
    if (!cell.operation->more.empty()) {
        const Document more = parse(cell.operation->more);
        for (const auto &member : more.GetObject())
            params.AddMember(Value(member.name, params.GetAllocator()), Value(member.value, params.GetAllocator()),
                             params.GetAllocator());
    }
    if (id == "auth.login") {
        set(params, "username", text(box_->info(), "username"));
        set(params, "password", password_canary);
    }
    if (id == "auth.refresh" || id == "auth.revoke") {
        const Client other(config_for(*box_));
        const Answer login = other.call("auth.login", R"({"username":)" + quote(text(box_->info(), "username")) +
                                                          R"(,"password":)" + quote(password_canary) + "}");
        set(params, "refresh_token", text(login.document, "data", "refresh"));
    }
    return params;
}

CellRunner::Outcome CellRunner::call(const Cell &cell, Client &client, double timeout) {
    Outcome outcome;
    const std::string &id = cell.operation->id;
    outcome.params = write(params_of(cell));
    const std::int64_t effects_before = box_->effects(id.c_str());
    const std::int64_t requests_before = box_->requests(id);
    const std::int64_t fault = cell.row->fault.empty() ? 0 : box_->add_fault(id, cell.row->fault, cell.row->times);
    const auto begin = std::chrono::steady_clock::now();
    outcome.answer = client.call(id, outcome.params, R"({"timeout":)" + std::to_string(timeout) + "}");
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    outcome.fired = fault == 0 ? 0 : box_->fired(fault);
    outcome.ledger = box_->ledger();
    outcome.effects = number(outcome.ledger, id.c_str()) - effects_before;
    outcome.requests = box_->requests(id) - requests_before;
    if (outcome.seconds > timeout + lateness)
        report(cell, outcome, "the call took " + std::to_string(outcome.seconds) + " seconds");
    return outcome;
}

void CellRunner::judge(const Cell &cell, const Outcome &outcome) {
    judge_fired(cell, outcome);
    judge_class(cell, outcome);
    judge_effects(cell, outcome);
    judge_data(cell, outcome);
    judge_secrets(cell, outcome);
}

// A fault that never came proves nothing.
void CellRunner::judge_fired(const Cell &cell, const Outcome &outcome) {
    if (cell.row->fault.empty())
        return;
    const Fires fires = cell.row->fires.at(cell.operation->effect);
    if (fires == Fires::never && outcome.fired > 0)
        report(cell, outcome, "the fault fired, which takes a connection that served before");
    if ((fires == Fires::always || (fires == Fires::reused && cell.reused)) && outcome.fired == 0)
        report(cell, outcome, "the fault did not fire");
}

void CellRunner::judge_class(const Cell &cell, const Outcome &outcome) {
    if (!cell.row->answers.at(cell.operation->effect).contains(outcome.answer.word))
        report(cell, outcome, "this is not an answer that the matrix allows");
    if (outcome.answer.word != "outcome_unknown")
        return;
    if (find(outcome.answer.document, "reconcile") == nullptr)
        report(cell, outcome, "nothing says how to settle it");
    const Value *retryable = find(outcome.answer.document, "retryable");
    if (retryable == nullptr || !retryable->IsFalse())
        report(cell, outcome, "it claims that it may be tried again");
}

// Whether the answer is true.
void CellRunner::judge_effects(const Cell &cell, const Outcome &outcome) {
    const Effect effect = cell.operation->effect;
    const std::string &word = outcome.answer.word;
    if (effect == Effect::unsafe) {
        if (outcome.effects > 1)
            report(cell, outcome, "it took effect more than once");
        if (word == "success" && outcome.effects != 1)
            report(cell, outcome, "success, and no effect");
        if (is_definite_failure(word) && outcome.effects != 0)
            report(cell, outcome, "failure, and an effect all the same");
        // What came of it - orders, invoices, tasks - came as often as it took effect.
        for (const auto &entry : good_.at(cell.operation->id).ledger.GetObject()) {
            const std::string name = entry.name.GetString();
            if (!is_session_entry(name) &&
                number(outcome.ledger, name.c_str()) != outcome.effects * entry.value.GetInt64())
                report(cell, outcome, "the ledger has another number of " + name);
        }
    }
    if (effect == Effect::read) {
        for (const auto &entry : outcome.ledger.GetObject()) {
            if (!is_session_entry(entry.name.GetString()))
                report(cell, outcome, "a read took effect");
        }
        return;
    }
    if (word == "success" && outcome.effects == 0)
        report(cell, outcome, "success, and no effect");
    if (cell.row->carried_out && !cell.row->fault.empty() && outcome.fired > 0 && outcome.effects == 0)
        report(cell, outcome, "the sandbox did not do what the fault says");
    if (!cell.row->carried_out && word != "success" && outcome.effects != 0)
        report(cell, outcome, "an effect that the fault prevents");
}

void CellRunner::judge_data(const Cell &cell, const Outcome &outcome) {
    if (cell.operation->effect != Effect::read || outcome.answer.word != "success")
        return;
    const Value &data = outcome.answer.document["data"];
    const Answer &good = good_answer(cell);
    if (good.word != "success") {
        report(cell, outcome, "without any fault it fails: " + good.text);
        return;
    }
    if (same_data(data, good.document["data"]))
        return;
    // Some faults wrap the portal's answer, so that it keeps the portal's form.
    const Value *wrapped = find(data, "answer");
    if (wrapped == nullptr || !same_data(*wrapped, good_.at(cell.operation->id).raw.document["data"]))
        report(cell, outcome, "the data are not the portal's: " + write(good.document["data"]).substr(0, 300));
}

void CellRunner::judge_secrets(const Cell &cell, const Outcome &outcome) {
    if (const auto form = canaries_.find(outcome.answer.text); !form.empty())
        report(cell, outcome, "a secret shows in the answer: " + std::string(form));
    if (const auto form = canaries_.find(box_->control(R"({"command":"journal"})")); !form.empty())
        report(cell, outcome, "a secret shows in the journal: " + std::string(form));
}

// Nothing of a spoilt answer is left over for the one after it.
void CellRunner::judge_next(const Cell &cell, const Outcome &outcome, const Client &client) {
    const Answer next = client.call(neighbour);
    if (next.word != "success" || write(next.document["data"]) != neighbour_)
        report(cell, outcome, "the next call on the same client is answered: " + next.text);
}

void CellRunner::reconcile(const Cell &cell, const Outcome &outcome, const Client &client) {
    const Value *unsettled = find(outcome.answer.document, "reconcile");
    if (unsettled == nullptr)
        return;
    const Answer answer = client.call("reconcile", write(*unsettled));
    if (answer.word != "success") {
        report(cell, outcome, "it cannot be settled: " + answer.text);
        return;
    }
    if (cell.operation->stateless)
        return;
    const std::string verdict = text(answer.document, "data", "verdict");
    tally_.verdict(verdict);
    const bool wrong = (verdict == "happened" && outcome.effects == 0) ||
                       (verdict == "did_not_happen" && outcome.effects != 0) ||
                       (verdict != "happened" && verdict != "did_not_happen" && verdict != "ambiguous");
    if (wrong) {
        tally_.false_verdict();
        report(cell, outcome, "the verdict is not true: " + answer.text);
    }
    if (const auto form = canaries_.find(answer.text); !form.empty())
        report(cell, outcome, "a secret shows in the evidence: " + std::string(form));
}

void CellRunner::report(const Cell &cell, const Outcome &outcome, const std::string &what) {
    std::string line = "violated: " + what + "\n    --fault " + cell.row->name + " --operation " + cell.operation->id +
                       " --portal " + cell.portal + " --connection " + name_of_connection(cell.reused) +
                       "\n    fault " + (cell.row->fault.empty() ? "none" : cell.row->fault) + ", times " +
                       std::to_string(cell.row->times) + ", fired " + std::to_string(outcome.fired) + "; requests " +
                       std::to_string(outcome.requests) + ", effects " + std::to_string(outcome.effects) +
                       "\n    parameters " + outcome.params + "\n    answer " + outcome.answer.text.substr(0, 1000) +
                       "\n    ledger " + write(outcome.ledger);
    tally_.violation(line);
}

} // namespace hostbill::faults
