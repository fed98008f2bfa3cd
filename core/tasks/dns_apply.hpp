// Brings a zone to what a plan says, one record at a time.
//
// Nothing is done twice and nothing to a record that is not the one that was planned. What comes into being comes before
// what goes, but where a CNAME and others would meet at a name.
#pragma once

#include "core/call/run.hpp"
#include "core/tasks/dns_plan.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace hostbill {

struct DnsStep {
    enum class Action : std::uint8_t { create, update, remove };
    Action action;
    DnsRecord record;    // as it shall be; to remove: as it is
    DnsRecord from = {}; // to update: as it is
};

// In the order in which they are safe.
std::vector<DnsStep> steps_of(const DnsPlan &plan);

struct DnsRequest {
    std::string_view operation;
    json::Object params;
};

DnsRequest request_of(const DnsZone &zone, const DnsStep &step);

// Takes the steps. `current` is the zone as just read; a plan for another state of it is refused as a conflict. Data:
// {"zone",..,"done":[step],"differs":[..],"notes":[..]}. Where it stops half way, the error's state has what was done,
// what failed and what remains.
Result<json::Value> apply_dns(const DnsPlan &plan, std::vector<DnsRecord> current, Run &run);

// {"action","record","from"}, as in `done`.
json::Value to_json(const DnsStep &step);

} // namespace hostbill
