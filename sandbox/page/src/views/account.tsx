// The account at a glance.
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { control } from '../control';
import { MoneyChart } from '../parts/chart';
import { Column, Hidden, HttpStatus, matches, Method, Progress, Status, Table } from '../parts/parts';
import { link } from '../route';
import { act, catalog, journal, overview } from '../state';
import type { Domain, Invoice, JournalRow, Server, Service, Ticket, Zone } from '../types';

// A link to an operation with the row's id filled in, where the portal has the operation.
function Try({ operation, given, children, of }: { operation: string; given: Record<string, unknown>; children: string; of: string }) {
    if (!catalog.value?.operations.some((row) => row.id === operation)) return null;
    return (
        <a href={link('reference', operation, given)}>
            {children} <Hidden>{of}</Hidden>
        </a>
    );
}

interface SectionProps<Row> {
    id: string;
    title: string;
    rows: Row[];
    total: number;
    columns: Column<Row>[];
    rowKey: (row: Row) => string | number;
    empty: string;
    wide?: boolean;
}

function Section<Row extends object>({ id, title, rows, total, columns, rowKey, empty, wide }: SectionProps<Row>) {
    const [words, setWords] = useState('');
    const found = words === '' ? rows : rows.filter((row) => matches(row, words));
    return (
        <section class={`card ${wide ? 'wide' : ''}`} aria-labelledby={`${id}-title`} id={id}>
            <header>
                <h2 id={`${id}-title`}>
                    {title} <span class="count">{total}</span>
                </h2>
                {(rows.length > 8 || words !== '') && (
                    <label>
                        <Hidden>Filter {title.toLowerCase()}</Hidden>
                        <input type="search" placeholder="Filter" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
                    </label>
                )}
            </header>
            <Table caption={title} rows={found} columns={columns} rowKey={rowKey} empty={words ? `Nothing has “${words}”.` : empty} />
            {total > rows.length && <p class="soft">The newest {rows.length} of them.</p>}
        </section>
    );
}

const serverColumns: Column<Server>[] = [
    { name: 'Server', cell: (row) => <b>{row.name}</b> },
    { name: 'Id', cell: (row) => row.id, numeric: true },
    { name: 'Kind', cell: (row) => ({ server: 'server', vm: 'virtual', metal: 'bare metal' })[row.kind] },
    { name: 'Address', cell: (row) => row.ip },
    { name: 'State', cell: (row) => <Status word={row.state} /> },
    {
        name: 'Task',
        cell: (row) =>
            row.task === null ? (
                <span class="soft">none</span>
            ) : (
                <span class="task">
                    <span>{row.task.name}</span>
                    <Progress value={row.task.progress} label={`${row.task.name} of ${row.name}`} />
                </span>
            ),
    },
    {
        name: 'Actions',
        hideName: true,
        cell: (row) => {
            const vm = { service_id: row.service_id, vm_id: row.id };
            const job = row.kind === 'metal' && row.task !== null ? `services.${row.task.name}.status` : '';
            return (
                <span class="actions">
                    {row.kind === 'server' && row.task?.id !== undefined && (
                        <Try operation="servers.tasks.get" given={{ server_id: row.id, task_id: row.task.id }} of={row.name}>
                            Ask
                        </Try>
                    )}
                    {job !== '' && (
                        <Try operation={job} given={{ service_id: row.id }} of={row.name}>
                            Ask
                        </Try>
                    )}
                    {row.kind === 'server' && (
                        <Try operation="servers.reboot" given={{ server_id: row.id }} of={row.name}>
                            Reboot
                        </Try>
                    )}
                    {row.kind === 'vm' && row.task !== null && (
                        <Try operation="vms.get" given={vm} of={row.name}>
                            Ask
                        </Try>
                    )}
                    {row.kind === 'vm' && (
                        <Try operation={row.state === 'running' ? 'vms.stop' : 'vms.start'} given={vm} of={row.name}>
                            {row.state === 'running' ? 'Stop' : 'Start'}
                        </Try>
                    )}
                    {row.kind === 'metal' && (
                        <Try operation="services.reboot" given={{ service_id: row.id }} of={row.name}>
                            Reboot
                        </Try>
                    )}
                </span>
            );
        },
    },
];

