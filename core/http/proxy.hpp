// The proxy on the way to the portal, where there is one.
#pragma once

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

#include <string>
#include <string_view>

namespace hostbill {

struct Proxy {
    std::string url;      // "http://proxy.example:3128", without credentials; empty: none
    Secret username;      // as the proxy knows it, nothing escaped
    Secret password;      // the same
    std::string no_proxy; // the hosts that are reached directly, as the environment lists them
};

// http, https or socks5h, with a host, perhaps a port, perhaps a user and password. Host names are always looked up by
// the proxy. The failure says what is wrong and never repeats the URL, which may hold a password.
Result<Proxy, std::string> parse_proxy(std::string_view url);

// What the variables https_proxy and no_proxy say, in lower case alone. Under CGI none: there a client's "Proxy:" header
// becomes a variable. None either where the program runs with rights that its caller does not have.
Result<Proxy, std::string> proxy_from_environment();

} // namespace hostbill
