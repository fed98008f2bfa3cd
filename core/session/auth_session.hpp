// Tokens: logging in for them, renewing them in time, and sharing them between threads and processes.
#pragma once

#include "core/session/auth.hpp"

namespace hostbill {

// Logs in when a token is first needed and renews it shortly before its end, once for all threads that wait for it, and
// once for all processes where there is a token cache. `config` and `clock` have to outlive it.
std::unique_ptr<Authenticator> make_session_authenticator(const Config &config, const ServerClock &clock,
                                                          Exchange exchange);

} // namespace hostbill
