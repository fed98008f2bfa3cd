// JavaScript's values to JSON documents and back.
'use strict';

const { UsageError } = require('./generated/errors');

const DEPTH = 64; // The library takes no documents nested deeper.
const LONE_SURROGATE = /\p{Surrogate}/u;

function problem(place, what, expected) {
    return new UsageError(`${place}: ${what}`, { fields: [{ field: place, problem: what, expected }] });
}

function text(value, place) {
    if (LONE_SURROGATE.test(value)) throw problem(place, 'it holds half of a surrogate pair', 'Unicode text');
    return JSON.stringify(value);
}

function number(value, place) {
    if (!Number.isFinite(value)) throw problem(place, 'it is not a finite number', 'a number');
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        throw problem(place, 'it is too large to be exact as a number', 'a BigInt or text');
    }
    return JSON.stringify(value);
}

function members(entries, place, depth) {
    const out = [];
    for (const [name, value] of entries) {
        if (value === undefined) continue;
        if (typeof name !== 'string') throw problem(place || 'the parameters', 'a name is not text', 'text');
        const inner = place === '' ? name : `${place}.${name}`;
        out.push(`${text(name, inner)}:${write(value, inner, depth + 1)}`);
    }
    return `{${out.join(',')}}`;
}

// The JSON of a value; what has none is a UsageError that names the place.
function write(value, place = '', depth = 0) {
    switch (typeof value) {
        case 'string':
            return text(value, place);
        case 'number':
            return number(value, place);
        case 'boolean':
            return String(value);
        case 'bigint':
            return Number.isSafeInteger(Number(value)) ? String(value) : `"${value}"`;
        case 'object':
            break;
        default:
            throw problem(place, `a ${typeof value} cannot be sent`, 'a text, number, boolean, array or object');
    }
    if (value === null) return 'null';
    if (depth >= DEPTH) throw problem(place, 'it is nested too deeply', `at most ${DEPTH} levels`);
    if (Array.isArray(value)) {
        const items = Array.from(value, (item, i) => write(item ?? null, `${place}[${i}]`, depth + 1));
        return `[${items.join(',')}]`;
    }
    if (value instanceof Map) return members(value, place, depth);
    if (typeof value.toJSON === 'function' && !ArrayBuffer.isView(value)) return write(value.toJSON(), place, depth + 1);
    const prototype = Object.getPrototypeOf(value);
    const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
    if (!plain) {
        const type = value.constructor?.name ?? 'object';
        throw problem(place, `a value of type ${type} cannot be sent`, 'a text, number, boolean, array or object');
    }
    return members(Object.entries(value), place, depth);
}

// Parameters as an object that can be spread; there may be none.
function plain(params) {
    return params instanceof Map ? Object.fromEntries(params) : (params ?? {});
}

// An object of the names that the library knows: `baseUrl` is its `base_url`.
function snake(given, what, nested = []) {
    if (given === null || typeof given !== 'object' || Array.isArray(given)) {
        throw new UsageError(`${what} must be an object`);
    }
    const out = {};
    for (const [name, value] of Object.entries(given)) {
        if (value === undefined || value === null) continue;
        const known = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        out[known] = nested.includes(known) && typeof value === 'object' ? snake(value, name) : value;
    }
    return out;
}

module.exports = { write, read: JSON.parse, plain, snake };
