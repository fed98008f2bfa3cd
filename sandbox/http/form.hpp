// Queries and form bodies, with PHP's brackets: "custom[1618][10330]=1" is {"custom":{"1618":{"10330":"1"}}}.
#pragma once

#include "core/json/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

// "%41" is "A"; `plus` makes "+" a blank. nullopt: a broken escape, a NUL, or what is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, bool plus);

// Values are texts, or nested objects and lists (members named 0, 1, 2, .. make a list). nullopt: not a form.
std::optional<json::Object> decode_form(std::string_view text);

} // namespace hostbill::sandbox
