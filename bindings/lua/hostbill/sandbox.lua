-- A portal of the given kind on a free port of this machine, with an account that may do everything.

local native = require "hostbill.native_module"
local values = require "hostbill.values"
local errors = require "hostbill.errors"
local settings = require "hostbill.generated.settings"
local client = require "hostbill.client"

local Sandbox = { __name = "hostbill.Sandbox" }
Sandbox.__index = Sandbox
local inner = setmetatable({}, { __mode = "k" })

local function self_of(sandbox, name)
    return inner[sandbox] or errors.usage("call it with a colon: sandbox:" .. name .. "(...)")
end

--- Gives it a command and returns what it says; docs/sandbox.md has the commands.
function Sandbox.control(sandbox, command, arguments)
    local self = self_of(sandbox, "control")
    if arguments ~= nil and type(arguments) ~= "table" then
        errors.usage("arguments: must be a table, not " .. type(arguments))
    end
    local members = { command = command }
    for name, value in pairs(arguments or {}) do
        members[name] = value
    end
    local reply = self:control(values.write_members(members, { fault = { kind = "object" } }, "arguments"))
    if type(reply) == "table" and reply.error then
        errors.raise(reply.error)
    end
    return reply
end

--- A client that is signed in to it; settings are added to its own.
function Sandbox.client(sandbox, config)
    self_of(sandbox, "client")
    local all = { portal = sandbox.info.portal, base_url = sandbox.url }
    if not (config and config.token) then
        all.username, all.password = sandbox.info.username, sandbox.info.password
    end
    for name, value in pairs(config or {}) do
        all[name] = value
    end
    return client.new(all)
end

--- Stops it. May be repeated.
function Sandbox.close(sandbox)
    self_of(sandbox, "close"):release()
end

Sandbox.__close = Sandbox.close

function Sandbox.__tostring(sandbox)
    return "hostbill.Sandbox: " .. sandbox.url
end

--- Starts one; the settings are named in hostbill.SandboxSettings. It has url and info: portal, username, password,
-- ids and operations.
local function new(config)
    if config ~= nil and type(config) ~= "table" then
        errors.usage("settings: must be a table, not " .. type(config))
    end
    local made = native.Sandbox(values.write_members(config or {}, settings.sandbox, "settings"))
    local document = made:error()
    if document then
        errors.raise(document)
    end
    local sandbox = setmetatable({ url = made:url() }, Sandbox)
    inner[sandbox] = made
    sandbox.info = sandbox:control("info")
    return sandbox
end

return { new = new }
