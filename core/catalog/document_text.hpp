// The texts of documents that portals publish: JSON written by hand, and words with HTML in them.
#pragma once

#include "core/base/result.hpp"
#include "core/json/json.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hostbill {

// JSON with raw control characters in its texts, which are escaped and counted. The error is a sentence with the place.
Result<json::Value, std::string> read_careless_json(std::string_view text, std::size_t &escaped_controls);

// The object or list that stands in the middle of words.
std::optional<json::Value> careless_json_within(std::string_view words);

// What a person would read of it, on one line.
std::string words_of_html(std::string_view html);

// At most 200 bytes, and no half character at the end.
std::string shortened(std::string text);

} // namespace hostbill
