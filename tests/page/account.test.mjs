// What happens in the API shows on the page, and what is clicked on the page shows in the API.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, go, param, row, withPage } from './support.mjs';

const text = (locator) => locator.innerText();
const figure = (page, name) => page.locator('.figures > div').filter({ hasText: name }).locator('dd');

// A mark that a reload would wipe away.
const mark = (page) => page.evaluate(() => (window.mark = 'here'));
const marked = (page) => page.evaluate(() => window.mark === 'here');

test(
    'an order through the API appears as a service and an invoice, without a reload',
    withPage('time4vps', async ({ sandbox, page }) => {
        await mark(page);
        const services = Number(await text(page.locator('#services .count')));
        const before = await text(figure(page, 'Credit'));
        const order = await sandbox.api('POST', '/order/820', { domain: 'fresh.example.net', cycle: 'm' });
        assert.equal(order.status, 200, order.text);
        await row(page, 'services', 'fresh.example.net').waitFor();
        assert.equal(Number(await text(page.locator('#services .count'))), services + 1);
        await row(page, 'invoices', String(order.json.invoice_id)).waitFor();
        // This portal pays from credit at once.
        assert.notEqual(await text(figure(page, 'Credit')), before);
        const { json } = await sandbox.api('GET', '/balance');
        assert.ok((await text(figure(page, 'Credit'))).startsWith(json.details.acc_credit));
        assert.ok(await marked(page));
    }),
);

test(
    'a reboot sent from the page is a task in the API, and moves on the page as the API asks for it',
    withPage(
        'time4vps',
        async ({ sandbox, page }) => {
            await mark(page);
            const server = row(page, 'servers', 'vps10.example.net');
            await server.getByRole('link', { name: 'Reboot vps10.example.net' }).click();
            assert.equal(await param(page, 'server_id').inputValue(), '2219');
            await page.getByRole('button', { name: 'Send' }).click();
            await page.getByRole('region', { name: 'Body of the answer' }).getByText('task_id').waitFor();
            const active = await sandbox.api('GET', '/server/2219');
            assert.equal(active.json.active_task.name, 'server_reboot');

            await page.getByRole('link', { name: 'Account', exact: true }).click();
            const bar = server.getByRole('progressbar', { name: 'server_reboot of vps10.example.net' });
            await bar.waitFor();
            const value = () => bar.evaluate((element) => element.value);
            assert.equal(await value(), 0);
            let last = 0;
            for (let asked = 1; asked < 4; ++asked) {
                await sandbox.api('GET', '/server/2219/task/server_reboot');
                await eventually(async () => assert.ok((await value()) > last));
                last = await value();
            }
            assert.equal(last, 75);
            await sandbox.api('GET', '/server/2219/task/server_reboot');
            await bar.waitFor({ state: 'detached' });
            await page.getByRole('status').getByText('server_reboot of vps10.example.net has ended').waitFor({ state: 'attached' });
            assert.ok(await marked(page));
        },
        { program: ['--task-polls', '4'] },
    ),
);

test(
    'looking disturbs nothing: no task moves, nothing is in the journal or the ledger',
    withPage('time4vps', async ({ sandbox, page }) => {
        await sandbox.api('POST', '/server/2219/reboot');
        const before = [await sandbox.control('ledger'), await sandbox.control('journal')];
        await row(page, 'servers', 'vps10.example.net').getByRole('progressbar').waitFor();
        for (const view of ['#/journal', '#/controls', '#/reference/servers.tasks.get', '#/']) {
            await go(page, view);
            for (let looks = 0; looks < 2; ++looks) await page.waitForResponse((response) => response.url().endsWith('/_sandbox/control'));
        }
        assert.deepEqual([await sandbox.control('ledger'), await sandbox.control('journal')], before);
        assert.equal(await row(page, 'servers', 'vps10.example.net').getByRole('progressbar').evaluate((element) => element.value), 0);
    }),
);

test(
    'a ticket is answered from the page, read in the API, and the other way round',
    withPage('coloup', async ({ sandbox, page }) => {
        const ticket = row(page, 'tickets', 'More memory');
        assert.equal(await text(ticket.locator('td').nth(2)), '0');
        await ticket.getByRole('link', { name: 'Reply More memory' }).click();
        await param(page, 'body').fill('Written on the page');
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByRole('heading', { name: 'Answer', exact: true }).waitFor();
        assert.match((await sandbox.api('GET', '/tickets/520415')).text, /Written on the page/);
        await go(page, '#/');
        await eventually(async () => assert.equal(await text(ticket.locator('td').nth(2)), '1'));
        await sandbox.api('POST', '/tickets/520415', { body: 'Written by a program' });
        await eventually(async () => assert.equal(await text(ticket.locator('td').nth(2)), '2'));
        await ticket.getByRole('link', { name: 'Read More memory' }).click();
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByRole('region', { name: 'Body of the answer' }).getByText('Written by a program').waitFor();
    }),
);

test(
    'an invoice that is paid on the page is paid in the API',
    withPage('coloup', async ({ sandbox, page }) => {
        const invoice = row(page, 'invoices', '9003');
        await invoice.getByRole('button', { name: /^Pay/ }).click();
        await invoice.getByText('Paid', { exact: true }).waitFor();
        const { json } = await sandbox.api('GET', '/invoice/9003');
        assert.equal(json.invoice.status, 'Paid');
        assert.ok((await text(figure(page, 'To pay'))).startsWith((await sandbox.api('GET', '/balance')).json.details.acc_balance));
    }),
);

test(
    'machines, domains, zones and the chart follow the API',
    withPage('coloup', async ({ sandbox, page }) => {
        const machine = page.locator('#servers tbody tr').filter({ hasText: '1602' });
        await machine.getByText('stopped').waitFor();
        await sandbox.api('POST', '/service/5120/vms/1602/start');
        await machine.getByText('running').waitFor();
        await sandbox.control('set_state', { kind: 'domain', id: 771, state: 'Expired' });
        await row(page, 'domains', '771').getByText('Expired').waitFor();
        await page.getByText('The figures as a table').click();
        const months = page.getByRole('table', { name: 'Invoiced and paid by month' });
        const shown = await months.locator('tbody tr').first().innerText();
        await sandbox.control('clock', { advance: 40 * 86_400 });
        await sandbox.api('GET', '/balance');
        await eventually(async () => assert.notEqual(await months.locator('tbody tr').first().innerText(), shown));
    }),
);

test(
    'a filter keeps what has all its words, while new rows come',
    withPage('time4vps', async ({ sandbox, page }) => {
        const filter = page.getByLabel('Filter services');
        await filter.fill('web susp');
        await eventually(async () => assert.equal(await page.locator('#services tbody tr').count(), 1));
        await sandbox.control('set_state', { kind: 'service', id: 5118, state: 'Suspended' });
        await eventually(async () => assert.equal(await page.locator('#services tbody tr').count(), 2));
        assert.ok(await filter.evaluate((element) => element === document.activeElement));
        await filter.fill('nothing is like this');
        await page.getByText('Nothing has “nothing is like this”.').waitFor();
    }),
);
