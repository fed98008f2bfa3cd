#include "core/http/base_url.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace hostbill {
namespace {

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_host_char(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_'; }

// The four numbers of a dotted address, exactly: resolvers take other spellings for other addresses.
bool is_loopback_v4(std::string_view host) {
    int parts = 0;
    const char *at = host.data();
    const char *end = host.data() + host.size();
    while (parts < 4) {
        std::uint8_t number = 0;
        const auto [next, code] = std::from_chars(at, end, number);
        if (code != std::errc() || (next - at > 1 && *at == '0'))
            return false;
        if (parts == 0 && number != 127)
            return false;
        ++parts;
        if (next == end)
            break;
        if (*next != '.')
            return false;
        at = next + 1;
    }
    return parts == 4 && end[-1] != '.' && std::count(host.begin(), host.end(), '.') == 3;
}

bool is_loopback(std::string_view host) { return host == "localhost" || host == "[::1]" || is_loopback_v4(host); }

bool is_valid_host(std::string_view host) {
    if (host.starts_with('[')) {
        const std::string_view inside = host.substr(1, host.size() - 2);
        return host.size() > 4 && host.ends_with(']') &&
               std::all_of(inside.begin(), inside.end(), [](char c) { return is_hex(c) || c == ':' || c == '.'; });
    }
    return !host.empty() && !host.starts_with('.') && host.find("..") == std::string_view::npos &&
           std::all_of(host.begin(), host.end(), is_host_char);
}

// 0 where it is none.
std::uint16_t read_port(std::string_view port) {
    std::uint16_t number = 0;
    const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), number);
    return code == std::errc() && end == port.data() + port.size() ? number : std::uint16_t{0};
}

bool is_valid_path(std::string_view path) {
    constexpr std::string_view punctuation = "-._~!$&'()*+,;=:@/%";
    for (const char c : path) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !is_digit(c) && punctuation.find(c) == std::string_view::npos)
            return false;
    }
    const std::string slashed = std::string(path) + "/";
    return slashed.find("//") == std::string::npos && slashed.find("/./") == std::string::npos &&
           slashed.find("/../") == std::string::npos;
}

} // namespace

Result<BaseUrl, std::string> parse_base_url(std::string_view url) {
    const std::size_t colon = url.find("://");
    const std::string scheme = lower(url.substr(0, colon));
    if (colon == std::string_view::npos || (scheme != "https" && scheme != "http")) {
        return std::string("must begin with https://");
    }
    url.remove_prefix(colon + 3);
    if (url.find('?') != std::string_view::npos)
        return std::string("must have no query");
    if (url.find('#') != std::string_view::npos)
        return std::string("must have no fragment");

    const std::size_t slash = url.find('/');
    std::string_view authority = url.substr(0, slash);
    std::string_view path = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
    if (authority.find('@') != std::string_view::npos)
        return std::string("must not hold a user name or password");

    const std::size_t port_colon = authority.rfind(':');
    const std::size_t bracket = authority.rfind(']');
    std::string port;
    if (port_colon != std::string_view::npos && (bracket == std::string_view::npos || port_colon > bracket)) {
        const std::uint16_t number = read_port(authority.substr(port_colon + 1));
        if (number == 0)
            return std::string("must have a port from 1 to 65535");
        // The scheme's own is left out, as other clients leave it out of the Host header.
        if (number != (scheme == "https" ? 443 : 80))
            port = ":" + std::to_string(number);
        authority = authority.substr(0, port_colon);
    }
    const std::string host = lower(authority);
    if (!is_valid_host(host))
        return std::string("must have a host name in ASCII");
    while (path.ends_with('/'))
        path.remove_suffix(1);
    if (!is_valid_path(path))
        return std::string("must have a plain path");

    const bool loopback = is_loopback(host);
    if (scheme == "http" && !loopback) {
        return std::string("must be https (plain http is for 127.0.0.0/8, [::1] and localhost alone)");
    }
    return BaseUrl{.origin = scheme + "://" + host + port, .path = std::string(path), .loopback = loopback};
}

} // namespace hostbill
