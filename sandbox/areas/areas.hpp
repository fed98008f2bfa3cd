// Every area. The order of the list is areas.cpp's.
#pragma once

#include "sandbox/areas/area.hpp"

namespace hostbill::sandbox {

extern const Area account_area;
extern const Area affiliates_area;
extern const Area auth_area;
extern const Area billing_area;
extern const Area calendar_area;
extern const Area certificates_area;
extern const Area cloud_area;
extern const Area contacts_area;
extern const Area dns_area;
extern const Area domain_contacts_area;
extern const Area domain_dnssec_area;
extern const Area domain_records_area;
extern const Area domain_settings_area;
extern const Area domains_area;
extern const Area history_area;
extern const Area mails_area;
extern const Area metal_area;
extern const Area metal_jobs_area;
extern const Area metal_network_area;
extern const Area metal_traffic_area;
extern const Area notifications_area;
extern const Area orders_area;
extern const Area products_area;
extern const Area promotions_area;
extern const Area scripts_area;
extern const Area server_tasks_area;
extern const Area server_usage_area;
extern const Area servers_area;
extern const Area service_addresses_area;
extern const Area services_area;
extern const Area signup_area;
extern const Area sms_area;
extern const Area statuses_area;
extern const Area stock_area;
extern const Area ticket_files_area;
extern const Area tickets_area;
extern const Area upgrades_area;
extern const Area vm_actions_area;
extern const Area vm_boot_area;
extern const Area vm_interfaces_area;
extern const Area vm_life_area;
extern const Area vm_network_area;
extern const Area vm_usage_area;
extern const Area vms_area;
extern const Area vpn_area;
extern const Area vpn_sessions_area;

} // namespace hostbill::sandbox
