'use strict';

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const https = require('node:https');
const os = require('node:os');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { folder, path, program, start } = require('./support');
const hostbill = require(folder);

const SLOW = `
    const sandbox = await hostbill.Sandbox.start({ portal: 'time4vps' });
    const client = sandbox.client();
    await sandbox.control('fault', { operation: 'account.balance', times: 9, fault: { kind: 'delay', ms: 20000 } });
    const call = client.account.balance();
    call.catch((error) => console.log(error.name));
`;

test('a process ends by itself when nothing is under way', async () => {
    const done = await program(`
        const sandbox = await hostbill.Sandbox.start({ portal: 'time4vps' });
        globalThis.client = sandbox.client();
        await client.account.balance();
        console.log('end');
    `);
    assert.deepEqual([done.status, done.out], [0, 'end']);
});

test('a process stays while a call is under way', async () => {
    const done = await program(`
        const sandbox = await hostbill.Sandbox.start({ portal: 'time4vps' });
        sandbox.client().account.balance().then(() => console.log('answered'));
    `);
    assert.deepEqual([done.status, done.out], [0, 'answered']);
});

test('a process may exit in the middle of a call', async () => {
    for (let round = 0; round < 5; round += 1) {
        const done = await program(`${SLOW} setTimeout(() => process.exit(7), 30);`);
        assert.deepEqual([done.status, done.signal], [7, null], done.err);
    }
});

test('an exception in a handler of an answer is an uncaught one', async () => {
    const done = await program(`${SLOW}
        process.on('uncaughtException', (error) => { console.log(error.message); process.exit(3); });
        client.servers.list().then(() => { throw new Error('mine'); });
    `);
    assert.deepEqual([done.status, done.out], [3, 'mine']);
});

test('clients that nobody uses any more go with the garbage', async () => {
    const done = await program(
        `
        const sandbox = await hostbill.Sandbox.start({ portal: 'time4vps' });
        await (async () => {
            for (let i = 0; i < 20; i += 1) await sandbox.client().account.balance();
        })();
        const descriptors = () => require('node:fs').readdirSync('/proc/self/fd').length;
        for (let i = 0; i < 100 && (hostbill.liveObjects() > 0 || descriptors() > 40); i += 1) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            globalThis.gc();
        }
        console.log(hostbill.liveObjects(), descriptors() <= 40);
    `,
        { options: ['--expose-gc'] },
    );
    assert.deepEqual([done.status, done.out], [0, '0 true'], done.err);
});

test('worker threads have clients of their own', async (context) => {
    const { sandbox } = await start(context);
    const text = `
        const { parentPort, workerData } = require('node:worker_threads');
        const { Client } = require(${JSON.stringify(folder)});
        (async () => {
            const client = new Client(workerData);
            const lists = await Promise.all(Array.from({ length: 10 }, () => client.servers.list()));
            parentPort.postMessage(lists.length);
        })();
    `;
    const workerData = {
        portal: 'time4vps', baseUrl: sandbox.url, username: sandbox.username, password: sandbox.password,
    };
    const ends = Array.from({ length: 8 }, () => {
        const worker = new Worker(text, { eval: true, workerData });
        let answer = null;
        worker.on('message', (message) => (answer = message));
        return new Promise((resolve, reject) => worker.on('error', reject).on('exit', (code) => resolve([code, answer])));
    });
    assert.deepEqual(await Promise.all(ends), Array(8).fill([0, 10]));
});

test('a worker may be terminated in the middle of a call', async () => {
    const done = await program(`
        const { Worker } = require('node:worker_threads');
        const sandbox = await hostbill.Sandbox.start({ portal: 'time4vps' });
        const fault = { kind: 'delay', ms: 20000 };
        await sandbox.control('fault', { operation: 'account.balance', times: 99, fault });
        const { url: baseUrl, username, password } = sandbox;
        const text = \`
            const { parentPort, workerData } = require('node:worker_threads');
            const { Client } = require(${JSON.stringify(folder)});
            new Client(workerData).account.balance();
            setTimeout(() => parentPort.postMessage('called'), 20);
        \`;
        for (let i = 0; i < 5; i += 1) {
            const worker = new Worker(text, { eval: true, workerData: { portal: 'time4vps', baseUrl, username, password } });
            await new Promise((resolve) => worker.on('message', resolve));
            await worker.terminate();
        }
        console.log(hostbill.liveObjects());
    `);
    assert.deepEqual([done.status, done.signal, done.out], [0, null, '0'], done.err);
});

