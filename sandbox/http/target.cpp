#include "sandbox/http/target.hpp"

#include "core/base/ascii.hpp"

#include <algorithm>
#include <string>

namespace hostbill::sandbox {
namespace {

bool same_word(std::string_view a, std::string_view b) { return lower(a) == lower(b); }

} // namespace

void resolve_target(Request &request) {
    const std::string_view target = request.target;
    for (std::string_view scheme : {"http://", "https://"}) {
        if (!same_word(target.substr(0, scheme.size()), scheme))
            continue;
        const std::string_view rest = target.substr(scheme.size());
        const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
        std::string path(rest.substr(end));
        request.host = rest.substr(0, end);
        request.target = path.starts_with('/') ? std::move(path) : '/' + path;
        return;
    }
}

bool is_loopback(std::string_view host) {
    // A port, which may be any: it is the one that was connected to.
    const std::size_t name_end = host.find_last_not_of("0123456789");
    if (name_end != host.npos && host[name_end] == ':')
        host = host.substr(0, name_end);
    static constexpr std::string_view names[] = {"", "127.0.0.1", "localhost", "[::1]"};
    return std::ranges::any_of(names, [&](std::string_view name) { return same_word(host, name); });
}

} // namespace hostbill::sandbox
