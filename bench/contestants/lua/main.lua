-- The contestants in Lua: main.lua NAME, with the settings in the environment.
local url, ca_file = os.getenv "BENCH_URL", os.getenv "BENCH_CA_FILE"
local cjson = require "cjson"

local function client()
    local hostbill = require "hostbill"
    return hostbill.Client {
        portal = "coloup", base_url = os.getenv "BENCH_BASE", auth = "none", ca_file = ca_file ~= "" and ca_file or nil,
    }
end

-- Each gives what makes one call and returns its invoices.
local contestants = {
    hostbill = function()
        local ours = client()
        return function() return ours.invoices:list() end
    end,
    hostbill_raw = function()
        local ours, options = client(), cjson.decode(os.getenv "BENCH_OPTIONS")
        return function() return ours:call("invoices.list", nil, options).invoices end
    end,
    -- It opens a connection for every request; it cannot do otherwise.
    luasocket = function()
        local ltn12 = require "ltn12"
        local http = require(ca_file ~= "" and "ssl.https" or "socket.http")
        return function()
            local chunks = {}
            local request = { url = url, sink = ltn12.sink.table(chunks) }
            if ca_file ~= "" then
                request.cafile, request.verify = ca_file, "peer"
            end
            local done, status = http.request(request)
            if not done or status ~= 200 then error(status) end
            return cjson.decode(table.concat(chunks)).invoices
        end
    end,
    -- In Lua 5.1: the module is not made for later ones.
    curl = function()
        local curl = require "curl"
        local handle, chunks = curl.easy_init(), {}
        handle:setopt(curl.OPT_URL, url)
        handle:setopt(curl.OPT_FAILONERROR, 1)
        if ca_file ~= "" then handle:setopt(curl.OPT_CAINFO, ca_file) end
        handle:setopt(curl.OPT_WRITEFUNCTION, function(data)
            chunks[#chunks + 1] = data
            return #data
        end)
        return function()
            chunks = {}
            local code, problem = handle:perform()
            if code ~= 0 then error(problem) end
            return cjson.decode(table.concat(chunks)).invoices
        end
    end,
}

local call = contestants[arg[1]]()
io.stdout:setvbuf "line"
local versions = { ["lua-cjson"] = cjson._VERSION }
if arg[1] == "curl" then
    versions["lua-curl"] = require("curl")._VERSION
else
    versions.Lua = _VERSION:match "%d.*"
end
print(cjson.encode(versions))
for line in io.lines() do
    local total, invoices = 0, nil
    for _ = 1, tonumber(line) do
        invoices = call()
        total = total + #invoices
    end
    print(("%d %s"):format(total, invoices[#invoices].id))
end
