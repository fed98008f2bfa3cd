#include "sandbox/world/simulator.hpp"

#include "sandbox/areas/area.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/faults/fault_answers.hpp"
#include "sandbox/world/binder.hpp"
#include "sandbox/world/schema.hpp"

#include <algorithm>
#include <exception>
#include <limits>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view api_prefix = "/api/";
constexpr std::string_view control_path = "/_sandbox/control";
constexpr std::string_view control_prefix = "/_sandbox";
constexpr Seconds for_ever_later = std::numeric_limits<Seconds>::max();
constexpr int most_at_once = 100; // rounds at one moment, should an area never be done

Response json_response(int status, const json::Value &body) {
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = json::write_ascii(body);
    return response;
}

Response error_response(int status, const std::vector<std::string> &errors) {
    json::Array list;
    for (const std::string &error : errors)
        list.push_back(error);
    Response response = json_response(status, json::Object{{"error", std::move(list)}});
    if (status == 401)
        response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"User API\"");
    return response;
}

// A web page that was made to call a name of its own for this address gets nothing. HTTP/1.0 needs no name.
bool is_loopback(std::string_view host) {
    if (host.starts_with("[::1]"))
        return true;
    std::string_view name = host.substr(0, host.find(':'));
    return name.empty() || name == "127.0.0.1" || name == "localhost";
}

} // namespace

Simulator::Simulator(Config config)
    : config_(std::move(config)), db_(config_.database), auth_(db_), router_(*config_.portal), clock_(config_),
      control_token_(base64url(random_bytes(18))) {
    prepare(moment());
    clock_.load(db_);
    auth_.set_password(0, config_.username, config_.password);
    for (const Area *area : areas())
        for (const HandlerRow &row : area->handlers)
            handlers_[row.operation] = row.handler;
}

void Simulator::set_origin(std::string origin) { origin_ = std::move(origin); }

void Simulator::set_tls(std::optional<TlsIdentity> tls) { tls_ = std::move(tls); }

Seconds Simulator::first_due() {
    Seconds first = for_ever_later;
    for (const Area *area : areas())
        if (const Seconds due = area->next_due != nullptr ? area->next_due(db_) : 0; due != 0)
            first = std::min(first, due);
    return first;
}

// However far the clock jumped, each thing happens at its own moment, so that what follows from it is in time as well.
void Simulator::pass_time() {
    const Seconds until = now();
    if (until < next_due_)
        return;
    Transaction transaction(db_);
    Seconds at = 0;
    int still = 0; // rounds in which time did not move
    for (Seconds due = first_due(); due <= until && still < most_at_once; due = first_due()) {
        still = due > at ? 0 : still + 1;
        at = std::max(at, due);
        for (const Area *area : areas())
            if (area->tick != nullptr)
                area->tick({db_, config_, *config_.portal, at});
    }
    next_due_ = first_due();
    transaction.commit();
}

Response Simulator::serve(const Request &request) {
    std::lock_guard lock(mutex_);
    Response response = route(request);
    response.headers.emplace_back("Date", http_date(now()));
    if (request.method == "HEAD")
        response.body.clear(); // It would be taken for the next answer.
    return response;
}

Response Simulator::route(const Request &request) {
    std::string_view target = request.target;
    std::string_view path = target.substr(0, target.find('?'));
    std::string_view query = path.size() < target.size() ? target.substr(path.size() + 1) : std::string_view();
    if (!is_loopback(request.host))
        return error_response(421, {"this sandbox is only reached as 127.0.0.1 or localhost"});
    if (path.starts_with(control_prefix))
        return serve_control(request);
    return serve_portal(request, path, query);
}

Response Simulator::serve_portal(const Request &request, std::string_view path, std::string_view query) {
    std::optional<Route> route;
    if (path.starts_with(api_prefix))
        route = router_.find(request.method, path.substr(api_prefix.size() - 1));
    const Operation *operation = route ? route->operation : nullptr;
    auto fired = faults_.fire(operation, request.reused, journal_.next_number());
    Response response = !fired || fired->fault.act ? carry_out(request, route, query) : not_carried_out();
    json::Value note;
    if (fired) {
        spoil(response, fired->fault);
        note = json::Object{
            {"fault_id", fired->id}, {"kind", fault_kind_name(fired->fault.kind)}, {"act", fired->fault.act}};
    }
    journal_.add(now(), request.method, path, query, operation, response.status, std::move(note));
    return response;
}

Response Simulator::carry_out(const Request &request, const std::optional<Route> &route, std::string_view query) {
    try {
        if (!route)
            throw Refusal{{"invalid method"}, 404};
        Response response = json_response(200, answer(request, *route, query));
        if (!shape(*route->operation).documented)
            response.headers.emplace_back("X-Sandbox-Assumed", "1");
        return response;
    } catch (const Refusal &refusal) {
        return error_response(refusal.status, refusal.errors);
    } catch (const std::exception &) {
        return error_response(500, {"internal_error_0"});
    }
}

json::Value Simulator::answer(const Request &request, const Route &route, std::string_view query) {
    pass_time();
    Transaction transaction(db_);
    Call call(db_, config_, auth_, *config_.portal, *route.operation);
    call.now = now();
    call.address = request.address;
    call.issuer = url();
    if (!route.operation->anonymous)
        call.caller = auth_.identify(request.authorization, *config_.portal, call.now);
    bind_parameters(call, route, query, request);
    check_path_ids(call);
    check_module(call);
    auto handler = handlers_.find(route.operation->id);
    json::Value result = handler != handlers_.end() ? handler->second(call) : shape(*route.operation).example;
    // Whatever changes something is counted here, once, by what was asked for; handlers count what came of it.
    if (route.operation->effect != Effect::read)
        call.count(route.operation->id);
    transaction.commit();
    if (route.operation->effect != Effect::read)
        next_due_ = 0;
    return result;
}

const Simulator::Shape &Simulator::shape(const Operation &operation) {
    auto found = shapes_.find(&operation);
    if (found != shapes_.end())
        return found->second;
    Shape shape{json::Object{{"success", true}}, false};
    if (auto parsed = json::parse(operation.result)) {
        const json::Value *raw = parsed->find("raw");
        if (const json::Value *example = raw != nullptr ? raw->find("example") : nullptr)
            shape.example = *example;
        if (const json::Value *source = parsed->find("source"))
            shape.documented = *source == json::Value("documented");
    }
    return shapes_.emplace(&operation, std::move(shape)).first->second;
}

Response Simulator::serve_control(const Request &request) {
    std::string_view target = request.target;
    if (target != control_path)
        return error_response(404, {"the sandbox is controlled by POST " + std::string(control_path)});
    if (request.method != "POST")
        return error_response(405, {"the sandbox is controlled by POST " + std::string(control_path)});
    if (!same(request.control_token, control_token_))
        return error_response(403, {"X-Sandbox-Token is missing or wrong"});
    auto command = json::parse(request.body, {.max_bytes = max_body_bytes, .max_depth = 32});
    if (!command)
        return error_response(400, {"the command is not JSON: " + command.error().message});
    json::Value result = run(*command);
    return json_response(result.find("error") != nullptr ? 400 : 200, result);
}

} // namespace hostbill::sandbox
