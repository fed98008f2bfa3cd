// The tables that hold a portal's state.
#pragma once

#include "sandbox/config.hpp"
#include "sandbox/world/database.hpp"
#include "sandbox/world/dates.hpp"

namespace hostbill::sandbox {

// Tables and a small customer's account, where the database has none yet. Throws DatabaseError where the file
// belongs to another portal or to another version of the sandbox.
void prepare(Database &database, const Config &config, Seconds now);

// Back to the seed: everything that happened since is forgotten, sessions and ledger included.
void reset(Database &database, const Config &config, Seconds now);

// Fills empty tables (seed.cpp).
void seed(Database &database, const Config &config, Seconds now);

} // namespace hostbill::sandbox
