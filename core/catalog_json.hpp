// The catalogue as the document that every language sees.
#pragma once

#include "core/result.hpp"

#include <string>
#include <string_view>

namespace hostbill {

// One portal's catalogue; with empty text {"portals":[..]}, the catalogues of all. ASCII.
Result<std::string> catalog_json(std::string_view portal = {});

} // namespace hostbill
