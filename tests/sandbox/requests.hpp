// Requests for any operation of the catalogue, made from its parameters as the portal's documents want them.
#pragma once

#include "support.hpp"

namespace hostbill::sandbox::test {

// Its URL begins with the operation's path; nobody is signed in.
Request make_request(const Operation &operation, const Portal &portal, const json::Object &params);

} // namespace hostbill::sandbox::test
