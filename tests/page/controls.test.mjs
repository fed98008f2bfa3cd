// Faults, the clock, states and the way back, and the journal that tells of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, go, withPage } from './support.mjs';

const rows = (page) => page.locator('main tbody tr');

test(
    'a fault switched on hits the next request, shows in the journal, and ends with the switch',
    withPage('coloup', async ({ sandbox, page }) => {
        await go(page, '#/controls');
        const failing = page.getByRole('switch', { name: /^Failing/ });
        const slow = page.getByRole('switch', { name: /^Slow/ });
        await failing.check();
        await eventually(async () => assert.equal((await sandbox.control('faults')).faults.length, 1));
        assert.equal((await sandbox.api('GET', '/balance')).status, 500);
        await page.locator('#fault-list tbody tr').getByText('every request').waitFor();
        await slow.check();
        await eventually(async () => assert.equal((await sandbox.control('faults')).faults.length, 2));
        await failing.uncheck();
        await eventually(async () =>
            assert.deepEqual(
                (await sandbox.control('faults')).faults.map((row) => row.kind),
                ['delay'],
            ),
        );
        await slow.uncheck();
        await eventually(async () => assert.equal((await sandbox.control('faults')).faults.length, 0));
        assert.equal((await sandbox.api('GET', '/balance')).status, 200);

        await page.getByRole('link', { name: 'Journal' }).click();
        await eventually(async () => assert.equal(await rows(page).count(), 2));
        assert.match(await rows(page).nth(1).innerText(), /account\.balance\s+500\s+status not carried out/);
        assert.match(await rows(page).nth(0).innerText(), /account\.balance\s+200\s+none/);
    }),
);

test(
    'a switch follows what others do',
    withPage('coloup', async ({ sandbox, page }) => {
        await go(page, '#/controls');
        const lost = page.getByRole('switch', { name: /^Replies lost/ });
        assert.equal(await lost.isChecked(), false);
        await sandbox.control('fault', { operation: '*', times: 0, fault: { kind: 'lost_reply' } });
        await eventually(async () => assert.equal(await lost.isChecked(), true));
        await sandbox.control('clear_faults');
        await eventually(async () => assert.equal(await lost.isChecked(), false));
    }),
);

test(
    'a fault for one operation fires as often as was said',
    withPage('time4vps', async ({ sandbox, page }) => {
        await go(page, '#/controls');
        await page.getByRole('combobox', { name: 'Operation', exact: true }).fill('servers.reboot');
        await page.getByLabel('What goes wrong').selectOption('lost_reply');
        await page.getByLabel('How often').fill('1');
        await page.getByRole('button', { name: 'Add the fault' }).click();
        const listed = page.locator('#fault-list tbody tr');
        await listed.getByText('servers.reboot').waitFor();
        assert.equal((await sandbox.api('GET', '/server')).status, 200);
        await assert.rejects(sandbox.api('POST', '/server/2219/reboot'));
        await eventually(async () => assert.match(await listed.innerText(), /lost_reply\s+1\s+0\s+2/));
        assert.equal((await sandbox.control('ledger'))['servers.reboot'], 1);
        await page.locator('#ledger tbody tr').getByText('servers.reboot', { exact: true }).waitFor();
        await listed.getByRole('button', { name: /^Remove/ }).click();
        await page.getByText('None: every request is answered as it should be.').waitFor();
    }),
);

test(
    'the sandbox takes every kind of fault that the page offers, as it stands there',
    withPage('coloup', async ({ sandbox, page }) => {
        await go(page, '#/controls');
        const kinds = await page.getByLabel('What goes wrong').locator('option').evaluateAll((all) => all.map((option) => option.value));
        assert.ok(kinds.length >= 19);
        for (const [at, kind] of kinds.entries()) {
            await page.getByLabel('What goes wrong').selectOption(kind);
            await page.getByRole('button', { name: 'Add the fault' }).click();
            await eventually(async () => assert.equal((await sandbox.control('faults')).faults.length, at + 1, kind));
        }
        const known = await sandbox.control('fault', { operation: '*', fault: { kind: '?' } });
        assert.deepEqual(kinds.toSorted(), known.error.fields[0].expected.split(', ').toSorted());
        for (const name of await page.getByRole('switch').all()) assert.equal(await name.isChecked(), false);
        await page.getByRole('button', { name: 'Remove all' }).click();
        await eventually(async () => assert.equal((await sandbox.control('faults')).faults.length, 0));
        const switches = await page.getByRole('switch').all();
        assert.ok(switches.length >= 8);
        for (const each of switches) {
            await each.check();
            await eventually(async () => assert.equal((await sandbox.control('faults')).faults.length, 1));
            await eventually(async () => assert.ok(await each.isChecked()));
            await each.uncheck();
            await eventually(async () => assert.equal((await sandbox.control('faults')).faults.length, 0));
        }
    }),
);

