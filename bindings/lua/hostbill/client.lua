-- The client of one portal.

local batch = require "hostbill.batch"
local native = require "hostbill.native_module"
local values = require "hostbill.values"
local errors = require "hostbill.errors"
local operations = require "hostbill.generated.operations"
local settings = require "hostbill.generated.settings"

local perform, option_kinds = native.perform, settings.options

-- What a client is inside; nobody who prints a client sees it.
local inner = setmetatable({}, { __mode = "k" })

local Client = { __name = "hostbill.Client" }
local methods = {}

local function checked(value, what)
    if value ~= nil and type(value) ~= "table" then
        errors.usage(what .. ": must be a table, not " .. type(value), what, "must be a table")
    end
    return value or {}
end

local function self_of(client, name)
    local self = type(client) == "table" and inner[client]
    if not self then
        errors.usage("call it with a colon: client:" .. name .. "(...)")
    end
    return self
end

-- An operation's name as the library takes it, which ends texts at a NUL.
local function named(operation)
    if type(operation) ~= "string" then
        errors.usage("operation: must be text, not " .. type(operation), "operation", "must be text")
    end
    if operation:find("\0", 1, true) or not utf8.len(operation) then
        errors.usage("operation: is not valid", "operation", "is not valid")
    end
    return operation
end

-- What is given, as JSON; nil for nothing.
local function text_of(given, kinds, what)
    if given == nil or next(checked(given, what)) == nil and not getmetatable(given) then
        return nil
    end
    return values.write_members(given, kinds, what)
end

-- operation, parameters and options as the library takes them.
local function prepared(self, operation, params, options)
    local known = operations[operation]
    if self.options then
        local all = {}
        for name, value in pairs(self.options) do all[name] = value end
        for name, value in pairs(checked(options, "options")) do all[name] = value end
        options = all
    end
    return known and operation or named(operation), text_of(params, known and known.kinds, "params"),
        text_of(options, settings.options, "options")
end

local function run(self, operation, params, options)
    local envelope = self.call(self.native, prepared(self, operation, params, options))
    if not envelope.ok then
        errors.raise(envelope.error)
    end
    return { data = envelope.data, info = envelope.info, meta = envelope.meta }
end

-- The data alone, which costs less, and mostly is one native step.
local function data_of(self, operation, params, options)
    local known = operations[operation]
    local data, failed
    if known and not self.options then
        data, failed = perform(self.native, operation, params, known.kinds, options, option_kinds)
    end
    if data == nil and failed == nil then
        data, failed = self.call_briefly(self.native, prepared(self, operation, params, options))
    end
    if failed then
        errors.raise(failed.error)
    end
    return data
end

-- Groups ------------------------------------------------------------------------------------------------------------

