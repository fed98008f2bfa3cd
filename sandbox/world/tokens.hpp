// RS256 tokens. One key signs those of all worlds: making one takes time.
#pragma once

#include "core/json/json.hpp"
#include "sandbox/world/crypto.hpp"
#include "sandbox/world/registry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

class Tokens {
public:
    // Keeps the key there.
    explicit Tokens(Registry &registry) : registry_(registry) {}

    std::string sign(json::Object claims);
    // The claims of a token that we signed; null where we did not. When they hold is the caller's to check.
    json::Value read(std::string_view token);
    // The claims, whoever signed them.
    static json::Value peek(std::string_view token);

private:
    const SigningKey *known_key(); // nullptr: nothing has been signed yet

    Registry &registry_;
    std::optional<SigningKey> key_;
};

// A claim of that type; "" or 0 where there is none.
std::string text_claim(const json::Value &claims, std::string_view name);
std::int64_t claim(const json::Value &claims, std::string_view name);

} // namespace hostbill::sandbox
