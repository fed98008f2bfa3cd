// An operation of the catalogue as a portal's client would send it.
#pragma once

#include "support.hpp"

namespace hostbill::sandbox::test {

// The parameters go by their canonical names. The url is the operation's path alone, and there are no credentials.
Request make_request(const Operation &operation, const Portal &portal, const json::Object &params);

} // namespace hostbill::sandbox::test
