// The fields that describe a person: the account's owner (contact 0) or one of its contacts.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

json::Object read_profile(Database &db, std::int64_t contact);

std::string profile_text(Database &db, std::int64_t contact, std::string_view field); // "" where it has none
std::string full_name(Database &db, std::int64_t contact);

// Keeps every profile field of the operation that was given; what is absent stays as it was.
void write_profile(Call &call, std::int64_t contact);

// An account that belonged to `seed_owner` becomes somebody's.
void give_to_owner(Database &db, std::string_view username);

void seed_profile(Database &db, std::int64_t contact, const json::Object &profile);

// Refuses an e-mail address that is none, or with which somebody else than this contact (-1: nobody yet) signs in.
void check_email(Call &call, std::int64_t contact);

} // namespace hostbill::sandbox
