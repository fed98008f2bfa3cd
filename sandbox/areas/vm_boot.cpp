// What virtual machines are made from and what they boot from: templates, ISO images, the boot order, the network.
#include "sandbox/areas/vm_boot.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/vm_life.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

constexpr Template templates[] = {
    {"t-121", "Debian 12", "Linux", 512, 5},
    {"t-122", "AlmaLinux 9", "Linux", 1024, 10},
    {"t-123", "Ubuntu 24.04", "Linux", 1024, 10},
    {"t-131", "Windows Server 2022", "Windows", 4096, 40},
};

struct Image {
    std::string_view name;
    std::string_view size;
};

constexpr Image images[] = {{"debian-12-netinst.iso", "659554304"}, {"rescue.iso", "734003200"}};

bool fits(const Template &row, std::int64_t memory, std::int64_t disk) {
    return memory >= row.memory && disk >= row.disk;
}

json::Object show(const Template &row) {
    return json::Object{{"id", row.id}, {"name", row.name}, {"group", row.group}};
}

json::Value list_templates(Call &) {
    json::Array list;
    for (const Template &row : templates)
        list.push_back(show(row));
    return json::Object{{"templates", std::move(list)}};
}

// Those that the machine is large enough for.
json::Value suitable_templates(Call &call) {
    auto vm = call.db.query("SELECT memory, disk FROM vms WHERE id = ?", call.integer("vm_id"));
    vm.next();
    json::Array list;
    for (const Template &row : templates)
        if (fits(row, vm.integer(0), vm.integer(1)))
            list.push_back(show(row));
    return json::Object{{"templates", std::move(list)}};
}

json::Value list_images(Call &call) {
    const std::string mounted = call.db.text("SELECT image FROM vms WHERE id = ?", call.integer("vm_id"));
    json::Array list;
    for (const Image &image : images)
        list.push_back(json::Object{{"id", image.name},
                                    {"name", image.name},
                                    {"size", image.size},
                                    {"mounted", mounted == image.name ? "1" : "0"}});
    return json::Object{{"images", std::move(list)}};
}

// An empty name unmounts.
json::Value mount_image(Call &call) {
    require_active_service(call);
    settled_state(call);
    const std::string wanted = call.text("image");
    if (!wanted.empty() &&
        std::none_of(std::begin(images), std::end(images), [&](const Image &image) { return image.name == wanted; }))
        not_found("Image", wanted);
    call.db.run("UPDATE vms SET image = ? WHERE id = ?", wanted, call.integer("vm_id"));
    call.log("VM " + call.text("vm_id") + ": " + (wanted.empty() ? "image unmounted" : "image " + wanted + " mounted"));
    return status_true();
}

json::Value set_boot_order(Call &call) {
    require_active_service(call);
    settled_state(call);
    const std::string order = call.text("order");
    if (order.empty())
        refuse("Parameter order is required");
    call.db.run("UPDATE vms SET boot = ? WHERE id = ?", order, call.integer("vm_id"));
    call.log("VM " + call.text("vm_id") + ": boot order " + order);
    return status_true();
}

json::Value set_pxe(Call &call) {
    require_active_service(call);
    settled_state(call);
    call.db.run("UPDATE vms SET pxe = ? WHERE id = ?", call.flag("state"), call.integer("vm_id"));
    call.log("VM " + call.text("vm_id") + ": network boot " + (call.flag("state") ? "on" : "off"));
    return status_true();
}

constexpr HandlerRow handlers[] = {
    {"services.templates", list_templates}, {"vms.iso_images.list", list_images},
    {"vms.iso_images.mount", mount_image},  {"vms.rebuild_templates", suitable_templates},
    {"vms.set_boot_order", set_boot_order}, {"vms.set_pxe", set_pxe},
    {"vms.templates", suitable_templates},
};

constexpr Sample samples[] = {
    {"vms.iso_images.mount", R"({"image":"rescue.iso"})"},
    {"vms.set_boot_order", R"({"order":"cd"})"},
    {"vms.set_pxe", R"({"state":true})"},
};

} // namespace

constinit const Area vm_boot_area{.name = "vm_boot", .handlers = handlers, .samples = samples};

const Template &checked_template(Call &call, std::int64_t memory, std::int64_t disk) {
    const std::string wanted = call.text("template");
    for (const Template &row : templates) {
        if (row.id != wanted && row.name != wanted)
            continue;
        if (!fits(row, memory, disk))
            refuse("Template " + std::string(row.name) + " needs at least " + std::to_string(row.memory) +
                   " MB of memory and " + std::to_string(row.disk) + " GB of disk");
        return row;
    }
    not_found("Template", wanted);
}

} // namespace hostbill::sandbox
