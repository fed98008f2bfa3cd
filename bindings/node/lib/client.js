'use strict';

const { inspect } = require('node:util');
const { batch, mapped } = require('./batch');
const { Connection } = require('./connection');
const { plain } = require('./documents');
const { Operations } = require('./generated/operations');
const { send } = require('./group');

const asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

// All that an operation answers.
class Answer {
    constructor({ data, info, meta }) {
        this.data = data;
        this.info = info ?? [];
        this.meta = meta ?? {};
    }
}

function joined(path, params) {
    return params === undefined || params === null ? path : { ...plain(params), ...path };
}

class Answers extends Operations {
    #connection;
    #options;

    constructor(connection, options) {
        super();
        this.#connection = connection;
        this.#options = options;
    }

    async call(operation, params = {}, options = {}) {
        return new Answer(await this.#connection.call(operation, params, { ...this.#options, ...options }));
    }

    async [send](operation, path, params, options) {
        return this.call(operation, joined(path, params), options);
    }
}

class Client extends Operations {
    #connection;
    #options;
    #label;

    constructor(settings = {}) {
        super();
        if (settings instanceof Shared) {
            ({ connection: this.#connection, options: this.#options, label: this.#label } = settings);
            return;
        }
        this.#connection = new Connection(settings);
        this.#options = {};
        this.#label = settings.portal + (settings.baseUrl ? ` at ${settings.baseUrl}` : '');
    }

    get answers() {
        return new Answers(this.#connection, this.#options);
    }

    async call(operation, params = {}, options = {}) {
        return (await this.#connection.call(operation, params, { ...this.#options, ...options })).data;
    }

    batch(calls, options) {
        return batch((...call) => this.call(...call), calls, options);
    }

    map(operation, parameter, values, { params, options, ...settings } = {}) {
        return this.batch(mapped(operation, parameter, values, params, options), settings);
    }

    withOptions(options) {
        return new Client(new Shared(this.#connection, { ...this.#options, ...options }, this.#label));
    }

    get closed() {
        return this.#connection.closed;
    }

    close() {
        return this.#connection.close();
    }

    [asyncDispose]() {
        return this.close();
    }

    async [send](operation, path, params, options) {
        return this.call(operation, joined(path, params), options);
    }

    [inspect.custom]() {
        return `Client { ${this.#label}${this.closed ? ', closed' : ''} }`;
    }
}

// What a client and those that withOptions() makes of it have in common.
class Shared {
    constructor(connection, options, label) {
        Object.assign(this, { connection, options, label });
    }
}

module.exports = { Answer, Client, asyncDispose };
