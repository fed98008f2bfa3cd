-- JSON for the runner: objects keep their order, because requests are compared byte by byte.
local hostbill = require "hostbill"

local ordered = {
    __pairs = function(object)
        local keys, i = getmetatable(object).keys, 0
        return function()
            i = i + 1
            if keys[i] ~= nil then
                return keys[i], object[keys[i]]
            end
        end
    end,
}

local read

local function skip(text, at)
    return text:find("[^%s]", at)
end

local function read_text(text, at)
    local stop = at + 1
    while true do
        stop = text:find('["\\]', stop)
        if text:sub(stop, stop) == '"' then
            return hostbill.json.decode(text:sub(at, stop)), stop + 1
        end
        stop = stop + 2
    end
end

local function read_object(text, at)
    local keys = {}
    local object = setmetatable({}, { __pairs = ordered.__pairs, keys = keys })
    at = skip(text, at + 1)
    while text:sub(at, at) ~= "}" do
        if text:sub(at, at) == "," then
            at = skip(text, at + 1)
        end
        local key, value
        key, at = read_text(text, at)
        value, at = read(text, skip(text, skip(text, at) + 1))
        keys[#keys + 1] = key
        object[key] = value
        at = skip(text, at)
    end
    return object, at + 1
end

local function read_list(text, at)
    local list = hostbill.list()
    at = skip(text, at + 1)
    while text:sub(at, at) ~= "]" do
        if text:sub(at, at) == "," then
            at = skip(text, at + 1)
        end
        list[#list + 1], at = read(text, at)
        at = skip(text, at)
    end
    return list, at + 1
end

function read(text, at)
    local first = text:sub(at, at)
    if first == "{" then
        return read_object(text, at)
    elseif first == "[" then
        return read_list(text, at)
    elseif first == '"' then
        return read_text(text, at)
    end
    local word = text:match("^[%w+.-]+", at)
    local words = { ["true"] = true, ["false"] = false, null = hostbill.null }
    local value = words[word]
    if value == nil then
        value = assert(math.tointeger(word) or tonumber(word), word)
    end
    return value, at + #word
end

return { decode = function(text) return (read(text, skip(text, 1))) end }
