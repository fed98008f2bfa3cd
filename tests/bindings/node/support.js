'use strict';

const { execFile } = require('node:child_process');
const path = require('node:path');

const folder = process.env.HOSTBILL_NODE_PACKAGE;

// A sandbox and a client of it for one test.
async function start(context, settings = { portal: 'time4vps' }, more = {}) {
    const { Sandbox } = require(folder);
    const sandbox = await Sandbox.start(settings);
    const client = sandbox.client(more);
    context.after(async () => {
        await client.close();
        await sandbox.close();
    });
    const fault = (operation, fault, times = 1) => sandbox.control('fault', { operation, times, fault });
    return { sandbox, client, fault };
}

// Runs a program of its own: {status, signal, out}.
function program(text, { options = [], env = {} } = {}) {
    const prelude = `const hostbill = require(${JSON.stringify(folder)});`;
    const args = [...options, '-e', `${prelude} (async () => { ${text} })();`];
    return new Promise((resolve) => {
        execFile(process.execPath, args, { env: { ...process.env, ...env }, timeout: 60_000 }, (error, out, err) =>
            resolve({ status: error ? error.code : 0, signal: error?.signal ?? null, out: out.trim(), err }),
        );
    });
}

module.exports = { folder, path, program, start };
