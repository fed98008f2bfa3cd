// Compiles only if the types are right.
import hostbillDefault, { Answer, Client, HostbillError, NotFoundError, Sandbox, catalog, version } from 'hostbill';
import type { CallOptions, Credential, DateText, Invoice, Service } from 'hostbill';

const client = new Client({ portal: 'coloup', username: 'me', password: 'x', retry: { maxAttempts: 2 }, readOnly: true });
await client.domains.dnsRecords.create(7, { type: 'A', content: '192.0.2.1', name: 'www' }, { timeout: 5, dryRun: true });
await client.servers.reboot(1);
await client.servers.reboot('1', {}, { signal: AbortSignal.timeout(5) });
const answer: Answer<Invoice[]> = await client.answers.invoices.list();
const status: number = answer.meta.http_status;
const balance = await client.call<{ acc_credit: string }>('account.balance');
balance.acc_credit.toUpperCase();
const mapped = client.map<Service>('services.get', 'id', new Set([1, '2']), { window: 16, ordered: false });
for await (const { call, data, error } of mapped) {
    console.log(call[0], error?.message ?? data.id);
}
client.map('domains.dns_records.list', 'domain_id', [1], { params: { type: 'A' }, options: { timeout: 5 } });
// @ts-expect-error There have to be values.
client.map('domains.get', 'domain_id');
// @ts-expect-error No such setting.
client.map('domains.get', 'domain_id', [1], { windows: 16 });
try {
    await client.withOptions({ timeout: 5 }).domains.get(1);
} catch (error) {
    if (error instanceof NotFoundError) console.log(error.operation, error.errorClass === 'not_found');
    if (error instanceof HostbillError) console.log(error.fields[0]?.nearest, error.retryAfter);
}
// Results.
type Exactly<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const sure = <T extends true>(value?: T) => value;
const invoices = await client.invoices.list();
sure<Exactly<typeof invoices, Invoice[]>>();
for (const invoice of invoices) {
    const due: DateText | null = invoice.duedate;
    const total: string = invoice.total;
    const id: number = invoice.id;
    if (invoice.status === 'Unpaid' || invoice.status === 'Something new') console.log(id, total, due?.slice(0, 4));
    const more: unknown = invoice.field_of_a_newer_portal;
    // @ts-expect-error What it is is not known.
    more.toString();
    // @ts-expect-error There may be none.
    invoice.duedate.slice(0, 4);
    // @ts-expect-error Money is no number.
    invoice.total * 2;
    await client.invoices.get(invoice.id);
}
const service: Service = await client.services.get(1, {}, { timeout: 5, raw: false });
const logins: Credential[] | undefined = service.credentials;
const found = await client.dns.zones.find({ name: 'www.example.com' });
if (found.service_id !== null && found.zone_id !== null) {
    const { records } = await client.dns.zones.get(found.service_id, found.zone_id);
    console.log(records?.map((record) => record.name), logins?.length);
}
const waited = await client.servers.tasks.wait({ server_id: 1, task_id: '2' });
sure<Exactly<typeof waited.done, boolean>>();
const raw = await client.invoices.list({}, { raw: true });
sure<Exactly<typeof raw, unknown>>();
const planned = await client.answers.invoices.list(undefined, { dryRun: true, timeout: 5 });
sure<Exactly<typeof planned, Answer<unknown>>>();
const options: CallOptions = { tag: 'whatever' };
const either = await client.invoices.list({}, options);
sure<Exactly<typeof either, unknown>>();
// @ts-expect-error No such option.
await client.invoices.list({}, { raww: true });

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
