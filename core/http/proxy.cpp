#include "core/http/proxy.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace hostbill {
namespace {

bool is_host_and_port(std::string_view text) {
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.rfind(':');
    std::string_view host = text;
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        const std::string_view port = text.substr(colon + 1);
        std::uint16_t number = 0;
        const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (code != std::errc() || end != port.data() + port.size() || number == 0)
            return false;
        host = text.substr(0, colon);
    }
    const bool in_brackets = host.starts_with('[') && host.ends_with(']');
    const std::string_view name = in_brackets ? host.substr(1, host.size() - 2) : host;
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_' || (in_brackets && c == ':');
    });
}

// Undoes percent escapes; nothing where one is broken or stands for a control character.
std::optional<Secret> unescape(std::string_view text) {
    std::string out;
    out.reserve(text.size()); // Never moves, so that no copy stays behind.
    bool good = true;
    for (std::size_t i = 0; i < text.size() && good; ++i) {
        unsigned char byte = static_cast<unsigned char>(text[i]);
        if (text[i] == '%') {
            const auto [end, code] =
                std::from_chars(text.data() + i + 1, text.data() + std::min(i + 3, text.size()), byte, 16);
            good = code == std::errc() && end == text.data() + i + 3;
            i += 2;
        }
        good = good && byte >= 0x20 && byte != 0x7F;
        out += static_cast<char>(byte);
    }
    Secret secret(out);
    wipe(out);
    if (!good)
        return std::nullopt;
    return secret;
}

} // namespace

Result<Proxy, std::string> parse_proxy(std::string_view url) {
    const std::size_t separator = url.find("://");
    const std::string scheme = lower(url.substr(0, separator));
    if (separator == std::string_view::npos || (scheme != "http" && scheme != "https" && scheme != "socks5h"))
        return std::string("must begin with http://, https:// or socks5h://");
    std::string_view rest = url.substr(separator + 3);
    while (rest.ends_with('/'))
        rest.remove_suffix(1);

    Proxy proxy;
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        const std::string_view user_info = rest.substr(0, at);
        const std::size_t colon = user_info.find(':');
        std::optional<Secret> username = unescape(user_info.substr(0, colon));
        std::optional<Secret> password =
            unescape(colon == std::string_view::npos ? std::string_view() : user_info.substr(colon + 1));
        if (!username || !password)
            return std::string("must have a user name and password that are escaped correctly");
        proxy.username = std::move(*username);
        proxy.password = std::move(*password);
        rest.remove_prefix(at + 1);
    }
    if (!is_host_and_port(rest))
        return std::string("must have a host, perhaps a port, and nothing behind");
    proxy.url = scheme + "://" + lower(rest);
    return proxy;
}

Result<Proxy, std::string> proxy_from_environment() {
    const char *url = secure_getenv("https_proxy");
    if (url == nullptr || *url == '\0' || std::getenv("REQUEST_METHOD") != nullptr)
        return Proxy();
    // Without a scheme, as many write it, it is an http one.
    std::string full = std::string_view(url).find("://") == std::string_view::npos ? "http://" : "";
    full += url;
    Result<Proxy, std::string> proxy = parse_proxy(full);
    wipe(full);
    if (const char *hosts = secure_getenv("no_proxy"); proxy && hosts != nullptr)
        proxy->no_proxy = hosts;
    return proxy;
}

} // namespace hostbill
