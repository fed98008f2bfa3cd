// Keeps secrets out of whatever is shown.
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

inline constexpr std::string_view mask_text = "***";

// The bound value of a parameter with every sensitive part replaced.
json::Value mask(const Param &param, const json::Value &value);

// The same for a value that no row describes: what has a name like a secret's is taken for one.
json::Value mask_unknown(std::string_view name, const json::Value &value);

// Every text that `mask` would hide.
void collect_secrets(const Param &param, const json::Value &value, std::vector<std::string> &secrets);
void collect_unknown_secrets(std::string_view name, const json::Value &value, std::vector<std::string> &secrets);

// The secrets in the other spellings that a portal may repeat them in: within JSON or HTML, percent-encoded, in base64, in
// hexadecimal, on one line.
void add_spellings(std::vector<std::string> &secrets);

// `text` with each of the secrets replaced, and what is left of one where a text was cut. Very short ones are left: they
// would hide half of any sentence.
std::string scrub(std::string text, std::span<const std::string> secrets);

// A word as a POSIX shell reads it back unchanged.
std::string shell_quote(std::string_view text);

} // namespace hostbill
