// What a cloud service has for its machines: resources by its plan, networks, addresses.
#include "sandbox/areas/cloud.hpp"

#include "sandbox/areas/areas.hpp"
#include "sandbox/areas/shop.hpp"
#include "sandbox/areas/vm_network.hpp"

#include <algorithm>
#include <charconv>

namespace hostbill::sandbox {
namespace {

// A service has room for so many machines of its plan, however the customer divides it.
constexpr std::int64_t machines_of_plan = 8;
constexpr std::int64_t addresses_of_plan = 16;

constexpr std::int64_t disk_option = 2201, memory_option = 2301, address_addon = 53;

struct Plan {
    std::int64_t product;
    Resources machine;
};

constexpr Plan plans[] = {
    {820, {.memory = 2048, .cpu = 1, .disk = 20}},
    {821, {.memory = 4096, .cpu = 2, .disk = 40}},
};

struct Resource {
    std::string_view name;
    std::int64_t Resources::*amount;
    std::string_view unit;
};

constexpr Resource resources[] = {
    {"memory", &Resources::memory, "MB"},
    {"cpu", &Resources::cpu, "cores"},
    {"disk", &Resources::disk, "GB"},
    {"ipv4", &Resources::ipv4, "addresses"},
};

// Titles of choices begin with how many GB they are.
std::int64_t gigabytes(const Choice &choice) {
    std::int64_t number = 0;
    std::from_chars(choice.title.data(), choice.title.data() + choice.title.size(), number);
    return number;
}

// By how much the chosen size of an option is above what one gets without choosing.
std::int64_t chosen_extra(const Product &product, const json::Value &options, std::int64_t id) {
    auto option =
        std::find_if(product.options.begin(), product.options.end(), [&](const Option &row) { return row.id == id; });
    const json::Value *chosen = options.find(std::to_string(id));
    if (option == product.options.end() || chosen == nullptr)
        return 0;
    for (const Choice &choice : option->choices)
        if (*chosen == json::Value(std::to_string(choice.id)))
            return gigabytes(choice) - gigabytes(option->choices.front());
    return 0;
}

Resources limits(Database &db, std::int64_t service) {
    Resources limit = machine_of_plan(db, service);
    limit.memory *= machines_of_plan;
    limit.cpu *= machines_of_plan;
    limit.disk *= machines_of_plan;
    limit.ipv4 =
        addresses_of_plan +
        db.number("SELECT COUNT(*) FROM addons WHERE service_id = ? AND addon_id = ? AND status <> 'Cancelled'",
                  service, address_addon);
    return limit;
}

Resources used(Database &db, std::int64_t service) {
    Resources sum;
    auto row = db.query("SELECT SUM(memory), SUM(cpu), SUM(disk) FROM vms WHERE service_id = ?", service);
    row.next();
    sum.memory = row.integer(0);
    sum.cpu = row.integer(1);
    sum.disk = row.integer(2);
    sum.ipv4 = db.number("SELECT COUNT(*) FROM vms JOIN addresses ON vm_id = vms.id WHERE service_id = ? AND pool = ?",
                         service, public_pool);
    return sum;
}

json::Value show_resources(Call &call) {
    const std::int64_t service = call.integer("service_id");
    const Resources limit = limits(call.db, service), sum = used(call.db, service);
    json::Object list;
    for (const Resource &row : resources) {
        const std::int64_t left = std::max<std::int64_t>(0, limit.*row.amount - sum.*row.amount);
        list.append(row.name, json::Object{{"limit", std::to_string(limit.*row.amount)},
                                           {"used", std::to_string(sum.*row.amount)},
                                           {"free", std::to_string(left)},
                                           {"unit", row.unit}});
    }
    const std::string machines = call.db.text("SELECT COUNT(*) FROM vms WHERE service_id = ?", service);
    list.append("vms", json::Object{{"limit", nullptr}, {"used", machines}});
    return json::Object{{"resources", std::move(list)}};
}

json::Value list_networks(Call &) {
    json::Array list;
    for (const Network &network : networks())
        list.push_back(
            json::Object{{"id", std::to_string(network.id)}, {"name", network.name}, {"bridge", network.bridge}});
    return json::Object{{"networks", std::move(list)}};
}

constexpr HandlerRow handlers[] = {
    {"services.networks", list_networks},
    {"services.resources", show_resources},
};

} // namespace

constinit const Area cloud_area{.name = "cloud", .handlers = handlers};

Resources machine_of_plan(Database &db, std::int64_t service) {
    auto row = db.query("SELECT product_id, options FROM services WHERE id = ?", service);
    row.next();
    const std::int64_t product_id = row.integer(0);
    const json::Value options = stored(row.text(1));
    auto plan =
        std::find_if(std::begin(plans), std::end(plans), [&](const Plan &each) { return each.product == product_id; });
    const Product *product = find_product(product_id);
    if (plan == std::end(plans) || product == nullptr)
        return plans[0].machine;
    Resources machine = plan->machine;
    machine.memory += chosen_extra(*product, options, memory_option) * 1024;
    machine.disk += chosen_extra(*product, options, disk_option);
    return machine;
}

void require_room(Database &db, std::int64_t service, const Resources &more) {
    const Resources limit = limits(db, service), sum = used(db, service);
    std::vector<std::string> errors;
    for (const Resource &row : resources) {
        const std::int64_t left = std::max<std::int64_t>(0, limit.*row.amount - sum.*row.amount);
        if (more.*row.amount > left)
            errors.push_back("Service " + std::to_string(service) + " has only " + std::to_string(left) + " " +
                             std::string(row.unit) + " of " + std::string(row.name) + " left");
    }
    if (!errors.empty())
        throw Refusal{errors};
}

} // namespace hostbill::sandbox
