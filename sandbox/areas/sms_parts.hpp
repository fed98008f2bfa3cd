// How many messages a text needs (3GPP TS 23.038): 160 letters of the telephone's own alphabet or 70 others; a little
// less each where there are several, which have to say how they belong together.
#pragma once

#include <cstddef>
#include <string_view>

namespace hostbill::sandbox {

std::size_t sms_parts(std::string_view utf8); // at least 1

} // namespace hostbill::sandbox
