// From a form's texts to a request of the portal's API.
import type { Catalog, Operation, Param } from './types';

export type Texts = Record<string, string>; // by the parameter's name; empty: not given

export interface Prepared {
    method: string;
    path: string; // from the server's root
    contentType: string | null;
    body: string | null;
    shown: string | null; // the body without what is secret
}

// A text that is no JSON where JSON is wanted, by parameter.
export class BadTexts extends Error {
    constructor(readonly fields: Record<string, string>) {
        super('Some values cannot be sent as they are.');
    }
}

// How a sample is put into its field.
export function textOf(value: unknown): string {
    return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

const isStructure = (param: Param) => param.type === 'array' || param.type === 'object';

function valueOf(param: Param, text: string): unknown {
    if (isStructure(param)) {
        if (param.or_array && !/^\s*[[{]/.test(text)) return text;
        return JSON.parse(text);
    }
    if (param.type === 'boolean' && (text === 'true' || text === 'false')) {
        if (param.boolean_form === 'true_false') return text;
        if (param.boolean_form === 'on_off') return text === 'true' ? 'on' : 'off';
        return text === 'true';
    }
    if (param.type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
    if (param.type === 'number' && /^-?\d{1,12}(\.\d+)?$/.test(text)) return Number(text);
    if (param.or_array && /^\s*\[/.test(text)) return JSON.parse(text);
    return text; // Also what is no number: the portal says what it thinks of it.
}

// As PHP reads forms: a[b][0]=c.
function pairs(name: string, value: unknown): [string, string][] {
    if (Array.isArray(value)) return value.flatMap((inner, at) => pairs(`${name}[${at}]`, inner));
    if (value !== null && typeof value === 'object')
        return Object.entries(value).flatMap(([key, inner]) => pairs(`${name}[${key}]`, inner));
    return [[name, String(value ?? '')]];
}

function form(values: Map<Param, unknown>, hide: boolean): string {
    const out = new URLSearchParams();
    for (const [param, value] of values)
        for (const [name, text] of pairs(param.wire, value)) out.append(name, hide && param.sensitive ? '***' : text);
    return out.toString();
}

function json(values: Map<Param, unknown>, hide: boolean): string {
    return JSON.stringify(
        Object.fromEntries([...values].map(([param, value]) => [param.wire, hide && param.sensitive ? '***' : value])),
    );
}

// `base` is the path of the API: "/api", or that of a world.
export function prepare(base: string, catalog: Catalog, operation: Operation, texts: Texts): Prepared {
    const query = new Map<Param, unknown>();
    const body = new Map<Param, unknown>();
    const problems: Record<string, string> = {};
    let path = operation.path;
    for (const param of operation.params) {
        const text = texts[param.name] ?? '';
        if (param.in === 'path') {
            path = path.replace(`{${param.name}}`, encodeURIComponent(text));
            continue;
        }
        if (text === '') continue;
        try {
            (param.in === 'query' ? query : body).set(param, valueOf(param, text));
        } catch {
            problems[param.name] = `must be JSON: ${param.type === 'array' ? '["one", "two"]' : '{"name": "value"}'}`;
        }
    }
    if (Object.keys(problems).length > 0) throw new BadTexts(problems);
    const bodiless = operation.method === 'GET' || body.size === 0;
    const write = catalog.body === 'form' ? form : json;
    return {
        method: operation.method,
        path: `${base}${path}${query.size > 0 ? `?${form(query, false)}` : ''}`,
        contentType: bodiless ? null : catalog.body === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
        body: bodiless ? null : write(body, false),
        shown: bodiless ? null : write(body, true),
    };
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

// curl asks for the password: on a command line, every user of the machine could read it.
export function curl(request: Prepared, username: string | null, trust: boolean): string {
    const words = ['curl'];
    if (trust) words.push('--cacert', 'ca.pem');
    if (username !== null) words.push('-u', quoted(username));
    if (request.method !== 'GET') words.push('-X', request.method);
    if (request.contentType) words.push('-H', quoted(`Content-Type: ${request.contentType}`));
    if (request.shown !== null) words.push('--data-raw', quoted(request.shown));
    words.push(quoted(location.origin + request.path));
    return words.join(' ');
}

export interface Answer {
    status: number; // 0: none came
    statusText: string;
    milliseconds: number;
    headers: [string, string][];
    text: string;
    image: string | null; // a data: URL
    problem: string;
}

const mostShown = 200_000;

async function asDataUrl(blob: Blob): Promise<string> {
    const reader = new FileReader();
    return new Promise((resolve, reject) => {
        reader.onload = () => resolve(String(reader.result));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(blob);
    });
}

export async function send(request: Prepared, login: { username: string; password: string } | null): Promise<Answer> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (request.contentType) headers['Content-Type'] = request.contentType;
    if (login) {
        const bytes = new TextEncoder().encode(`${login.username}:${login.password}`);
        headers.Authorization = `Basic ${btoa(String.fromCharCode(...bytes))}`;
    }
    const begun = performance.now();
    const answer: Answer = { status: 0, statusText: '', milliseconds: 0, headers: [], text: '', image: null, problem: '' };
    try {
        // No cookies, and no password window of the browser's own.
        const response = await fetch(request.path, {
            method: request.method,
            headers,
            body: request.body,
            credentials: 'omit',
            redirect: 'manual',
            cache: 'no-store',
        });
        answer.status = response.status;
        answer.statusText = response.statusText;
        answer.headers = [...response.headers];
        if (response.type === 'opaqueredirect') answer.problem = 'A redirect. It was not followed.';
        if (response.headers.get('content-type')?.startsWith('image/'))
            answer.image = await asDataUrl(await response.blob());
        else answer.text = (await response.text()).slice(0, mostShown);
    } catch (error) {
        answer.problem = answer.status === 0 ? 'No answer: the connection ended.' : 'The answer ended too early.';
        if (error instanceof DOMException) answer.problem += ` (${error.message})`;
    }
    answer.milliseconds = performance.now() - begun;
    return answer;
}
