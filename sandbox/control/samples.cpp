#include "sandbox/control/samples.hpp"

#include <algorithm>

namespace hostbill::sandbox {
namespace {

struct Sample {
    std::string_view operation;
    std::string_view params; // JSON; path parameters that are not in it come from the table of ids
};

// Ids of the seed, for path parameters. The first row that fits counts; a prefix that is empty fits all.
struct SeededId {
    std::string_view prefix; // of the operation's id
    std::string_view param;
    std::string_view value; // JSON
};

constexpr SeededId seeded_ids[] = {
    {"certificates.products.", "product_id", "250"},
    {"certificates.", "service_id", "5140"},
    {"dns.", "service_id", "5130"},
    {"domains.", "record_id", "1"},
    {"services.addons.", "service_id", "5120"},
    {"services.upgrade.", "service_id", "5120"},
    {"services.templates", "service_id", "5120"},
    {"services.resources", "service_id", "5120"},
    {"services.addresses", "service_id", "5120"},
    {"services.rdns.", "service_id", "5120"},
    {"services.bandwidth.", "service_id", "5150"},
    {"services.diagnostics.", "service_id", "5150"},
    {"services.info", "service_id", "5150"},
    {"services.ips.", "service_id", "5150"},
    {"services.networks", "service_id", "5120"},
    {"services.pdu_ports.", "service_id", "5150"},
    {"services.power", "service_id", "5150"},
    {"services.reboot", "service_id", "5150"},
    {"services.reinstall.", "service_id", "5150"},
    {"services.rescue.", "service_id", "5150"},
    {"services.status", "service_id", "5150"},
    {"services.update_hostname", "service_id", "5150"},
    {"services.vlans", "service_id", "5150"},
    {"vpn.", "service_id", "5160"},
    {"", "category_id", "44"},
    {"", "contact_id", "4220"},
    {"", "domain_id", "770"},
    {"", "file", R"("notes.txt")"},
    {"", "iface", R"("0")"},
    {"", "invoice_id", "9001"},
    {"", "ip", R"("2501")"},
    {"", "key", R"("1")"},
    {"", "name", R"("example.net")"},
    {"", "notification_id", "310"},
    {"", "order_num", "410549001"},
    {"", "pool", R"("24")"},
    {"", "port", "7"},
    {"", "product_id", "820"},
    {"", "record_id", "6001"},
    {"", "script_id", "611"},
    {"", "server_id", "2210"},
    {"", "service_id", "5120"},
    {"", "status_id", "18"},
    {"", "task_id", R"("78100")"},
    {"", "template", R"("ovpn_default")"},
    {"", "ticket_number", "520417"},
    {"", "tld_id", "17"},
    {"", "vm_id", R"("1601")"},
    {"", "vpn_server_id", "41"},
    {"", "width", "600"},
    {"", "zone_id", "640"},
};

// What an operation needs besides ids, and ids of its own where it ends something.
constexpr Sample samples[] = {
    {"account.reset_password", R"({"email":"nobody@example.net"})"},
    {"account.signup", R"({"email":"new@example.net","password":"Example-password-1"})"},
    {"account.update", R"({"city":"Exampleton"})"},
    {"auth.login", ""}, // The sandbox's own user name and password.
    {"certificates.order",
     R"({"product_id":250,"csr":"-----BEGIN CERTIFICATE REQUEST-----\nexample\n-----END CERTIFICATE REQUEST-----","years":1,"approver_email":"hostmaster@example.net"})"},
    {"contacts.create", R"({"email":"sample@example.net","firstname":"Sam","lastname":"Sample"})"},
    {"contacts.update", R"({"contact_id":4221,"city":"Exampleton"})"},
    {"dns.records.create", R"({"name":"sample","type":"A","content":"203.0.113.90"})"},
    {"dns.records.delete", R"({"service_id":5131,"zone_id":641,"record_id":6003})"},
    {"dns.records.update", R"({"content":"203.0.113.91"})"},
    {"dns.zones.create", R"({"name":"sample-zone.net"})"},
    {"dns.zones.delete", R"({"zone_id":642})"},
    {"domains.dns_records.create", R"({"name":"sample","type":"A","content":"203.0.113.90"})"},
    {"domains.dns_records.delete", R"({"domain_id":771,"record_id":2})"},
    {"domains.dns_records.update", R"({"content":"203.0.113.91"})"},
    {"domains.dnssec.add", R"({"flags":257,"protocol":3,"algorithm":13,"publickey":"ZXhhbXBsZS1rZXk="})"},
    {"domains.lookup", R"({"name":"sample-name.net"})"},
    {"domains.nameservers.update", R"({"nameservers":["dns1.example.org","dns3.example.org"]})"},
    {"domains.order", R"({"name":"sample-order.net","years":"1","action":"register","tld_id":"17"})"},
    {"domains.renew", R"({"years":"1"})"},
    {"invoices.apply_credit", R"({"invoice_id":9003})"},
    {"orders.create", R"({"domain":"vm9.example.net","cycle":"m"})"},
    {"orders.create_many",
     R"({"items":[{"type":"product","product_id":830,"domain":"many.example.net","cycle":"m"}]})"},
    {"orders.quote", R"({"items":[{"type":"product","product_id":820,"domain":"quote.example.net","cycle":"a"}]})"},
    {"servers.change_dns", R"({"server_id":2211,"ns1":"198.51.100.53"})"},
    {"servers.change_ptr", R"({"server_id":2212,"ip_address":"203.0.113.65","hostname":"ptr.example.net"})"},
    {"servers.flush_firewall", R"({"server_id":2213})"},
    {"servers.reboot", R"({"server_id":2214})"},
    {"servers.reinstall", R"({"server_id":2215,"os":"debian-12-x86_64"})"},
    {"servers.rename", R"({"server_id":2216,"hostname":"renamed.example.net"})"},
    {"servers.reset_password", R"({"server_id":2217})"},
    {"servers.web_console", R"({"server_id":2218,"timeout":"1h","whitelabel":false})"},
    {"services.addons.order", R"({"addon_id":53})"},
    {"services.cancel", R"({"service_id":5115,"immediate":false,"reason":"sample"})"},
    {"services.diagnostics.start", R"({"template":"91"})"},
    {"services.ips.add", R"({"vlan":"340"})"},
    {"services.ips.delete", R"({"ip":"2502"})"},
    {"services.ips.update", R"({"domain":"sample.example.net"})"},
    {"services.label.update", R"({"label":"sample"})"},
    {"services.pdu_ports.set_power", R"({"power":true})"},
    {"services.rdns.update", R"({"ipaddress":{"203.0.113.50":"vm1.example.net"}})"},
    {"services.reinstall.start", R"({"hostname":"metal1.example.net","template":"71"})"},
    {"services.rescue.start", R"({"template":"81"})"},
    {"services.update_hostname", R"({"hostname":"metal1.example.net"})"},
    {"services.upgrade.request", R"({"resources":{"2301":"17002"}})"},
    {"sms.send", R"({"to":"+3725550187","text":"sample"})"},
    {"tickets.create", R"({"subject":"sample","body":"sample"})"},
    {"tickets.reply", R"({"ticket_number":520415,"body":"sample"})"},
    {"tickets.close", R"({"ticket_number":520416})"},
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

json::Value value_of(std::string_view text) {
    auto parsed = json::parse(text);
    return parsed ? std::move(*parsed) : json::Value();
}

json::Object given_sample(std::string_view operation) {
    auto row = std::find_if(std::begin(samples), std::end(samples),
                            [&](const Sample &sample) { return sample.operation == operation; });
    if (row == std::end(samples) || row->params.empty())
        return {};
    json::Value value = value_of(row->params);
    return std::move(*value.object());
}

} // namespace

json::Object sample_parameters(const Operation &operation, const Portal &portal) {
    json::Object sample;
    json::Object given = given_sample(operation.id);
    for (const Param &param : operation.params) {
        if (param.place != Place::path || (param.portals & portal.bit) == 0 || given.find(param.name) != nullptr)
            continue;
        for (const SeededId &row : seeded_ids)
            if (row.param == param.name && operation.id.starts_with(row.prefix)) {
                sample.append(param.name, value_of(row.value));
                break;
            }
    }
    for (json::Member &member : given)
        if (find_param(operation, portal.bit, member.key) != nullptr)
            sample.append(member.key, std::move(member.value));
    return sample;
}

} // namespace hostbill::sandbox
