#include "sandbox/world/simulator.hpp"

#include "sandbox/control/command.hpp"
#include "sandbox/http/target.hpp"
#include "sandbox/world/near.hpp"

#include <chrono>

namespace hostbill::sandbox {
namespace {

constexpr std::string_view api_prefix = "/api/";
constexpr std::string_view control_prefix = "/_sandbox/";
constexpr std::string_view world_prefix = "/@"; // "/@NAME/api/..": that world is meant, whoever asks

// The world's name in front of a path, which is cut off.
std::string_view take_world(std::string_view &path) {
    path.remove_prefix(world_prefix.size());
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size());
    return name;
}

std::string suggestion(const Near &near) {
    return std::string(near.operation->method) + " " + std::string(near.operation->path);
}

} // namespace

Simulator::Simulator(Config config)
    : config_(std::move(config)), operations_(*config_.portal), worlds_(operations_, config_), page_(*config_.portal),
      control_token_(config_.control_token.empty() ? base64url(random_bytes(18)) : config_.control_token) {}

Response Simulator::serve(const Request &request) {
    std::lock_guard lock(mutex_);
    Response response = route(request);
    if (request.method == "HEAD")
        response.body.clear(); // It would be taken for the next answer.
    return response;
}

Response Simulator::route(const Request &request) {
    std::string_view target = request.target;
    std::string_view path = target.substr(0, target.find('?'));
    std::string_view query = path.size() < target.size() ? target.substr(path.size() + 1) : std::string_view();
    Response response;
    // A web page that was made to call a name of its own for this address gets nothing.
    if (!is_loopback(request.host))
        response = error_response(421, {"this sandbox is only reached as 127.0.0.1 or localhost"});
    else if (auto file = page_.serve(request, path))
        response = std::move(*file);
    else if (path.starts_with(control_prefix))
        response = serve_control(request, path);
    else
        return serve_portal(request, path, query);
    response.headers.emplace_back("Date", http_date(worlds_.main().now()));
    return response;
}

Response Simulator::serve_portal(const Request &request, std::string_view path, std::string_view query) {
    const auto began = std::chrono::steady_clock::now();
    std::string_view local = path;
    const bool named = path.starts_with(world_prefix);
    World *world = named ? worlds_.find(take_world(local)) : nullptr;
    if (named && world == nullptr) {
        Response response = error_response(404, {"there is no such world"});
        response.headers.emplace_back("Date", http_date(worlds_.main().now()));
        return response;
    }
    std::optional<Route> route;
    if (local.starts_with(api_prefix))
        route = operations_.router().find(request.method, local.substr(api_prefix.size() - 1));
    if (!route) {
        World &its = named ? *world : worlds_.main();
        if (auto response = its.serve_page(local, query)) {
            worlds_.used(its);
            return std::move(*response);
        }
    }
    if (!named)
        world = &worlds_.of(request, route, query);

    Visit visit;
    Response response = world->serve(request, route, query, journal_.next_number(), visit);
    response.headers.emplace_back("Date", http_date(world->now()));
    worlds_.used(*world);

    Journal::Entry entry{.time = world->now(),
                         .world = world->name(),
                         .method = request.method,
                         .operation = route ? route->operation : nullptr,
                         .status = visit.status,
                         .fault = std::move(visit.fault),
                         .refused = visit.refused,
                         .errors = std::move(visit.errors)};
    if (!route) {
        entry.near = near_misses(*config_.portal, request.method, local);
        if (!entry.near.empty() && entry.near.front().why != NearWhy::portal && entry.fault.is_null())
            response.headers.emplace_back("X-Sandbox-Near", suggestion(entry.near.front()));
    }
    const auto took = std::chrono::steady_clock::now() - began;
    entry.duration_us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    journal_.add(std::move(entry), path, query);
    return response;
}

Response Simulator::serve_control(const Request &request, std::string_view path) {
    const std::string_view name = path.substr(control_prefix.size());
    if (name == "openapi.json" && request.method == "GET") {
        Response response;
        response.headers = {{"Content-Type", "application/json"}};
        response.body = control_openapi();
        return response;
    }
    if (name != "control" && find_command(name) == nullptr)
        return error_response(404, {"the sandbox is controlled by POST /_sandbox/control; see /_sandbox/openapi.json"});
    if (request.method != "POST")
        return error_response(405, {"the sandbox is controlled by POST"});
    if (!same(request.control_token, control_token_))
        return error_response(403, {"X-Sandbox-Token is missing or wrong"});
    const bool by_path = name != "control";
    auto command = json::parse(by_path && request.body.empty() ? std::string_view("{}") : request.body,
                               {.max_bytes = max_body_bytes, .max_depth = 32});
    if (!command)
        return error_response(400, {"the command is not JSON: " + command.error().message});
    if (by_path && command->object() != nullptr)
        command->object()->set("command", name);
    json::Value result = run(*command);
    return json_response(result.find("error") != nullptr ? 400 : 200, result);
}

} // namespace hostbill::sandbox