const serviceColumns: Column<Service>[] = [
    {
        name: 'Service',
        wide: true,
        cell: (row) => (
            <>
                <b>{row.domain || row.name}</b> {row.label && <span class="soft">{row.label}</span>}
            </>
        ),
    },
    { name: 'Id', cell: (row) => row.id, numeric: true },
    { name: 'Product', cell: (row) => row.name },
    { name: 'Status', cell: (row) => <Status word={row.status} /> },
    { name: 'Price', cell: (row) => row.price, numeric: true },
    { name: 'Every', cell: (row) => row.cycle },
    { name: 'Next due', cell: (row) => row.next_due },
    {
        name: 'Actions',
        hideName: true,
        cell: (row) => (
            <Try operation="services.get" given={{ service_id: row.id }} of={row.domain}>
                Get
            </Try>
        ),
    },
];

const domainColumns: Column<Domain>[] = [
    { name: 'Domain', cell: (row) => <b>{row.name}</b> },
    { name: 'Id', cell: (row) => row.id, numeric: true },
    { name: 'Status', cell: (row) => <Status word={row.status} /> },
    { name: 'Expires', cell: (row) => row.expires },
    { name: 'Renews', cell: (row) => (row.autorenew ? 'by itself' : 'by hand') },
    {
        name: 'Actions',
        hideName: true,
        cell: (row) => (
            <Try operation="domains.get" given={{ domain_id: row.id }} of={row.name}>
                Get
            </Try>
        ),
    },
];

const zoneColumns: Column<Zone>[] = [
    { name: 'Zone', cell: (row) => <b>{row.name}</b> },
    { name: 'Id', cell: (row) => row.id, numeric: true },
    { name: 'Service', cell: (row) => row.service_id, numeric: true },
    { name: 'Records', cell: (row) => row.records, numeric: true },
    {
        name: 'Actions',
        hideName: true,
        cell: (row) => (
            <span class="actions">
                <Try operation="dns.zones.get" given={{ service_id: row.service_id, zone_id: row.id }} of={row.name}>
                    Get
                </Try>
                <Try operation="dns.records.create" given={{ service_id: row.service_id, zone_id: row.id }} of={row.name}>
                    Add record
                </Try>
            </span>
        ),
    },
];

const invoiceColumns: Column<Invoice>[] = [
    { name: 'Invoice', cell: (row) => <b>{row.number}</b> },
    { name: 'Id', cell: (row) => row.id, numeric: true },
    { name: 'Date', cell: (row) => row.date },
    { name: 'Due', cell: (row) => row.due },
    { name: 'Status', cell: (row) => <Status word={row.status} /> },
    { name: 'Total', cell: (row) => row.total, numeric: true },
    {
        name: 'Actions',
        hideName: true,
        cell: (row) => (
            <span class="actions">
                <Try operation="invoices.get" given={{ invoice_id: row.id }} of={`invoice ${row.number}`}>
                    Get
                </Try>
                {row.status === 'Unpaid' && (
                    <button type="button" class="small" onClick={() => act(`Invoice ${row.number} is paid`, () => control.pay(row.id))}>
                        Pay <Hidden>invoice {row.number} from outside, as by a bank transfer</Hidden>
                    </button>
                )}
            </span>
        ),
    },
];

const ticketColumns: Column<Ticket>[] = [
    { name: 'Ticket', wide: true, cell: (row) => <b>{row.subject}</b> },
    { name: 'Number', cell: (row) => row.number, numeric: true },
    { name: 'Status', cell: (row) => <Status word={row.status} /> },
    { name: 'Replies', cell: (row) => row.replies, numeric: true },
    { name: 'Last reply', cell: (row) => row.last_reply.slice(0, 16) },
    {
        name: 'Actions',
        hideName: true,
        cell: (row) => (
            <span class="actions">
                <Try operation="tickets.get" given={{ ticket_number: row.number }} of={row.subject}>
                    Read
                </Try>
                <Try operation="tickets.reply" given={{ ticket_number: row.number }} of={row.subject}>
                    Reply
                </Try>
            </span>
        ),
    },
];

