#include "sandbox/world/net.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace hostbill::sandbox {

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

} // namespace hostbill::sandbox
