-- What is Lua's own about the client. That calls do what they should is what tests/conformance tests.
local hostbill = require "hostbill"

local passed, failed = 0, 0

local function test(name, body)
    local ok, why = xpcall(body, function(err)
        return debug.traceback(tostring(err), 2)
    end)
    collectgarbage()
    collectgarbage()
    if ok and hostbill.live_objects() ~= 0 then
        ok, why = false, hostbill.live_objects() .. " objects are left"
    end
    if ok then
        passed = passed + 1
    else
        failed = failed + 1
        print("--- " .. name .. " failed: " .. why)
    end
end

local function equal(got, expected)
    if got ~= expected then
        error("expected " .. tostring(expected) .. ", got " .. tostring(got), 2)
    end
end

local function fails(class, pattern, f, ...)
    local ok, err = pcall(f, ...)
    if ok or not hostbill.is(err, class) then
        error("expected an error of class " .. class .. ", got " .. tostring(err), 2)
    end
    if pattern and not tostring(err):find(pattern) then
        error("expected '" .. pattern .. "' in: " .. tostring(err), 2)
    end
    return err
end

local sandbox = hostbill.Sandbox { portal = "coloup" }
local ids = sandbox.info.ids

-- The request that a call would send.
local function sent(operation, params)
    local client <close> = sandbox:client()
    return client:call(operation, params, { dry_run = true }).body
end

test("to-be-closed variables close", function()
    local kept
    do
        local client <close> = sandbox:client()
        kept = client
        equal(client:closed(), false)
    end
    equal(kept:closed(), true)
    fails("usage", "closed", kept.account.balance, kept.account)
    fails("usage", "closed", kept.submit, kept, "account.balance")
    kept:close()
end)

test("a client is closed when an error leaves its block", function()
    local kept
    fails("not_found", nil, function()
        local client <close> = sandbox:client()
        kept = client
        client.invoices:get(999999)
    end)
    equal(kept:closed(), true)
end)

test("a client that nobody holds is collected, but not while its groups are held", function()
    local group = sandbox:client().account
    collectgarbage()
    assert(group:balance())
end)

test("errors are tables with classes", function()
    local client <close> = sandbox:client()
    local err = fails("not_found", "999999", client.invoices.get, client.invoices, 999999)
    equal(getmetatable(err), hostbill.errors.NotFoundError)
    assert(hostbill.is(err) and hostbill.is(err, hostbill.errors.NotFoundError) and not hostbill.is(err, "usage"))
    equal(err.status, hostbill.errors.NotFoundError.status)
    equal(err.class, "not_found")
    equal(tostring(err), err.message)
    assert(not hostbill.is("text") and not hostbill.is({}) and not hostbill.is(nil))
end)

test("nothing that is printed shows a secret", function()
    local client <close> = hostbill.Client { portal = "coloup", username = "u", password = "s3cret-word" }
    assert(not tostring(client):find("s3cret"))
    for name, value in pairs(client) do
        assert(not (tostring(name) .. tostring(value)):find("s3cret"))
    end
    local err = fails("usage", nil, hostbill.Client, { portal = "x", username = "u", password = "s3cret-word" })
    assert(not hostbill.json.encode(err):find("s3cret"))
end)

test("lists and objects", function()
    equal(hostbill.json.encode({}), "{}")
    equal(hostbill.json.encode(hostbill.list {}), "[]")
    equal(hostbill.json.encode({ 1, 2 }), "[1,2]")
    equal(hostbill.json.encode(hostbill.object { 1, 2 }), '{"1":1,"2":2}')
    equal(hostbill.json.encode({ [1618] = { [10330] = 1 } }), '{"1618":{"10330":1}}')
    local empty = hostbill.json.decode("[]")
    assert(hostbill.is_list(empty) and hostbill.is_list({ 1 }) and not hostbill.is_list({}))
    equal(hostbill.json.encode(empty), "[]")
    fails("usage", "twice", hostbill.json.encode, { [1] = 1, ["1"] = 2 })
end)

test("the catalogue says what an empty table is", function()
    assert(sent("domains.nameservers.update", { domain_id = 1, nameservers = {} }):find('"nameservers":%[%]'))
end)

