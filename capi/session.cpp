#include "session.hpp"

namespace hostbill::capi {

Session::Session(Client &client)
    : client_(client), submissions_([this](const Submissions::Request &request, CallControl &control) {
          return call(request.operation, request.params_json, request.options_json, control);
      }) {}

Session::~Session() {
    std::unique_lock lock(mutex_);
    unused_.wait(lock, [this] { return uses_ == 0; });
}

Result<Answer> Session::call(std::string_view operation, std::string_view params_json, std::string_view options_json,
                             CallControl &control) {
    return client_.perform(operation, params_json, options_json, control);
}

void Session::cancel_all() noexcept {
    submissions_.cancel_all();
    client_.cancel_all();
}

void Session::close() noexcept {
    submissions_.close();
    client_.close();
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
