// Small things that several views are made of.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

// For screen readers alone.
export function Hidden({ children }: { children: ComponentChildren }) {
    return <span class="hidden">{children}</span>;
}

const good = ['active', 'paid', 'running', 'finished', 'completed', 'open'];
const waiting = ['pending', 'unpaid', 'building', 'suspended', 'answered', 'client-reply', 'in-progress', 'on'];
const bad = ['fraud', 'expired', 'error', 'failed', 'refunded'];

// A word for a state, in a colour that says nothing more than the word.
export function Status({ word }: { word: string }) {
    const key = word.toLowerCase();
    const tone = good.includes(key) ? 'good' : bad.includes(key) ? 'bad' : waiting.includes(key) || key.startsWith('pending') ? 'wait' : 'off';
    return <span class={`chip ${tone}`}>{word}</span>;
}

export function HttpStatus({ status }: { status: number }) {
    const tone = status === 0 || status >= 500 ? 'bad' : status >= 300 ? 'wait' : 'good';
    return <span class={`chip ${tone}`}>{status === 0 ? 'no answer' : status}</span>;
}

export function Method({ name }: { name: string }) {
    return <span class={`method ${name.toLowerCase()}`}>{name}</span>;
}

export function Progress({ value, label }: { value: number; label: string }) {
    return (
        <span class="progress">
            <progress max={100} value={value} aria-label={label} />
            <span>{value} %</span>
        </span>
    );
}

// Shows what it was set to until the sandbox has said so, too. Of several clicks each is done in its turn.
export function Switch({ on, label, hint, set }: { on: boolean; label: string; hint: string; set: (on: boolean) => Promise<unknown> }) {
    const [asked, setAsked] = useState<boolean | null>(null);
    const last = useRef(Promise.resolve());
    const click = (wanted: boolean) => {
        setAsked(wanted);
        const turn = last.current.then(async () => {
            await set(wanted);
            if (last.current === turn) setAsked(null);
        });
        last.current = turn;
    };
    return (
        <label>
            <input type="checkbox" role="switch" checked={asked ?? on} onChange={(event) => click(event.currentTarget.checked)} />
            <span>
                {label} <small>{hint}</small>
            </span>
        </label>
    );
}

export interface Column<Row> {
    name: string;
    cell: (row: Row) => ComponentChildren;
    numeric?: boolean;
    hideName?: boolean; // of a column of buttons
    wide?: boolean; // may break into lines
}

interface TableProps<Row> {
    caption: string;
    rows: Row[];
    columns: Column<Row>[]; // the first names the row
    rowKey: (row: Row) => string | number;
    empty: string;
    className?: string;
}

// Scrolls within itself where there is no room, by keyboard as well.
export function Table<Row>({ caption, rows, columns, rowKey, empty, className }: TableProps<Row>) {
    // What was there when the table came is not new.
    const started = useRef(false);
    useEffect(() => {
        started.current = true;
    }, []);
    if (rows.length === 0) return <p class="empty">{empty}</p>;
    return (
        <div class={`scroll ${className ?? ''}`} role="region" aria-label={`${caption}, table`} tabIndex={0}>
            <table>
                <caption class="hidden">{caption}</caption>
                <thead>
                    <tr>
                        {columns.map((column) => (
                            <th scope="col" class={column.numeric ? 'number' : undefined} key={column.name}>
                                {column.hideName ? <Hidden>{column.name}</Hidden> : column.name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {rows.map((row) => (
                        <Row key={rowKey(row)} row={row} columns={columns} fresh={started.current} />
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function Row<T>({ row, columns, fresh }: { row: T; columns: Column<T>[]; fresh: boolean }) {
    const [isNew] = useState(fresh); // as it was at first
    return (
        <tr class={isNew ? 'fresh' : undefined}>
            {columns.map((column, at) => {
                const classes = [column.numeric && 'number', column.wide && 'wide', column.hideName && 'act'].filter(Boolean).join(' ') || undefined;
                return at === 0 ? (
                    <th scope="row" class={classes} key={column.name}>
                        {column.cell(row)}
                    </th>
                ) : (
                    <td class={classes} key={column.name}>
                        {column.cell(row)}
                    </td>
                );
            })}
        </tr>
    );
}

// Whether a row has the words somewhere.
export function matches(row: object, words: string): boolean {
    const text = Object.values(row).join(' ').toLowerCase();
    return words
        .toLowerCase()
        .split(/\s+/)
        .every((word) => text.includes(word));
}

const token = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

// JSON, laid out and coloured; any other text as it is.
export function Json({ text, label }: { text: string; label: string }) {
    let pretty = text;
    let isJson = false;
    try {
        pretty = JSON.stringify(JSON.parse(text), null, 2);
        isJson = pretty.length < 60_000; // Colours for more would take long.
    } catch {
        // Then as it is.
    }
    const pieces: ComponentChildren[] = [];
    let at = 0;
    if (isJson)
        for (const match of pretty.matchAll(token)) {
            const word = match[1] ?? match[0];
            const tone = match[2] ? 'key' : match[1] ? 'text' : 'value';
            pieces.push(pretty.slice(at, match.index), <span class={`json-${tone}`}>{word}</span>);
            at = match.index + word.length;
        }
    pieces.push(pretty.slice(at));
    return (
        <pre tabIndex={0} role="region" aria-label={label}>
            <code>{pieces}</code>
        </pre>
    );
}
