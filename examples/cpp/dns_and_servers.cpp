// A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
// server that is rebooted.
//
// Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
// time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
//
//     c++ -std=c++20 dns_and_servers.cpp $(pkg-config --cflags --libs hostbill hostbill-sandbox)
#include <hostbill.hpp>
#include <hostbill/sandbox.hpp>

#include <cstdlib>
#include <iostream>
#include <optional>

using hostbill::Value;

namespace {

std::optional<std::string> environment(const char *name) {
    const char *value = std::getenv(name);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

// The TXT records of a name.
hostbill::List texts(const hostbill::Client &client, const Value &zone) {
    const Value all = client.dns.zones.get(zone["service_id"].integer(), zone["zone_id"].integer());
    hostbill::List out;
    for (const Value &record : all["records"])
        if (record["type"] == Value("TXT") && record["name"] == zone["relative"])
            out.push_back(record);
    return out;
}

void records(const hostbill::Client &client) {
    const Value zone = client.dns.zones.find({.name = "_acme-challenge.www.example.net"});
    const std::int64_t service = zone["service_id"].integer();
    const std::int64_t id = zone["zone_id"].integer();
    std::cout << "zone " << zone["zone"].text() << " holds " << zone["relative"].text() << '\n';
    client.dns.records.create(service, id, {.name = zone["relative"].text(), .type = "TXT", .content = "token-1"});
    for (const Value &record : texts(client, zone)) {
        std::cout << "read back " << record["type"].text() << ' ' << record["content"].text() << '\n';
        client.dns.records.delete_(service, id, record["id"].integer());
    }
    std::cout << "removed, " << texts(client, zone).size() << " left\n";
}

void invoices(const hostbill::Client &client) {
    for (const Value &invoice : client.invoices.list())
        if (invoice["status"] == Value("Unpaid"))
            std::cout << "invoice " << invoice["id"].text() << " is unpaid: " << invoice["total"].text() << ' '
                      << invoice["currency"].text() << '\n';
}

void reboot(const hostbill::Client &client) {
    const std::int64_t server = client.servers.list()[0]["server_id"].integer();
    const Value task = client.servers.reboot(server);
    const Value waited = client.servers.tasks.wait({.server_id = server, .task_id = task["task_id"]});
    std::cout << "server " << server << " rebooted: " << (waited["done"].boolean() ? "true" : "false") << '\n';
}

} // namespace

int main() {
    try {
        hostbill::Config config{.portal = environment("HOSTBILL_PORTAL").value_or("time4vps"),
                                .base_url = environment("HOSTBILL_BASE_URL"),
                                .username = environment("HOSTBILL_USERNAME"),
                                .password = environment("HOSTBILL_PASSWORD")};
        std::optional<hostbill::Sandbox> sandbox;
        if (!config.base_url)
            sandbox.emplace(hostbill::SandboxConfig{.portal = config.portal});
        const hostbill::Client client = sandbox ? sandbox->client() : hostbill::Client(config);
        records(client);
        invoices(client);
        reboot(client);
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
