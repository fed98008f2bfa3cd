'use strict';

const assert = require('node:assert/strict');
const { getEventListeners } = require('node:events');
const { performance } = require('node:perf_hooks');
const { test } = require('node:test');
const { inspect } = require('node:util');
const { folder, start } = require('./support');
const hostbill = require(folder);

test('timers fire during a slow call', async (context) => {
    const { client, fault } = await start(context);
    await fault('account.balance', { kind: 'delay', ms: 400 });
    let ticks = 0;
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
        ticks += 1;
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
    }, 10);
    await client.account.balance();
    clearInterval(timer);
    context.diagnostic(`${ticks} ticks of 10 ms in a call of 400 ms, the longest pause ${longest.toFixed(0)} ms`);
    assert.ok(ticks >= 15);
});

test('calls of one client run at the same time', async (context) => {
    const { client, fault } = await start(context);
    await fault('account.balance', { kind: 'delay', ms: 300 }, 8);
    const started = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => client.account.balance()));
    const took = performance.now() - started;
    context.diagnostic(`8 calls of 300 ms took ${took.toFixed(0)} ms`);
    assert.ok(took < 8 * 300 * 0.6);
});

test('how far a wait is does not pass for its answer', async (context) => {
    const { sandbox, client } = await start(context);
    const server = sandbox.ids.server_id;
    const { task_id: task } = await client.servers.reboot(server);
    const waited = await client.call('servers.tasks.wait', { server_id: server, task_id: task }, { progress: true });
    assert.equal(waited.done, true);
    assert.equal((await client.account.balance()).currency, 'EUR'); // It goes on.
});

test('more calls than may be in flight are answered all', async (context) => {
    for (const inFlight of [1, 8]) {
        const { client } = await start(context, undefined, { inFlight });
        const balances = await Promise.all(Array.from({ length: 50 }, () => client.account.balance()));
        assert.equal(new Set(balances.map((balance) => JSON.stringify(balance))).size, 1);
    }
});

test('a signal cancels its call and no other', async (context) => {
    const { client, fault } = await start(context);
    await fault('account.balance', { kind: 'delay', ms: 3000 });
    const controller = new AbortController();
    const hanging = client.account.balance({}, { signal: controller.signal });
    const other = client.servers.list();
    setTimeout(() => controller.abort(new Error('enough')), 50);
    const started = performance.now();
    await assert.rejects(hanging, (error) => {
        assert.ok(error instanceof hostbill.CancelledError);
        assert.equal(error.cause.message, 'enough');
        return true;
    });
    assert.ok(performance.now() - started < 2000);
    await other;
    await client.servers.list({}, { signal: controller.signal }).then(assert.fail, (error) => {
        assert.ok(error instanceof hostbill.CancelledError);
    });
    await client.servers.list({}, { signal: AbortSignal.timeout(60_000) });
});

test('a batch keeps some calls under way, in order or as they end', async (context) => {
    const { client, fault, sandbox } = await start(context);
    let asked = 0;
    function* calls() {
        for (asked = 1; asked <= 30; asked++) {
            yield asked % 10 === 0 ? ['no.such'] : ['servers.get', { server_id: 1 }, { dryRun: true, tag: String(asked) }];
        }
    }
    const indices = [];
    let taken = 0;
    for await (const { index, call, data, error } of client.batch(calls(), { window: 4 })) {
        indices.push(index);
        assert.ok(asked - taken <= 5); // No further ahead than the window.
        taken++;
        if (index % 10 === 9) assert.ok(error instanceof hostbill.UsageError);
        else assert.equal(data.method, 'GET');
        assert.equal(call[0], index % 10 === 9 ? 'no.such' : 'servers.get');
    }
    assert.deepEqual(indices, [...Array(30).keys()]);

    // The slow one comes last, unless the order is kept.
    for (const ordered of [false, true]) {
        await fault('account.balance', { kind: 'delay', ms: 500 });
        const seen = [];
        const all = [['account.balance'], ['servers.list'], ['servers.list']];
        for await (const { index } of client.batch(all, { ordered })) seen.push(index);
        assert.equal(seen.at(ordered ? 0 : -1), 0);
        assert.equal(seen.length, 3);
    }

    // Whoever leaves early stops the rest.
    await fault('account.balance', { kind: 'delay', ms: 20_000 }, 19);
    let closed = false;
    async function* endless() {
        try {
            yield ['servers.list'];
            for (;;) yield ['account.balance'];
        } finally {
            closed = true;
        }
    }
    const started = performance.now();
    for await (const { index } of client.batch(endless(), { window: 20 })) {
        assert.equal(index, 0);
        break;
    }
    assert.ok(performance.now() - started < 10_000);
    assert.ok(closed);
    assert.equal(hostbill.liveObjects(), 1);
    await assert.rejects(client.batch([], { window: 0 }).next(), hostbill.UsageError);
    void sandbox;
});

