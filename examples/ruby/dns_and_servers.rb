# frozen_string_literal: true

# A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
# server that is rebooted.
#
# Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
# time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
require "hostbill"

# The TXT records of the name.
def texts(client, zone)
  records = client.dns.zones.get(zone["service_id"], zone["zone_id"])["records"]
  records.select { |record| record["type"] == "TXT" && record["name"] == zone["relative"] }
end

def records(client)
  zone = client.dns.zones.find(name: "_acme-challenge.www.example.net")
  ids = zone.values_at("service_id", "zone_id")
  puts "zone #{zone["zone"]} holds #{zone["relative"]}"
  client.dns.records.create(*ids, name: zone["relative"], type: "TXT", content: "token-1")
  texts(client, zone).each do |record|
    puts "read back #{record["type"]} #{record["content"]}"
    client.dns.records.delete(*ids, record["id"])
  end
  puts "removed, #{texts(client, zone).size} left"
end

def invoices(client)
  client.invoices.list.each do |invoice|
    next unless invoice["status"] == "Unpaid"

    puts "invoice #{invoice["id"]} is unpaid: #{invoice["total"]} #{invoice["currency"]}"
  end
end

def reboot(client)
  server = client.servers.list.first["server_id"]
  task = client.servers.reboot(server)
  waited = client.servers.tasks.wait(server_id: server, task_id: task["task_id"])
  puts "server #{server} rebooted: #{waited["done"]}"
end

def visit(client)
  records(client)
  invoices(client)
  reboot(client)
end

portal, base_url, username, password = ENV.values_at("HOSTBILL_PORTAL", "HOSTBILL_BASE_URL", "HOSTBILL_USERNAME",
                                                     "HOSTBILL_PASSWORD")
portal ||= "time4vps"
if base_url
  Hostbill::Client.new(portal: portal, base_url: base_url, username: username, password: password) { |client| visit(client) }
else
  Hostbill::Sandbox.new(portal: portal) { |sandbox| sandbox.client { |client| visit(client) } }
end
