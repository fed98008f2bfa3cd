// Which server a request means, and what of it.
#pragma once

#include "sandbox/http/http.hpp"

#include <string_view>

namespace hostbill::sandbox {

// As proxies are asked: "http://localhost:4711/api/details" is "/api/details" of that host, whatever Host says.
void resolve_target(Request &request);

// Whether a Host is this machine by its own names. HTTP/1.0 needs no Host: "" is.
bool is_loopback(std::string_view host);

} // namespace hostbill::sandbox