test('TLS works beside the TLS of Node', async (context) => {
    const started = await start(context, { portal: 'time4vps', tls: {} });
    const trusting = started.sandbox.client({ caPem: started.sandbox.info.ca_pem });
    const own = () =>
        new Promise((resolve, reject) => {
            const options = { ca: started.sandbox.info.ca_pem, agent: false };
            https.get(`${started.sandbox.url}/balance`, options, (reply) => resolve(reply.resume().statusCode)).on('error', reject);
        });
    const both = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? own() : trusting.servers.list())));
    assert.equal(both.length, 20);
    await assert.rejects(started.client.servers.list(), hostbill.TlsError);
    await trusting.close();
});

test('libcurl uses its own OpenSSL, not the one in Node', { skip: !fs.existsSync('/proc/self/maps') }, async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hostbill-'));
    const done = await program(
        `
        const sandbox = await hostbill.Sandbox.start({ portal: 'time4vps', tls: {} });
        const client = sandbox.client({ caPem: sandbox.info.ca_pem });
        await client.servers.list();
        console.log('served');
    `,
        { env: { LD_DEBUG: 'bindings', LD_DEBUG_OUTPUT: path.join(folder, 'log') } },
    );
    const logs = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
    fs.rmSync(folder, { recursive: true });
    assert.equal(done.out, 'served');
    const lines = logs.join('\n').split('\n');
    const tls = lines.filter((line) => /file \S*lib(curl|ssl)\S* /.test(line) && /`(SSL|EVP|X509|BIO|RSA)_/.test(line));
    assert.ok(tls.length > 20);
    assert.deepEqual(tls.filter((line) => / to \S*node \[0\]/.test(line)), []);
});

test('a library of another version is refused', async (context) => {
    const broken = fs.mkdtempSync(path.join(os.tmpdir(), 'hostbill-'));
    context.after(() => fs.rmSync(broken, { recursive: true }));
    const names = fs.readFileSync(path.join(__dirname, '../../../capi/symbols.txt'), 'utf8').trim().split('\n');
    const functions = names.map((name) => `int ${name}(void) { return ${name === 'hostbill_abi_version' ? 2 : 0}; }`);
    fs.writeFileSync(path.join(broken, 'stub.c'), functions.join('\n'));
    const library = path.join(broken, 'libhostbill.so.1');
    const compiler = ['-shared', '-fPIC', '-Wl,-soname,libhostbill.so.1', path.join(broken, 'stub.c'), '-o', library];
    await new Promise((resolve, reject) => execFile('cc', compiler, (error) => (error ? reject(error) : resolve())));
    const refused = await program('', { env: { LD_LIBRARY_PATH: broken } });
    assert.notEqual(refused.status, 0);
    assert.match(refused.err, /needs version 1 of the hostbill library's ABI, .* has version 2/);
    fs.writeFileSync(library, '');
    const unreadable = await program('', { env: { LD_LIBRARY_PATH: broken } });
    assert.match(unreadable.err, /native part could not be loaded: .*libhostbill\.so\.1/);
});

test('patterns are checked', async () => {
    // They need the locale of the C++ library, of which there may be two.
    const client = new hostbill.Client({ portal: 'coloup', username: 'me', password: 'x' });
    const dry = (phonenumber) => client.call('account.update', { phonenumber }, { dryRun: true });
    await assert.rejects(dry('no number'), (error) => error.fields.some(({ field }) => field === 'phonenumber'));
    const given = await dry('+98 09123456789').catch((error) => error);
    assert.ok(!given.fields?.some(({ field }) => field === 'phonenumber'), given.message);
});

test('the package is a module of both kinds', async () => {
    const { default: whole, Client, NotFoundError } = await import(path.join(folder, 'index.mjs'));
    assert.equal(Client, hostbill.Client);
    assert.equal(NotFoundError, hostbill.NotFoundError);
    assert.equal(whole, hostbill);
    assert.match(hostbill.version(), /^\d+\.\d+\.\d+$/);
    const found = await import(path.join(folder, 'index.mjs'));
    assert.deepEqual(Object.keys(found).filter((name) => name !== 'default').sort(), Object.keys(hostbill).sort());
});