test("numbers", function()
    equal(hostbill.json.decode("7"), 7)
    equal(math.type(hostbill.json.decode("7")), "integer")
    equal(hostbill.json.decode("0.10"), "0.10")
    equal(hostbill.json.decode("123456789012345678901"), "123456789012345678901")
    equal(hostbill.json.encode(3.0), "3")
    equal(hostbill.json.encode(0.1), "0.1")
    equal(tonumber(hostbill.json.encode(1 / 3)), 1 / 3)
    equal(hostbill.json.encode(math.mininteger), "-9223372036854775808")
    for _, number in ipairs { 0 / 0, 1 / 0, -1 / 0 } do
        fails("usage", "finite", hostbill.json.encode, number)
    end
end)

test("rows that are alike, and rows that only seem so", function()
    local many = {}
    for i = 1, 300 do many[i] = ('"name%03d":%d'):format(i, i) end
    local long = "{" .. table.concat(many, ",") .. "}"
    for _, text in ipairs {
        '[{},{"a":1},{"a":2},{"a":1,"b":2},{"a":1,"b":2,"c":3},{"a":1},{"b":1}]',
        '[{"a":1,"b":{"a":2,"b":[]}},{"a":1,"b":{"a":2,"b":{"c":1}}},{"a":1,"b":{"a":2,"b":null}}]',
        '[{"":1},{"":2},{"abc":1,"abd":2},{"abc":1,"abd":2},{"ab":1,"abd":2}]',
        '[[[[{"a":1},{"a":2}]],{"a":1}],{"a":{"a":{"a":{"a":{"a":1}}}}}]',
        "[" .. long .. "," .. long .. "," .. long .. "]",
    } do
        for _ = 1, 2 do equal(hostbill.json.encode(hostbill.json.decode(text)), text) end
    end
    equal(hostbill.json.encode(hostbill.json.decode '[ {"a" : 1,"b":2}, {"a":1,"a" :2},{"b":5, "a":6}]'),
        '[{"a":1,"b":2},{"a":2},{"a":6,"b":5}]')
end)

