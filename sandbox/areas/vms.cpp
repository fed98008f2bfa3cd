// Virtual machines of cloud services.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/cloud.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/areas/vm_boot.hpp"
#include "sandbox/areas/vm_life.hpp"
#include "sandbox/areas/vm_network.hpp"
#include "sandbox/world/crypto.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

struct Flavor {
    std::string_view id;
    std::int64_t memory;
    std::int64_t cpu;
};

constexpr Flavor flavors[] = {{"small", 1024, 1}, {"medium", 2048, 2}, {"large", 4096, 4}};

// What a machine can have; its service may have less.
struct Bounds {
    std::string_view name;
    std::int64_t least, usual, most;
};
constexpr Bounds memory_bounds{"memory", 256, 1024, 65536}, cpu_bounds{"cpu", 1, 1, 32},
    disk_bounds{"disk", 5, 20, 2000};

std::int64_t machine(Call &call) { return call.integer("vm_id"); }

std::int64_t checked_size(Call &call, const Bounds &bounds, std::int64_t fallback) {
    if (call.text(bounds.name).empty())
        return fallback;
    const std::int64_t size = call.integer(bounds.name);
    if (size < bounds.least || size > bounds.most)
        refuse("Parameter " + std::string(bounds.name) + " must be " + std::to_string(bounds.least) + " to " +
               std::to_string(bounds.most));
    return size;
}

// A label is free text; a name in DNS is not.
std::string host_name(std::string label, std::string_view service_domain) {
    for (char &letter : label)
        if (std::isalnum(static_cast<unsigned char>(letter)) == 0)
            letter = '-';
    const std::size_t dot = service_domain.find('.');
    return dot == service_domain.npos ? label : label + std::string(service_domain.substr(dot));
}

json::Array addresses(Database &db, std::int64_t vm) {
    json::Array list;
    for (auto row = db.query("SELECT ip FROM addresses WHERE vm_id = ? AND interface IS NOT NULL ORDER BY id", vm);
         row.next();)
        list.push_back(row.text(0));
    return list;
}

// The machines of the path's service, or one of them, by their ids.
json::Object show(Call &call, std::int64_t vm = 0) {
    json::Object list;
    for (auto row = call.db.query(
             "SELECT vms.id, vms.label, domain, state, template, memory, cpu, disk, began, vms.created, flavor, "
             "security_group, keypair, boot, pxe FROM vms JOIN services ON services.id = service_id LEFT JOIN vm_runs "
             "ON "
             "vm_id = vms.id AND ended = 0 WHERE service_id = ?1 AND (?2 = 0 OR vms.id = ?2) ORDER BY vms.id",
             call.integer("service_id"), vm);
         row.next();) {
        const Seconds began = row.integer(8);
        json::Object shown{{"id", row.text(0)},
                           {"label", row.text(1)},
                           {"hostname", host_name(row.text(1), row.text(2))},
                           {"status", row.text(3)},
                           {"template", row.text(4)},
                           {"memory", row.text(5)},
                           {"cpu", row.text(6)},
                           {"disk", row.text(7)},
                           {"ip", addresses(call.db, row.integer(0))},
                           {"uptime", std::to_string(began != 0 ? std::max<Seconds>(0, call.now - began) : 0)},
                           {"created", date_time(row.integer(9))}};
        constexpr std::pair<int, std::string_view> chosen[] = {{10, "flavor"}, {11, "security_group"}, {12, "keypair"}};
        for (const auto &[column, name] : chosen)
            if (!row.text(column).empty())
                shown.append(name, row.text(column));
        // Not documented, but what can be set should show.
        if (portal_has(call.portal, "vms.set_boot_order"))
            shown.append("boot", row.text(13));
        if (portal_has(call.portal, "vms.set_pxe"))
            shown.append("pxe", row.text(14));
        list.append(row.text(0), std::move(shown));
    }
    return list;
}

json::Object show_one(Call &call, std::int64_t vm) { return *show(call, vm).begin()->value.object(); }

