// What goes on at a portal without its customers: its people cancel orders, tasks fail, machines vanish.
#pragma once

#include "core/json.hpp"
#include "sandbox/world/database.hpp"
#include "sandbox/world/dates.hpp"

namespace hostbill::sandbox {

// {"command":"set_state","kind":"service","id":5121,"state":"Fraud"}; the answer, or {"error":{..}}. Throws Refusal.
json::Value set_state(Database &db, const json::Value &command, Seconds now);

} // namespace hostbill::sandbox
