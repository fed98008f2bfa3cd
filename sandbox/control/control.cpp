// What the owner of a sandbox can ask of it, besides the portal's own API: the commands of api/control.json.
#include "sandbox/world/simulator.hpp"

#include "core/catalog/error.hpp"
#include "core/catalog/suggest.hpp"
#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/mails.hpp"
#include "sandbox/control/command.hpp"
#include "sandbox/control/overview.hpp"
#include "sandbox/control/samples.hpp"
#include "sandbox/control/set_state.hpp"
#include "sandbox/faults/fault_script.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr std::size_t most_snapshots = 100; // of one world

json::Value failure(const Error &error) { return json::Object{{"error", to_json(error)}}; }

json::Value wrong(std::string field, std::string problem, std::string expected = "") {
    return failure(
        usage_error("the sandbox's command", {{std::move(field), std::move(problem), std::move(expected), ""}}));
}

json::Value no_snapshot() { return wrong("name", "is no snapshot of this world", "one that snapshots lists"); }

std::optional<std::int64_t> integer_member(const json::Value &command, std::string_view name) {
    const json::Value *value = command.find(name);
    return value != nullptr ? std::optional(*value->integer()) : std::nullopt;
}

std::optional<bool> flag_member(const json::Value &command, std::string_view name) {
    const json::Value *value = command.find(name);
    return value != nullptr ? std::optional(*value->boolean()) : std::nullopt;
}

std::optional<std::string> given_text(const json::Value &command, std::string_view name) {
    return command.find(name) != nullptr ? std::optional(text_member(command, name)) : std::nullopt;
}

} // namespace

struct Simulator::CommandRow {
    std::string_view name;
    Command run;
};

constexpr Simulator::CommandRow Simulator::commands[] = {
    {"clear_faults", &Simulator::clear_faults},
    {"clock", &Simulator::move_clock},
    {"fault", &Simulator::add_fault},
    {"faults", &Simulator::faults},
    {"info", &Simulator::info},
    {"journal", &Simulator::journal},
    {"ledger", &Simulator::ledger},
    {"mails", &Simulator::mails},
    {"overview", &Simulator::overview},
    {"pay", &Simulator::pay},
    {"quirks", &Simulator::quirks},
    {"reset", &Simulator::reset},
    {"restore", &Simulator::restore},
    {"set_state", &Simulator::change_state},
    {"snapshot", &Simulator::snapshot},
    {"snapshot_delete", &Simulator::delete_snapshot},
    {"snapshots", &Simulator::snapshots},
    {"world_create", &Simulator::create_world},
    {"world_delete", &Simulator::delete_world},
    {"worlds", &Simulator::list_worlds},
};

json::Value Simulator::control(const json::Value &command) {
    std::lock_guard lock(mutex_);
    return run(command);
}

json::Value Simulator::run(const json::Value &command) {
    try {
        auto checked = check_command(command);
        if (!checked)
            return failure(checked.error());
        World *world = &worlds_.main();
        if (const json::Value *name = command.find("world"))
            world = worlds_.find(*name->string());
        if (world == nullptr)
            return wrong("world", "is not a world of this sandbox", "one that worlds lists");
        const std::string_view name = (*checked)->name;
        const auto *row = std::find_if(std::begin(commands), std::end(commands),
                                       [&](const CommandRow &one) { return one.name == name; });
        if (name != "world_delete") // Which need not be opened for that.
            world->pass_time();
        world->look_again(); // Whatever the command does may bring something forward.
        json::Value result = (this->*row->run)(*world, command);
        if (name != "world_delete")
            worlds_.used(*world);
        return result;
    } catch (const Refusal &refusal) {
        return failure(usage_error(refusal.errors.front()));
    } catch (const std::exception &error) {
        return failure({.error_class = ErrorClass::internal, .message = error.what()});
    }
}