-- A method's arguments: what stands in the path, then the other parameters and the options as tables.
local function arguments(operation, ...)
    if select("#", ...) == 0 then
        return nil, nil
    end
    local path = operations[operation].path
    if select("#", ...) > #path + 2 then
        errors.usage(operation .. ": takes " .. table.concat(path, ", ") .. (#path > 0 and ", " or "")
            .. "a table of parameters and a table of options")
    end
    local given = { ... }
    local params = {}
    for name, value in pairs(checked(given[#path + 1], "params")) do
        params[name] = value
    end
    for i, name in ipairs(path) do
        if params[name] ~= nil then
            errors.usage(name .. ": given twice", name, "given twice")
        end
        params[name] = given[i]
    end
    return params, given[#path + 2]
end

-- Group objects know their client, whether whole answers are wanted, and their place in the tree.
local Group = { __name = "hostbill.Group" }
local groups = setmetatable({}, { __mode = "k" })

-- The methods of all groups; each is made once.
local made = setmetatable({}, {
    __index = function(made, operation)
        local name = operation:match("[^.]+$")
        made[operation] = function(group, ...)
            local at = type(group) == "table" and groups[group]
            if not at then
                errors.usage("call it with a colon: client." .. operation:gsub("%.?" .. name .. "$", "") .. ":" .. name
                    .. "(...)")
            end
            return (at.whole and run or data_of)(at.self, operation, arguments(operation, ...))
        end
        return made[operation]
    end,
})

local prefixes = {}
for operation in pairs(operations) do
    for dot in operation:gmatch("()%.") do
        prefixes[operation:sub(1, dot - 1)] = true
    end
end

local function new_group(self, path, whole)
    local group = setmetatable({}, Group)
    groups[group] = { self = self, path = path, whole = whole }
    return group
end

local function member(group, at, name)
    if type(name) ~= "string" then
        return nil
    end
    local path = at.path == "" and name or at.path .. "." .. name
    if operations[path] then
        rawset(group, name, made[path])
        return made[path]
    elseif prefixes[path] then
        local child = new_group(at.self, path, at.whole)
        rawset(group, name, child)
        return child
    end
    return nil
end

function Group.__index(group, name)
    local at = groups[group]
    local found = member(group, at, name)
    if found == nil and at.whole and at.path == "" and name == "call" then
        return function(_, operation, params, options)
            return run(at.self, operation, params, options)
        end
    end
    return found
end

function Group.__tostring(group)
    local at = groups[group]
    return "hostbill.Group: client" .. (at.whole and ".answers" or "") .. (at.path == "" and "" or "." .. at.path)
end

-- Client ------------------------------------------------------------------------------------------------------------

--- Runs an operation by its id, or method and path, and returns the data.
function methods.call(client, operation, params, options)
    return data_of(self_of(client, "call"), operation, params, options)
end

--- The same client, with these options for every call made through what this returns. Closing one closes both.
function methods.with_options(client, options)
    local self = self_of(client, "with_options")
    local all = {}
    for name, value in pairs(self.options or {}) do all[name] = value end
    for name, value in pairs(checked(options, "options")) do all[name] = value end
    return Client.wrap(self.native, self.label, all, self.state)
end

local function submit(self, operation, params, options)
    local submission = native.Submission(self.native, prepared(self, operation, params, options))
    local document = submission:error()
    if document then
        errors.raise(document)
    end
    return submission:id()
end

--- Hands an operation to the client's own thread and returns its number at once.
function methods.submit(client, operation, params, options)
    return submit(self_of(client, "submit"), operation, params, options)
end

-- Answers are taken out of the library in the order in which they come, by whoever waits for one; those of batches go to
-- state.parked, by number, and all others to state.others.
local function deliver(state, envelope)
    if state.parked[envelope.id] ~= nil then
        state.parked[envelope.id] = envelope
    else
        table.insert(state.others, envelope)
    end
end

--- Runs many calls, of which up to options.window (64) are under way at any time: an iterator of outcomes, {index=, call=,
-- data=} or {index=, call=, error=}, in the order of the calls, or with ordered = false as they end. calls is a list of
-- {operation, params, options}, or a function that gives one at each call, and nil after the last.
function methods.batch(client, calls, options)
    local self = self_of(client, "batch")
    local state = self.state
    local function start(call)
        local id = submit(self, call[1], call[2], call[3])
        state.parked[id] = false
        return id
    end
    local function receive(owned)
        while true do
            for id in pairs(owned) do
                local envelope = state.parked[id]
                if envelope then
                    state.parked[id] = nil
                    return envelope
                end
            end
            local envelope = self.native:next(-1)
            if not envelope then
                errors.usage("the client is closed")
            elseif owned[envelope.id] then
                state.parked[envelope.id] = nil
                return envelope
            end
            deliver(state, envelope)
        end
    end
    local function cancel(id)
        self.native:cancel(id)
    end
    return batch.run(start, receive, cancel, calls, checked(options, "options"))
end

--- One operation with each of many values of a parameter: the iterator of batch over those calls. values is a list, or a
-- function that gives one at each call, and nil after the last. options has window and ordered, and params and options, which
-- are the same for all.
function methods.map(client, operation, name, values, options)
    self_of(client, "map")
    options = checked(options, "options")
    if type(name) ~= "string" then
        errors.usage("name: must be text, not " .. type(name), "name", "must be text")
    end
    local common = checked(options.params, "params")
    if common[name] ~= nil then
        errors.usage(name .. ": given twice, in params and by the values", name, "given twice")
    end
    local next_value = batch.source(values, "values")
    local function next_call()
        local value = next_value()
        if value == nil then
            return nil
        end
        local params = { [name] = value }
        for other, given in pairs(common) do params[other] = given end
        return { operation, params, options.options }
    end
    return methods.batch(client, next_call, options)
end

--- The next answer to a submission: {id=, ok=true, data=, info=, meta=} or {id=, ok=false, error=}. Waits for at most
-- timeout seconds, without end if it is nil; returns nil if none came.
function methods.next(client, timeout)
    local self = self_of(client, "next")
    if timeout ~= nil and (type(timeout) ~= "number" or timeout ~= timeout or timeout < 0) then
        errors.usage("timeout: must be a number of seconds", "timeout", "must be a number of seconds")
    end
    local milliseconds = timeout and math.min(timeout * 1000, 2147483647) or -1
    local answer = table.remove(self.state.others, 1)
    while not answer do
        local envelope = self.native:next(math.tointeger(math.ceil(milliseconds)))
        if not envelope then
            return nil
        end
        deliver(self.state, envelope)
        answer = table.remove(self.state.others, 1)
    end
    if answer.error then
        errors.new(answer.error)
    end
    return answer
end

--- A descriptor that is readable while next(0) would give an answer: for poll and event loops.
function methods.fd(client)
    local fd = self_of(client, "fd").native:fd()
    if fd < 0 then
        errors.usage("the client is closed")
    end
    return fd
end

--- Stops the submission of that number; without one, all. What was stopped still comes out of next().
function methods.cancel(client, id)
    if id ~= nil and math.type(id) ~= "integer" then
        errors.usage("id: must be a submission's number", "id", "must be a submission's number")
    end
    if self_of(client, "cancel").native:cancel(id or 0) ~= 0 then
        errors.usage("id: no submission of this client has that number", "id", "is not a submission's number")
    end
end

--- Stops what is under way, refuses new calls and gives back everything. May be repeated.
function methods.close(client)
    local self = self_of(client, "close")
    self.state.closed = true
    -- What was under way has ended then, and a batch gives what came of it.
    self.native:close()
    for envelope in function() return self.native:next(-1) end do
        deliver(self.state, envelope)
    end
    self.native:release()
end

--- Whether it has been closed.
function methods.closed(client)
    return self_of(client, "closed").state.closed
end

function Client.__index(client, name)
    local method = methods[name]
    if method then
        rawset(client, name, method)
        return method
    end
    local self = inner[client]
    if name == "answers" then
        local answers = new_group(self, "", true)
        rawset(client, name, answers)
        return answers
    end
    local found = member(client, { self = self, path = "" }, name)
    -- An operation that hangs from the client itself is called with the client in front.
    if type(found) == "function" then
        local root = new_group(self, "", false)
        return function(_, ...) return found(root, ...) end
    end
    return found
end

function Client.__close(client)
    methods.close(client)
end

function Client.__tostring(client)
    local self = inner[client]
    return "hostbill.Client: " .. self.label .. (self.state.closed and ", closed" or "")
end

function Client.wrap(made_native, label, options, state)
    local client = setmetatable({}, Client)
    -- Methods of the native client's are looked for once: SWIG goes through several tables for each.
    inner[client] = {
        native = made_native, call = made_native.call, call_briefly = made_native.call_briefly, label = label, options = options,
        state = state,
    }
    return client
end

--- A client; the settings are named in hostbill.ClientSettings.
local function new(config)
    config = checked(config, "settings")
    local made_native = native.Client(values.write_members(config, settings.client, "settings"))
    local document = made_native:error()
    if document then
        errors.raise(document)
    end
    return Client.wrap(made_native, tostring(config.portal), nil, { closed = false, parked = {}, others = {} })
end

return { new = new }
