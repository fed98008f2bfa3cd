// The catalogue as the document that every language sees.
#pragma once

#include "core/base/result.hpp"
#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"

#include <string>
#include <string_view>

namespace hostbill {

// One portal's catalogue; with empty text {"portals":[..]}, the catalogues of all; with {"swagger":..} that of the portal
// described so, with "repaired", what had to be put right in the description. ASCII.
Result<std::string> catalog_json(std::string_view portal = {});

// The operations that a composition may call on these portals: [{"operation","effect"},..].
json::Value steps_json(const Operation &composition, PortalSet portal);

} // namespace hostbill
