// What goes on at a portal without its customers: its people cancel orders, tasks fail, machines vanish.
#pragma once

#include "core/json/json.hpp"
#include "sandbox/world/call.hpp"

namespace hostbill::sandbox {

// {"command":"set_state","kind":"service","id":5121,"state":"Fraud"}; the answer, or {"error":{..}}. Throws Refusal.
json::Value set_state(const Moment &moment, const json::Value &command);

// What it takes: {"service":["Pending",..,"gone"],..}
json::Object known_states();

} // namespace hostbill::sandbox
