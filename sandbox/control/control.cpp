// What the owner of a sandbox can ask of it, besides the portal's own API.
#include "sandbox/world/simulator.hpp"

#include "core/error.hpp"
#include "core/suggest.hpp"
#include "sandbox/areas/billing.hpp"
#include "sandbox/control/samples.hpp"
#include "sandbox/control/set_state.hpp"
#include "sandbox/faults/fault_script.hpp"
#include "sandbox/world/schema.hpp"

#include <algorithm>
#include <array>

namespace hostbill::sandbox {
namespace {

constexpr std::array<std::string_view, 10> commands = {"clear_faults", "clock",  "fault", "faults", "info",
                                                       "journal",      "ledger", "pay",   "reset",  "set_state"};

// The members that a command takes besides its name; a fault's script is read elsewhere.
std::string_view members_of(std::string_view command) {
    if (command == "pay")
        return "invoice_id";
    if (command == "set_state")
        return "kind, id, state";
    return command == "clock" ? "advance, set" : "";
}

bool takes(std::string_view command, std::string_view member) {
    if (command == "set_state")
        return member == "kind" || member == "id" || member == "state";
    if (command == "clock")
        return member == "advance" || member == "set";
    return member == members_of(command);
}

json::Value failure(const Error &error) { return json::Object{{"error", to_json(error)}}; }

json::Value wrong(std::string field, std::string problem, std::string expected, std::string_view near) {
    return failure(usage_error("the sandbox's command",
                               {{std::move(field), std::move(problem), std::move(expected), std::string(near)}}));
}

std::string command_list() {
    std::string list;
    for (std::string_view command : commands)
        list += (list.empty() ? "" : ", ") + std::string(command);
    return list;
}

} // namespace

json::Value Simulator::control(const json::Value &command) {
    std::lock_guard lock(mutex_);
    return run(command);
}

json::Value Simulator::run(const json::Value &command) {
    const json::Value *name = command.find("command");
    if (name == nullptr || name->string() == nullptr)
        return wrong("command", "is required", command_list(), "");
    std::string_view word = *name->string();
    if (std::find(commands.begin(), commands.end(), word) == commands.end())
        return wrong("command", "is not a command of the sandbox", command_list(), nearest(word, commands));
    for (const json::Member &member : *command.object())
        if (member.key != "command" && word != "fault" && !takes(word, member.key))
            return wrong(member.key, "is not part of this command", std::string(members_of(word)), "");
    try {
        pass_time();
        next_due_ = 0; // Whatever the command does may bring something forward.
        if (word == "info")
            return info();
        if (word == "journal")
            return journal_.to_json();
        if (word == "ledger")
            return ledger();
        if (word == "reset")
            return reset_all();
        if (word == "fault")
            return add_fault(command);
        if (word == "faults")
            return faults_.to_json();
        if (word == "clear_faults")
            return clear_faults();
        if (word == "set_state")
            return set_state(moment(), command);
        if (word == "clock")
            return move_clock(command);
        const json::Value *invoice = command.find("invoice_id");
        if (invoice == nullptr || invoice->integer() == nullptr)
            return wrong("invoice_id", "must be a whole number", "the id of an unpaid invoice", "");
        return pay(*invoice->integer());
    } catch (const Refusal &refusal) {
        return failure(usage_error(refusal.errors.front()));
    } catch (const std::exception &error) {
        return failure({.error_class = ErrorClass::internal, .message = error.what()});
    }
}

json::Value Simulator::info() const {
    json::Object operations_by_id;
    json::Object ids;
    for (const Operation &operation : operations()) {
        if ((operation.portals & config_.portal->bit) == 0)
            continue;
        json::Object sample = sample_parameters(operation, *config_.portal);
        for (const Param &param : operation.params)
            if (const json::Value *value = param.place == Place::path ? sample.find(param.name) : nullptr)
                if (ids.find(param.name) == nullptr)
                    ids.append(param.name, *value);
        operations_by_id.append(operation.id, std::move(sample));
    }
    json::Object about{{"url", url()},
                       {"portal", config_.portal->id},
                       {"username", config_.username},
                       {"password", config_.password},
                       {"control_url", origin_ + "/_sandbox/control"},
                       {"control_token", control_token_},
                       {"database", config_.database},
                       {"ids", std::move(ids)},
                       {"operations", std::move(operations_by_id)}};
    if (tls_) {
        about.append("ca_pem", tls_->ca);
        about.append("public_key_pin", tls_->public_key_pin);
    }
    if (tls_ && config_.tls->client_certificate) {
        about.append("client_certificate_pem", tls_->client_certificate);
        about.append("client_key_pem", tls_->client_key);
    }
    return about;
}

json::Value Simulator::ledger() {
    json::Object counts;
    for (auto row = db_.query("SELECT effect, count FROM ledger ORDER BY effect"); row.next();)
        counts.append(row.text(0), row.integer(1));
    return counts;
}

json::Value Simulator::pay(std::int64_t invoice) {
    Transaction transaction(db_);
    settle_from_outside(moment(), invoice);
    transaction.commit();
    return json::Object{{"invoice_id", invoice}, {"invoice_status", "Paid"}};
}

json::Value Simulator::reset_all() {
    clock_.reset(db_);
    faults_.clear();
    reset(moment());
    auth_.set_password(0, config_.username, config_.password);
    journal_.clear();
    return json::Object{{"reset", true}};
}

json::Value Simulator::add_fault(const json::Value &command) {
    auto script = parse_fault_script(command, *config_.portal);
    if (!script)
        return failure(script.error());
    return json::Object{{"fault_id", faults_.add(std::move(*script))}};
}

json::Value Simulator::clear_faults() {
    faults_.clear();
    return json::Object{{"cleared", true}};
}

json::Value Simulator::move_clock(const json::Value &command) {
    constexpr std::int64_t a_lot = 1'000'000'000;
    const json::Value *advance = command.find("advance"), *set = command.find("set");
    if (advance != nullptr && set != nullptr)
        return wrong("set", "cannot be given together with advance", "one of the two", "");
    if (advance != nullptr && (advance->integer() == nullptr || *advance->integer() < 0 || *advance->integer() > a_lot))
        return wrong("advance", "must be a whole number of seconds", "0 to 1000000000", "");
    Seconds further = advance != nullptr ? *advance->integer() : 0;
    if (set != nullptr) {
        const std::optional<Seconds> time = set->string() != nullptr ? parse_time(*set->string()) : std::nullopt;
        if (!time || *time < now() || *time - now() > a_lot)
            return wrong("set", "must be a time that is not before the portal's own",
                         "such as " + iso_time(now()).substr(0, 19) + "Z", "");
        further = *time - now();
    }
    clock_.advance(db_, further);
    next_due_ = 0;
    pass_time();
    return json::Object{{"time", iso_time(now())}, {"advanced", clock_.advanced()}};
}

} // namespace hostbill::sandbox
