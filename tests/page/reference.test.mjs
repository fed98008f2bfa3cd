// The reference: every operation can be found, filled in and sent.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { eventually, go, param, withPage } from './support.mjs';

const send = (page) => page.getByRole('button', { name: 'Send' });
const answer = (page) => page.getByRole('region', { name: 'Body of the answer' });

for (const portal of ['coloup', 'internetport', 'time4vps'])
    test(
        `every operation of ${portal} works as it is filled in`,
        withPage(portal, async ({ sandbox, page }) => {
            const catalog = await (await fetch(`${sandbox.origin}/_sandbox/catalog.json`)).json();
            // Those want a token from a login, which no sample can have.
            const without = ['auth.refresh', 'auth.revoke', 'auth.logout'];
            const operations = catalog.operations.filter((row) => !without.includes(row.id));
            assert.ok(operations.length > 60);
            await go(page, '#/reference');
            assert.equal(await page.locator('.groups li').count(), catalog.operations.length);
            for (const { id, method, path } of operations) {
                await go(page, `#/reference/${id}`);
                await page.locator('.badges code').getByText(id, { exact: true }).waitFor();
                assert.equal(await page.locator('#operation-title').innerText(), `${method} ${path}`);
                await send(page).click();
                const status = page.locator('.answer .chip').first();
                await status.waitFor();
                assert.equal(await status.innerText(), '200', id);
                if ((await answer(page).count()) === 0) continue; // An image, or nothing.
                const said = await answer(page).innerText();
                assert.doesNotMatch(said, /"error": (?!\[\])/, `${id}: ${said}`);
            }
            const { requests } = await sandbox.control('journal');
            assert.deepEqual(
                requests.map((row) => row.operation),
                operations.map((row) => row.id),
            );
        }),
    );

test(
    'the search finds by words, path and id, and says how many',
    withPage('coloup', async ({ page }) => {
        await go(page, '#/reference');
        const search = page.getByLabel('Find an operation');
        await search.fill('tickets.reply');
        await page.getByText('1 of 130 operations').waitFor();
        await search.fill('virtual machine');
        await eventually(async () => assert.ok((await page.locator('.groups li').count()) > 3));
        await search.press('Escape');
        await page.getByText('130 operations', { exact: true }).waitFor();
    }),
);

test(
    'parameters are what the catalogue says: enums, flags, secrets, lists',
    withPage('coloup', async ({ sandbox, page }) => {
        await go(page, '#/reference/contacts.create');
        assert.equal(await param(page, 'password').getAttribute('type'), 'password');
        await param(page, 'password').fill('a-secret-of-mine');
        assert.doesNotMatch(await page.locator('.curl').innerText(), /a-secret-of-mine/);
        await go(page, '#/reference/services.cancel');
        const immediate = param(page, 'immediate');
        assert.deepEqual(await immediate.locator('option').allInnerTexts(), ['(not given)', 'true', 'false']);
        await go(page, '#/reference/domains.nameservers.update');
        const list = param(page, 'nameservers');
        await list.fill('not a list');
        await send(page).click();
        await page.getByText('must be JSON').waitFor();
        assert.ok(await list.evaluate((element) => element === document.activeElement && element.getAttribute('aria-invalid') === 'true'));
        assert.equal((await sandbox.control('journal')).requests.length, 0);
        await list.fill('["ns7.example.org", "ns8.example.org"]');
        await send(page).click();
        await answer(page).waitFor();
        assert.match((await sandbox.api('GET', '/domain/770/ns')).text, /ns7\.example\.org/);
    }),
);

test(
    'what the portal refuses is shown as it is, and so is no answer at all',
    withPage('coloup', async ({ sandbox, page }) => {
        await go(page, '#/reference/services.get?service_id=999');
        await send(page).click();
        await answer(page).getByText('Service 999 not found').waitFor();
        await page.getByText(/\d+ headers/).click();
        await page.locator('.headers').getByText('hostbill-sandbox').waitFor();
        await page.getByLabel('Who').selectOption('other');
        await page.getByLabel('Name', { exact: true }).fill('somebody');
        await page.getByLabel('Password', { exact: true }).fill('wrong');
        await send(page).click();
        await page.locator('.answer').getByText('401').waitFor();
        await sandbox.control('fault', { operation: 'services.get', times: 0, fault: { kind: 'close' } }); // Browsers ask again.
        await page.getByLabel('Who').selectOption('owner');
        await send(page).click();
        await page.locator('.answer').getByText('No answer: the connection ended.').waitFor();
    }),
);

test(
    'the curl command does the same, and asks for the password',
    withPage('internetport', async ({ sandbox, page }) => {
        for (const id of ['account.update', 'dns.records.create', 'services.get']) {
            await go(page, `#/reference/${id}`);
            await page.locator('.badges code').getByText(id, { exact: true }).waitFor();
            const command = await page.getByRole('region', { name: 'The same with curl' }).innerText();
            assert.ok(!command.includes(sandbox.password));
            assert.ok(command.includes(`-u '${sandbox.username}'`));
            const with_password = command.replace(`-u '${sandbox.username}'`, `-s -u '${sandbox.username}:${sandbox.password}'`);
            const said = JSON.parse(execFileSync('sh', ['-c', with_password], { encoding: 'utf8' }));
            assert.equal(said.error, undefined, JSON.stringify(said));
            assert.equal((await sandbox.control('journal')).requests.at(-1).operation, id);
        }
    }),
);
