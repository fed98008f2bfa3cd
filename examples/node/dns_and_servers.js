// A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
// server that is rebooted.
//
// Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
// time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
'use strict';

const { Client, Sandbox } = require('hostbill');

async function main() {
    const { env } = process;
    const portal = env.HOSTBILL_PORTAL ?? 'time4vps';
    const sandbox = env.HOSTBILL_BASE_URL ? null : await Sandbox.start({ portal });
    const client =
        sandbox?.client() ??
        new Client({
            portal,
            baseUrl: env.HOSTBILL_BASE_URL,
            username: env.HOSTBILL_USERNAME,
            password: env.HOSTBILL_PASSWORD,
        });

    try {
        const found = await client.dns.zones.find({ name: '_acme-challenge.www.example.net' });
        const { zone, service_id: service, zone_id: id, relative: name } = found;
        if (service === null || id === null) throw new Error(`${zone} has its records by the domain`);
        console.log(`zone ${zone} holds ${name}`);

        // The TXT records of the name.
        const texts = async () => {
            const { records = [] } = await client.dns.zones.get(service, id);
            return records.filter((record) => record.type === 'TXT' && record.name === name);
        };
        await client.dns.records.create(service, id, { name, type: 'TXT', content: 'token-1' });
        for (const record of await texts()) {
            console.log(`read back ${record.type} ${record.content}`);
            await client.dns.records.delete(service, id, record.id);
        }
        console.log(`removed, ${(await texts()).length} left`);

        for (const invoice of await client.invoices.list()) {
            if (invoice.status === 'Unpaid') {
                console.log(`invoice ${invoice.id} is unpaid: ${invoice.total} ${invoice.currency}`);
            }
        }

        const [{ server_id: server }] = await client.servers.list();
        const { task_id: task } = await client.servers.reboot(server);
        const { done } = await client.servers.tasks.wait({ server_id: server, task_id: String(task) });
        console.log(`server ${server} rebooted: ${done}`);
    } finally {
        await client.close();
        await sandbox?.close();
    }
}

main();
