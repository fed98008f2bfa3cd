// How many of each product are left. An order takes one; what ends gives it back.
#pragma once

#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

std::int64_t in_stock(Database &db, std::int64_t product); // never less than 0
void change_stock(Database &db, std::int64_t product, std::int64_t by);

} // namespace hostbill::sandbox
