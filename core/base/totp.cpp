#include "core/base/totp.hpp"

#include "core/base/digest.hpp"

namespace hostbill {
namespace {

// The value of a base32 digit; nothing where it is none.
std::optional<std::uint32_t> digit_value(char c) {
    if (c >= 'A' && c <= 'Z')
        return static_cast<std::uint32_t>(c - 'A');
    if (c >= 'a' && c <= 'z')
        return static_cast<std::uint32_t>(c - 'a');
    if (c >= '2' && c <= '7')
        return static_cast<std::uint32_t>(c - '2' + 26);
    return std::nullopt;
}

} // namespace

std::optional<Secret> read_totp_secret(std::string_view base32) {
    while (base32.ends_with('='))
        base32.remove_suffix(1);
    std::string bytes;
    bytes.reserve(base32.size()); // Never moves, so that no copy stays behind.
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : base32) {
        if (c == ' ' || c == '-')
            continue;
        const std::optional<std::uint32_t> value = digit_value(c);
        if (!value) {
            wipe(bytes);
            return std::nullopt;
        }
        bits = bits << 5 | *value;
        count += 5;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 0xFF);
        }
    }
    Secret secret(bytes);
    wipe(bytes);
    if (secret.empty())
        return std::nullopt;
    return secret;
}

std::string totp_code(const Secret &secret, std::chrono::system_clock::time_point time) {
    constexpr std::int64_t step_seconds = 30;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    const auto step = static_cast<std::uint64_t>(seconds / step_seconds);
    std::string counter;
    for (int shift = 56; shift >= 0; shift -= 8)
        counter += static_cast<char>(step >> shift & 0xFF);
    const auto hash = hmac_sha1(secret.view(), counter);
    // RFC 4226: the last byte's low half says where in the hash the number begins.
    const std::size_t at = hash[19] & 0xF;
    const std::uint32_t number = (hash[at] & 0x7Fu) << 24 | std::uint32_t{hash[at + 1]} << 16 |
                                 std::uint32_t{hash[at + 2]} << 8 | std::uint32_t{hash[at + 3]};
    const std::string digits = std::to_string(number % 1'000'000);
    return std::string(6 - digits.size(), '0') + digits;
}

} // namespace hostbill
