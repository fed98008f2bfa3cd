// The fields that describe a person: the account's owner (contact 0) or one of its contacts.
#pragma once

#include "sandbox/world/call.hpp"

#include <initializer_list>
#include <utility>

namespace hostbill::sandbox {

json::Object read_profile(Database &db, std::int64_t contact);

// Keeps every profile field of the operation that was given; what is absent stays as it was.
void write_profile(Call &call, std::int64_t contact);

void seed_profile(Database &db, std::int64_t contact,
                  std::initializer_list<std::pair<std::string_view, std::string_view>> fields);

} // namespace hostbill::sandbox
