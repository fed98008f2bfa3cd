-- Errors are tables with a class. error() raises them; pcall() gives them.

local rows = require "hostbill.generated.errors"

local errors = {}

local Error = {}

-- Its text is the message alone, which never holds a secret.
local function text(err)
    return err.message
end

--- Classes by their name, NotFoundError and so on: the metatables of the errors.
errors.classes = {}
local by_class = {}
for _, row in ipairs(rows) do
    local class = setmetatable({
        __name = row.name,
        __tostring = text,
        class = row.class,
        status = row.status,
        meaning = row.meaning,
    }, Error)
    class.__index = class
    errors.classes[row.name] = class
    by_class[row.class] = class
end

--- Whether a value is an error of hostbill's; with a class ("not_found" or hostbill.errors.NotFoundError), of that.
function errors.is(err, class)
    local found = type(err) == "table" and getmetatable(err)
    if not found or getmetatable(found) ~= Error then
        return false
    end
    return class == nil or class == found or class == found.class
end

--- The error that an error object of the library stands for. Its members are those of the object.
function errors.new(document)
    return setmetatable(document, by_class[document.class] or by_class.internal)
end

function errors.raise(document)
    error(errors.new(document), 0)
end

--- A mistake that shows before the library is asked. field: what the caller calls it.
function errors.usage(message, field, problem)
    errors.raise({
        class = "usage",
        status = by_class.usage.status,
        message = message,
        retryable = false,
        fields = field and require("hostbill.values").list({ { field = field, problem = problem } }) or nil,
    })
end

return errors
