// The contestants in Node: main.js NAME, with the settings in the environment.
'use strict';

const { readFileSync } = require('node:fs');
const readline = require('node:readline');
const path = require('node:path');

const { BENCH_BASE: base, BENCH_URL: url, BENCH_CA_FILE: caFile, BENCH_OPTIONS: options } = process.env;
const inFlight = Number(process.env.BENCH_IN_FLIGHT);
const h2 = process.env.BENCH_H2 === '1';
const clients = path.join(__dirname, '../../../build/bench/node');

function ours() {
    const { Client } = require(path.join(clients, 'hostbill'));
    return new Client({ portal: 'coloup', baseUrl: base, auth: 'none', ...(caFile ? { caFile } : {}) });
}

function undici() {
    const module = require(path.join(clients, 'node_modules/undici'));
    const connect = caFile ? { ca: readFileSync(caFile) } : {};
    const connections = h2 ? 1 : inFlight;
    return { module, agent: new module.Agent({ connect, connections, allowH2: h2, pipelining: h2 ? inFlight : 1 }) };
}

// Each gives what makes one call and resolves to its invoices.
const contestants = {
    hostbill() {
        const client = ours();
        return () => client.invoices.list();
    },
    hostbill_raw() {
        const client = ours();
        const parsed = JSON.parse(options);
        return async () => (await client.call('invoices.list', {}, parsed)).invoices;
    },
    undici() {
        const { module, agent } = undici();
        return async () => {
            const { statusCode, body } = await module.request(url, { dispatcher: agent });
            if (statusCode !== 200) throw new Error(`status ${statusCode}`);
            return (await body.json()).invoices;
        };
    },
    // What comes with Node; the certificate is in NODE_EXTRA_CA_CERTS.
    fetch() {
        return async () => {
            const answer = await fetch(url);
            if (!answer.ok) throw new Error(`status ${answer.status}`);
            return (await answer.json()).invoices;
        };
    },
    http() {
        const module = require(caFile ? 'node:https' : 'node:http');
        const agent = new module.Agent({ keepAlive: true, maxSockets: inFlight, ...(caFile ? { ca: readFileSync(caFile) } : {}) });
        return () =>
            new Promise((resolve, reject) => {
                const request = module.get(url, { agent }, (answer) => {
                    if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode}`));
                    const chunks = [];
                    answer.on('data', (chunk) => chunks.push(chunk));
                    answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()).invoices));
                });
                request.on('error', reject);
            });
    },
};

async function main() {
    const call = contestants[process.argv[2]]();
    const versions = { Node: process.versions.node, 'undici in Node': process.versions.undici };
    if (process.argv[2] === 'undici') versions.undici = require(path.join(clients, 'node_modules/undici/package.json')).version;
    console.log(JSON.stringify(versions));
    for await (const line of readline.createInterface({ input: process.stdin })) {
        let left = Number(line);
        let total = 0;
        let invoices;
        const worker = async () => {
            while (left-- > 0) {
                invoices = await call();
                total += invoices.length;
            }
        };
        await Promise.all(Array.from({ length: inFlight }, worker));
        console.log(`${total} ${invoices.at(-1).id}`);
    }
    process.exit(0); // Not when the connections that are kept have timed out.
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
