-- Many calls, some of them under way at any time.

local errors = require "hostbill.errors"

local batch = {}

-- A function that gives one after the other, and nil after the last, from a list or from such a function.
function batch.source(given, what)
    if type(given) == "function" then
        return given
    elseif type(given) ~= "table" then
        errors.usage(what .. ": must be a list or a function", what, "must be a list or a function")
    end
    local i = 0
    return function()
        i = i + 1
        return given[i]
    end
end

-- submit(call): a submission's number. receive(owned): the envelope of the first of those that has ended, by number.
-- cancel(id). Gives what a generic for takes; the last value stops what is left when the loop is left.
function batch.run(submit, receive, cancel, calls, options)
    local window, ordered = options.window or 64, options.ordered ~= false
    if math.type(window) ~= "integer" or window < 1 then
        errors.usage("window: must be a whole number from 1 on", "window", "must be a whole number from 1 on")
    end
    local next_call = batch.source(calls, "calls")
    local under_way = {} -- By number of the submission: an outcome without an end.
    local ready = {} -- By index: those that nobody has taken.
    local begun, given, last = 0, 0, false

    local function start(call)
        begun = begun + 1
        local outcome = { index = begun, call = call }
        local fine, id = pcall(submit, call)
        if fine then
            under_way[id] = outcome
        else
            outcome.error = id
            ready[begun] = outcome
        end
    end

    local function take()
        local envelope = receive(under_way)
        local outcome = under_way[envelope.id]
        under_way[envelope.id] = nil
        if envelope.ok then
            outcome.data = envelope.data
        else
            outcome.error = errors.new(envelope.error)
        end
        ready[outcome.index] = outcome
    end

    local function iterate()
        while not last and begun - given < window do
            local call = next_call()
            last = call == nil
            if not last then
                start(call)
            end
        end
        if given == begun then
            return nil
        end
        local index = ordered and given + 1 or next(ready)
        while not (index and ready[index]) do
            take()
            index = ordered and given + 1 or next(ready)
        end
        local outcome = ready[index]
        ready[index] = nil
        given = given + 1
        return outcome
    end

    local function stop()
        last = true
        for id in pairs(under_way) do
            cancel(id)
        end
        while next(under_way) do
            take()
        end
        given = begun
    end

    return iterate, nil, nil, setmetatable({}, { __close = stop })
end

return batch