test(
    'a mistake is told where it was made, and goes away',
    withPage('coloup', async ({ sandbox, page }) => {
        await go(page, '#/controls');
        await page.getByRole('combobox', { name: 'Operation', exact: true }).fill('nothing.like.this');
        await page.getByRole('button', { name: 'Add the fault' }).click();
        await page.getByRole('alert').getByText('operation is not an operation').waitFor();
        await page.getByRole('button', { name: 'Close' }).click();
        await page.getByRole('alert').waitFor({ state: 'detached' });
        assert.deepEqual((await sandbox.control('faults')).faults, []);
        page.expected = /status of 400/;
    }),
);

test(
    'the clock moves by a button and by days',
    withPage('coloup', async ({ sandbox, page }) => {
        await go(page, '#/controls');
        await page.getByRole('button', { name: 'Forward by 1 week' }).click();
        await eventually(async () => assert.equal((await sandbox.control('clock')).advanced, 7 * 86_400));
        await page.getByLabel('Days').fill('30');
        await page.getByRole('button', { name: 'Move', exact: true }).click();
        await eventually(async () => assert.equal((await sandbox.control('clock')).advanced, 37 * 86_400));
        const day = (await sandbox.control('clock')).time.slice(0, 10);
        await page.locator('#clock time').getByText(day).waitFor();
        const later = '2039-05-01';
        await page.getByLabel('To the day').fill(later);
        await page.getByRole('button', { name: 'Set the clock' }).click();
        await page.locator('#clock time').getByText(later).waitFor();
        const { headers } = await fetch(sandbox.url);
        assert.equal(new Date(headers.get('date')).toISOString().slice(0, 10), later);
    }),
);

test(
    'a state is set, and a reset brings everything back',
    withPage('coloup', async ({ sandbox, page }) => {
        await go(page, '#/controls');
        const form = page.locator('#set-state');
        await form.getByLabel('What').selectOption('service');
        await form.getByLabel('Id').fill('5118');
        await form.getByLabel('State').selectOption('Fraud');
        await form.getByRole('button', { name: 'Set' }).click();
        await eventually(async () => assert.equal((await sandbox.api('GET', '/service/5118')).json.service.status, 'Fraud'));
        await form.getByLabel('Id').fill('1');
        await form.getByRole('button', { name: 'Set' }).click();
        await page.getByRole('alert').getByText('not found').waitFor();
        await sandbox.api('PUT', '/details', { city: 'Tartu' });

        await page.getByRole('button', { name: 'Reset the sandbox' }).click();
        await page.getByRole('button', { name: 'Yes, reset' }).click();
        await eventually(async () => assert.equal((await sandbox.api('GET', '/service/5118')).json.service.status, 'Active'));
        assert.deepEqual(await sandbox.control('ledger'), {});
        // The journal begins anew as well.
        await page.getByRole('link', { name: 'Journal' }).click();
        await eventually(async () => {
            assert.ok((await rows(page).count()) > 0);
            for (const row of await rows(page).all()) assert.match(await row.innerText(), /\/api\/service\/5118/);
        });
        page.expected = /status of 400/;
    }),
);

test(
    'the states that the page offers are those that the sandbox takes',
    withPage('time4vps', async ({ sandbox, page }) => {
        await go(page, '#/controls');
        const offered = await page.locator('#set-state').getByLabel('What').locator('option').allInnerTexts();
        const answer = await sandbox.control('set_state', { kind: '?', id: 1, state: '?' });
        const kinds = answer.error.fields.find((row) => row.field === 'kind').expected.split(', ');
        assert.deepEqual(offered.toSorted(), kinds.toSorted());
        for (const kind of kinds) {
            await page.locator('#set-state').getByLabel('What').selectOption(kind);
            const states = await page.locator('#set-state').getByLabel('State').locator('option').allInnerTexts();
            const refused = await sandbox.control('set_state', { kind, id: 1, state: '?' });
            assert.deepEqual(states, refused.error.fields.find((row) => row.field === 'state').expected.split(', '), kind);
        }
    }),
);

test(
    'the journal filters, pauses, and goes on',
    withPage('coloup', async ({ sandbox, page }) => {
        await go(page, '#/journal');
        await sandbox.api('GET', '/balance');
        await sandbox.api('GET', '/nothing-there');
        await sandbox.api('GET', '/service/5120');
        await eventually(async () => assert.equal(await rows(page).count(), 3));
        await page.getByLabel('Find').fill('balance');
        await eventually(async () => assert.equal(await rows(page).count(), 1));
        await page.getByLabel('Find').fill('');
        await page.getByLabel('Show').selectOption('no such path');
        await eventually(async () => assert.equal(await rows(page).count(), 1));
        assert.match(await rows(page).innerText(), /nothing-there[^]*no such path\s+404/);
        await page.getByLabel('Show').selectOption('all');
        const pause = page.getByRole('button', { name: 'Pause' });
        await pause.click();
        await sandbox.api('GET', '/balance');
        await page.getByText('1 more since').waitFor();
        assert.equal(await rows(page).count(), 3);
        await pause.click();
        await eventually(async () => assert.equal(await rows(page).count(), 4));
        await rows(page).first().getByRole('link', { name: 'account.balance' }).click();
        await page.getByRole('heading', { name: 'GET /balance' }).waitFor();
    }),
);

