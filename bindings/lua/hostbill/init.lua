--- A client for the User API of web hosts that run the HostBill panel.
--
--     local hostbill = require "hostbill"
--     local client <close> = hostbill.Client{portal = "time4vps", username = "...", password = "..."}
--     for _, server in ipairs(client.servers:list()) do print(server.name) end

local native = require "hostbill.native_module"
local values = require "hostbill.values"
local errors = require "hostbill.errors"

local hostbill = {
    --- What stands for JSON's null, in answers and in parameters. It is true in conditions: compare with it.
    null = values.null,
    list = values.list,
    object = values.object,
    is_list = values.is_list,
    errors = errors.classes,
    is = errors.is,
    Client = require("hostbill.client").new,
    Sandbox = require("hostbill.sandbox").new,
    json = { encode = values.write, decode = values.read },
}

--- The version of the library, such as "0.1.0".
function hostbill.version()
    return native.version()
end

--- How the library was built: {version=, abi_version=, compiler=, build=}.
function hostbill.build_info()
    return values.read(native.build_info())
end

--- How many clients and texts of the library this process has not given back yet.
function hostbill.live_objects()
    return native.live_objects()
end

--- The catalogue of one portal: everything it can do, with parameters and results; without a name, of all portals.
function hostbill.catalog(portal)
    if portal ~= nil and type(portal) ~= "string" then
        errors.usage("portal: must be text, not " .. type(portal))
    end
    local document = native.catalog(portal)
    if document.ok == false then
        errors.raise(document.error)
    end
    return document
end

return hostbill
