-- Lua's values as JSON, and back.
--
-- A table that is exactly a sequence is a list, any other an object whose names may be texts or integers. The empty
-- table is what the catalogue says its place wants, else an object; hostbill.list{} and hostbill.object{} say it
-- themselves. Lists in answers are so marked, so that an empty one stays one. A table with __pairs keeps the order that
-- this gives; members of others are written in the order of their names.
--
-- What is known of a place is its kind: "list", "object", "number" (a decimal may be a text), or a table: {kind="list",
-- items=kind} or {kind="object", fields={name=kind}}.

local native = require "hostbill.native_module"
local errors = require "hostbill.errors"

local values = {}

-- The metatable that the module in C gives to lists.
local list_mt = getmetatable(native.decode("[]"))
local object_mt = { __name = "hostbill.object" }

--- JSON's null: the light userdata of NULL, as in other libraries for JSON.
values.null = native.decode("null")

--- Marks a table as a list, for an empty one. Returns the table.
function values.list(items)
    return setmetatable(items or {}, list_mt)
end

--- Marks a table as an object, for one whose names are 1, 2, 3. Returns the table.
function values.object(members)
    return setmetatable(members or {}, object_mt)
end

--- Whether a table is a list: marked as one, or a sequence that is not empty.
function values.is_list(value)
    if type(value) ~= "table" or getmetatable(value) == object_mt then
        return false
    end
    return getmetatable(value) == list_mt or (next(value) ~= nil and #value > 0)
end

--- The values of a JSON text. Decimals are texts, so that they stay exact.
function values.read(text)
    if type(text) ~= "string" then
        errors.usage("decode: must be text, not " .. type(text))
    end
    local ok, value = pcall(native.decode, text)
    if not ok then
        errors.usage("decode: this text is not JSON")
    end
    return value
end

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
local function escape(char)
    return ESCAPES[char] or string.format("\\u%04x", char:byte())
end

local function refuse(where, problem)
    errors.usage(where .. ": " .. problem, where, problem)
end

local function write_text(text, where)
    if not utf8.len(text) then
        refuse(where, "is not valid UTF-8")
    end
    return '"' .. text:gsub('[%c"\\]', escape) .. '"'
end

local function write_float(number, where)
    if number ~= number or number == math.huge or number == -math.huge then
        refuse(where, "is not a finite number")
    end
    if math.tointeger(number) then
        return string.format("%d", math.tointeger(number))
    end
    local text = string.format("%.15g", number)
    if tonumber(text) ~= number then
        text = string.format("%.17g", number)
    end
    return (text:gsub(",", "."))
end

local function is_decimal(text)
    local digits = text:match("^%-?(%d+)$") or text:match("^%-?(%d+)%.%d+$")
    return digits ~= nil and (digits == "0" or digits:sub(1, 1) ~= "0")
end

-- The keys of a table: how many, whether they are 1..n, and whether all are texts or integers.
local function keys_of(value, where)
    local count, top, integers = 0, 0, true
    for key in pairs(value) do
        count = count + 1
        if math.type(key) == "integer" then
            top = math.max(top, key)
        elseif type(key) == "string" then
            integers = false
        else
            refuse(where, "has a name that is a " .. type(key))
        end
    end
    return count, integers and top == count
end

local write

local function write_list(value, kinds, where, open)
    local parts = {}
    for i = 1, #value do
        parts[i] = write(value[i], kinds and kinds.items, where .. "[" .. i .. "]", open)
    end
    return "[" .. table.concat(parts, ",") .. "]"
end

local function write_object(value, fields, where, open, top)
    local names = {}
    local members = {}
    for key, member in pairs(value) do
        local name = tostring(key)
        if members[name] ~= nil then
            refuse(where, "has " .. name .. " twice, as a text and as an integer")
        end
        members[name] = member
        names[#names + 1] = name
    end
    local mt = getmetatable(value)
    if not (mt and mt.__pairs) then
        table.sort(names)
    end
    for i, name in ipairs(names) do
        local place = top and name or where .. "." .. name
        names[i] = write_text(name, place) .. ":" .. write(members[name], fields and fields[name], place, open)
    end
    return "{" .. table.concat(names, ",") .. "}"
end

local function write_table(value, kind, where, open, top)
    if open[value] then
        refuse(where, "contains itself")
    end
    open[value] = true
    local kinds = type(kind) == "table" and kind or nil
    if kinds then
        kind = kinds.kind
    end
    local count, sequence = keys_of(value, where)
    local mark = getmetatable(value)
    local list
    if mark == list_mt then
        if not sequence then
            refuse(where, "is a list with gaps or names")
        end
        list = true
    elseif mark == object_mt or top then
        list = false
    elseif count == 0 then
        list = kind == "list"
    else
        list = sequence and kind ~= "object"
    end
    local text = list and write_list(value, kinds, where, open) or write_object(value, kinds and kinds.fields, where, open, top)
    open[value] = nil
    return text
end

function write(value, kind, where, open, top)
    local type_ = type(value)
    if type_ == "string" then
        if kind == "number" and is_decimal(value) then
            return value
        end
        return write_text(value, where)
    elseif type_ == "boolean" then
        return tostring(value)
    elseif math.type(value) == "integer" then
        return string.format("%d", value)
    elseif type_ == "number" then
        return write_float(value, where)
    elseif type_ == "nil" or value == values.null then
        return "null"
    elseif type_ == "table" then
        return write_table(value, kind, where, open, top)
    end
    refuse(where, "a " .. type_ .. " cannot be sent")
end

--- The JSON text of a value.
function values.write(value)
    return write(value, nil, "value", {})
end

--- The JSON text of parameters or settings: what is an object whatever it looks like.
function values.write_members(members, kinds, what)
    return native.flat(members, kinds) or write(members, { kind = "object", fields = kinds }, what, {}, true)
end

return values
