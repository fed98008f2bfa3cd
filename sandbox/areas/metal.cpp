// Whole machines: what they are, and their power. A machine runs while it is switched on and at least one of its
// outlets has power; it has two, so that one may fail.
#include "sandbox/areas/metal.hpp"
#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/billing.hpp"
#include "sandbox/areas/host_names.hpp"
#include "sandbox/areas/services.hpp"
#include "sandbox/areas/stock.hpp"

namespace hostbill::sandbox {
namespace {

constexpr std::string_view built_in[] = {"960 GB SSD", "960 GB SSD"};
constexpr std::string_view first_system = "Debian 12";

// Notes when a machine went off and when it came back: what does not run has no traffic.
void note_power(const Moment &moment, std::int64_t machine) {
    if (machine_runs(moment.db, machine))
        moment.db.run("UPDATE metal_outages SET until = ? WHERE service_id = ? AND until = 0", moment.now, machine);
    else if (!moment.db.exists("SELECT 1 FROM metal_outages WHERE service_id = ? AND until = 0", machine))
        moment.db.run("INSERT INTO metal_outages (service_id, since, until) VALUES (?, ?, 0)", machine, moment.now);
}

json::Value info(Call &call) {
    auto row = call.db.query("SELECT services.domain, product_id, location, ip, os, rescue FROM metal JOIN services "
                             "ON services.id = metal.service_id JOIN metal_ips ON metal_ips.service_id = services.id "
                             "AND main = 1 WHERE metal.service_id = ?",
                             machine(call));
    if (!row.next())
        refuse("Service " + call.text("service_id") + " is not active");
    const Product &product = *find_product(row.integer(1));
    const MetalModel model = metal_model(product);
    json::Array disks;
    for (std::string_view disk : model.disks)
        disks.push_back(disk);
    // In rescue, that is the system that runs.
    const std::string rescue = row.text(5);
    return json::Object{{"server", json::Object{{"hostname", row.text(0)},
                                                {"model", product.name},
                                                {"cpu", model.cpu},
                                                {"memory", model.memory},
                                                {"disks", std::move(disks)},
                                                {"location", row.text(2)},
                                                {"ip", row.text(3)},
                                                {"os", rescue.empty() ? row.text(4) : rescue}}}};
}

json::Value status(Call &call) { return json::Object{{"status", machine_runs(call.db, machine(call)) ? "on" : "off"}}; }

json::Value set_power(Call &call, bool on) {
    require_idle_machine(call);
    if (on && !call.db.exists("SELECT 1 FROM pdu_ports WHERE service_id = ? AND power = 1", machine(call)))
        refuse("Server has no power: all its outlets are off");
    if (call.db.change("UPDATE metal SET power = ? WHERE service_id = ? AND power <> ?", on, machine(call), on) != 0) {
        call.count(on ? "metal_power_ons" : "metal_power_offs");
        note_power(call.moment(), machine(call));
        call.log("Service " + call.text("service_id") + (on ? " switched on" : " switched off"));
    }
    return status_true();
}

json::Value power_on(Call &call) { return set_power(call, true); }
json::Value power_off(Call &call) { return set_power(call, false); }

json::Value reboot(Call &call) {
    require_running_machine(call);
    call.count("metal_reboots");
    call.log("Service " + call.text("service_id") + " restarted");
    return status_true();
}

json::Value update_hostname(Call &call) {
    require_idle_machine(call);
    call.db.run("UPDATE services SET domain = ? WHERE id = ?", required_host_name(call), machine(call));
    call.count("hostnames_set");
    return json::Object{{"status", true}, {"info", json::Array{"The host name was changed."}}};
}

json::Object port_object(const Query &row) {
    return json::Object{
        {"id", row.text(0)}, {"name", row.text(1)}, {"outlet", row.text(2)}, {"power", row.integer(3) != 0}};
}

json::Value list_ports(Call &call) {
    json::Array ports;
    for (auto row = call.db.query("SELECT id, name, outlet, power FROM pdu_ports WHERE service_id = ? ORDER BY id",
                                  machine(call));
         row.next();)
        ports.push_back(port_object(row));
    return json::Object{{"ports", std::move(ports)}};
}

json::Value get_port(Call &call) {
    auto row = call.db.query("SELECT id, name, outlet, power FROM pdu_ports WHERE id = ?", call.integer("port"));
    row.next();
    return json::Object{{"port", port_object(row)}};
}

json::Value set_port(Call &call) {
    require_idle_machine(call);
    const bool on = call.flag("power");
    if (call.db.change("UPDATE pdu_ports SET power = ? WHERE id = ? AND power <> ?", on, call.integer("port"), on) !=
        0) {
        call.count("outlets_switched");
        note_power(call.moment(), machine(call));
        call.log("Outlet " + call.text("port") + " of service " + call.text("service_id") +
                 (on ? " switched on" : " switched off"));
    }
    return status_true();
}

json::Value stock(Call &call) {
    json::Array list;
    for (const Product &product : products()) {
        if (product.kind != Kind::metal)
            continue;
        const std::int64_t left = in_stock(call.db, product.id);
        if (left <= 0)
            continue;
        const MetalModel model = metal_model(product);
        list.push_back(
            json::Object{{"id", std::to_string(product.id)},
                         {"name", product.name},
                         {"cpu", model.cpu},
                         {"memory", model.memory},
                         {"disks", std::to_string(model.disks.size()) + " x " + std::string(model.disks.front())},
                         {"location", model.hall},
                         {"quantity", std::to_string(left)},
                         {"price", money_text(product.periods.front().price)},
                         {"currency", currency}});
    }
    return json::Object{{"servers", std::move(list)}};
}

constexpr HandlerRow handlers[] = {
    {"products.server_stock", stock},
    {"services.info", info},
    {"services.pdu_ports.get", get_port},
    {"services.pdu_ports.list", list_ports},
    {"services.pdu_ports.set_power", set_port},
    {"services.power_off", power_off},
    {"services.power_on", power_on},
    {"services.reboot", reboot},
    {"services.status", status},
    {"services.update_hostname", update_hostname},
};

constexpr std::string_view tables = R"sql(
CREATE TABLE metal (service_id INTEGER PRIMARY KEY REFERENCES services (id) ON DELETE CASCADE, location TEXT NOT NULL,
    os TEXT NOT NULL, rescue TEXT NOT NULL, power INTEGER NOT NULL);
CREATE TABLE pdu_ports (id INTEGER PRIMARY KEY, service_id INTEGER NOT NULL REFERENCES metal (service_id)
    ON DELETE CASCADE, name TEXT NOT NULL, outlet TEXT NOT NULL, power INTEGER NOT NULL);
CREATE INDEX ports_of_machine ON pdu_ports (service_id);
CREATE TABLE metal_outages (service_id INTEGER NOT NULL REFERENCES metal (service_id) ON DELETE CASCADE,
    since INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE INDEX outages_of_machine ON metal_outages (service_id);
)sql";

constexpr PathId ids[] = {
    {"port", "Port", "SELECT 1 FROM pdu_ports WHERE id = ? AND service_id = ?", true},
};

constexpr SeededId seeded_ids[] = {
    {"services.info", "service_id", "5150"},
    {"services.pdu_ports.", "service_id", "5150"},
    {"services.power", "service_id", "5156"},
    {"services.reboot", "service_id", "5150"},
    {"services.status", "service_id", "5150"},
    {"services.update_hostname", "service_id", "5150"},
    {"", "port", "7"},
};

constexpr Sample samples[] = {
    {"services.pdu_ports.set_power", R"({"power":true})"},
    {"services.update_hostname", R"({"hostname":"metal1.example.net"})"},
};

void seed(const Moment &moment, const SeedRow &document) {
    for (const SeedRow &row : document.rows("metal")) {
        const std::int64_t id = row.integer("service");
        moment.db.run("INSERT INTO metal (service_id, location, os, rescue, power) VALUES (?, ?, ?, '', ?)", id,
                      row.text("location"), row.text("os", first_system), row.flag("power", true));
        add_main_address(moment.db, id, row.text("ip"));
        for (const SeedRow &port : row.rows("ports"))
            moment.db.run("INSERT INTO pdu_ports (id, service_id, name, outlet, power) VALUES (?, ?, ?, ?, ?)",
                          port.integer("id"), id, port.text("name"), port.text("outlet"), port.flag("power", true));
        seed_networks(moment.db, id, row);
        note_power(moment, id);
    }
}

void follow_service(const Moment &moment, const ServiceChange &change) {
    if (change.status != "Active" || change.kind != "metal" ||
        moment.db.exists("SELECT 1 FROM metal WHERE service_id = ?", change.id))
        return;
    const std::string rack = "rack " + std::to_string(change.id % 40 + 1);
    moment.db.run("INSERT INTO metal (service_id, location, os, rescue, power) VALUES (?, ?, ?, '', 1)", change.id,
                  "Hall 2, " + rack, first_system);
    for (std::string_view side : {"left", "right"})
        moment.db.run("INSERT INTO pdu_ports (service_id, name, outlet, power) VALUES (?, ?, ?, 1)", change.id,
                      "R" + rack.substr(1) + " " + std::string(side), change.id % 24 + 1);
    add_main_address(moment.db, change.id, address_of(change.id));
    make_networks(moment.db, change.id);
}

} // namespace

constinit const Area metal_area{.name = "metal",
                                .tables = tables,
                                .seed = seed,
                                .handlers = handlers,
                                .ids = ids,
                                .seeded_ids = seeded_ids,
                                .samples = samples,
                                .service_changed = follow_service};

MetalModel metal_model(const Product &product) {
    const std::string_view text = product.description;
    MetalModel model{std::string(text.substr(0, text.find('\n'))), "", built_in, "Hall 2"};
    if (const std::size_t end = text.find(" memory"); end != text.npos) {
        const std::size_t begin = text.rfind('\n', end);
        model.memory = text.substr(begin == text.npos ? 0 : begin + 1, end - (begin == text.npos ? 0 : begin + 1));
    }
    return model;
}

std::int64_t machine(Call &call) { return call.integer("service_id"); }

bool machine_runs(Database &db, std::int64_t machine) {
    return db.exists("SELECT 1 FROM metal WHERE service_id = ? AND power = 1", machine) &&
           db.exists("SELECT 1 FROM pdu_ports WHERE service_id = ? AND power = 1", machine);
}

void require_active_machine(Call &call) {
    if (service_status(call) != "Active")
        refuse("Service " + call.text("service_id") + " is not active");
}

void require_idle_machine(Call &call) {
    require_active_machine(call);
    if (const std::string job = running_job(call.db, machine(call)); !job.empty())
        refuse("Server is busy: " + job + " is still running");
}

void require_running_machine(Call &call) {
    require_idle_machine(call);
    if (!machine_runs(call.db, machine(call)))
        refuse("Server is switched off");
}

std::string required_host_name(Call &call) {
    std::string name = call.text("hostname");
    if (!is_machine_name(name))
        refuse("Parameter hostname is not a host name");
    return name;
}

} // namespace hostbill::sandbox
