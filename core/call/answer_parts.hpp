// Finding in an answer what is meant, in whichever of its forms it comes.
#pragma once

#include "core/catalog/error.hpp"
#include "core/json/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hostbill {

// The member of that name, or the answer itself where it comes without that wrapper.
const json::Value &part(const json::Value &data, std::string_view name);

// The items of a list, a map by id or, where a portal shows a lone item bare, that item.
std::vector<json::Value> items_of(const json::Value &data, std::string_view name);

// Whether the answer has such a list, be it an empty one: otherwise nothing is known of what there is, as the error says.
bool has_items(const json::Value &data, std::string_view name);
Error no_list(std::string_view read);

// What an item is known by from one read to the next.
std::string key_of(const json::Value &item);

// A zone's own name; empty where the answer is no zone.
std::string zone_of(const json::Value &data);

} // namespace hostbill