test("null is nothing else", function()
    local value = hostbill.json.decode('{"a":null,"b":[null,1]}')
    equal(value.a, hostbill.null)
    equal(#value.b, 2)
    equal(hostbill.json.encode(value), '{"a":null,"b":[null,1]}')
end)

test("text keeps every byte", function()
    local text = "a\0b é 😀 \u{7f} \\ \" \n"
    equal(hostbill.json.decode(hostbill.json.encode(text)), text)
    equal(hostbill.json.decode('"\\ud83d\\ude00\\u0000"'), "😀\0")
    equal(hostbill.json.decode('"\\ud83d"'), "\u{fffd}") -- half a pair, which portals send and no UTF-8 has
end)

test("what is no JSON is an error", function()
    for _, text in ipairs { "", "{", "[1,]", '{"a" 1}', "01", "1 2", "nul", '"\1"', ("["):rep(10000) } do
        fails("usage", "not JSON", hostbill.json.decode, text)
    end
end)

test("wrong values name their place", function()
    local client <close> = sandbox:client()
    local loop = {}
    loop.again = loop
    equal(fails("usage", "not valid UTF%-8", client.tickets.create, client.tickets,
        { dept_id = 1, subject = "\xff", body = "x" }).fields[1].field, "subject")
    fails("usage", "custom.a%[2%]: a function", client.orders.create, client.orders, 1, { custom = { a = { 1, print } } })
    fails("usage", "extra.again: contains itself", client.invoices.list, client.invoices, nil, { extra = loop })
    fails("usage", "name that is a boolean", client.invoices.list, client.invoices, { [true] = 1 })
    fails("usage", "must be a table", client.invoices.list, client.invoices, 7)
    fails("usage", "given twice", client.invoices.get, client.invoices, 7, { invoice_id = 8 })
    fails("usage", "takes invoice_id", client.invoices.get, client.invoices, 7, {}, {}, 9)
    fails("usage", "with a colon", client.invoices.get, 7)
    fails("usage", "not valid", client.call, client, "invoices\0list")
    fails("usage", "must be text", client.call, client, 7)
    fails("usage", "did you mean invoice_id", client.call, client, "invoices.get", { invoise_id = 1 })
    fails("usage", "must be a table", hostbill.Client, "coloup")
    fails("usage", "must be text", hostbill.catalog, {})
end)

test("options: of a call, and of all calls", function()
    local client <close> = sandbox:client()
    local dry = client:with_options { dry_run = true }
    equal(dry.invoices:get(ids.invoice_id).method, "GET")
    equal(dry:with_options { tag = "t" }.answers.invoices:get(ids.invoice_id, nil, { dry_run = false, raw = true, tag = "u" }) ~= nil, true)
    fails("usage", "timeot", client.account.balance, client.account, nil, { timeot = 5 })
    assert(client.account:balance(nil, { timeout = "5.5" }))
end)

test("whole answers", function()
    local client <close> = sandbox:client()
    local answer = client.answers.account:balance(nil, { tag = "t" })
    equal(answer.meta.operation, "account.balance")
    equal(answer.meta.tag, "t")
    assert(hostbill.is_list(answer.info))
    equal(client.answers:call("account.balance").meta.http_status, 200)
end)

test("operations that hang from the client itself", function()
    local client <close> = sandbox:client()
    fails("usage", "operation", client.reconcile, client, {})
end)

test("submissions: a scheduler of coroutines", function()
    local client <close> = sandbox:client()
    local waiting, log = {}, {}
    local function await(operation, params)
        waiting[client:submit(operation, params)] = coroutine.running()
        return coroutine.yield()
    end
    for i = 1, 5 do
        coroutine.wrap(function()
            local answer = await("invoices.get", { invoice_id = i == 3 and 999999 or ids.invoice_id })
            log[#log + 1] = answer.ok and "ok" or answer.error.class
        end)()
    end
    assert(client:fd() >= 0)
    while next(waiting) do
        local answer = assert(client:next(10))
        local thread = waiting[answer.id]
        waiting[answer.id] = nil
        assert(coroutine.resume(thread, answer))
    end
    table.sort(log)
    equal(table.concat(log, " "), "not_found ok ok ok ok")
    equal(client:next(0), nil)
    fails("usage", "number", client.cancel, client, 99)
    fails("usage", "seconds", client.next, client, -1)
end)

test("a submission is cancelled; the answer says so", function()
    local client <close> = sandbox:client()
    sandbox:control("fault", { operation = "account.balance", fault = { kind = "delay", ms = 5000 } })
    local id = client:submit("account.balance")
    equal(client:next(0.05), nil)
    client:cancel(id)
    equal(client:next(2).error.class, "cancelled")
    sandbox:control("clear_faults")
end)

test("a long answer", function()
    equal(#hostbill.json.decode("[" .. ("[1],"):rep(200000) .. "[]]"), 200001)
end)

test("the catalogue", function()
    equal(#hostbill.catalog("time4vps").operations, 73)
    equal(#hostbill.catalog().portals, 5)
    fails("usage", "coloup", hostbill.catalog, "colup")
end)

test("every operation of the catalogue is a method", function()
    local client <close> = sandbox:client()
    local count = 0
    for _, portal in ipairs(hostbill.catalog().portals) do
        for _, list in ipairs { portal.operations, portal.compositions } do
            for _, operation in ipairs(list) do
                local place = client
                for part in operation.id:gmatch("[^.]+") do place = place[part] end
                equal(type(place), "function")
                count = count + 1
            end
        end
    end
    assert(count >= 502)
end)

test("a batch gives what came of its calls when the client is closed", function()
    local sandbox <close> = hostbill.Sandbox{portal = "time4vps"}
    local client <close> = sandbox:client()
    sandbox:control("fault", { operation = "account.balance", fault = { kind = "delay", ms = 5000 } })
    local classes = {}
    local calls = { { "servers.get", { server_id = 1 }, { dry_run = true } }, { "account.balance" }, { "invoices.list" } }
    for outcome in client:batch(calls, { window = 2 }) do
        classes[outcome.index] = outcome.error and outcome.error.class or "none"
        client:close()
    end
    equal(table.concat(classes, " "), "none cancelled usage")
end)

test("a batch keeps some calls under way, in order or as they end", function()
    local client <close> = sandbox:client()
    local asked = 0
    local function endless()
        asked = asked + 1
        return asked % 10 == 0 and { "no.such" } or { "invoices.get", { invoice_id = asked }, { dry_run = true } }
    end
    local seen = 0
    for outcome in client:batch(endless, { window = 5 }) do
        seen = seen + 1
        equal(outcome.index, seen)
        equal(asked < seen + 5, true)
        if seen % 10 == 0 then
            equal(outcome.error.class, "usage")
        else
            equal(outcome.data.url:match("/invoice/(%d+)$"), tostring(seen))
        end
        if seen == 100 then break end
    end
    equal(seen, 100)

    local function slow(times, ms)
        sandbox:control("fault", { operation = "account.balance", times = times, fault = { kind = "delay", ms = ms } })
    end
    -- The slow one comes last, unless the order is kept.
    for _, ordered in ipairs { true, false } do
        slow(1, 500)
        local indices = {}
        for outcome in client:batch({ { "account.balance" }, { "invoices.list" }, { "invoices.list" } }, { ordered = ordered }) do
            equal(outcome.error, nil)
            table.insert(indices, outcome.index)
        end
        equal(indices[ordered and 1 or 3], 1)
        equal(#indices, 3)
    end

    -- Whoever leaves stops the rest; another submission of the client keeps its answer.
    local other = client:submit("invoices.list")
    slow(3, 30000)
    local all = { { "invoices.list" } }
    for i = 2, 20 do all[i] = { "account.balance" } end
    for outcome in client:batch(all, { window = 4 }) do
        equal(outcome.index, 1)
        break
    end
    equal(client:next(20).id, other)
    equal(client:next(0), nil)
    sandbox:control("clear_faults")
    fails("usage", "window", client.batch, client, {}, { window = 0 })
    fails("usage", "must be a list", client.batch, client, 7)
end)

test("map takes values no sooner than the window allows, and leaves mistakes in them to their outcomes", function()
    local client <close> = sandbox:client()
    local dry = { dry_run = true }
    local asked, seen = 0, 0
    local function endless()
        asked = asked + 1
        return asked
    end
    for outcome in client:map("invoices.get", "invoice_id", endless, { options = dry, window = 5 }) do
        seen = seen + 1
        equal(outcome.index, seen)
        equal(asked < seen + 5, true)
        equal(outcome.data.url:match("/invoice/(%d+)$"), tostring(seen))
        if seen == 20 then break end
    end
    equal(seen, 20)

    local all = {}
    local given = { params = { domain_id = 7 }, options = dry }
    for outcome in client:map("domains.dns_records.delete", "record_id", { 1, hostbill.null, print, 4 }, given) do
        all[outcome.index] = outcome
    end
    equal(#all, 4)
    equal(all[1].error or all[4].error, nil)
    equal(all[2].error.class, "usage")
    equal(all[3].error.class, "usage")
    equal(all[4].data.url:match("/domain/7/dns/4$") ~= nil, true)
    equal(all[2].call[1], "domains.dns_records.delete")
    equal(all[2].call[2].record_id, hostbill.null)
    equal(all[2].call[2].domain_id, 7)
    equal(all[2].call[3], dry)
    local sum = 0
    for outcome in client:map("invoices.get", "invoice_id", { 1, 2, 3 }, { options = dry, ordered = false }) do
        equal(outcome.error, nil)
        sum = sum + outcome.index
    end
    equal(sum, 6)

    fails("usage", "invoice_id: given twice", client.map, client, "invoices.get", "invoice_id", { 1 }, { params = { invoice_id = 7 } })
    fails("usage", "params: must be a table", client.map, client, "invoices.get", "invoice_id", { 1 }, { params = 7 })
    fails("usage", "name: must be text", client.map, client, "invoices.get", nil, { 1 })
    fails("usage", "values: must be a list", client.map, client, "invoices.get", "invoice_id", 7)
    fails("usage", "window", client.map, client, "invoices.get", "invoice_id", { 1 }, { window = 0 })
    fails("usage", "client:map", client.map, "invoices.get", "invoice_id", { 1 })
end)

test("the globals stay clean", function()
    equal(swig_type, nil)
    equal(swig_equals, nil)
    equal(rawget(_G, "hostbill_native"), nil)
end)

sandbox:close()
test("a closed sandbox", function()
    fails("usage", "closed", sandbox.control, sandbox, "info")
    sandbox:close()
end)

-- memory.c, which run.sh has run: Lua without memory.
test("memory that runs out at any place of a call leaves nothing", function()
    equal(os.getenv("HOSTBILL_MEMORY_FAILED") or "0", "0")
end)

print(passed .. " passed, " .. failed .. " failed")
os.exit(failed == 0, true)
