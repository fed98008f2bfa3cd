// What the page knows, and how it stays up to date while somebody looks at it.
import { signal } from '@preact/signals';
import { control, fetchCatalog, NoToken, Refused, useToken, useWorld } from './control';
import type { Catalog, FaultRow, Info, JournalRow, Overview, Quirks, Snapshot, World } from './types';

export const info = signal<Info | null>(null);
export const catalog = signal<Catalog | null>(null);
export const overview = signal<Overview | null>(null);
export const portalTime = signal(''); // by the portal's clock
export const journal = signal<JournalRow[]>([]); // oldest first
export const faults = signal<FaultRow[]>([]);
export const quirks = signal<Quirks>({ hostile: null, quirks: [] });
export const worlds = signal<World[]>([]);
export const snapshots = signal<Snapshot[]>([]);
export const ledger = signal<Record<string, number>>({});
export const needsToken = signal<'no' | 'first' | 'wrong'>('no');
export const trouble = signal(''); // why nothing new comes
export const refusal = signal(''); // why the last click did nothing
export const announcement = signal(''); // read out by screen readers

const tokenKey = 'sandbox-token';
const interval = 1000;
const mostRows = 1000;

// The token comes behind the # of the link that the program prints. It is put away at once: the address is seen, kept
// in the history, and copied.
export function takeToken(): void {
    const given = /[#&]token=([^&]*)/.exec(location.hash)?.[1];
    if (given !== undefined) {
        sessionStorage.setItem(tokenKey, decodeURIComponent(given));
        history.replaceState(null, '', location.pathname + location.search);
    }
    useToken(sessionStorage.getItem(tokenKey) ?? '');
    needsToken.value = sessionStorage.getItem(tokenKey) ? 'no' : 'first';
}

export async function enterToken(text: string): Promise<void> {
    // The whole link will do as well.
    const token = /token=([^&\s]+)/.exec(text)?.[1] ?? text.trim();
    useToken(token);
    try {
        await start();
        sessionStorage.setItem(tokenKey, token);
    } catch (error) {
        if (!(error instanceof NoToken)) throw error;
    }
}

export function forget(): void {
    sessionStorage.removeItem(tokenKey);
    useToken('');
    info.value = null;
    overview.value = null;
    needsToken.value = 'first';
}

export async function start(): Promise<void> {
    try {
        [info.value, catalog.value] = await Promise.all([control.info(), fetchCatalog()]);
        needsToken.value = 'no';
        await refresh();
    } catch (error) {
        note(error);
        throw error;
    } finally {
        keepLooking();
    }
}

// What did not change stays the very same value, and what is drawn from it is left alone.
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
function update<T>(target: { value: T }, value: T): void {
    if (!same(target.value, value)) target.value = value;
}
function updateOverview(next: Overview): void {
    const old = overview.value;
    if (old !== null)
        for (const key of Object.keys(next) as (keyof Overview)[])
            if (same(old[key], next[key])) Object.assign(next, { [key]: old[key] });
    if (old === null || Object.entries(next).some(([key, value]) => old[key as keyof Overview] !== value)) overview.value = next;
}

let seen = 0; // the last request that was heard of
async function readJournal(total: number): Promise<void> {
    const { requests, last } = await control.journal(seen, mostRows);
    let rows = requests.length > 0 ? [...journal.value, ...requests].slice(-mostRows) : journal.value;
    if (rows.length > total) rows = (await control.journal(0, mostRows)).requests; // Some were forgotten.
    seen = last;
    journal.value = rows;
}

// Shows another world, from nothing.
export function show(world: string): Promise<void> {
    looking = looking.catch(() => undefined).then(async () => {
        useWorld(world);
        seen = 0;
        journal.value = [];
        overview.value = null;
        info.value = await control.info();
    });
    return looking;
}

function tellFinished(before: Overview | null, after: Overview): void {
    for (const server of before?.servers ?? []) {
        if (server.task === null) continue;
        const now = after.servers.find((row) => row.kind === server.kind && row.id === server.id);
        if (now && now.task === null) announcement.value = `${server.task.name} of ${server.name} has ended`;
    }
}

// One look after the other, so that none brings back what an earlier one saw.
let looking: Promise<void> = Promise.resolve();
export function refresh(): Promise<void> {
    looking = looking.catch(() => undefined).then(look);
    return looking;
}

async function look(): Promise<void> {
    const { time, requests, ...next } = await control.overview();
    tellFinished(overview.value, next);
    updateOverview(next);
    portalTime.value = time;
    await readJournal(requests);
    update(faults, (await control.faults()).faults);
    if (location.hash.startsWith('#/controls')) {
        update(ledger, await control.ledger());
        update(quirks, await control.quirks());
        update(worlds, (await control.worlds()).worlds);
        update(snapshots, (await control.snapshots()).snapshots);
    }
    trouble.value = '';
}

function note(error: unknown): void {
    if (error instanceof NoToken) needsToken.value = needsToken.value === 'no' ? 'first' : 'wrong';
    else if (error instanceof Refused) trouble.value = error.message;
    else trouble.value = 'The sandbox does not answer. Trying again every second.';
}

let timer: ReturnType<typeof setTimeout> | undefined;
function keepLooking(): void {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden' || needsToken.value !== 'no') return;
    timer = setTimeout(async () => {
        try {
            if (info.value === null) await start();
            else await refresh();
        } catch (error) {
            note(error);
        }
        keepLooking();
    }, interval);
}
document.addEventListener('visibilitychange', keepLooking);

// Does what a button stands for, and shows what came of it: the words in `done`, or why it was refused.
export async function act(done: string, action: () => Promise<unknown>): Promise<boolean> {
    refusal.value = '';
    try {
        await action();
        await refresh();
        announcement.value = done;
        return true;
    } catch (error) {
        if (error instanceof Refused) refusal.value = error.message;
        else note(error);
        return false;
    }
}
