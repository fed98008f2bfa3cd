// A portal that the caller describes instead of naming it.
#pragma once

#include "core/base/result.hpp"
#include "core/catalog/error.hpp"
#include "core/catalog/portal_profile.hpp"
#include "core/json/json.hpp"

#include <memory>

namespace hostbill {

// From {"swagger": ..}: the document that the portal publishes, its text, or the path of a file with it. The error is a
// usage error whose fields begin with "portal".
Result<std::shared_ptr<const PortalProfile>> import_portal(const json::Object &portal);

} // namespace hostbill
