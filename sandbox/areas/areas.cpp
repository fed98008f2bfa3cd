#include "sandbox/areas/areas.hpp"

namespace hostbill::sandbox {
namespace {

constexpr const Area *all[] = {
    &account_area,
    &contacts_area,
    &tickets_area,
    &services_area,
    &certificates_area,
    &orders_area,
    &billing_area,
    &domains_area,
    &domain_settings_area,
    &domain_contacts_area,
    &domain_records_area,
    &domain_dnssec_area,
    &dns_area,
    &cloud_area,
    &service_addresses_area,
    &vm_life_area,
    &vm_network_area,
    &vm_interfaces_area,
    &vm_boot_area,
    &vm_actions_area,
    &vm_usage_area,
    &vms_area,
    &servers_area,
    &server_tasks_area,
    &server_usage_area,
    &metal_area,
    &metal_network_area,
    &metal_jobs_area,
    &metal_traffic_area,
    &notifications_area,
    &products_area,
    &upgrades_area,
    &auth_area,
    &statuses_area,
    &scripts_area,
    &vpn_area,
    &vpn_sessions_area,
    &sms_area,
    &ticket_files_area,
    &mails_area,
    &signup_area,
    &affiliates_area,
    &stock_area,
    &promotions_area,
    &calendar_area,
    &history_area,
};

} // namespace

std::span<const Area *const> areas() { return all; }

void service_changed(const Moment &moment, const ServiceChange &change) {
    for (const Area *area : all)
        if (area->service_changed != nullptr)
            area->service_changed(moment, change);
}

std::string address_of(std::int64_t id) {
    return "198.18." + std::to_string(id / 256 % 256) + "." + std::to_string(id % 256);
}

bool portal_has(const Portal &portal, std::string_view operation) {
    const Operation *found = find_operation(operation);
    return found != nullptr && (found->portals & portal.bit) != 0;
}

} // namespace hostbill::sandbox
