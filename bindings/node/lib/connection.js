// A native client, shared by the clients that withOptions() makes of one: what was submitted, and who waits for it.
'use strict';

const native = require('./native');
const { read, write, snake } = require('./documents');
const { CancelledError, UsageError, fromDocument } = require('./generated/errors');
const { OBJECTS } = require('./generated/settings');

// Those that wait for answers: they have to stay, and to stop before the process does.
const busy = new Set();
let watchesExit = false;

// A descriptor's watcher would keep an abandoned client for ever, so it knows it weakly, and goes with it.
const abandoned = new FinalizationRegistry((watcher) => watcher.stop());

class Connection {
    #native;
    #watcher = null;
    #pending = new Map(); // By number: {resolve, reject, signal, abort}.
    #closed = false;
    #goesOn = false; // Its next step is a microtask.
    #whenIdle = [];

    constructor(config) {
        this.#native = new native.Client(write(snake(config, 'the configuration', OBJECTS.client)));
        const error = this.#native.error();
        if (error !== null) throw fromDocument(read(error));
    }

    get closed() {
        return this.#closed;
    }

    // Resolves with the envelope of a success, rejects with an error.
    async call(operation, params, options) {
        if (typeof operation !== 'string' || operation.includes('\0') || /\p{Surrogate}/u.test(operation)) {
            throw new UsageError('the name of an operation has to be Unicode text without a NUL');
        }
        const { signal, ...settings } = options ?? {};
        const texts = [write(params ?? {}), write(snake(settings, 'the options'))];
        if (this.#closed) throw new UsageError('the client is closed');
        if (signal?.aborted) throw cancelled(operation, signal);
        try {
            return await new Promise((resolve, reject) => this.#submit(operation, texts, signal, resolve, reject));
        } catch (error) {
            // Made where the answer was read; here the trace leads to those who asked.
            Error.captureStackTrace(error, Connection.prototype.call);
            throw error;
        }
    }

    #submit(operation, texts, signal, resolve, reject) {
        this.#watch();
        const id = native.submit(this.#native, operation, ...texts);
        if (typeof id === 'string') {
            reject(fromDocument(read(id)));
            return;
        }
        const abort = () => this.#native.cancel(id);
        signal?.addEventListener('abort', abort, { once: true });
        this.#pending.set(id, { resolve, reject, signal, abort });
        this.#goOn();
        if (this.#pending.size === 1) {
            busy.add(this);
            this.#watcher.ref();
        }
    }

    #watch() {
        if (this.#watcher !== null) return;
        const weak = new WeakRef(this);
        this.#watcher = new native.Watcher(this.#native.loop_fd(), () => weak.deref()?.#takeAnswers());
        abandoned.register(this, this.#watcher);
        if (!watchesExit) {
            watchesExit = true;
            // Threads of the library must not run while the process takes itself apart.
            process.on('exit', () => busy.forEach((connection) => connection.abandon()));
        }
    }

    // Sends what has been submitted, once for all that is submitted in a row.
    #goOn() {
        if (this.#goesOn) return;
        this.#goesOn = true;
        queueMicrotask(() => {
            this.#goesOn = false;
            this.#takeAnswers();
        });
    }

    // This is what sends requests and reads answers, and there may be something to do even without a call.
    #takeAnswers() {
        do {
            const text = this.#native.next(0);
            if (text === null) break;
            this.#settle(read(text));
        } while (this.#pending.size > 0);
        if (this.#pending.size === 0) this.#idle();
    }

    #settle(envelope) {
        const call = this.#pending.get(envelope.id);
        this.#pending.delete(envelope.id);
        call.signal?.removeEventListener('abort', call.abort);
        if (envelope.ok) {
            call.resolve(envelope);
        } else {
            const reason = call.signal?.aborted ? { cause: call.signal.reason } : undefined;
            call.reject(fromDocument(envelope.error, reason));
        }
    }

    #idle() {
        busy.delete(this);
        this.#watcher?.unref();
        if (this.#closed) this.#release();
        // Those whose calls have just ended learn of it first.
        for (const resolve of this.#whenIdle.splice(0)) setImmediate(resolve);
    }

    // Resolves when all that was under way has ended.
    async close() {
        if (!this.#closed) {
            this.#closed = true;
            this.#native.close();
            if (this.#pending.size === 0) this.#idle();
        }
        if (this.#pending.size > 0) await new Promise((resolve) => this.#whenIdle.push(resolve));
    }

    // At the end of the process: waits here and now.
    abandon() {
        this.#closed = true;
        this.#release();
    }

    #release() {
        this.#watcher?.stop();
        this.#native.release();
    }
}

function cancelled(operation, signal) {
    return new CancelledError('cancelled before anything was sent', { operation }, { cause: signal.reason });
}

module.exports = { Connection };
