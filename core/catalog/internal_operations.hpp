// Steps of our own on the way to an answer, such as the second half of a login. They are written in api/internal like
// any operation, but nobody can call them by name.
#pragma once

#include "core/catalog/catalog.hpp"

#include <span>

namespace hostbill {

std::span<const Operation> internal_operations();

} // namespace hostbill
