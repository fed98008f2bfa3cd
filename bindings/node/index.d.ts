import type { CallOptions, ClientSettings, ErrorClass, Operations, SandboxSettings } from './lib/generated/types';

export * from './lib/generated/errors';
export * from './lib/generated/results';
export * from './lib/generated/types';

/** All that an operation answers. */
export class Answer<T = any> {
    /** What was asked for. */
    readonly data: T;
    /** The portal's remarks. */
    readonly info: string[];
    readonly meta: { operation: string; http_status: number; attempts: number; elapsed_ms: number; tag?: string } & {
        [name: string]: unknown;
    };
}

/**
 * A client of one portal, with a method for each operation. Nothing is sent before the first call.
 *
 * Every call is a promise, and any number may be under way at once; the event loop is never held up. Objects and lists
 * come as such; decimals, and integers that a number cannot hold, come as text, so that no digit is lost.
 *
 * @example
 * ```js
 * const client = new Client({ portal: 'time4vps', username: 'user@example.com', password });
 * for (const server of await client.servers.list()) console.log(server.domain);
 * await client.close();
 * ```
 *
 * @throws UsageError Every mistake in the settings is in its `fields`.
 */
export class Client {
    constructor(settings: ClientSettings);

    /** The same operations, each giving the whole Answer. */
    readonly answers: Operations<'answer'> & {
        call<T = any>(operation: string, params?: object | null, options?: CallOptions): Promise<Answer<T>>;
    };

    /**
     * Runs an operation by its id, or its method and path.
     *
     * @example
     * ```js
     * await client.call('POST /server/{server_id}/reboot', { server_id: 1 });
     * ```
     */
    call<T = any>(operation: string, params?: object | null, options?: CallOptions): Promise<T>;

    /**
     * Many calls, of which up to `window` (64) are under way at any time; more are taken from `calls` as outcomes are taken.
     * Outcomes come in the order of the calls, or with `ordered: false` as they end. A call that fails has an `error` as
     * its outcome, and the others go on. Leaving the loop stops what is under way.
     *
     * @example
     * ```js
     * for await (const { index, data, error } of client.batch(ids.map((id) => ['domains.get', { domain_id: id }]))) {
     *     console.log(ids[index], error ?? data.name);
     * }
     * ```
     */
    batch<T = any>(
        calls: Iterable<BatchCall> | AsyncIterable<BatchCall>,
        options?: { window?: number; ordered?: boolean },
    ): AsyncGenerator<Outcome<T>, void, void>;

    /**
     * One operation with each of many values of a parameter, as a {@link Client.batch}; values are taken as outcomes are
     * taken. `params` and `options` are the same for all calls.
     *
     * @example
     * ```js
     * for await (const { call, data, error } of client.map('domains.get', 'domain_id', ids, { window: 16 })) {
     *     console.log(call[1].domain_id, error ?? data.name);
     * }
     * ```
     *
     * @throws UsageError At once, where `values` is no iterable (a text is none), or `params` has the parameter, too.
     */
    map<T = any>(
        operation: string,
        parameter: string,
        values: Iterable<unknown> | AsyncIterable<unknown>,
        settings?: { params?: object | null; options?: CallOptions; window?: number; ordered?: boolean },
    ): AsyncGenerator<Outcome<T>, void, void>;

    /** The same client, with these options for every call made through what this returns. */
    withOptions(options: CallOptions): Client;

    readonly closed: boolean;

    /**
     * Stops what is under way and refuses what comes later; resolves when all has ended. May be repeated. A client that
     * nobody uses any more needs no close, and keeps no process alive.
     */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}
export interface Client extends Operations<'data'> {}

/** A call of a batch: as the arguments of {@link Client.call}. */
export type BatchCall = readonly [operation: string, params?: object | null, options?: CallOptions];

/** What came of a call of a batch. */
export interface Outcome<T = any> {
    /** The call's number, from 0. */
    readonly index: number;
    readonly call: BatchCall;
    /** The data; undefined if it failed. */
    readonly data: T;
    /** Why it failed; undefined if it did not. */
    readonly error: HostbillError | undefined;
}

/**
 * A portal of the given kind on a free port of this machine, with an account that may do everything. Nothing leaves this
 * machine.
 *
 * @example
 * ```js
 * const sandbox = await Sandbox.start({ portal: 'time4vps' });
 * const client = sandbox.client();
 * await client.servers.list();
 * await client.close();
 * await sandbox.close();
 * ```
 */
export class Sandbox {
    private constructor();
    static start(settings: SandboxSettings): Promise<Sandbox>;

    /** All that the command `info` says. */
    readonly info: Record<string, any>;
    readonly portal: string;
    /** The base URL of its API. */
    readonly url: string;
    readonly username: string;
    readonly password: string;
    /** Ids of things the account has from the start, by the parameter that takes them. */
    readonly ids: Record<string, any>;

    /** A client that is logged in to it; what is given is added to its settings. */
    client(settings?: Partial<ClientSettings>): Client;

    /**
     * Gives it a command and resolves with what it says.
     *
     * @example
     * ```js
     * await sandbox.control('fault', { operation: 'orders.create', fault: { kind: 'lost_reply' } });
     * ```
     */
    control(command: string, details?: object): Promise<any>;

    /** Stops it. May be repeated. */
    close(): Promise<void>;
    [Symbol.asyncDispose](): Promise<void>;
}

/** A call that failed; each class of error has a class of its own. The message is one line and never holds a secret. */
export class HostbillError extends Error {
    /** The error class in the words of the C interface. */
    readonly errorClass: ErrorClass;
    /** The status of the C interface, always negative. */
    readonly status: number;
    /** The operation's id; null where the failure came before it was known. */
    readonly operation: string | null;
    /** The HTTP status of the portal's answer; null without an answer. */
    readonly httpStatus: number | null;
    /** What the portal itself said. */
    readonly portalErrors: string[];
    /** How often the request was sent. */
    readonly attempts: number;
    /** Whether the same call may work later, and sending it again is safe. */
    readonly retryable: boolean;
    /** Every wrong parameter. */
    readonly fields: { field: string; problem: string; expected?: string; nearest?: string }[];
    /** For an unsupported operation: the portals that have it. */
    readonly portals: string[];
    /** Of an unknown outcome: what finds out, `client.reconcile(error.reconcile)`. */
    readonly reconcile: any;
    /** Seconds after which the portal wants to be asked again; decimals as text. */
    readonly retryAfter: number | string | null;
    /** Of a call that was sent more than once: every attempt. */
    readonly history: Record<string, unknown>[];
    /** The tag given with the call. */
    readonly tag: string | null;
}

/** Every operation of a portal, with its parameters; without a portal, of all portals. */
export function catalog(portal?: string | null): Record<string, any>;

/** The library's version. */
export function version(): string;

/** How many clients and texts of the library are not freed yet; for tests. */
export function liveObjects(): number;
