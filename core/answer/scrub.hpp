// Keeps secrets out of what a portal says: it may repeat what it was sent.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

inline constexpr std::string_view cut_text = "..."; // stands for the rest of a long text

// The secrets in the other spellings that a portal may repeat them in: within JSON or HTML, percent-encoded, in base64, in
// hexadecimal, on one line.
void add_spellings(std::vector<std::string> &secrets);

// `text` with each of the secrets replaced, and what is left of one where a text was cut. Very short ones are left: they
// would hide half of any sentence.
std::string scrub(std::string text, std::span<const std::string> secrets);

} // namespace hostbill
