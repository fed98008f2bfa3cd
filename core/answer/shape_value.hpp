// Single values in one form. Each function changes the value where it can be read as what is wanted, and says whether it
// could; otherwise the value stays as it was.
#pragma once

#include "core/json/json.hpp"

#include <string>
#include <string_view>

namespace hostbill::shape_value {

bool to_text(json::Value &value);     // numbers become text with the same digits
bool to_integer(json::Value &value);  // "007" and "12.00" too; of any length
bool to_ref(json::Value &value);      // a whole number where the text is one and would print back the same; else text
bool to_decimal(json::Value &value);  // exact, as text: digits, perhaps a point and digits; no exponent
bool to_flag(json::Value &value);     // 0, 1, and the words for them; empty text is PHP's false
bool to_date(json::Value &value);     // YYYY-MM-DD; null for none
bool to_datetime(json::Value &value); // YYYY-MM-DDThh:mm:ss, with the offset that was sent; null for none

} // namespace hostbill::shape_value
