// The token, the keyboard, and who else may look: axe-core judges every view. The screenshots are for people.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { checkPage, eventually, go, openPage, screenshots, startSandbox, withPage } from './support.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test(
    'the token leaves the address at once, and stays in the tab alone',
    withPage('coloup', async ({ sandbox, page }) => {
        assert.equal(page.url(), `${sandbox.origin}/`);
        assert.equal(await page.evaluate(() => history.length), 2); // The empty tab, and the page.
        assert.equal(await page.evaluate(() => Object.values(sessionStorage).length), 1);
        assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes(sandbox.control_token));
        assert.deepEqual(await page.context().cookies(), []);
        await page.reload();
        await page.locator('#services').waitFor();
        const other = await page.context().newPage();
        await other.goto(sandbox.origin);
        await other.getByRole('heading', { name: 'Control token' }).waitFor();
        await page.getByRole('button', { name: 'Forget the token' }).click();
        await page.getByRole('heading', { name: 'Control token' }).waitFor();
        assert.equal(await page.evaluate(() => Object.values(sessionStorage).length), 0);
    }),
);

test('without the token the page asks for it', async () => {
    const sandbox = await startSandbox('coloup');
    try {
        const page = await openPage(sandbox, { url: sandbox.origin });
        const field = page.getByLabel('Token or link');
        await field.fill(sandbox.page_url);
        await page.getByRole('button', { name: 'Open' }).click();
        await page.locator('#services').waitFor();
        await checkPage(sandbox, page);

        const again = await openPage(sandbox, { url: sandbox.origin });
        await again.getByLabel('Token or link').fill('wrong');
        await again.getByRole('button', { name: 'Open' }).click();
        await again.getByRole('alert').getByText('That is not the token of this sandbox.').waitFor();
        assert.equal(await again.evaluate(() => Object.values(sessionStorage).length), 0);
        await again.getByLabel('Token or link').fill(sandbox.control_token);
        await again.getByRole('button', { name: 'Open' }).click();
        await again.locator('#services').waitFor();
        await again.context().close(); // The browser notes the 403, rightly.
    } finally {
        sandbox.stop();
    }
});

test('nobody looks while the page is hidden', async () => {
    const sandbox = await startSandbox('coloup');
    try {
        const page = await openPage(sandbox, { prepare: (fresh) => fresh.clock.install() });
        await page.locator('#services').waitFor();
        const asked = () => page.seen.urls.filter((url) => url.endsWith('/_sandbox/control')).length;
        const hide = (state) =>
            page.evaluate((value) => {
                Object.defineProperty(document, 'visibilityState', { value, configurable: true });
                document.dispatchEvent(new Event('visibilitychange'));
            }, state);
        await hide('hidden');
        const before = asked();
        await page.clock.runFor(60_000);
        assert.equal(asked(), before);
        await hide('visible');
        await page.clock.runFor(2_000);
        await eventually(async () => assert.ok(asked() > before));
        await checkPage(sandbox, page);
    } finally {
        sandbox.stop();
    }
});

test('a sandbox that ends is said to be gone', async () => {
    const sandbox = await startSandbox('coloup');
    const page = await openPage(sandbox);
    await page.locator('#services').waitFor();
    sandbox.stop();
    await page.getByText('The sandbox does not answer.').waitFor();
    await page.locator('#services').waitFor(); // What was known stays to be seen.
    await page.context().close();
});

test(
    'everything is done by keyboard alone',
    withPage('coloup', async ({ sandbox, page }) => {
        const focused = () =>
            page.evaluate(() => {
                const element = document.activeElement;
                return `${element.tagName} ${element.textContent.trim().slice(0, 40)}`;
            });
        const tabTo = async (wanted, key = 'Tab') => {
            for (let presses = 0; presses < 60; ++presses) {
                await page.keyboard.press(key);
                if (wanted.test(await focused())) {
                    const outline = await page.evaluate(() => {
                        const style = getComputedStyle(document.activeElement);
                        return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
                    });
                    assert.ok(outline, `the focus does not show on ${wanted}`);
                    return;
                }
            }
            assert.fail(`${wanted} cannot be reached`);
        };
        await tabTo(/^A To the content/);
        await page.keyboard.press('Enter');
        assert.equal(await focused(), 'H1 Account');
        await tabTo(/^A Reference/, 'Shift+Tab');
        await page.keyboard.press('Enter');
        await eventually(async () => assert.equal(await focused(), 'H1 Reference'));
        await page.keyboard.press('/');
        await page.keyboard.type('account.update');
        await page.keyboard.press('Enter');
        await eventually(async () => assert.match(await focused(), /^H2 PUT/));
        for (let presses = 0; presses < 60; ++presses) {
            await page.keyboard.press('Tab');
            if (await page.evaluate(() => document.activeElement.id === 'param-city')) break;
        }
        await page.keyboard.press('Control+A');
        await page.keyboard.type('Narva/Narva'); // A slash in a field is a slash.
        await tabTo(/^BUTTON Send/);
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Answer', exact: true }).waitFor();
        assert.equal((await sandbox.api('GET', '/details')).json.client.city, 'Narva/Narva');
        await tabTo(/^A Controls/, 'Shift+Tab');
        await page.keyboard.press('Enter');
        await eventually(async () => assert.equal(await focused(), 'H1 Controls'));
        await page.keyboard.press('Tab'); // The first switch.
        await page.keyboard.press('Space');
        await eventually(async () => assert.equal((await sandbox.control('faults')).faults.length, 1));
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'switch');
    }),
);

