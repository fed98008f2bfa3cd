// What is done to virtual machines: switching them on and off, rescuing them, building them anew.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/vm_boot.hpp"
#include "sandbox/areas/vm_life.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

std::int64_t machine(Call &call) { return call.integer("vm_id"); }

// What changes nothing but the state.
struct Action {
    std::string_view operation;
    std::string_view effect;
    std::string_view from; // the states it works in
    std::string_view meanwhile;
    std::string_view to;
    bool repeatable; // nothing to do where the machine is in that state already, or on its way there
};

constexpr Action actions[] = {
    {"vms.reboot", "vm_reboots", "running", "restarting", running, false},
    {"vms.reset", "vm_resets", "running error", "restarting", running, false},
    {"vms.shutdown", "vm_shutdowns", "running", "stopping", stopped, true},
    {"vms.start", "vm_starts", "stopped error", "starting", running, true},
    {"vms.stop", "vm_stops", "running suspended error", "stopping", stopped, true},
    {"vms.suspend", "vm_suspends", "running", "suspending", suspended, true},
    {"vms.unsuspend", "vm_unsuspends", "suspended", "resuming", running, true},
};

json::Value act(Call &call) {
    require_active_service(call);
    const Action &action = *std::find_if(std::begin(actions), std::end(actions),
                                         [&](const Action &row) { return row.operation == call.operation.id; });
    const std::string going_to = call.db.text("SELECT next FROM vms WHERE id = ?", machine(call));
    if (action.repeatable && going_to == action.to)
        return status_true();
    const std::string state = settled_state(call);
    if (action.repeatable && state == action.to)
        return status_true();
    if (action.from.find(state) == action.from.npos)
        refuse("VM " + call.text("vm_id") + " is " + state);
    begin_change(call.moment(), machine(call), action.meanwhile, action.to);
    call.count(action.effect);
    call.log("VM " + call.text("vm_id") + ": " + std::string(action.operation.substr(sizeof "vms." - 1)));
    return status_true();
}

// Both restart the machine.
json::Value set_rescue(Call &call, bool rescued) {
    require_active_service(call);
    awake_state(call);
    if (call.db.change("UPDATE vms SET rescued = ?1 WHERE id = ?2 AND rescued <> ?1", rescued, machine(call)) == 0)
        refuse("VM " + call.text("vm_id") + (rescued ? " is in rescue mode already" : " is not in rescue mode"));
    begin_change(call.moment(), machine(call), "restarting", running);
    call.count(rescued ? "vm_rescues" : "vm_unrescues");
    call.log("VM " + call.text("vm_id") + (rescued ? ": into rescue mode" : ": out of rescue mode"));
    return status_true();
}

json::Value rescue(Call &call) { return set_rescue(call, true); }
json::Value unrescue(Call &call) { return set_rescue(call, false); }

json::Value rebuild(Call &call) {
    require_active_service(call);
    awake_state(call);
    const std::int64_t id = machine(call);
    const std::int64_t memory = call.db.number("SELECT memory FROM vms WHERE id = ?", id);
    const std::int64_t disk = call.db.number("SELECT disk FROM vms WHERE id = ?", id);
    call.db.run("UPDATE vms SET template = ?, rescued = 0 WHERE id = ?", checked_template(call, memory, disk).name, id);
    begin_change(call.moment(), id, "building", running);
    call.count("vm_rebuilds");
    call.log("VM " + call.text("vm_id") + " rebuilt");
    return status_true();
}

json::Value reset_password(Call &call) {
    require_active_service(call);
    awake_state(call);
    const std::string password = random_password();
    call.db.run("UPDATE vms SET password = ? WHERE id = ?", password, machine(call));
    call.count("vm_password_resets");
    call.log("VM " + call.text("vm_id") + ": new password");
    return json::Object{{"status", true}, {"password", password}};
}

constexpr HandlerRow handlers[] = {
    {"vms.reboot", act},
    {"vms.rebuild", rebuild},
    {"vms.rescue", rescue},
    {"vms.reset", act},
    {"vms.reset_password", reset_password},
    {"vms.shutdown", act},
    {"vms.start", act},
    {"vms.stop", act},
    {"vms.suspend", act},
    {"vms.unrescue", unrescue},
    {"vms.unsuspend", act},
};

// Those that bring a machine out of a state have one of their own that is in it.
constexpr Sample samples[] = {
    {"vms.rebuild", R"({"vm_id":"1602","template":"t-121"})"},
    {"vms.shutdown", R"({"service_id":5121,"vm_id":"1611"})"},
    {"vms.stop", R"({"service_id":5121,"vm_id":"1611"})"},
    {"vms.suspend", R"({"service_id":5121,"vm_id":"1612"})"},
    {"vms.unrescue", R"({"service_id":5121,"vm_id":"1613"})"},
};

} // namespace

constinit const Area vm_actions_area{.name = "vm_actions", .handlers = handlers, .samples = samples};

} // namespace hostbill::sandbox
