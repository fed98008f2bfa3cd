#include "sandbox/world/world.hpp"

#include "sandbox/areas/account.hpp"
#include "sandbox/areas/mails.hpp"
#include "sandbox/areas/privileges.hpp"
#include "sandbox/areas/profile.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/areas/signup.hpp"
#include "sandbox/faults/fault_answers.hpp"
#include "sandbox/quirks/answer_quirks.hpp"
#include "sandbox/quirks/refusal_quirks.hpp"
#include "sandbox/world/binder.hpp"
#include "sandbox/world/schema.hpp"

#include <algorithm>
#include <exception>
#include <limits>

namespace hostbill::sandbox {
namespace {

constexpr Seconds for_ever_later = std::numeric_limits<Seconds>::max();
constexpr int most_at_once = 100; // rounds at one moment, should an area never be done

// What was given for one of the operation's secret parameters, wherever it stands.
void collect_secrets(const json::Value &given, std::span<const Param> params, std::vector<std::string> &secrets) {
    if (const json::Array *list = given.array())
        for (const json::Value &one : *list)
            collect_secrets(one, params, secrets);
    if (given.object() == nullptr)
        return;
    for (const Param &param : params) {
        const json::Value *value = given.find(param.wire) != nullptr ? given.find(param.wire) : given.find(param.name);
        for (std::size_t i = 0; value == nullptr && i < param.aliases.size(); ++i)
            value = given.find(param.aliases[i]);
        if (value == nullptr)
            continue;
        if (auto text = param.sensitive ? scalar_text(*value) : std::nullopt; text && !text->empty())
            secrets.push_back(std::move(*text));
        collect_secrets(*value, param.fields, secrets);
    }
}

void mask(std::string &text, const std::vector<std::string> &secrets) {
    for (const std::string &secret : secrets)
        for (std::size_t at = text.find(secret); at != text.npos; at = text.find(secret, at + 3))
            text.replace(at, secret.size(), "***");
}

// By somebody who is known: logging in and signing up have words of their own.
bool changes(const Operation &operation) {
    return !operation.anonymous && (operation.effect == Effect::idempotent || operation.effect == Effect::unsafe);
}

// Its own call: the line in the log is not the request's.
void arrive(Call call) {
    Transaction transaction(call.db);
    note_login(call, "Signed in with a password");
    transaction.commit();
}

Response refusal_response(const RefusalForm &form, bool unauthorized) {
    Response response = json_response(form.status, form.body);
    if (form.empty)
        response.body.clear();
    if (unauthorized)
        response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"User API\"");
    return response;
}

} // namespace

Response json_response(int status, const json::Value &body) {
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = json::write_ascii(body);
    return response;
}

Response error_response(int status, const std::vector<std::string> &errors) {
    return refusal_response({status, json::Object{{"error", json::Array(errors.begin(), errors.end())}}},
                            status == 401);
}

World::World(Common &common, std::string name, Config config, std::shared_ptr<Seed> seed, std::string file)
    : common_(common), name_(std::move(name)), config_(std::move(config)), seed_(std::move(seed)),
      file_(std::move(file)), clock_(config_) {
    quirks = config_.quirks;
}

std::string World::site() const { return common_.origin + (name_ == main_world ? "" : "/@" + name_); }

std::string World::url() const { return site() + "/api"; }

World::State &World::wide_awake() {
    wake();
    return *state_;
}

void World::wake() {
    if (state_ != nullptr)
        return;
    state_ = open();
    next_due_ = 0;
}

std::unique_ptr<World::State> World::open() {
    auto state = std::make_unique<State>(file_, common_.tokens, name_);
    if (is_empty(state->db)) {
        auto source = seed_->make(config_, clock_.beginning());
        give_to_owner(*source, config_.username);
        Auth(*source, common_.tokens, name_).set_password(0, config_.username, owner_password());
        state->db.copy_from(*source);
    } else {
        check_schema(state->db, *config_.portal);
    }
    clock_.load(state->db);
    state->db.watch("logins");
    return state;
}

// The whole state becomes that of the source, whose owner is made ours before: at once, or not at all.
void World::adopt(Database &source) {
    Auth(source, common_.tokens, name_).set_password(0, config_.username, owner_password());
    db().copy_from(source);
    state_->auth.forget_known();
    clock_.load(state_->db);
    next_due_ = 0;
}

void World::reset() {
    auto source = seed_->make(config_, clock_.beginning());
    give_to_owner(*source, config_.username);
    adopt(*source);
    faults.clear();
}

void World::restore(std::string_view image) {
    auto source = Database::from_image(image);
    check_schema(*source, *config_.portal);
    adopt(*source);
}

const PasswordHash &World::owner_password() {
    if (owner_password_.hash.empty())
        owner_password_ = hash_of(config_.password);
    return owner_password_;
}

void World::set_owner_password() { auth().set_password(0, config_.username, owner_password()); }

void World::advance(Seconds seconds) {
    wake();
    clock_.advance(state_->db, seconds);
    look_again();
    pass_time();
}

Seconds World::first_due() {
    Seconds first = for_ever_later;
    for (const Area *area : areas())
        if (const Seconds due = area->next_due != nullptr ? area->next_due(db()) : 0; due != 0)
            first = std::min(first, due);
    return first;
}

