// The privileges there are, and who was granted which.
#pragma once

#include "sandbox/world/call.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hostbill::sandbox {

// A contact's, in the form in which they are kept.
json::Value privileges_of(Database &db, std::int64_t contact);

// "billing.orders"; or "services.upgrade", of the service with that id.
bool holds(const json::Value &privileges, std::string_view privilege, std::string_view id);

// Whether a contact (0: the owner) has it.
bool may(Database &db, std::int64_t contact, std::string_view privilege, std::string_view id = {});

[[noreturn]] void deny(std::string_view privilege);

// All that can be granted, as contacts.privileges answers.
json::Object all_privileges(Database &db);

// Privileges as they were sent, in the form in which they are kept. Refuses what is unknown, and what a contact would
// grant without having it.
json::Object read_privileges(Call &call, const json::Value &given);

// "a b c"
std::vector<std::string_view> split(std::string_view words);

} // namespace hostbill::sandbox
