// The sandbox's control commands: all that the page asks of it, but for the portal's own API. No other file names one.
import type { Catalog, FaultRow, Info, JournalRow, Overview } from './types';

interface Problem {
    message: string;
    fields?: { field: string; problem: string; expected: string }[];
}

// A command that was refused.
export class Refused extends Error {
    constructor(problem: Problem) {
        const fields = (problem.fields ?? []).map((row) => `${row.field} ${row.problem}${row.expected ? ` (${row.expected})` : ''}`);
        super(fields.length > 0 ? fields.join('; ') : problem.message);
    }
}

export class NoToken extends Error {}

let token = '';
let world = '';
export function useToken(value: string): void {
    token = value;
}
export function useWorld(value: string): void {
    world = value;
}

async function run<T>(command: string, members: Record<string, unknown> = {}): Promise<T> {
    const response = await fetch('/_sandbox/control', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Sandbox-Token': token },
        body: JSON.stringify({ command, ...(world ? { world } : {}), ...members }),
        credentials: 'omit',
    });
    if (response.status === 403) throw new NoToken();
    const answer = await response.json();
    if (response.ok) return answer;
    const error = answer.error;
    throw new Refused(Array.isArray(error) ? { message: error.join('; ') } : error);
}

export interface Quirk {
    name: string;
    summary: string;
    on: boolean;
}

export const control = {
    info: () => run<Info>('info'),
    overview: () => run<Overview & { time: string; requests: number }>('overview'),
    journal: (since: number) => run<{ requests: JournalRow[] }>('journal', { since }),
    ledger: () => run<Record<string, number>>('ledger'),
    faults: () => run<{ faults: FaultRow[] }>('faults'),
    addFault: (script: Record<string, unknown>) => run<{ fault_id: number }>('fault', script),
    removeFault: (id: number) => run('clear_faults', { fault_id: id }),
    clearFaults: () => run('clear_faults'),
    clock: (members: Record<string, unknown> = {}) => run<{ time: string; advanced: number }>('clock', members),
    pay: (invoice: number) => run('pay', { invoice_id: invoice }),
    setState: (kind: string, id: number, state: string) => run('set_state', { kind, id, state }),
    reset: () => run('reset'),
    quirks: async () => (await run<{ quirks: Quirk[] }>('quirks')).quirks,
    setQuirk: (name: string, on: boolean) => run('quirks', { set: { [name]: on } }),
    worlds: async () => (await run<{ worlds: { name: string }[] }>('worlds')).worlds,
};

export async function fetchCatalog(): Promise<Catalog> {
    const response = await fetch('/_sandbox/catalog.json', { credentials: 'omit' });
    if (!response.ok) throw new Error(`The catalogue is missing: status ${response.status}`);
    return response.json();
}
