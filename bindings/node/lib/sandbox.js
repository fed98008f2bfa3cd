'use strict';

const { inspect } = require('node:util');
const native = require('./native');
const { Client, asyncDispose } = require('./client');
const { read, snake, write } = require('./documents');
const { fromDocument } = require('./generated/errors');
const { OBJECTS } = require('./generated/settings');

class Sandbox {
    #native;
    #info;

    // Starting and commanding it take no longer than a file access, so they are done at once; the promises leave room
    // for it to be otherwise.
    static async start(settings = {}) {
        return new Sandbox(settings);
    }

    constructor(settings) {
        this.#native = new native.Sandbox(write(snake(settings, 'the configuration', OBJECTS.sandbox)));
        const error = this.#native.error();
        if (error !== null) throw fromDocument(read(error));
        this.#info = this.#control('info', {});
    }

    get info() {
        return this.#info;
    }

    get portal() {
        return this.#info.portal;
    }

    get url() {
        return this.#info.url;
    }

    get username() {
        return this.#info.username;
    }

    get password() {
        return this.#info.password;
    }

    get ids() {
        return this.#info.ids;
    }

    client(settings = {}) {
        const login = settings.token === undefined ? { username: this.username, password: this.password } : {};
        return new Client({ portal: this.portal, baseUrl: this.url, ...login, ...settings });
    }

    async control(command, details = {}) {
        return this.#control(command, details);
    }

    #control(command, details) {
        const reply = read(this.#native.control(write({ ...details, command })));
        if (reply.error) throw fromDocument(reply.error);
        return reply;
    }

    async close() {
        this.#native.release();
    }

    [asyncDispose]() {
        return this.close();
    }

    [inspect.custom]() {
        return `Sandbox { ${this.portal} at ${this.url} }`;
    }
}

module.exports = { Sandbox };
