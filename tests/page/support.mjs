// A sandbox and a browser for each test, and what must hold in all of them: nothing leaves this machine, the token is in
// no address, and the page has nothing to complain of.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

const root = new URL('../../', import.meta.url).pathname;
const program = process.env.HOSTBILL_SANDBOX_PROGRAM ?? `${root}build/dev/sandbox/hostbill-sandbox`;
export const screenshots = `${root}build/page-screenshots`;
mkdirSync(screenshots, { recursive: true });

// The flags keep Chromium from looking for its maker's hosts.
const browser = chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
    ],
});
after(async () => (await browser).close());

export async function startSandbox(portal, ...options) {
    const child = spawn(program, ['--portal', portal, '--json', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface(child.stdout), 'line');
    const info = JSON.parse(line);
    const basic = `Basic ${Buffer.from(`${info.username}:${info.password}`).toString('base64')}`;
    return {
        ...info,
        origin: new URL(info.url).origin,
        // A customer's program.
        async api(method, path, body) {
            const response = await fetch(info.url + path, {
                method,
                headers: { Authorization: basic, ...(body ? { 'Content-Type': 'application/json' } : {}) },
                body: body && JSON.stringify(body),
            });
            const text = await response.text();
            let json = null;
            try {
                json = JSON.parse(text);
            } catch {
                // Some faults answer no JSON.
            }
            return { status: response.status, json, text };
        },
        async control(command, members = {}) {
            const response = await fetch(info.control_url, {
                method: 'POST',
                headers: { 'X-Sandbox-Token': info.control_token },
                body: JSON.stringify({ command, ...members }),
            });
            return response.json();
        },
        stop() {
            child.kill();
        },
    };
}

// Asks until it holds; says why it does not after a while.
export async function eventually(check, deadline = 15_000) {
    const end = Date.now() + deadline;
    for (;;) {
        try {
            return await check();
        } catch (error) {
            if (Date.now() > end) throw error;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    }
}

const withoutPort = (url) => new URL(url).hostname;

// A new browser profile that watches what goes out and what goes wrong.
export async function openPage(sandbox, { colorScheme = 'light', viewport = { width: 1440, height: 900 }, url = sandbox.page_url, prepare } = {}) {
    const context = await (await browser).newContext({ colorScheme, viewport });
    const page = await context.newPage();
    const seen = { urls: [], complaints: [] };
    page.on('request', (request) => seen.urls.push(request.url()));
    page.on('pageerror', (error) => seen.complaints.push(error.message));
    page.on('console', (message) => {
        // The browser's own note of a status that the API answered on purpose.
        const ofApi = message.location().url?.startsWith(`${sandbox.origin}/api/`);
        if (['error', 'warning'].includes(message.type()) && !ofApi) seen.complaints.push(message.text());
    });
    page.setDefaultTimeout(15_000);
    await prepare?.(page);
    await page.goto(url);
    page.seen = seen;
    return page;
}

export async function checkPage(sandbox, page) {
    for (const url of page.seen.urls) {
        if (url.startsWith('data:')) continue;
        assert.equal(withoutPort(url), '127.0.0.1', `asked elsewhere: ${url}`);
        assert.ok(!url.includes(sandbox.control_token), `the token is in an address: ${url}`);
    }
    // What a test did wrong on purpose, the browser may note.
    assert.deepEqual(page.seen.complaints.filter((text) => !page.expected?.test(text)), []);
    assert.ok(page.seen.urls.length > 0);
    await page.context().close();
}

// withPage('time4vps', async ({ sandbox, page }) => ..)
export function withPage(portal, body, options = {}) {
    return async () => {
        const sandbox = await startSandbox(portal, ...(options.program ?? []));
        try {
            const page = await openPage(sandbox, options);
            if (options.ready !== false) await page.locator('#services').waitFor();
            await body({ sandbox, page });
            await checkPage(sandbox, page);
        } finally {
            sandbox.stop();
        }
    };
}

export async function go(page, hash) {
    await page.evaluate((to) => (location.hash = to), hash);
}

// The row of a table whose heading cell has the text.
export function row(page, section, text) {
    return page.locator(`#${section} tbody tr`).filter({ hasText: text });
}

// The field of an operation's parameter.
export function param(page, name) {
    return page.locator(`#param-${name}`);
}