const recentColumns: Column<JournalRow>[] = [
    { name: 'Time', cell: (row) => row.time.slice(11, 19) },
    {
        name: 'Request',
        wide: true,
        cell: (row) => (
            <>
                <Method name={row.method} /> <span class="path">{row.target.replace(/^\/api/, '')}</span>
            </>
        ),
    },
    { name: 'Status', cell: (row) => <HttpStatus status={row.status} /> },
];

function Figure({ name, children, note }: { name: string; children: ComponentChildren; note?: string }) {
    return (
        <div>
            <dt>{name}</dt>
            <dd>
                {children} {note && <small>{note}</small>}
            </dd>
        </div>
    );
}

export function AccountView() {
    const all = overview.value;
    if (all === null) return <p aria-busy="true">Asking the sandbox …</p>;
    const { balance, counts } = all;
    const count = (name: string) => counts[name] ?? 0;
    const busy = all.servers.filter((row) => row.task !== null).length;
    return (
        <>
            <dl class="figures">
                <Figure name="Credit" note={balance.currency}>
                    {balance.credit}
                </Figure>
                <Figure name="To pay" note={`${balance.currency}, ${count('invoices_unpaid')} unpaid`}>
                    {balance.unpaid}
                </Figure>
                <Figure name="Services" note={`of ${count('services')} active`}>
                    {count('services_active')}
                </Figure>
                <Figure name="Servers" note={busy === 1 ? '1 busy' : `${busy} busy`}>
                    {count('servers')}
                </Figure>
                <Figure name="Domains" note={`${count('zones')} zones`}>
                    {count('domains')}
                </Figure>
                <Figure name="Tickets" note={`of ${count('tickets')} open`}>
                    {count('tickets_open')}
                </Figure>
            </dl>
            <div class="cards">
                <section class="card" aria-labelledby="money-title">
                    <header>
                        <h2 id="money-title">Money by month</h2>
                    </header>
                    <MoneyChart months={all.monthly} currency={balance.currency} />
                </section>
                <section class="card" aria-labelledby="recent-title">
                    <header>
                        <h2 id="recent-title">Latest requests</h2>
                        <a href={link('journal')}>All requests</a>
                    </header>
                    <Table
                        caption="Latest requests"
                        rows={journal.value.slice(-7).toReversed()}
                        columns={recentColumns}
                        rowKey={(row) => row.number}
                        empty="Nothing has been asked yet."
                    />
                </section>
                <Section
                    id="servers"
                    title="Servers"
                    wide
                    rows={all.servers}
                    total={count('servers')}
                    columns={serverColumns}
                    rowKey={(row) => row.kind + row.id}
                    empty="No servers."
                />
                <Section
                    id="services"
                    title="Services"
                    wide
                    rows={all.services}
                    total={count('services')}
                    columns={serviceColumns}
                    rowKey={(row) => row.id}
                    empty="No services."
                />
                <Section
                    id="invoices"
                    title="Invoices"
                    rows={all.invoices}
                    total={count('invoices')}
                    columns={invoiceColumns}
                    rowKey={(row) => row.id}
                    empty="No invoices."
                />
                <Section
                    id="tickets"
                    title="Tickets"
                    rows={all.tickets}
                    total={count('tickets')}
                    columns={ticketColumns}
                    rowKey={(row) => row.number}
                    empty="No tickets."
                />
                <Section
                    id="domains"
                    title="Domains"
                    rows={all.domains}
                    total={count('domains')}
                    columns={domainColumns}
                    rowKey={(row) => row.id}
                    empty="No domains."
                />
                <Section id="zones" title="DNS zones" rows={all.zones} total={count('zones')} columns={zoneColumns} rowKey={(row) => row.id} empty="No zones." />
            </div>
        </>
    );
}
