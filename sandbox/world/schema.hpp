// The tables that hold a portal's state: a few of its own, and those of every area.
#pragma once

#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

// Tables and a small customer's account, where the database has none yet. Throws DatabaseError where the file
// belongs to another portal or to another version of the sandbox.
void prepare(const Moment &moment);

// Back to the seed: everything that happened since is forgotten, logins, sessions and ledger included.
void reset(const Moment &moment);

} // namespace hostbill::sandbox