json::Value list(Call &call) {
    look_at(call.moment(), call.integer("service_id"), 0);
    json::Object vms = show(call);
    // PHP writes an empty map as a list.
    return json::Object{{"vms", vms.empty() ? json::Value(json::Array()) : json::Value(std::move(vms))}};
}

json::Value get(Call &call) {
    look_at(call.moment(), call.integer("service_id"), machine(call));
    return json::Object{{"vm", show_one(call, machine(call))}};
}

Resources wanted_size(Call &call) {
    Resources size{.memory = checked_size(call, memory_bounds, memory_bounds.usual),
                   .cpu = checked_size(call, cpu_bounds, cpu_bounds.usual),
                   .disk = checked_size(call, disk_bounds, disk_bounds.usual)};
    if (const std::string wanted = call.text("flavor"); !wanted.empty()) {
        auto flavor =
            std::find_if(std::begin(flavors), std::end(flavors), [&](const Flavor &row) { return row.id == wanted; });
        if (flavor == std::end(flavors))
            not_found("Flavor", wanted);
        size.memory = flavor->memory;
        size.cpu = flavor->cpu;
    }
    return size;
}

json::Value create(Call &call) {
    require_active_service(call);
    const std::int64_t service = call.integer("service_id");
    if (call.text("label").empty())
        refuse("Parameter label is required");
    const Resources size = wanted_size(call);
    const Template &from = checked_template(call, size.memory, size.disk);
    require_room(call.db, service, size);
    const std::string password = call.text("password").empty() ? random_password() : call.text("password");
    const std::int64_t id = call.db.insert(
        "INSERT INTO vms (service_id, label, state, template, memory, cpu, disk, password, flavor, security_group, "
        "keypair, created) VALUES (?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        service, call.text("label"), from.name, size.memory, size.cpu, size.disk, password, call.text("flavor"),
        call.text("security_group"), call.text("keypair"), call.now);
    connect_vm(call.moment(), id);
    begin_change(call.moment(), id, "building", running);
    call.count("vms_created");
    call.log("VM " + std::to_string(id) + " created");
    json::Object vm = show_one(call, id);
    vm.append("username", "root");
    vm.append("password", password);
    return json::Object{{"status", true}, {"vm", std::move(vm)}};
}

// In whatever state; with its interfaces, and its addresses are free again.
json::Value remove(Call &call) {
    require_active_service(call);
    call.db.run("DELETE FROM vms WHERE id = ?", machine(call));
    call.count("vms_deleted");
    call.log("VM " + call.text("vm_id") + " deleted");
    return status_true();
}

// A machine that runs is restarted.
json::Value resize(Call &call) {
    require_active_service(call);
    if (call.text("memory").empty() && call.text("cpu").empty())
        refuse("Parameter memory or cpu is required");
    const std::string state = awake_state(call);
    const std::int64_t id = machine(call);
    const std::int64_t memory = call.db.number("SELECT memory FROM vms WHERE id = ?", id);
    const std::int64_t cpu = call.db.number("SELECT cpu FROM vms WHERE id = ?", id);
    const std::int64_t new_memory = checked_size(call, memory_bounds, memory);
    const std::int64_t new_cpu = checked_size(call, cpu_bounds, cpu);
    require_room(call.db, call.integer("service_id"), {.memory = new_memory - memory, .cpu = new_cpu - cpu});
    const bool flavored = new_memory != memory || new_cpu != cpu;
    call.db.run("UPDATE vms SET memory = ?, cpu = ?, flavor = CASE WHEN ? THEN '' ELSE flavor END WHERE id = ?",
                new_memory, new_cpu, flavored, id);
    begin_change(call.moment(), id, "resizing", state);
    call.count("vm_resizes");
    call.log("VM " + call.text("vm_id") + " resized");
    return status_true();
}

constexpr HandlerRow handlers[] = {
    {"vms.create", create}, {"vms.delete", remove}, {"vms.get", get}, {"vms.list", list}, {"vms.resize", resize},
};

constexpr PathId ids[] = {
    {"vm_id", "VM", "SELECT 1 FROM vms WHERE id = ? AND service_id = ?", true},
};

