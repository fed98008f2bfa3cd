// The tables that hold a portal's state: a few of its own, and those of every area.
#pragma once

#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

// Tables, and the account that a seed document describes, in an empty database. Throws SeedRefusal where that is
// wrong; `strict` refuses members that nothing reads as well.
void create(const Moment &moment, const json::Value &document, bool strict);

bool is_empty(Database &db);

// Throws DatabaseError where the file belongs to another portal or to another version of the sandbox.
void check_schema(Database &db, const Portal &portal);

} // namespace hostbill::sandbox
