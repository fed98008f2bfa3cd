// Files attached to tickets and to their replies.
#pragma once

#include "sandbox/world/seed.hpp"

#include <cstdint>

namespace hostbill::sandbox {

// Keeps what the request holds: "attachments", a list of {"filename","content"} with the content in base64. No document
// tells how files are sent, so that is ours. `reply`: 0 for the ticket itself.
void add_files(Call &call, std::int64_t ticket, std::int64_t reply);

void seed_files(Database &db, const SeedRow &row, std::int64_t ticket, std::int64_t reply);

// [{"id","filename"}]
json::Array list_files(Database &db, std::int64_t ticket, std::int64_t reply);

// Of the file in the path, which is named by its id or its name.
std::int64_t ticket_of_file(Call &call);

} // namespace hostbill::sandbox
