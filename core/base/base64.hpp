// Base64, as headers and tokens use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hostbill {

std::string base64_encode(std::string_view bytes); // RFC 4648, section 4, with padding

// The URL-safe alphabet of section 5, without padding. Nothing where the text is not that.
std::optional<std::string> base64url_decode(std::string_view text);

} // namespace hostbill
