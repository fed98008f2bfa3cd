// Virtual machines of cloud services. Their states change at once.
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/services.hpp"

#include "sandbox/config.hpp"
#include "sandbox/world/crypto.hpp"

#include <array>

namespace hostbill::sandbox {
namespace {

struct Template {
    std::string_view id;
    std::string_view name;
};

constexpr Template templates[] = {{"t-121", "Debian 12"}, {"t-122", "AlmaLinux 9"}};

struct Flavor {
    std::string_view id;
    std::int64_t memory;
    std::int64_t cpu;
};

constexpr Flavor flavors[] = {{"small", 1024, 1}, {"medium", 2048, 2}, {"large", 4096, 4}};

constexpr std::int64_t most_memory = 65536, most_cpu = 32, most_disk = 2000;

void require_active(Call &call) {
    if (service_status(call) != "Active")
        refuse("Service " + call.text("service_id") + " is not active");
}

std::string checked_template(Call &call) {
    std::string wanted = call.text("template");
    for (const Template &row : templates)
        if (row.id == wanted || row.name == wanted)
            return std::string(row.name);
    not_found("Template", wanted);
}

std::int64_t checked_size(Call &call, std::string_view name, std::int64_t fallback, std::int64_t highest) {
    if (!call.has(name) || call.text(name).empty())
        return fallback;
    std::int64_t size = call.integer(name);
    if (size < 1 || size > highest)
        refuse("Parameter " + std::string(name) + " must be 1 to " + std::to_string(highest));
    return size;
}

json::Object vm_object(const Query &row) {
    const bool running = row.text(2) == "running";
    return json::Object{{"id", row.text(0)},
                        {"label", row.text(1)},
                        {"hostname", row.text(1) + ".example.net"},
                        {"status", row.text(2)},
                        {"template", row.text(3)},
                        {"memory", row.text(4)},
                        {"cpu", row.text(5)},
                        {"disk", row.text(6)},
                        {"ip", json::Array{row.text(7)}},
                        {"uptime", running ? "86400" : "0"},
                        {"created", date_time(row.integer(8))}};
}

json::Value list(Call &call) {
    json::Object vms;
    for (auto row =
             call.db.query("SELECT vms.id, vms.label, state, template, memory, cpu, disk, ip, vms.created FROM vms "
                           "JOIN services ON services.id = service_id WHERE service_id = ? ORDER BY vms.id",
                           call.integer("service_id"));
         row.next();)
        vms.append(row.text(0), vm_object(row));
    // PHP writes an empty map as a list.
    return json::Object{{"vms", vms.empty() ? json::Value(json::Array()) : json::Value(std::move(vms))}};
}

json::Object one(Call &call, std::int64_t vm) {
    auto row =
        call.db.query("SELECT vms.id, vms.label, state, template, memory, cpu, disk, ip, vms.created FROM vms JOIN "
                      "services ON services.id = service_id WHERE vms.id = ?",
                      vm);
    row.next();
    return vm_object(row);
}

json::Value get(Call &call) { return json::Object{{"vm", one(call, call.integer("vm_id"))}}; }

json::Value create(Call &call) {
    require_active(call);
    std::int64_t memory = checked_size(call, "memory", 1024, most_memory);
    std::int64_t cpu = checked_size(call, "cpu", 1, most_cpu);
    if (std::string wanted = call.text("flavor"); !wanted.empty()) {
        const Flavor *found = nullptr;
        for (const Flavor &row : flavors)
            found = row.id == wanted ? &row : found;
        if (found == nullptr)
            not_found("Flavor", wanted);
        memory = found->memory;
        cpu = found->cpu;
    }
    if (call.text("label").empty())
        refuse("Parameter label is required");
    std::string password = call.text("password").empty() ? random_password() : call.text("password");
    const std::int64_t id = call.db.insert(
        "INSERT INTO vms (service_id, label, state, template, memory, cpu, disk, ip, password, rescued, boot, image, "
        "pxe, created) VALUES (?, ?, 'running', ?, ?, ?, ?, '', ?, 0, 'cd', '', 0, ?)",
        call.integer("service_id"), call.text("label"), checked_template(call), memory, cpu,
        checked_size(call, "disk", 20, most_disk), password, call.now);
    call.db.run("UPDATE vms SET ip = ? WHERE id = ?",
                "198.19." + std::to_string(id / 256 % 256) + "." + std::to_string(id % 256), id);
    call.count("vms_created");
    json::Object vm = one(call, id);
    vm.append("username", "root");
    vm.append("password", password);
    return json::Object{{"status", true}, {"vm", std::move(vm)}};
}

json::Value remove(Call &call) {
    require_active(call);
    call.db.run("DELETE FROM vms WHERE id = ?", call.integer("vm_id"));
    call.count("vms_deleted");
    return status_true();
}

json::Value set_state(Call &call, std::string_view effect, std::string_view state) {
    require_active(call);
    call.db.run("UPDATE vms SET state = ? WHERE id = ?", state, call.integer("vm_id"));
    call.count(effect);
    return status_true();
}

json::Value start(Call &call) { return set_state(call, "vm_starts", "running"); }
json::Value stop(Call &call) { return set_state(call, "vm_stops", "stopped"); }
json::Value shut_down(Call &call) { return set_state(call, "vm_shutdowns", "stopped"); }
json::Value suspend(Call &call) { return set_state(call, "vm_suspends", "suspended"); }
json::Value unsuspend(Call &call) { return set_state(call, "vm_unsuspends", "running"); }

void require_running(Call &call) {
    require_active(call);
    if (call.db.text("SELECT state FROM vms WHERE id = ?", call.integer("vm_id")) == "suspended")
        refuse("VM " + call.text("vm_id") + " is suspended");
}

json::Value reboot(Call &call) {
    require_running(call);
    return set_state(call, "vm_reboots", "running");
}

json::Value reset(Call &call) {
    require_running(call);
    return set_state(call, "vm_resets", "running");
}

json::Value set_rescue(Call &call, bool rescued) {
    require_active(call);
    call.db.run("UPDATE vms SET rescued = ? WHERE id = ?", rescued, call.integer("vm_id"));
    call.count(rescued ? "vm_rescues" : "vm_unrescues");
    return status_true();
}

json::Value rescue(Call &call) { return set_rescue(call, true); }
json::Value unrescue(Call &call) { return set_rescue(call, false); }

json::Value rebuild(Call &call) {
    require_active(call);
    call.db.run("UPDATE vms SET template = ?, state = 'running' WHERE id = ?", checked_template(call),
                call.integer("vm_id"));
    call.count("vm_rebuilds");
    return status_true();
}

json::Value resize(Call &call) {
    require_active(call);
    const std::int64_t id = call.integer("vm_id");
    std::int64_t memory = call.db.number("SELECT memory FROM vms WHERE id = ?", id);
    std::int64_t cpu = call.db.number("SELECT cpu FROM vms WHERE id = ?", id);
    call.db.run("UPDATE vms SET memory = ?, cpu = ? WHERE id = ?", checked_size(call, "memory", memory, most_memory),
                checked_size(call, "cpu", cpu, most_cpu), id);
    call.count("vm_resizes");
    return status_true();
}

json::Value reset_password(Call &call) {
    require_active(call);
    std::string password = random_password();
    call.db.run("UPDATE vms SET password = ? WHERE id = ?", password, call.integer("vm_id"));
    call.count("vm_password_resets");
    return json::Object{{"status", true}, {"password", password}};
}

json::Value set_boot_order(Call &call) {
    require_active(call);
    call.db.run("UPDATE vms SET boot = ? WHERE id = ?", call.text("order"), call.integer("vm_id"));
    return status_true();
}

json::Value set_pxe(Call &call) {
    require_active(call);
    call.db.run("UPDATE vms SET pxe = ? WHERE id = ?", call.flag("state"), call.integer("vm_id"));
    return status_true();
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> images = {
    {{"debian-12-netinst.iso", "659554304"}, {"rescue.iso", "734003200"}}};

json::Value list_images(Call &call) {
    std::string mounted = call.db.text("SELECT image FROM vms WHERE id = ?", call.integer("vm_id"));
    json::Array list;
    for (const auto &[name, size] : images)
        list.push_back(
            json::Object{{"id", name}, {"name", name}, {"size", size}, {"mounted", mounted == name ? "1" : "0"}});
    return json::Object{{"images", std::move(list)}};
}

json::Value mount_image(Call &call) {
    require_active(call);
    std::string wanted = call.text("image");
    bool known = false;
    for (const auto &[name, size] : images)
        known = known || name == wanted;
    if (!known)
        not_found("Image", wanted);
    call.db.run("UPDATE vms SET image = ? WHERE id = ?", wanted, call.integer("vm_id"));
    return status_true();
}

json::Value list_templates(Call &) {
    json::Array list;
    for (const Template &row : templates)
        list.push_back(json::Object{{"id", row.id}, {"name", row.name}, {"group", "Linux"}});
    return json::Object{{"templates", std::move(list)}};
}

constexpr HandlerRow handlers[] = {
    {"services.templates", list_templates},
    {"vms.create", create},
    {"vms.delete", remove},
    {"vms.get", get},
    {"vms.iso_images.list", list_images},
    {"vms.iso_images.mount", mount_image},
    {"vms.list", list},
    {"vms.reboot", reboot},
    {"vms.rebuild", rebuild},
    {"vms.rebuild_templates", list_templates},
    {"vms.rescue", rescue},
    {"vms.reset", reset},
    {"vms.reset_password", reset_password},
    {"vms.resize", resize},
    {"vms.set_boot_order", set_boot_order},
    {"vms.set_pxe", set_pxe},
    {"vms.shutdown", shut_down},
    {"vms.start", start},
    {"vms.stop", stop},
    {"vms.suspend", suspend},
    {"vms.templates", list_templates},
    {"vms.unrescue", unrescue},
    {"vms.unsuspend", unsuspend},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE vms (id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL REFERENCES services (id), label TEXT NOT NULL,
    state TEXT NOT NULL, template TEXT NOT NULL, memory INTEGER NOT NULL, cpu INTEGER NOT NULL, disk INTEGER NOT NULL,
    ip TEXT NOT NULL, password TEXT NOT NULL, rescued INTEGER NOT NULL, boot TEXT NOT NULL, image TEXT NOT NULL,
    pxe INTEGER NOT NULL, created INTEGER NOT NULL);
CREATE INDEX vms_of_service ON vms (service_id);
)sql";

constexpr PathId ids[] = {
    {"vm_id", "VM", "SELECT 1 FROM vms WHERE id = ? AND service_id = ?", true},
};

constexpr SeededId seeded_ids[] = {
    {"", "iface", R"("0")"},
    {"", "pool", R"("24")"},
    {"", "vm_id", R"("1601")"},
};

constexpr Sample samples[] = {
    {"vms.create", R"({"label":"sample","template":"t-121"})"},
    {"vms.delete", R"({"vm_id":"1603"})"},
    {"vms.ip_pool.assign", R"({"type":"ipv4"})"},
    {"vms.iso_images.mount", R"({"image":"rescue.iso"})"},
    {"vms.rebuild", R"({"vm_id":"1602","template":"t-121"})"},
    {"vms.resize", R"({"vm_id":"1602","memory":"2048"})"},
    {"vms.set_boot_order", R"({"order":"cd"})"},
    {"vms.set_pxe", R"({"state":true})"},
    {"vms.suspend", R"({"vm_id":"1602"})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    if (!portal_has(moment.portal, "vms.list"))
        return;
    for (const SeedRow &row : document.rows("vms"))
        moment.db.run("INSERT INTO vms (id, service_id, label, state, template, memory, cpu, disk, ip, password, "
                      "rescued, boot, image, pxe, created) VALUES (?, ?, ?, ?, 'Debian 12', ?, 1, 20, ?, "
                      "'example-password', 0, 'cd', '', 0, (SELECT created FROM services WHERE id = ?))",
                      row.integer("id"), row.integer("service"), row.text("label"), row.text("state"),
                      row.integer("memory"), row.text("ip"), row.integer("service"));
}

constexpr std::string_view vm_states[] = {"running", "stopped", "suspended", "building", "error"};

void set_vm(const Moment &moment, std::int64_t id, std::string_view state) {
    if (state == gone)
        moment.db.run("DELETE FROM vms WHERE id = ?", id);
    else
        moment.db.run("UPDATE vms SET state = ? WHERE id = ?", state, id);
}

constexpr StateRow states[] = {{"vm", vm_states, "SELECT 1 FROM vms WHERE id = ?", set_vm}};

// A cloud service comes with its first machine.
void follow_service(const Moment &moment, const ServiceChange &change) {
    const bool has_one = moment.db.exists("SELECT 1 FROM vms WHERE service_id = ?", change.id);
    if (change.status == gone)
        moment.db.run("DELETE FROM vms WHERE service_id = ?", change.id);
    else if (change.status == "Active" && change.kind == "cloud" && !has_one && portal_has(moment.portal, "vms.list")) {
        std::string name = moment.db.text("SELECT domain FROM services WHERE id = ?", change.id);
        moment.db.run("INSERT INTO vms (service_id, label, state, template, memory, cpu, disk, ip, password, rescued, "
                      "boot, image, pxe, created) VALUES (?, ?, 'running', 'Debian 12', 2048, 1, 20, ?, "
                      "'example-password', 0, 'cd', '', 0, ?)",
                      change.id, name.substr(0, name.find('.')), address_of(change.id), moment.now);
    }
}

} // namespace

constinit const Area vms_area{.name = "vms",
                              .tables = tables,
                              .seed = seed,
                              .handlers = handlers,
                              .ids = ids,
                              .seeded_ids = seeded_ids,
                              .samples = samples,
                              .states = states,
                              .service_changed = follow_service};

} // namespace hostbill::sandbox