// However far the clock jumped, each thing happens at its own moment, so that what follows from it is in time as well.
void World::pass_time() {
    wake();
    const Seconds until = now();
    if (until < next_due_)
        return;
    Transaction transaction(db());
    Seconds at = 0;
    int still = 0; // rounds in which time did not move
    for (Seconds due = first_due(); due <= until && still < most_at_once; due = first_due()) {
        still = due > at ? 0 : still + 1;
        at = std::max(at, due);
        for (const Area *area : areas())
            if (area->tick != nullptr)
                area->tick({db(), config_, *config_.portal, at});
    }
    next_due_ = first_due();
    transaction.commit();
}

Response World::serve(const Request &request, const std::optional<Route> &route, std::string_view query,
                      std::int64_t number, Visit &visit) {
    const ActiveQuirks active = quirks.of_request(number);
    auto fired = faults.fire(route ? route->operation : nullptr, request.reused, number);
    Response response =
        !fired || fired->fault.act ? carry_out(request, route, query, active, visit) : not_carried_out();
    if (fired) {
        spoil(response, fired->fault);
        visit.fault = json::Object{
            {"fault_id", fired->id}, {"kind", fault_kind_name(fired->fault.kind)}, {"act", fired->fault.act}};
    }
    visit.status = response.status;
    return response;
}

Response World::carry_out(const Request &request, const std::optional<Route> &route, std::string_view query,
                          const ActiveQuirks &active, Visit &visit) {
    const Operation *operation = route ? route->operation : nullptr;
    try {
        if (active.has(Quirk::rate_limit))
            if (const Seconds wait = rate_.take(quirks.number(Quirk::rate_limit), now()); wait != 0)
                return too_many_requests(wait, visit);
        if (operation == nullptr)
            throw Refusal{{"invalid method"}, 404};
        Response response =
            json_response(200, with_quirks(active, *operation, answer(request, *route, query, active, visit)));
        if (!common_.operations.documented(*route->operation))
            response.headers.emplace_back("X-Sandbox-Assumed", "1");
        return response;
    } catch (const Refusal &refusal) {
        visit.refused = true;
        if (visit.errors.empty())
            visit.errors = refusal.errors;
        return refusal_response(refusal_form(active, operation, refusal.errors, refusal.status), refusal.status == 401);
    } catch (const std::exception &error) {
        visit.refused = true;
        visit.errors = {"internal_error_0", error.what()};
        return error_response(500, {"internal_error_0"});
    }
}

std::optional<Response> World::serve_page(std::string_view path, std::string_view query) {
    if (path.starts_with(link_path))
        return follow(path.substr(link_path.size()));
    for (const Area *area : areas())
        for (const FileRow &row : area->files)
            if (path == row.path)
                return file(row, query);
    return std::nullopt;
}

Response World::file(const FileRow &row, std::string_view query) {
    try {
        pass_time();
        Response response;
        response.headers = {{"Content-Type", std::string(row.content_type)}};
        response.body = row.file(moment(), query);
        return response;
    } catch (const Refusal &refusal) {
        return error_response(refusal.status, refusal.errors);
    } catch (const std::exception &) {
        return error_response(500, {"internal_error_0"});
    }
}

Response World::follow(std::string_view code) {
    pass_time();
    Transaction transaction(db());
    const std::string told = follow_link(moment(), auth(), code);
    transaction.commit();
    Response response;
    response.status = told.empty() ? 404 : 200;
    response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
    response.body = told.empty() ? "This link is not good, or no longer." : told;
    return response;
}

Response World::too_many_requests(Seconds wait, Visit &visit) {
    visit.refused = true;
    visit.errors = {"Too many requests"};
    Response response = error_response(429, visit.errors);
    response.headers.emplace_back("Retry-After", std::to_string(wait));
    return response;
}

json::Value World::answer(const Request &request, const Route &route, std::string_view query,
                          const ActiveQuirks &active, Visit &visit) {
    pass_time();
    Call call(db(), config_, auth(), quirks, *config_.portal, *route.operation);
    call.quirks = active;
    call.authorization = request.authorization;
    call.host = request.host;
    call.now = now();
    call.address = request.address;
    call.site = site();
    call.issuer = common_.origin + "/api";
    try {
        if (!tells_who_asks(*route.operation, request.authorization))
            call.caller = auth().identify(call);
        check_request_quirks(call);
        if (call.caller.arrives)
            arrive(call); // Whatever becomes of the request.
        Transaction transaction(db());
        bind_parameters(call, route, query, request);
        check_path_ids(call);
        check_privileges(call);
        check_module(call);
        json::Value result = common_.operations.handler(*route.operation)(call);
        // Whatever changes something is counted here, once, by what was asked for; handlers count what came of it.
        if (route.operation->effect != Effect::read)
            call.count(route.operation->id);
        if (changes(*route.operation) && !call.logged())
            log_change(call);
        hide_from_caller(call, result);
        if (active.has(Quirk::pages))
            result = page_of(std::move(result), call);
        transaction.commit();
        if (route.operation->effect != Effect::read)
            next_due_ = 0;
        return result;
    } catch (const Refusal &refusal) {
        std::vector<std::string> secrets;
        collect_secrets(call.given, route.operation->params, secrets);
        visit.errors = refusal.errors;
        for (std::string &error : visit.errors)
            mask(error, secrets);
        throw;
    }
}

} // namespace hostbill::sandbox
