// What nobody described is judged by its name.
#pragma once

#include <string_view>

namespace hostbill {

// Whether a field of that name is taken to hold a secret: "api_key", "otp", "NewPassword".
bool is_secret_name(std::string_view name);

} // namespace hostbill
