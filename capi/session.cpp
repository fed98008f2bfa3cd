#include "session.hpp"

#include "log.hpp"

#include "core/json.hpp"

#include <chrono>
#include <unistd.h>

namespace hostbill::capi {

namespace {

std::string portal_of(const std::string &config_json) {
    const auto config = json::parse(config_json);
    const json::Value *portal = config ? config->find("portal") : nullptr;
    return portal != nullptr && portal->string() != nullptr ? *portal->string() : std::string();
}

} // namespace

Result<std::unique_ptr<Session>> Session::create(const std::string &config_json) {
    auto client = Client::create(config_json);
    if (!client) {
        return std::move(client).error();
    }
    return std::unique_ptr<Session>(new Session(*std::move(client), portal_of(config_json)));
}

Session::Session(std::unique_ptr<Client> client, std::string portal)
    : process_(getpid()), client_(std::move(client)), portal_(std::move(portal)),
      submissions_([this](const Submissions::Request &request, CallControl &control) {
          return call(request.operation, request.params_json, request.options_json, control);
      }) {}

Session::~Session() {
    std::unique_lock lock(mutex_);
    unused_.wait(lock, [this] { return uses_ == 0; });
}

bool Session::is_ours() const noexcept { return process_ == getpid(); }

Result<std::string> Session::call(std::string_view operation, std::string_view params_json,
                                  std::string_view options_json, CallControl &control) {
    if (!logging()) {
        return client_->call(operation, params_json, options_json, control);
    }
    const auto start = std::chrono::steady_clock::now();
    auto answer = client_->call(operation, params_json, options_json, control);
    const auto elapsed = std::chrono::steady_clock::now() - start;
    log_call(portal_, operation, answer, std::chrono::duration_cast<std::chrono::milliseconds>(elapsed));
    return answer;
}

void Session::cancel_all() noexcept {
    submissions_.cancel_all();
    client_->cancel_all();
}

void Session::close() noexcept {
    submissions_.close();
    client_->close();
}

Session::Use::Use(Session &session) : session_(session) {
    const std::lock_guard lock(session_.mutex_);
    ++session_.uses_;
}

Session::Use::~Use() {
    // Under the lock to the end: once it is released with no uses left, the session may go.
    const std::lock_guard lock(session_.mutex_);
    --session_.uses_;
    session_.unused_.notify_all();
}

} // namespace hostbill::capi
