// Passwords, user names and addresses that an answer tells, as fields: from fields of their own, or out of a text or
// a page. What is found is a secret like the text it stood in.
#pragma once

#include "core/answer/shape.hpp"
#include "core/json/json.hpp"

#include <span>
#include <string_view>

namespace hostbill {

// Adds `credentials` to an object whose fields are in their shape already; a list, empty where it tells none.
// Does nothing where the portal sends a member of that name itself.
void add_credentials(std::span<const CredentialSource> sources, json::Object &object);

// The credentials that a text names: "label: value" line by line, HTML as a reader sees it.
json::Array credentials_in(std::string_view text);

} // namespace hostbill
