// What the sandbox answers: control commands, and the catalogue of its portal.

export interface Info {
    url: string;
    portal: string;
    username: string;
    password: string;
    world: string;
    states: Record<string, string[]>; // what set_state takes
    operations: Record<string, Record<string, unknown>>;
}

export interface Task {
    id?: number;
    name: string;
    progress: number;
}

export interface Service {
    id: number;
    name: string;
    domain: string;
    label: string;
    kind: string;
    status: string;
    price: string;
    cycle: string;
    next_due: string;
}

export interface Server {
    kind: 'server' | 'vm' | 'metal';
    id: number;
    service_id: number;
    name: string;
    ip: string;
    system: string;
    state: string;
    task: Task | null;
}

export interface Domain {
    id: number;
    name: string;
    status: string;
    expires: string;
    autorenew: boolean;
}

export interface Zone {
    id: number;
    service_id: number;
    name: string;
    records: number;
}

export interface Invoice {
    id: number;
    number: string;
    date: string;
    due: string;
    status: string;
    total: string;
}

export interface Month {
    month: string;
    invoiced: string;
    paid: string;
}

export interface Ticket {
    number: number;
    subject: string;
    status: string;
    last_reply: string;
    replies: number;
}

export interface Overview {
    balance: { currency: string; credit: string; unpaid: string };
    counts: Record<string, number>;
    services: Service[];
    servers: Server[];
    domains: Domain[];
    zones: Zone[];
    invoices: Invoice[];
    monthly: Month[];
    tickets: Ticket[];
}

export interface JournalRow {
    number: number;
    time: string;
    method: string;
    target: string;
    operation: string | null;
    status: number;
    fault: { fault_id: number; kind: string; act: boolean } | null;
    errors?: string[]; // of a refusal
    near?: { method: string; path: string; operation: string }[]; // what was perhaps meant
}

export interface Quirk {
    name: string;
    on: boolean;
    value?: number | string | null; // of those that take one
    hostile: boolean;
    source: string;
    summary: string;
}

export interface Quirks {
    hostile: number | null;
    quirks: Quirk[];
}

export interface World {
    world: string;
    url: string;
    username: string;
}

export interface Snapshot {
    name: string;
    time: string;
    bytes: number;
}

export interface FaultRow {
    fault_id: number;
    operation: string;
    kind: string;
    remaining: number | null;
    skip: number;
    fired: number;
    requests: number[];
}

export interface Param {
    name: string;
    in: 'path' | 'query' | 'body';
    type: 'any' | 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
    items?: string;
    required: boolean;
    enum: string[];
    pattern: string | null;
    sensitive: boolean;
    summary: string;
    wire: string;
    minimum?: number;
    maximum?: number;
    max_length?: number;
    boolean_form?: 'true_false' | 'on_off';
    or_array?: boolean;
}

export interface Operation {
    id: string;
    method: string;
    path: string;
    group: string;
    summary: string;
    effect: 'read' | 'idempotent' | 'unsafe' | 'auth';
    money: boolean;
    destructive: boolean;
    anonymous: boolean;
    params: Param[];
    result: { source: string; raw?: { example?: unknown } } | null;
}

export interface Catalog {
    portal: string;
    title: string;
    body: 'json' | 'form';
    operations: Operation[];
}