test('map makes one operation with each of many values', async (context) => {
    const { client, fault, sandbox } = await start(context);
    const options = { dryRun: true, tag: 'mine' };
    let asked = 0;
    let closed = false;
    function* ids() {
        try {
            for (;;) yield ++asked % 10 === 0 ? [] : asked; // A list is no id.
        } finally {
            closed = true;
        }
    }
    let seen = 0;
    const four = { options, window: 4 };
    for await (const { index, call, data, error } of client.map('servers.get', 'server_id', ids(), four)) {
        assert.equal(index, seen++);
        assert.ok(asked <= index + 4);
        if (seen % 10 === 0) {
            assert.ok(error instanceof hostbill.UsageError);
            assert.equal(error.fields[0].field, 'server_id');
        } else {
            assert.ok(data.url.endsWith(`/server/${seen}`), data.url);
            assert.deepEqual(call, ['servers.get', { server_id: seen }, options]);
        }
        if (seen === 30) break;
    }
    assert.equal(seen, 30);
    assert.ok(closed);

    // Parameters for all, values that arrive, outcomes as calls end.
    const { client: other } = await start(context, { portal: 'coloup' });
    async function* names() {
        yield* ['www', 'mail', []];
    }
    const params = { domain_id: 7, type: 'A', content: '192.0.2.1' };
    const bodies = [];
    const settings = { params, options: { dryRun: true }, ordered: false };
    for await (const { index, data, error } of other.map('domains.dns_records.create', 'name', names(), settings)) {
        bodies[index] = error?.fields[0].field ?? data.body;
    }
    assert.ok(bodies[0].includes('www') && bodies[0].includes('192.0.2.1'), bodies[0]);
    assert.ok(bodies[1].includes('mail'));
    assert.equal(bodies[2], 'name');
    settings.params = new Map(Object.entries(params));
    for await (const { data } of other.map('domains.dns_records.create', 'name', ['www'], settings)) {
        assert.equal(data.body, bodies[0]);
    }
    assert.deepEqual(params, { domain_id: 7, type: 'A', content: '192.0.2.1' });

    // Mistakes, at once; nothing is asked for.
    asked = 0;
    const twice = { params: { server_id: 1 } };
    const named = (message) => ({ name: 'UsageError', message });
    assert.throws(() => client.map('servers.get', 'server_id', ids(), twice), named(/server_id is given twice/));
    for (const none of ['123', 123, undefined]) {
        assert.throws(() => client.map('servers.reboot', 'server_id', none), named(/values has to be an iterable/));
    }
    assert.equal(asked, 0);

    // One signal for all stops them all, and hears of no more calls than are under way.
    const warnings = [];
    const warned = (warning) => warnings.push(warning);
    process.on('warning', warned);
    const controller = new AbortController();
    const { signal } = controller;
    const shared = { options: { dryRun: true, signal }, window: 16 };
    let planned = 0;
    for await (const { error } of client.map('servers.get', 'server_id', Array(100).fill(1), shared)) {
        planned += error === undefined ? 1 : 0;
        assert.ok(getEventListeners(signal, 'abort').length <= 16);
    }
    assert.equal(planned, 100);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
    await fault('servers.get', { kind: 'delay', ms: 20_000 }, 20);
    setTimeout(() => controller.abort(new Error('enough')), 50);
    const { server_id } = sandbox.ids;
    let stopped = 0;
    const same = Array(20).fill(server_id);
    for await (const { error } of client.map('servers.get', 'server_id', same, { options: { signal } })) {
        assert.ok(error instanceof hostbill.CancelledError);
        assert.equal(error.cause.message, 'enough');
        stopped++;
    }
    assert.equal(stopped, 20);
    process.off('warning', warned);
    assert.deepEqual(warnings, []);
});

test('a cancelled operation that acts has an unknown outcome', async (context) => {
    const { client, fault, sandbox } = await start(context);
    await fault('servers.reboot', { kind: 'delay', ms: 3000 });
    const signal = AbortSignal.timeout(200);
    const error = await client.servers.reboot(sandbox.ids.server_id, {}, { signal }).catch((one) => one);
    assert.ok(error instanceof hostbill.OutcomeUnknownError);
    assert.equal(error.reconcile.operation, 'servers.reboot');
    assert.ok((await client.reconcile(error.reconcile)).verdict);
});

