// Sends an operation's requests on the caller's thread.
#pragma once

#include "core/base/call_control.hpp"
#include "core/base/result.hpp"
#include "core/call/sending.hpp"
#include "core/http/http.hpp"
#include "core/json/json.hpp"

namespace hostbill {

// Drives `sending` to its end and gives what it comes to: the body of a successful answer, in the end. Before each
// attempt it asks the authenticator, if there is one, who we are.
Result<json::Value> send(Sending &sending, HttpTransport &transport, Authenticator *authenticator, RateLimiter *limiter,
                         CallControl &control);

} // namespace hostbill
