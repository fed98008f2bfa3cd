#include "sandbox/sandbox.hpp"

#include "core/catalog/error.hpp"
#include "sandbox/world/crypto.hpp"

#include <system_error>

namespace hostbill::sandbox {

Result<std::unique_ptr<Sandbox>> Sandbox::open(std::string_view config_json) {
    auto config = parse_config(config_json);
    if (!config)
        return std::move(config.error());
    if (config->password.empty())
        config->password = random_password();
    try {
        return std::unique_ptr<Sandbox>(new Sandbox(std::move(*config)));
    } catch (const SeedRefusal &refusal) {
        return usage_error("the seed", {refusal.problem});
    } catch (const DatabaseError &error) {
        return usage_error("database", {{"database", error.what(), "", ""}});
    } catch (const std::system_error &error) {
        return usage_error("port", {{"port", "cannot be listened on: " + error.code().message(), "a free port", ""}});
    }
}

Sandbox::Sandbox(Config config)
    : tls_(config.tls ? std::optional(make_tls_identity(config.tls->certificate)) : std::nullopt), simulator_(config),
      server_(config.port, tls_ ? std::optional(server_tls(*config.tls, *tls_)) : std::nullopt) {
    std::string scheme = tls_ ? "https" : "http";
    simulator_.set_origin(scheme + "://127.0.0.1:" + std::to_string(server_.port()));
    simulator_.set_tls(tls_);
    url_ = simulator_.url();
    server_.start([this](const Request &request) { return simulator_.serve(request); });
}

std::string Sandbox::control(std::string_view command_json) {
    auto command = json::parse(command_json);
    if (!command)
        return json::write_ascii(json::Object{
            {"error", to_json(usage_error("the sandbox's command is not JSON: " + command.error().message))}});
    return json::write_ascii(simulator_.control(*command));
}

} // namespace hostbill::sandbox
