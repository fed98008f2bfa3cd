// Many calls, some of them under way at any time.
'use strict';

const { setMaxListeners } = require('node:events');
const { plain } = require('./documents');
const { UsageError } = require('./generated/errors');

const WINDOW = 64;

function checked(window) {
    if (Number.isSafeInteger(window) && window >= 1) return window;
    throw new UsageError('window has to be a whole number from 1 on', {
        fields: [{ field: 'window', problem: 'it is no such number', expected: 'a whole number from 1 on' }],
    });
}

// Makes a call with a signal that is aborted with either, and listens to them no longer than it takes: a million calls may
// have one signal.
async function withEither(one, other, call) {
    if (!one) return call(other);
    if (one instanceof AbortSignal) setMaxListeners(0, one); // One for each call under way.
    const both = new AbortController();
    for (const signal of [one, other]) {
        if (signal.aborted) both.abort(signal.reason);
        signal.addEventListener('abort', () => both.abort(signal.reason), { once: true, signal: both.signal });
    }
    try {
        return await call(both.signal);
    } finally {
        both.abort();
    }
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
            const send = (signal) => run(operation, params, { ...options, signal });
            outcome.data = await withEither(options?.signal, stop.signal, send);
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

// The calls of a batch that are one operation with each of many values of a parameter.
function mapped(operation, parameter, values, params, options) {
    // A text would be taken for its characters.
    if (typeof values === 'string' || !(values?.[Symbol.asyncIterator] ?? values?.[Symbol.iterator])) {
        throw new UsageError('values has to be an iterable of values, such as an array', {
            fields: [{ field: 'values', problem: 'it is none', expected: 'an iterable or an async iterable' }],
        });
    }
    const common = plain(params);
    if (Object.hasOwn(common, parameter)) {
        throw new UsageError(`${parameter} is given twice: with its values, and in the parameters for all calls`, {
            fields: [{ field: parameter, problem: 'it is given twice' }],
        });
    }
    return (async function* () {
        for await (const value of values) yield [operation, { ...common, [parameter]: value }, options];
    })();
}

module.exports = { batch, mapped };