constexpr SeededId seeded_ids[] = {
    {"", "vm_id", R"("1601")"},
};

constexpr Sample samples[] = {
    {"vms.create", R"({"label":"sample","template":"t-121"})"},
    {"vms.delete", R"({"vm_id":"1603"})"},
    {"vms.resize", R"({"vm_id":"1602","memory":"2048"})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    if (!portal_has(moment.portal, "vms.list"))
        return;
    for (const SeedRow &row : document.rows("vms")) {
        const std::int64_t id = row.integer("id"), service = row.integer("service");
        moment.db.run("INSERT INTO vms (id, service_id, label, state, template, memory, cpu, disk, password, rescued, "
                      "created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT created FROM services WHERE id = ?))",
                      id, service, row.text("label"), row.text("state", running), row.text("template", "Debian 12"),
                      row.integer("memory", memory_bounds.usual), row.integer("cpu", cpu_bounds.usual),
                      row.integer("disk", disk_bounds.usual), random_password(), row.flag("rescued"), service);
        seed_interfaces(moment, row);
        if (row.text("state", running) == running)
            moment.db.run("INSERT INTO vm_runs (vm_id, began, ended) VALUES (?, ?, 0)", id,
                          row.time(moment, "up_days", 1));
    }
}

constexpr std::string_view building = "building";
constexpr std::string_view vm_states[] = {running, stopped, suspended, building, "error"};

void set_vm(const Moment &moment, std::int64_t id, std::string_view state) {
    if (state == gone)
        moment.db.run("DELETE FROM vms WHERE id = ?", id);
    else if (state == building)
        hang(moment, id, building);
    else
        settle(moment, id, state);
}

constexpr StateRow states[] = {{"vm", vm_states, "SELECT 1 FROM vms WHERE id = ?", set_vm}};

// A cloud service comes with its first machine, of the size that the plan says.
void first_machine(const Moment &moment, std::int64_t service) {
    const std::string name = moment.db.text("SELECT domain FROM services WHERE id = ?", service);
    const Resources size = machine_of_plan(moment.db, service);
    const std::int64_t id = moment.db.insert(
        "INSERT INTO vms (service_id, label, state, template, memory, cpu, disk, password, created) VALUES (?, ?, '', "
        "'Debian 12', ?, ?, ?, ?, ?)",
        service, name.substr(0, name.find('.')), size.memory, size.cpu, size.disk, random_password(), moment.now);
    connect_vm(moment, id);
    begin_change(moment, id, building, running);
}

// Machines that run are suspended with their service and come back with it.
void hold(const Moment &moment, std::int64_t service, bool held) {
    std::vector<std::int64_t> concerned;
    for (auto row = moment.db.query("SELECT id FROM vms WHERE service_id = ?1 AND CASE WHEN ?2 THEN state = 'running' "
                                    "OR next = 'running' ELSE held END",
                                    service, held);
         row.next();)
        concerned.push_back(row.integer(0));
    for (std::int64_t vm : concerned) {
        moment.db.run("UPDATE vms SET held = ? WHERE id = ?", held, vm);
        settle(moment, vm, held ? suspended : running);
    }
}

void follow_service(const Moment &moment, const ServiceChange &change) {
    if (change.kind != "cloud" || !portal_has(moment.portal, "vms.list"))
        return;
    if (change.status == "Active") {
        hold(moment, change.id, false);
        if (!moment.db.exists("SELECT 1 FROM vms WHERE service_id = ?", change.id))
            first_machine(moment, change.id);
    } else if (change.status == "Suspended" || change.status == "Fraud") {
        hold(moment, change.id, true);
    } else if (change.status != "Pending") {
        moment.db.run("DELETE FROM vms WHERE service_id = ?", change.id);
    }
}

} // namespace

constinit const Area vms_area{.name = "vms",
                              .seed = seed,
                              .handlers = handlers,
                              .ids = ids,
                              .seeded_ids = seeded_ids,
                              .samples = samples,
                              .states = states,
                              .service_changed = follow_service};

} // namespace hostbill::sandbox
