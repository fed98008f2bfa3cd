#include "sandbox/world/net.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace hostbill::sandbox {
namespace {

bool is_label(std::string_view label) {
    auto fits = [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), fits);
}

} // namespace

std::optional<std::uint32_t> read_ipv4(const std::string &text) {
    in_addr address{};
    if (text.size() != std::strlen(text.c_str()) || inet_pton(AF_INET, text.c_str(), &address) != 1)
        return std::nullopt;
    return ntohl(address.s_addr);
}

std::string ipv4_text(std::uint32_t address) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8)
        text += (text.empty() ? "" : ".") + std::to_string(address >> static_cast<unsigned>(shift) & 0xffU);
    return text;
}

bool is_address(const std::string &text) {
    in6_addr address{};
    return read_ipv4(text).has_value() ||
           (text.size() == std::strlen(text.c_str()) && inet_pton(AF_INET6, text.c_str(), &address) == 1);
}

bool is_host_name(std::string_view text) {
    if (text.ends_with('.'))
        text.remove_suffix(1);
    if (text.size() > 253)
        return false;
    while (text.find('.') != text.npos) {
        if (!is_label(text.substr(0, text.find('.'))))
            return false;
        text.remove_prefix(text.find('.') + 1);
    }
    return is_label(text);
}

} // namespace hostbill::sandbox
