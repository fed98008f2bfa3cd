// From what came over the wire to the operation's parameters, under their canonical names.
#pragma once

#include "sandbox/http/http.hpp"
#include "sandbox/world/call.hpp"
#include "sandbox/world/router.hpp"

#include <string_view>

namespace hostbill::sandbox {

// All that came in the query and the body. Throws a Refusal where it cannot be read.
json::Object read_given(const Request &request, std::string_view query);

// Fills call.given and call.params. Throws a Refusal that names every field that is missing or wrong.
// Like a panel it is generous: either body form, parameters in the query of a POST, numbers as text.
void bind_parameters(Call &call, const Route &route, std::string_view query, const Request &request);

// Refuses ids in the path that the account does not have.
void check_path_ids(Call &call);

} // namespace hostbill::sandbox