test(
    'the theme is the system’s, or as chosen',
    withPage('coloup', async ({ page }) => {
        const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
        assert.equal(await theme(), 'light');
        await page.emulateMedia({ colorScheme: 'dark' });
        await eventually(async () => assert.equal(await theme(), 'dark'));
        await page.getByLabel('Colours').selectOption('light');
        assert.equal(await theme(), 'light');
        await page.reload();
        await page.locator('#services').waitFor();
        assert.equal(await theme(), 'light');
    }),
);

// The views, with something to be seen in each.
const views = [
    { name: 'account', hash: '#/', ready: '#services' },
    { name: 'journal', hash: '#/journal', ready: 'main tbody tr' },
    { name: 'controls', hash: '#/controls', ready: '#fault-list tbody tr', open: /quirks one by one/ },
    { name: 'reference', hash: '#/reference', ready: '.groups li' },
    { name: 'operation', hash: '#/reference/servers.get?server_id=2219', ready: '#operation-title', send: true },
    { name: 'operation-form', hash: '#/reference/contacts.create', ready: '#operation-title' },
];
const looks = [
    { colorScheme: 'light', name: 'light', viewport: { width: 1440, height: 900 } },
    { colorScheme: 'dark', name: 'dark', viewport: { width: 1440, height: 900 } },
    { colorScheme: 'light', name: 'light-narrow', viewport: { width: 390, height: 844 } },
    { colorScheme: 'dark', name: 'dark-narrow', viewport: { width: 390, height: 844 } },
];

async function judge(page, name) {
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() =>
        axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
    );
    assert.ok(passes.length > 10);
    const found = violations.map((row) => `${row.id}: ${row.nodes.map((node) => `${node.target} ${node.failureSummary}`).join(' | ')}`);
    assert.deepEqual(found, [], name);
    // And nothing is wider than the window.
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is too wide`);
}

for (const look of looks)
    test(`axe-core finds nothing in any view, ${look.name}`, async () => {
        const sandbox = await startSandbox('time4vps', '--task-polls', '3');
        try {
            const gate = await openPage(sandbox, { ...look, url: sandbox.origin });
            await gate.getByLabel('Token or link').waitFor();
            await judge(gate, `token, ${look.name}`);
            await gate.screenshot({ path: `${screenshots}/token-${look.name}.png` });
            await checkPage(sandbox, gate);

            await sandbox.api('POST', '/order/820', { domain: 'fresh.example.net', cycle: 'm' });
            await sandbox.api('POST', '/server/2219/reboot');
            await sandbox.api('GET', '/server/2219/task/server_reboot');
            await sandbox.api('GET', '/nothing-there?token=secret');
            await sandbox.control('fault', { operation: 'servers.list', fault: { kind: 'status', status: 503 } });
            await sandbox.api('GET', '/server');
            await sandbox.control('fault', { operation: '*', times: 0, skip: 1000, fault: { kind: 'delay', ms: 5 } });
            const page = await openPage(sandbox, look);
            await page.emulateMedia({ reducedMotion: 'reduce' });
            await page.locator('#services').waitFor();
            for (const view of views) {
                await go(page, view.hash);
                await page.locator(view.ready).first().waitFor();
                if (view.open) {
                    await page.getByText(view.open).click();
                    await page.getByRole('switch', { name: /^no wrapper/ }).waitFor();
                }
                if (view.send) {
                    await page.getByRole('button', { name: 'Send' }).click();
                    await page.getByRole('heading', { name: 'Answer', exact: true }).waitFor();
                }
                await judge(page, `${view.name}, ${look.name}`);
                await page.screenshot({ path: `${screenshots}/${view.name}-${look.name}.png`, fullPage: true });
            }
            await checkPage(sandbox, page);
        } finally {
            sandbox.stop();
        }
    });
