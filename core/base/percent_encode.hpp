#pragma once

#include <string>
#include <string_view>

namespace hostbill {

// RFC 3986: everything but letters, digits and -._~ as %XX.
std::string percent_encode(std::string_view text);
std::string form_encode(std::string_view text); // as a form has it: with + for a blank

} // namespace hostbill
