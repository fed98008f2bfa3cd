#include "sandbox/areas/host_names.hpp"

#include "core/base/ascii.hpp"
#include "sandbox/world/call.hpp"

#include <algorithm>
#include <arpa/inet.h>

namespace hostbill::sandbox {
namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_mailbox = 64;
constexpr std::size_t longest_address = 2048;

// Letters, digits and hyphens; underscores where they may be.
bool is_label(std::string_view label, bool underscores) {
    return !label.empty() && label.size() <= longest_label && !label.starts_with('-') && !label.ends_with('-') &&
           std::all_of(label.begin(), label.end(), [&](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
                      (underscores && letter == '_');
           });
}

// How many labels a name has; 0: it is none.
std::size_t labels(std::string_view name, bool underscores) {
    if (name.empty() || name.size() > longest_name)
        return 0;
    std::size_t count = 0;
    while (true) {
        const std::size_t end = std::min(name.find('.'), name.size());
        if (!is_label(name.substr(0, end), underscores))
            return 0;
        ++count;
        if (end == name.size())
            return count;
        name.remove_prefix(end + 1);
    }
}

// Ends like an address does.
bool ends_in_digits(std::string_view name) {
    const std::string_view last = name.substr(name.rfind('.') + 1);
    return last.find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

bool is_domain_name(std::string_view name) { return labels(name, false) >= 2 && !ends_in_digits(name); }

namespace {

bool is_name(std::string_view name, bool underscores) {
    if (name.ends_with('.'))
        name.remove_suffix(1);
    return labels(lower(name), underscores) >= 1 && !ends_in_digits(name);
}

} // namespace

bool is_host_name(std::string_view name) { return is_name(name, true); }
bool is_machine_name(std::string_view name) { return is_name(name, false); }

bool is_ipv4(const std::string &text) {
    in_addr address{};
    return inet_pton(AF_INET, text.c_str(), &address) == 1 && text.find('\0') == std::string::npos;
}

bool is_ipv6(const std::string &text) {
    in6_addr address{};
    return inet_pton(AF_INET6, text.c_str(), &address) == 1 && text.find('\0') == std::string::npos;
}

bool is_address(const std::string &text) { return is_ipv4(text) || is_ipv6(text); }

bool is_email(const std::string &text) {
    const std::size_t at = text.rfind('@');
    return at != std::string::npos && at > 0 && at <= longest_mailbox &&
           text.find_first_of(" \t\r\n\"<>(),:;@[\\]") == at && is_domain_name(lower(text.substr(at + 1)));
}

bool is_web_address(const std::string &text) {
    const std::string_view rest = text.starts_with("https://")  ? std::string_view(text).substr(8)
                                  : text.starts_with("http://") ? std::string_view(text).substr(7)
                                                                : std::string_view();
    return text.size() <= longest_address && text.find_first_of(" \t\r\n\"<>") == std::string::npos &&
           is_host_name(rest.substr(0, rest.find_first_of(":/?#")));
}

std::string owner_in(const std::string &name, std::string_view zone) {
    std::string owner = lower(name);
    const bool full = owner.ends_with('.');
    if (full)
        owner.pop_back();
    if (owner.empty() || owner == apex || owner == zone)
        return std::string(apex);
    const std::string ending = "." + std::string(zone);
    if (owner.ends_with(ending))
        owner.resize(owner.size() - ending.size());
    else if (full)
        refuse("Parameter name " + name + " is not in the zone " + std::string(zone));
    std::string_view rest = owner;
    if (rest == "*")
        return owner;
    if (rest.starts_with("*."))
        rest.remove_prefix(2);
    if (labels(rest, true) == 0 || owner.size() + ending.size() > longest_name)
        refuse("Parameter name " + name + " is not a name of a record");
    return owner;
}

} // namespace hostbill::sandbox
