// "Did you mean ...?"
#pragma once

#include "core/catalog/catalog.hpp"
#include "core/catalog/error.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace hostbill {

// How many single-character edits (insert, delete, replace, swap of neighbours) lie between two names.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that `name` was probably meant to be; empty where none is near. Case does not count.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

// The same among all operations of the catalogue (by id, also for "METHOD /path"), and among the portals.
// `more`: operations beside the catalogue's own.
std::string_view nearest_operation(std::string_view name, std::span<const Operation> more = {});
std::string_view nearest_portal(std::string_view id);

// The usage error for a name that the catalogue does not know; `field` is where it was given.
Error unknown_operation(std::string_view name, std::span<const Operation> more = {});
Error unknown_portal(std::string_view field, std::string_view id);

} // namespace hostbill
