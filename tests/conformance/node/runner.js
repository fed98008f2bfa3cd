// Runs conformance cases in Node; ../README.md has the protocol.
'use strict';

const fs = require('node:fs');
const { Client, HostbillError, Sandbox, catalog, liveObjects, version } = require(process.env.HOSTBILL_NODE_PACKAGE);

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const cameled = (members) => Object.fromEntries(Object.entries(members ?? {}).map(([name, one]) => [camel(name), one]));

// The positional parameters of each operation.
const paths = new Map();
for (const portal of catalog().portals) {
    for (const { id, params } of [...portal.operations, ...portal.compositions]) {
        paths.set(id, params.filter((param) => param.in === 'path').map((param) => param.name));
    }
}

function said(error) {
    if (!(error instanceof HostbillError)) throw error;
    return {
        ok: false,
        error: {
            type: error.name,
            class: error.errorClass,
            status: error.status,
            message: error.message,
            operation: error.operation,
            http_status: error.httpStatus,
            portal_errors: error.portalErrors,
            attempts: error.attempts,
            retryable: error.retryable,
            fields: error.fields,
            portals: error.portals,
            reconcile: error.reconcile,
            retry_after_s: error.retryAfter,
            history: error.history,
            tag: error.tag,
        },
    };
}

function run(client, step, more = {}) {
    const params = step.params ?? {};
    const options = { ...cameled(step.options), ...more };
    if (step.via !== 'method') return client.call(step.operation, params, options);
    const names = step.operation.split('.').map(camel);
    const method = names.pop();
    const group = names.reduce((at, name) => at[name], client);
    const positional = paths.get(step.operation);
    // The path's parameters in the order of the method, which is the path's.
    const named = Object.fromEntries(Object.entries(params).filter(([name]) => !positional.includes(name)));
    return group[method](...positional.map((name) => params[name]), named, options);
}

const steps = {
    call: async ({ client }, step) => ({ data: await run(client, step) }),
    full: async ({ client }, step) => ({ ...(await run(client.answers, step)) }),
    dry: async ({ client }, step) => ({ data: await run(client, step, { dryRun: true }) }),
    close: async ({ client }) => ({ data: (await client.close()) ?? null }),
    closed: async ({ client }) => ({ data: client.closed }),
    control: async ({ sandbox }, step) => ({ data: await sandbox.control(step.command, step.arguments) }),
    stop: async ({ sandbox }) => ({ data: (await sandbox.close()) ?? null }),
    catalog: async (_, step) => {
        const found = catalog(step.portal);
        return { data: { operations: found.operations.length, compositions: found.compositions.length } };
    },
    version: async () => ({ data: version() }),
    value: async (_, step) => {
        const { read, write } = require(`${process.env.HOSTBILL_NODE_PACKAGE}/lib/documents`);
        return { data: read(write(step.json)) };
    },

    async parallel({ another }, step) {
        const clients = Array.from({ length: step.clients }, another);
        const calls = clients.flatMap((client) => Array.from({ length: step.each }, () => run(client, step.step)));
        const ends = await Promise.allSettled(calls);
        await Promise.all(clients.map((client) => client.close()));
        const answers = ends.filter((end) => end.status === 'fulfilled').map((end) => JSON.stringify(end.value));
        return {
            data: {
                succeeded: answers.length,
                failed: ends.length - answers.length,
                different: answers.filter((answer) => answer !== answers[0]).length,
            },
        };
    },

    async cancel({ client }, step) {
        return { data: await run(client, step.step, { signal: AbortSignal.timeout(step.after_ms) }) };
    },
};

async function resultsOf(row) {
    let sandbox = null;
    let client = null;
    try {
        if (row.sandbox !== null) sandbox = await Sandbox.start(cameled(row.sandbox));
        const another = () => (sandbox === null ? new Client(cameled(row.client)) : sandbox.client(cameled(row.client)));
        const results = [];
        client = another();
        for (const step of row.steps) {
            const done = steps[step.do]({ client, sandbox, another }, step);
            results.push(await done.then((result) => ({ ok: true, ...result }), said));
        }
        return results;
    } catch (error) {
        return [said(error)];
    } finally {
        await client?.close();
        await sandbox?.close();
    }
}

async function main() {
    const { cases } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
    for (const row of cases) {
        fs.writeSync(1, `${JSON.stringify({ case: row.name, results: await resultsOf(row) })}\n`);
    }
    // A client whose constructor failed goes with the garbage.
    await new Promise(setImmediate);
    globalThis.gc();
    await new Promise(setImmediate);
    console.log(JSON.stringify({ live_objects: liveObjects() }));
}

main();
