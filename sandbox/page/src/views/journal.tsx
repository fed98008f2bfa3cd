// Every request that came to the portal's API, as it comes.
import { useEffect, useState } from 'preact/hooks';
import { Column, Hidden, HttpStatus, matches, Method, Table } from '../parts/parts';
import { link } from '../route';
import { catalog, journal } from '../state';
import type { JournalRow } from '../types';

const page = 200;

const columns: Column<JournalRow>[] = [
    { name: 'No.', cell: (row) => row.number, numeric: true },
    { name: 'Time', cell: (row) => <time dateTime={row.time}>{row.time.slice(0, 19).replace('T', ' ')}</time> },
    {
        name: 'Request',
        wide: true,
        cell: (row) => (
            <>
                <Method name={row.method} /> <span class="path">{row.target}</span>
                {row.errors && row.errors.length > 0 && <small class="why">{row.errors.join('; ')}</small>}
                {row.near?.[0] && (
                    <small class="why">
                        did you mean <a href={link('reference', row.near[0].operation)}>{`${row.near[0].method} ${row.near[0].path}`}</a>?
                    </small>
                )}
            </>
        ),
    },
    {
        name: 'Operation',
        cell: (row) =>
            row.operation === null ? (
                <span class="soft">no such path</span>
            ) : catalog.value?.operations.some((each) => each.id === row.operation) ? (
                <a href={link('reference', row.operation)}>{row.operation}</a>
            ) : (
                row.operation
            ),
    },
    { name: 'Status', cell: (row) => <HttpStatus status={row.status} /> },
    {
        name: 'Fault',
        cell: (row) =>
            row.fault === null ? (
                <span class="soft">none</span>
            ) : (
                <>
                    <span class="chip bad">{row.fault.kind}</span> <small>{row.fault.act ? 'carried out' : 'not carried out'}</small>
                </>
            ),
    },
];

const kinds: Record<string, (row: JournalRow) => boolean> = {
    all: () => true,
    'answered well': (row) => row.status >= 200 && row.status < 300,
    'refused or failed': (row) => row.status === 0 || row.status >= 300,
    'hit by a fault': (row) => row.fault !== null,
    'no such path': (row) => row.operation === null,
};

export function JournalView() {
    const [words, setWords] = useState('');
    const [kind, setKind] = useState('all');
    const [paused, setPaused] = useState<JournalRow[] | null>(null);
    const [most, setMost] = useState(page);
    const rows = paused ?? journal.value;
    const found = rows.filter((row) => kinds[kind]!(row) && (words === '' || matches({ ...row, fault: row.fault?.kind ?? '', near: '' }, words)));
    const waiting = paused === null ? 0 : journal.value.filter((row) => row.number > (paused.at(-1)?.number ?? 0)).length;

    // Said now and then: a line for every request would drown everything else.
    const [told, setTold] = useState('');
    useEffect(() => {
        const timer = setTimeout(() => setTold(`${found.length} requests shown`), 1500);
        return () => clearTimeout(timer);
    }, [found.length]);

    return (
        <section class="card wide" aria-label="Requests">
            <div class="bar">
                <label class="grow">
                    Find
                    <input type="search" value={words} placeholder="path, operation, status …" onInput={(event) => setWords(event.currentTarget.value)} />
                </label>
                <label>
                    Show
                    <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
                        {Object.keys(kinds).map((each) => (
                            <option key={each}>{each}</option>
                        ))}
                    </select>
                </label>
                <button type="button" class="outline" aria-pressed={paused !== null} onClick={() => setPaused(paused === null ? journal.value : null)}>
                    Pause
                </button>
                <span class="soft" aria-hidden="true">
                    {found.length} of {rows.length}
                    {waiting > 0 && `, ${waiting} more since`}
                </span>
            </div>
            <span role="status">
                <Hidden>{told}</Hidden>
            </span>
            <Table
                caption="Requests, the newest first"
                className="tall"
                rows={found.slice(-most).toReversed()}
                columns={columns}
                rowKey={(row) => row.number}
                empty={rows.length === 0 ? 'Nothing has been asked yet. Try an operation from the reference.' : 'No request is like that.'}
            />
            {found.length > most && (
                <button type="button" class="outline" onClick={() => setMost(most + page)}>
                    {page} older ones
                </button>
            )}
        </section>
    );
}
