// The sandbox's control commands: all that the page asks of it, but for the portal's own API. No other file names one.
import type { Catalog, FaultRow, Info, JournalRow, Overview, Quirks, Snapshot, World } from './types';

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
let world = 'main';
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
        body: JSON.stringify({ command, ...members }),
        credentials: 'omit',
    });
    if (response.status === 403) throw new NoToken();
    const answer = await response.json();
    if (response.ok) return answer;
    const error = answer.error;
    throw new Refused(Array.isArray(error) ? { message: error.join('; ') } : error);
}

// In the world that is looked at.
const here = <T>(command: string, members: Record<string, unknown> = {}) => run<T>(command, { ...members, world });

export const control = {
    info: () => here<Info>('info'),
    overview: () => here<Overview & { time: string; requests: number }>('overview'),
    journal: (since: number, limit: number) => here<{ requests: JournalRow[]; last: number }>('journal', { since, limit }),
    ledger: () => here<Record<string, number>>('ledger'),
    faults: () => here<{ faults: FaultRow[] }>('faults'),
    addFault: (script: Record<string, unknown>) => here<{ fault_id: number }>('fault', script),
    removeFault: (id: number) => here('clear_faults', { fault_id: id }),
    clearFaults: () => here('clear_faults'),
    moveClock: (seconds: number) => here('clock', { advance: seconds }),
    setClock: (time: string) => here('clock', { set: time }),
    pay: (invoice: number) => here('pay', { invoice_id: invoice }),
    setState: (kind: string, id: number, state: string) => here('set_state', { kind, id, state }),
    reset: () => here('reset'),
    quirks: () => here<Quirks>('quirks'),
    setQuirk: (name: string, value: boolean | number | string) => here('quirks', { set: { [name]: value } }),
    snapshots: () => here<{ snapshots: Snapshot[] }>('snapshots'),
    snapshot: (name: string) => here('snapshot', { name }),
    restore: (name: string) => here('restore', { name }),
    forgetSnapshot: (name: string) => here('snapshot_delete', { name }),
    worlds: () => run<{ worlds: World[] }>('worlds'),
    createWorld: (name: string) => run<{ world: string }>('world_create', name ? { name } : {}),
    deleteWorld: (name: string) => run('world_delete', { world: name }),
};

export async function fetchCatalog(): Promise<Catalog> {
    const response = await fetch('/_sandbox/catalog.json', { credentials: 'omit' });
    if (!response.ok) throw new Error(`The catalogue is missing: status ${response.status}`);
    return response.json();
}
