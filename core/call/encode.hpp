// From bound values to the request as it stands on the wire.
#pragma once

#include "core/call/bind.hpp"
#include "core/catalog/catalog.hpp"
#include "core/json/json.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hostbill {

struct Request {
    std::string_view method;
    std::string target;              // path and query, behind the base URL
    std::optional<std::string> body; // nothing: no body at all
    std::string_view content_type;   // with a body
};

// `extra` are undocumented fields: in the query of GET and DELETE, in the body of the rest.
Request encode(const Operation &operation, BodyForm form, std::span<const BoundParam> params,
               const json::Object &extra);

// The same request with every secret replaced by "***".
Request encode_masked(const Operation &operation, BodyForm form, std::span<const BoundParam> params,
                      const json::Object &extra);

// Why a text must not become a part of a path; nullptr: it may.
const char *path_text_problem(std::string_view text);

// RFC 3986: everything but letters, digits and -._~ as %XX.
std::string percent_encode(std::string_view text);
std::string form_encode(std::string_view text); // as a form has it: with + for a blank

} // namespace hostbill
