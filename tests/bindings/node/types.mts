// Compiles only if the types are right.
import hostbillDefault, { Answer, Client, HostbillError, NotFoundError, Sandbox, catalog, version } from 'hostbill';

const client = new Client({ portal: 'coloup', username: 'me', password: 'x', retry: { maxAttempts: 2 }, readOnly: true });
await client.domains.dnsRecords.create(7, { type: 'A', content: '192.0.2.1', name: 'www' }, { timeout: 5, dryRun: true });
await client.servers.reboot(1);
await client.servers.reboot('1', {}, { signal: AbortSignal.timeout(5) });
const answer: Answer = await client.answers.invoices.list();
const status: number = answer.meta.http_status;
const balance = await client.call<{ acc_credit: string }>('account.balance');
balance.acc_credit.toUpperCase();
try {
    await client.withOptions({ timeout: 5 }).domains.get(1);
} catch (error) {
    if (error instanceof NotFoundError) console.log(error.operation, error.errorClass === 'not_found');
    if (error instanceof HostbillError) console.log(error.fields[0]?.nearest, error.retryAfter);
}
const sandbox = await Sandbox.start({ portal: 'time4vps', tls: { certificate: 'good' } });
const other: Client = sandbox.client({ timeout: 3 });
console.log(status, other.closed, version(), catalog('coloup').operations, hostbillDefault.version());

// @ts-expect-error The portal is required.
new Client({ username: 'me' });
// @ts-expect-error A setting that there is not.
new Client({ portal: 'coloup', passwort: 'x' });
// @ts-expect-error One of its enum alone.
new Client({ portal: 'coloup', auth: 'magic' });
// @ts-expect-error The content is missing.
await client.domains.dnsRecords.create(7, { type: 'A' });
// @ts-expect-error It has no parameters.
await client.servers.reboot(1, { force: true });
// @ts-expect-error No such operation.
await client.servers.explode(1);

await client.close();
await sandbox.close();
