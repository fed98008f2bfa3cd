// Many calls, some of them under way at any time.
'use strict';

const { setMaxListeners } = require('node:events');
const { UsageError } = require('./generated/errors');

const WINDOW = 64;

function checked(window) {
    if (Number.isSafeInteger(window) && window >= 1) return window;
    throw new UsageError('window has to be a whole number from 1 on', {
        fields: [{ field: 'window', problem: 'it is no such number', expected: 'a whole number from 1 on' }],
    });
}

// Aborted with either.
function either(one, other) {
    if (one === undefined) return other;
    const both = new AbortController();
    for (const signal of [one, other]) {
        if (signal.aborted) both.abort(signal.reason);
        signal.addEventListener('abort', () => both.abort(signal.reason), { once: true, signal: both.signal });
    }
    return both.signal;
}

// Yields {index, call, data, error} for each call that `calls` gives: [operation, params, options]. `run` makes a call.
async function* batch(run, calls, { window = WINDOW, ordered = true } = {}) {
    checked(window);
    const source = (calls[Symbol.asyncIterator] ?? calls[Symbol.iterator]).call(calls);
    const stop = new AbortController();
    setMaxListeners(0, stop.signal); // One for each call.
    const ready = new Map(); // Outcomes that nobody has taken yet, by index.
    let wake = () => {};
    let [begun, given] = [0, 0];

    const start = async (index, call) => {
        const outcome = { index, call, data: undefined, error: undefined };
        try {
            const [operation, params, options] = call;
            outcome.data = await run(operation, params, { ...options, signal: either(options?.signal, stop.signal) });
        } catch (error) {
            outcome.error = error;
        }
        ready.set(index, outcome);
        wake();
    };

    try {
        for (let last = false; ; ) {
            while (!last && begun - given < window) {
                const { value, done } = await source.next();
                last = done;
                if (!done) start(begun++, value);
            }
            if (given === begun) return;
            const index = ordered ? given : ready.keys().next().value;
            const outcome = ready.get(index);
            if (outcome === undefined) {
                await new Promise((resolve) => (wake = resolve));
                continue;
            }
            ready.delete(index);
            given++;
            yield outcome;
        }
    } finally {
        // Nobody wants the rest.
        stop.abort(new Error('the batch was left'));
        while (given + ready.size < begun) await new Promise((resolve) => (wake = resolve));
        await source.return?.();
    }
}

module.exports = { batch };