test('close stops what is under way and may be repeated', async (context) => {
    const { client, fault } = await start(context);
    await fault('account.balance', { kind: 'delay', ms: 3000 });
    let ended = false;
    const call = client.account.balance().catch((error) => {
        ended = true;
        return error;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.close();
    assert.ok(ended);
    assert.ok((await call) instanceof hostbill.CancelledError);
    await client.close();
    assert.equal(client.closed, true);
    await assert.rejects(client.account.balance(), { name: 'UsageError', message: 'the client is closed' });
});

test('a client and a sandbox are disposable', async () => {
    const dispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
    const sandbox = await hostbill.Sandbox.start({ portal: 'coloup' });
    const client = sandbox.client();
    await client.domains.list();
    await client[dispose]();
    assert.equal(client.closed, true);
    await sandbox[dispose]();
    await assert.rejects(sandbox.control('info'), hostbill.UsageError);
});

test('errors are classes', async (context) => {
    const { client, fault } = await start(context);
    const error = await client.servers.get(999_999).catch((one) => one);
    assert.ok(error instanceof hostbill.NotFoundError);
    assert.ok(error instanceof hostbill.HostbillError);
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'NotFoundError');
    assert.equal(error.errorClass, 'not_found');
    assert.equal(error.operation, 'servers.get');
    assert.deepEqual(error.portalErrors.length, 1);
    assert.match(error.stack, /calls\.test\.js/);
    await fault('account.balance', { kind: 'delay', ms: 2000 });
    await assert.rejects(client.account.balance({}, { timeout: 0.1, maxAttempts: 1 }), hostbill.TimeoutError);
});

test('wrong values are usage errors that name the place', async (context) => {
    const { client } = await start(context);
    const cyclic = {};
    cyclic.inner = cyclic;
    const wrong = [NaN, Infinity, 2 ** 60, '\ud800', Symbol('x'), () => 1, Buffer.from('x'), new (class A {})(), cyclic];
    for (const value of wrong) {
        await assert.rejects(client.orders.create(1, { custom: { inner: value } }), (error) => {
            assert.ok(error instanceof hostbill.UsageError);
            assert.match(error.message, /^custom\.inner/);
            assert.match(error.fields[0].field, /^custom\.inner/);
            return true;
        });
    }
    for (const operation of [null, 7, 'servers.list\0', '\ud800', 'servers.lst', '', {}]) {
        await assert.rejects(client.call(operation), hostbill.UsageError);
    }
    for (const params of [7, 'x', [1]]) await assert.rejects(client.call('servers.list', params), hostbill.UsageError);
    await assert.rejects(client.servers.list({}, { timeOut: 5 }), { name: 'UsageError', message: /timeout/ });
    await assert.rejects(client.servers.list({}, { timeout: 'soon' }), hostbill.UsageError);
    assert.throws(() => new hostbill.Client({ portal: 'time4vps', userName: 'x' }), hostbill.UsageError);
    assert.throws(() => new hostbill.Client(null), hostbill.UsageError);
    assert.throws(() => new hostbill.Client(), hostbill.UsageError);
    assert.throws(() => hostbill.catalog('nowhere'), hostbill.UsageError);
    await assert.rejects(hostbill.Sandbox.start({ portal: 'nowhere' }), hostbill.UsageError);
});

test('values go out as JavaScript has them', async (context) => {
    const { client } = await start(context);
    const dry = async (params) => {
        const prepared = await client.call('servers.rename', { server_id: 7, ...params }, { dryRun: true });
        return JSON.parse(prepared.body);
    };
    assert.deepEqual(await dry({ hostname: 'é😀\0"\\' }), { hostname: 'é😀\0"\\' });
    assert.deepEqual(await client.call('servers.get', new Map([['server_id', 7n]]), { dryRun: true }).then((a) => a.method), 'GET');
    assert.match((await client.servers.get(9007199254740993n, {}, { dryRun: true })).url, /9007199254740993$/);
    const given = Object.freeze({ hostname: 'a', server_id: undefined });
    assert.equal((await client.servers.rename(7, given, { dryRun: true })).method.length > 0, true);
    const renamed = await client.servers.rename(7, new Map([['hostname', 'a']]), { dryRun: true });
    assert.deepEqual(JSON.parse(renamed.body), { hostname: 'a' });
});

test('settings of a call', async (context) => {
    const { client } = await start(context);
    const prepared = await client.withOptions({ dryRun: true }).servers.list();
    assert.equal(prepared.method, 'GET');
    const answer = await client.answers.servers.list({}, { tag: 'té' });
    assert.ok(answer instanceof hostbill.Answer);
    assert.equal(answer.meta.tag, 'té');
    assert.equal((await client.answers.call('GET /server')).meta.operation, 'servers.list');
});

test('no secret is shown', async () => {
    const client = new hostbill.Client({ portal: 'time4vps', username: 'me', password: 'hunter2', auth: 'basic' });
    assert.doesNotMatch(inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client), /hunter2/);
    const prepared = await client.servers.list({}, { dryRun: true });
    assert.doesNotMatch(JSON.stringify(prepared), /hunter2/);
    assert.throws(
        () => new hostbill.Client({ portal: 'time4vps', username: 'me', password: 'hunter2', nonsense: 1 }),
        (error) => !inspect(error, { depth: 9, showHidden: true }).includes('hunter2'),
    );
    await client.close();
});
