#include "core/client.hpp"
namespace hostbill {
struct Client::State {
    bool closed = false;
};
Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::~Client() = default;
Result<std::unique_ptr<Client>> Client::create(std::string_view) { return usage_error("not yet"); }
Result<std::string> Client::call(std::string_view, std::string_view, std::string_view, CallControl &) {
    return usage_error("not yet");
}
Result<std::string> Client::call(std::string_view o, std::string_view p, std::string_view s) {
    CallControl c;
    return call(o, p, s, c);
}
void Client::cancel_all() noexcept {}
void Client::close() noexcept { state_->closed = true; }
bool Client::closed() const noexcept { return state_->closed; }
} // namespace hostbill