test(
    'a quirk is switched on and off, with a value where it takes one, and the mix is',
    withPage('coloup', async ({ sandbox, page }) => {
        const quirk = async (name) => (await sandbox.control('quirks')).quirks.find((row) => row.name === name);
        await go(page, '#/controls');
        await page.getByText(/quirks one by one/).click();
        const maps = page.getByRole('switch', { name: /^lists as maps/ });
        await maps.check();
        await eventually(async () => assert.ok((await quirk('lists_as_maps')).on));
        assert.ok(!Array.isArray((await sandbox.api('GET', '/service')).json.services));
        await maps.uncheck();
        await eventually(async () => assert.ok(!(await quirk('lists_as_maps')).on));
        assert.ok(Array.isArray((await sandbox.api('GET', '/service')).json.services));
        await page.getByLabel('Value of pages').fill('2');
        await page.getByRole('switch', { name: /^pages/ }).check();
        await eventually(async () => assert.equal((await quirk('pages')).value, 2));
        await page.getByLabel('Hostile mix').fill('7');
        await page.getByRole('button', { name: 'Switch on' }).click();
        await eventually(async () => assert.equal((await sandbox.control('quirks')).hostile, 7));
        await page.getByRole('button', { name: 'Switch off' }).click();
        await eventually(async () => assert.equal((await sandbox.control('quirks')).hostile, null));
    }),
);

test(
    'another world is shown with what it has, and its operations reach it',
    withPage('coloup', async ({ sandbox, page }) => {
        await sandbox.api('GET', '/balance');
        await go(page, '#/controls');
        await page.getByLabel('New world').fill('second');
        await page.getByRole('button', { name: 'Create' }).click();
        await page.locator('.brand').getByText('world second').waitFor();
        await go(page, '#/journal');
        await page.getByText('Nothing has been asked yet.').waitFor();
        await go(page, '#/reference/account.update');
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByRole('heading', { name: 'Answer', exact: true }).waitFor();
        const worlds = async () => (await sandbox.control('journal')).requests.map((row) => row.world);
        assert.deepEqual(await worlds(), ['main', 'second']);
        await go(page, '#/journal');
        await eventually(async () => assert.equal(await rows(page).count(), 1));
        await go(page, '#/controls');
        await page.getByLabel('Looked at').selectOption('main');
        await go(page, '#/journal');
        await eventually(async () => assert.match(await rows(page).first().innerText(), /account\.balance/));
        await go(page, '#/controls');
        await page.getByLabel('Looked at').selectOption('second');
        await page.getByRole('button', { name: 'End it' }).click();
        await eventually(async () => assert.equal((await sandbox.control('worlds')).worlds.length, 1));
        await page.locator('.brand').getByText('world second').waitFor({ state: 'detached' });
    }),
);

test(
    'a snapshot is kept and brought back',
    withPage('coloup', async ({ sandbox, page }) => {
        const city = async () => (await sandbox.api('GET', '/details')).json.client.city;
        const before = await city();
        await go(page, '#/controls');
        const card = page.locator('#snapshots');
        await card.getByLabel('Name').fill('before');
        await card.getByRole('button', { name: 'Keep' }).click();
        await card.locator('tbody tr').waitFor();
        await sandbox.api('PUT', '/details', { city: 'Tartu' });
        await card.getByRole('button', { name: /^Restore/ }).click();
        await eventually(async () => assert.equal(await city(), before));
        await card.getByRole('button', { name: /^Forget/ }).click();
        await card.getByText('None yet.').waitFor();
        assert.deepEqual((await sandbox.control('snapshots')).snapshots, []);
    }),
);

test(
    'the journal says why something was refused, and what was perhaps meant',
    withPage('coloup', async ({ sandbox, page }) => {
        await sandbox.api('GET', '/service/999');
        await sandbox.api('GET', '/servce');
        await go(page, '#/journal');
        await eventually(async () => assert.equal(await rows(page).count(), 2));
        await rows(page).nth(1).getByText('Service 999 not found').waitFor();
        await rows(page).nth(0).getByRole('link', { name: 'GET /service' }).click();
        await page.locator('.badges code').getByText('services.list', { exact: true }).waitFor();
    }),
);
