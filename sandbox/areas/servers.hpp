// What the files about servers share. A server's id is that of its service.
#pragma once

#include "sandbox/world/call.hpp"
#include "sandbox/world/pace.hpp"

#include <cstdint>
#include <string_view>

namespace hostbill::sandbox {

std::int64_t server(Call &call); // the one in the path

struct ServerSize {
    std::int64_t cores = 1;
    std::int64_t memory = 1024; // MB
    std::int64_t disk = 10240;  // MB
};

// By what was bought: the product, and the options that were chosen on top.
ServerSize server_size(Database &db, std::int64_t server);

// All but the main one: those the server came with, and one for each addon that brings one.
json::Array additional_addresses(Database &db, std::int64_t server);

// An operating system by its id; empty where the portal has none of that name.
std::string_view system_title(std::string_view id);

// A task as the portal shows it, or null for none.
json::Value active_task(Call &call);
json::Value last_tasks(Call &call);

// What a server uses, by the portal's clock.
struct ServerUse {
    std::int64_t memory; // MB
    std::int64_t disk;   // MB
};
ServerUse server_use(Database &db, std::int64_t server, const ServerSize &size, Seconds time);

struct ServerTraffic {
    std::int64_t in; // MB
    std::int64_t out;
};
ServerTraffic server_traffic(Database &db, std::int64_t server, Seconds from, Seconds to);

// When the portal last looked at a server: every five minutes, and after each task. What it tells of use is of then.
Seconds synchronised(Database &db, std::int64_t server, Seconds now);

Seconds month_of(Seconds time); // its first second

} // namespace hostbill::sandbox