json::Value Simulator::info(World &world, const json::Value &) {
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
    json::Object about{
        {"url", world.url()},
        {"portal", config_.portal->id},
        {"world", world.name()},
        {"username", world.config().username},
        {"password", world.config().password},
        {"control_url", worlds_.origin() + "/_sandbox/control"},
        {"control_token", control_token_},
        {"page_url", worlds_.origin() + "/#token=" + control_token_}, // What follows # stays in the browser.
        {"database", config_.database},
        {"ids", std::move(ids)},
        {"operations", std::move(operations_by_id)},
        {"states", known_states()}};
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

json::Value Simulator::overview(World &world, const json::Value &) {
    json::Value answer = sandbox::overview(world.moment());
    answer.object()->append("requests", journal_.count(world.name()));
    return answer;
}

json::Value Simulator::journal(World &, const json::Value &command) {
    JournalFilter filter{.since = integer_member(command, "since").value_or(0),
                         .limit = integer_member(command, "limit"),
                         .operation = nullptr,
                         .method = text_member(command, "method"),
                         .path = text_member(command, "path"),
                         .status = text_member(command, "status"),
                         .world = text_member(command, "world"),
                         .fault = flag_member(command, "fault"),
                         .refused = flag_member(command, "refused"),
                         .unmatched = flag_member(command, "unmatched")};
    if (const auto number = command.find("status") != nullptr ? command.find("status")->integer() : nullptr)
        filter.status = std::to_string(*number);
    if (const auto name = given_text(command, "operation")) {
        filter.operation = find_operation(*name);
        if (filter.operation == nullptr)
            return failure(unknown_operation(*name));
    }
    return journal_.to_json(filter);
}

json::Value Simulator::ledger(World &world, const json::Value &) {
    json::Object counts;
    for (auto row = world.db().query("SELECT effect, count FROM ledger ORDER BY effect"); row.next();)
        counts.append(row.text(0), row.integer(1));
    return counts;
}

json::Value Simulator::add_fault(World &world, const json::Value &command) {
    auto script = parse_fault_script(command, *config_.portal);
    if (!script)
        return failure(script.error());
    return json::Object{{"fault_id", world.faults.add(std::move(*script))}};
}

json::Value Simulator::quirks(World &world, const json::Value &command) {
    if (const json::Value *wanted = command.find("set"))
        if (auto problems = world.quirks.set(*wanted->object()); !problems.empty())
            return failure(usage_error("the sandbox's quirks", std::move(problems)));
    return world.quirks.to_json();
}

json::Value Simulator::faults(World &world, const json::Value &) { return world.faults.to_json(); }

json::Value Simulator::clear_faults(World &world, const json::Value &command) {
    if (const auto id = integer_member(command, "fault_id"); !id)
        world.faults.clear();
    else if (!world.faults.remove(*id))
        return wrong("fault_id", "is not the id of a fault", "one that faults lists; all without it");
    return json::Object{{"cleared", true}};
}

json::Value Simulator::move_clock(World &world, const json::Value &command) {
    constexpr std::int64_t a_lot = 1'000'000'000;
    const auto advance = integer_member(command, "advance");
    const auto set = given_text(command, "set");
    if (advance && set)
        return wrong("set", "cannot be given together with advance", "one of the two");
    Seconds further = advance.value_or(0);
    if (set) {
        const Seconds now = world.now();
        const std::optional<Seconds> time = parse_time(*set);
        if (!time || *time < now || *time - now > a_lot)
            return wrong("set", "must be a time that is not before the portal's own",
                         "such as " + iso_time(now).substr(0, 19) + "Z");
        further = *time - now;
    }
    world.advance(further);
    return json::Object{{"time", iso_time(world.now())}, {"advanced", world.advanced()}};
}

json::Value Simulator::mails(World &world, const json::Value &) { return sandbox::mails(world.moment()); }

json::Value Simulator::pay(World &world, const json::Value &command) {
    const std::int64_t invoice = *integer_member(command, "invoice_id");
    Transaction transaction(world.db());
    settle_from_outside(world.moment(), invoice);
    transaction.commit();
    return json::Object{{"invoice_id", invoice}, {"invoice_status", "Paid"}};
}

json::Value Simulator::change_state(World &world, const json::Value &command) {
    return set_state(world.moment(), command);
}

json::Value Simulator::reset(World &world, const json::Value &) {
    world.reset();
    journal_.forget(world.name());
    return json::Object{{"reset", true}};
}

json::Value Simulator::snapshot(World &world, const json::Value &command) {
    const std::string name = text_member(command, "name");
    const auto kept = worlds_.registry().snapshots(world.name());
    const bool is_new = std::none_of(kept.begin(), kept.end(), [&](const auto &row) { return row.name == name; });
    if (is_new && kept.size() >= most_snapshots)
        return wrong("name", "would be one snapshot too many",
                     "at most " + std::to_string(most_snapshots) + " of one world");
    const std::string image = world.image();
    worlds_.registry().keep(world.name(), name, world.now(), image);
    return json::Object{{"snapshot", name}, {"bytes", static_cast<std::int64_t>(image.size())}};
}

json::Value Simulator::restore(World &world, const json::Value &command) {
    const std::string name = text_member(command, "name");
    const auto image = worlds_.registry().image(world.name(), name);
    if (!image)
        return no_snapshot();
    world.restore(*image);
    return json::Object{{"restored", name}, {"time", iso_time(world.now())}};
}

json::Value Simulator::snapshots(World &world, const json::Value &) {
    json::Array list;
    for (const auto &row : worlds_.registry().snapshots(world.name()))
        list.push_back(json::Object{{"name", row.name}, {"time", iso_time(row.time)}, {"bytes", row.bytes}});
    return json::Object{{"snapshots", std::move(list)}};
}

json::Value Simulator::delete_snapshot(World &world, const json::Value &command) {
    const std::string name = text_member(command, "name");
    if (!worlds_.registry().forget(world.name(), name))
        return no_snapshot();
    return json::Object{{"deleted", name}};
}

json::Value Simulator::create_world(World &, const json::Value &command) {
    auto made = worlds_.create(given_text(command, "name"), given_text(command, "username"),
                               given_text(command, "password"), command.find("seed_data"));
    if (!made)
        return failure(made.error());
    const World &world = **made;
    return json::Object{{"world", world.name()},
                        {"url", world.url()},
                        {"username", world.config().username},
                        {"password", world.config().password}};
}

json::Value Simulator::list_worlds(World &, const json::Value &) {
    json::Array list;
    for (const World *world : worlds_.all())
        list.push_back(
            json::Object{{"world", world->name()}, {"url", world->url()}, {"username", world->config().username}});
    return json::Object{{"worlds", std::move(list)}};
}

json::Value Simulator::delete_world(World &world, const json::Value &) {
    if (&world == &worlds_.main())
        return wrong("world", "is the main one, which stays", "another world");
    const std::string name = world.name();
    worlds_.remove(world);
    return json::Object{{"deleted", name}};
}

} // namespace hostbill::sandbox
