-- Runs conformance cases in Lua; ../README.md has the protocol.
package.path = arg[0]:gsub("[^/]*$", "") .. "?.lua;" .. package.path
local hostbill = require "hostbill"
local json = require "json"

local null = hostbill.null
local MEMBERS = { "class", "status", "message", "operation", "http_status", "portal_errors", "attempts", "retryable",
    "fields", "portals", "reconcile", "retry_after_s", "history", "tag" }

local function given(value)
    if value == null then
        return nil
    end
    return value
end

local function said(err)
    assert(hostbill.is(err), tostring(err))
    local members = hostbill.object { type = getmetatable(err).__name }
    for _, name in ipairs(MEMBERS) do
        members[name] = err[name]
    end
    return { ok = false, error = members }
end

-- A result: JSON's null where there is no data.
local function succeeded(data, more)
    local result = more or {}
    result.ok = true
    result.data = data == nil and null or data
    return result
end

local Case = {}
Case.__index = Case

function Case.new(row)
    local self = setmetatable({ row = row }, Case)
    if given(row.sandbox) then
        self.sandbox = hostbill.Sandbox(row.sandbox)
    end
    self.client = self:another()
    return self
end

function Case:another()
    if self.sandbox then
        return self.sandbox:client(given(self.row.client))
    end
    return hostbill.Client(self.row.client)
end

function Case:stop()
    self.client:close()
    if self.sandbox then
        self.sandbox:close()
    end
end

-- The arguments of a generated method: what stands in the path, and the rest.
local paths = {}
for _, operation in ipairs(hostbill.catalog().portals) do
    for _, row in ipairs(operation.operations) do
        local names = {}
        for name in row.path:gmatch("{(.-)}") do names[#names + 1] = name end
        paths[row.id] = names
    end
end

local function run(client, step, more)
    local options = {}
    for name, value in pairs(given(step.options) or {}) do options[name] = value end
    for name, value in pairs(more or {}) do options[name] = value end
    local params = given(step.params) or {}
    if step.via ~= "method" then
        return client:call(step.operation, params, options)
    end
    local group, method = client, step.operation
    for part in step.operation:gmatch("([^.]+)%.") do
        group = group[part]
    end
    method = step.operation:match("[^.]+$")
    local rest, arguments = {}, {}
    for name, value in pairs(params) do rest[name] = value end
    for i, name in ipairs(paths[step.operation] or {}) do
        arguments[i] = rest[name]
        rest[name] = nil
    end
    local count = #(paths[step.operation] or {})
    arguments[count + 1], arguments[count + 2] = rest, options
    return group[method](group, table.unpack(arguments, 1, count + 2))
end

local steps = {}

function steps.call(case, step)
    return succeeded(run(case.client, step))
end

function steps.full(case, step)
    local answer = run(case.client.answers, step)
    return succeeded(answer.data, { info = answer.info, meta = answer.meta })
end

function steps.dry(case, step)
    return succeeded(run(case.client, step, { dry_run = true }))
end

function steps.close(case)
    case.client:close()
    return succeeded(nil)
end

function steps.closed(case)
    return succeeded(case.client:closed())
end

function steps.control(case, step)
    return succeeded(case.sandbox:control(step.command, given(step.arguments)))
end

function steps.stop(case)
    case.sandbox:close()
    return succeeded(nil)
end

-- Submissions of all clients at once.
function steps.parallel(case, step)
    local clients, data, first = {}, { succeeded = 0, failed = 0, different = 0 }, nil
    for i = 1, step.clients do
        clients[i] = case:another()
        for _ = 1, step.each do
            clients[i]:submit(step.step.operation, given(step.step.params), given(step.step.options))
        end
    end
    for _, client in ipairs(clients) do
        for _ = 1, step.each do
            local answer = client:next(60)
            if answer.ok then
                local text = hostbill.json.encode(answer.data)
                first = first or text
                data.succeeded = data.succeeded + 1
                data.different = data.different + (text == first and 0 or 1)
            else
                data.failed = data.failed + 1
            end
        end
        client:close()
    end
    return succeeded(data)
end

function steps.cancel(case, step)
    local client = case.client
    local id = client:submit(step.step.operation, given(step.step.params), given(step.step.options))
    assert(client:next(step.after_ms / 1000) == nil, "it ended by itself")
    client:cancel(id)
    local answer = client:next()
    return answer.ok and succeeded(answer.data) or said(answer.error)
end

function steps.catalog(_, step)
    local found = hostbill.catalog(given(step.portal))
    return succeeded { operations = #found.operations, compositions = #found.compositions }
end

function steps.version()
    return succeeded(hostbill.version())
end

function steps.value(_, step)
    return succeeded(hostbill.json.decode(hostbill.json.encode(step.json)))
end

local function results_of(row)
    local made, case = pcall(Case.new, row)
    if not made then
        return hostbill.list { said(case) }
    end
    local results = hostbill.list()
    for i, step in ipairs(row.steps) do
        local ok, result = pcall(steps[step["do"]], case, step)
        results[i] = ok and result or said(result)
    end
    case:stop()
    return results
end

local file = assert(io.open(arg[1], "rb"))
local cases = json.decode(file:read("a")).cases
file:close()
for _, row in ipairs(cases) do
    print(hostbill.json.encode { case = row.name, results = results_of(row) })
end
collectgarbage()
collectgarbage()
print(hostbill.json.encode { live_objects = hostbill.live_objects() })
