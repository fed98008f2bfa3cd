-- A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
-- server that is rebooted.
--
-- Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
-- time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
local hostbill = require "hostbill"

-- The TXT records of a name.
local function texts(client, zone)
    local found = {}
    for _, record in ipairs(client.dns.zones:get(zone.service_id, zone.zone_id).records) do
        if record.type == "TXT" and record.name == zone.relative then
            found[#found + 1] = record
        end
    end
    return found
end

local function records(client)
    local zone = client.dns.zones:find { name = "_acme-challenge.www.example.net" }
    print("zone " .. zone.zone .. " holds " .. zone.relative)
    client.dns.records:create(zone.service_id, zone.zone_id, { name = zone.relative, type = "TXT", content = "token-1" })
    for _, record in ipairs(texts(client, zone)) do
        print("read back " .. record.type .. " " .. record.content)
        client.dns.records:delete(zone.service_id, zone.zone_id, record.id)
    end
    print("removed, " .. #texts(client, zone) .. " left")
end

local function invoices(client)
    for _, invoice in ipairs(client.invoices:list()) do
        if invoice.status == "Unpaid" then
            print("invoice " .. invoice.id .. " is unpaid: " .. invoice.total .. " " .. invoice.currency)
        end
    end
end

local function reboot(client)
    local server = client.servers:list()[1].server_id
    local task = client.servers:reboot(server)
    local waited = client.servers.tasks:wait { server_id = server, task_id = tostring(task.task_id) }
    print("server " .. server .. " rebooted: " .. tostring(waited.done))
end

local portal = os.getenv("HOSTBILL_PORTAL") or "time4vps"
local base_url = os.getenv("HOSTBILL_BASE_URL")
local sandbox <close> = not base_url and hostbill.Sandbox { portal = portal } or nil
local client <close> = sandbox and sandbox:client() or hostbill.Client {
    portal = portal,
    base_url = base_url,
    username = os.getenv("HOSTBILL_USERNAME"),
    password = os.getenv("HOSTBILL_PASSWORD"),
}
records(client)
invoices(client)
reboot(client)
