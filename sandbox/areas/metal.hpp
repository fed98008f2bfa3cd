// What the files about whole machines share. A machine's id is that of its service.
#pragma once

#include "sandbox/areas/area.hpp"
#include "sandbox/areas/shop.hpp"
#include "sandbox/world/call.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hostbill::sandbox {

// What a product's machines are made of.
struct MetalModel {
    std::string cpu;
    std::string memory;
    std::span<const std::string_view> disks;
    std::string_view hall;
};
MetalModel metal_model(const Product &product);

std::int64_t machine(Call &call); // the one in the path

// Switched on, and one of its outlets as well.
bool machine_runs(Database &db, std::int64_t machine);

// Each refuses where it is not so.
void require_active_machine(Call &call);  // the service
void require_idle_machine(Call &call);    // active, and no job under way
void require_running_machine(Call &call); // idle and running
std::string required_host_name(Call &call);

// Name of the job that is under way; empty without.
std::string running_job(Database &db, std::int64_t machine);

// The addresses of a machine; by the seed's row where it comes from there.
void add_main_address(Database &db, std::int64_t machine, const std::string &address);
void make_networks(Database &db, std::int64_t machine);
void seed_networks(Database &db, std::int64_t machine, const SeedRow &row);

} // namespace hostbill::sandbox
